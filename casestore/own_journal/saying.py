"""What the youth is told around the journal itself: the same words on the page and on paper."""

from collections.abc import Mapping
from typing import Final

from casestore.texts.phrases import _

TITLE: Final = _("Min journal")
INTRO: Final = _(
    "Her står alt vi har skrevet om deg, hva du har sagt ja og nei til, hvem som har lest det, "
    "hva vi har fortalt videre, og hva som er slettet. Du har rett til å se alt. "
    "Lurer du på hva noe betyr, så spør den du snakker med hos oss."
)

# For each part: its heading, and what is said before it.
PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "about": (_("Det vi vet om deg"), _("Dette er det som står om hvem du er.")),
    "cases": (_("Saken din"), _("Hvem som har ansvar for deg hos oss, og hvem flere som er med.")),
    "chapters": (_("Det som er skrevet"), _("Samtaler og notater. Det nyeste står først.")),
    "consents": (
        _("Hva du har sagt ja og nei til"),
        _(
            "Her er teksten du fikk, ord for ord, og hva du svarte. "
            "Du kan ombestemme deg når du vil: skriv STOPP til oss, eller si det."
        ),
    ),
    "told": (
        _("Hva vi har fortalt videre"),
        _("Alt vi har gitt til noen som ikke jobber hos oss, og hvorfor vi kunne gjøre det."),
    ),
    "reads": (
        _("Hvem har lest"),
        _("Hver gang noen åpner noe om deg, blir det notert. Spør hvis du lurer på hvorfor."),
    ),
    "wiped": (
        _("Hva som er slettet"),
        _(
            "Når en samtale er ferdig, sletter vi kopiene av den andre steder. "
            "Her står det hvordan det gikk."
        ),
    ),
    "requests": (_("Hva du har bedt om"), _("Når du har skrevet INNSYN eller SLETT til oss.")),
    "joinings": (
        _("Kanaler som leses sammen"),
        _("Når vi mener at det som skrives på flere kanaler, er fra deg, leser vi det sammen."),
    ),
    "wrong": (
        _("Er noe feil?"),
        _(
            "Si det til den du snakker med hos oss. Vi stryker ikke det som står, men vi skriver "
            "ved siden av hva som er riktig, og hvorfor. Du kan også få inn din egen forklaring, "
            "med dine ord. Du kan be oss slette noe; da får du svar, også hvis svaret er nei. "
            "Er du ikke enig med oss, kan du klage til Datatilsynet. Det koster ingenting."
        ),
    ),
    "apart": (
        _("Det som ikke står her"),
        _(
            "Har vi meldt fra om at vi er bekymret for et barn, ligger meldingen for seg selv og "
            "ikke i journalen. Spør oss hvis du lurer på det. Når vi bare har telt at vi snakket "
            "med noen, er ingen ord tatt vare på."
        ),
    ),
}
EMPTY: Final[Mapping[str, str]] = {
    "cases": _("Du har ingen sak hos oss."),
    "chapters": _("Det er ikke skrevet noe i journalen din."),
    "consents": _("Vi har ikke spurt deg om noe ennå."),
    "told": _("Vi har ikke fortalt noe om deg til noen andre."),
    "reads": _("Ingen har lest noe om deg."),
    "wiped": _("Det er ingen kopier vi vet om."),
    "requests": _("Du har ikke bedt om noe."),
    "joinings": _("Ingen kanaler er lest sammen."),
}
LEFT_OUT: Final = _("Her er noe utelatt.")
UNREADABLE: Final = _(
    "Dette lar seg ikke lese hos oss akkurat nå. Si fra, så finner vi ut hvorfor."
)
DONE: Final[Mapping[str, str]] = {
    "access": _("Å se journalen din"),
    "deletion": _("Å få noe slettet"),
    "taken_back": _("Å få slettet en melding som du trakk tilbake i chatten"),
}
STATUS: Final[Mapping[str, str]] = {"open": _("Åpen"), "closed": _("Avsluttet")}
MESSAGE: Final[Mapping[str, str]] = {
    "edited": _("endret melding"),
    "unsent": _("trukket tilbake"),
    "placeholder": _("kunne ikke tas med"),
}
STATE: Final[Mapping[str, str]] = {
    "uncertain": _("vi vet ikke om den kom fram"),
    "failed": _("kom ikke fram"),
}
ADDED: Final[Mapping[str, str]] = {"correction": _("Rettelse"), "statement": _("Det du selv sier")}
