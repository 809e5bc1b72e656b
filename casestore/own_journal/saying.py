"""What the youth is told around the journal itself: the same words on the page and on paper."""

from collections.abc import Mapping
from typing import Final

TITLE: Final = "Min journal"
INTRO: Final = (
    "Her står alt vi har skrevet om deg, hva du har sagt ja og nei til, hvem som har lest det, "
    "hva vi har fortalt videre, og hva som er slettet. Du har rett til å se alt. "
    "Lurer du på hva noe betyr, så spør den du snakker med hos oss."
)

# For each part: its heading, and what is said before it.
PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "about": ("Det vi vet om deg", "Dette er det som står om hvem du er."),
    "cases": ("Saken din", "Hvem som har ansvar for deg hos oss, og hvem flere som er med."),
    "chapters": ("Det som er skrevet", "Samtaler og notater. Det nyeste står først."),
    "consents": (
        "Hva du har sagt ja og nei til",
        "Her er teksten du fikk, ord for ord, og hva du svarte. "
        "Du kan ombestemme deg når du vil: skriv STOPP til oss, eller si det.",
    ),
    "told": (
        "Hva vi har fortalt videre",
        "Alt vi har gitt til noen som ikke jobber hos oss, og hvorfor vi kunne gjøre det.",
    ),
    "reads": (
        "Hvem har lest",
        "Hver gang noen åpner noe om deg, blir det notert. Spør hvis du lurer på hvorfor.",
    ),
    "wiped": (
        "Hva som er slettet",
        "Når en samtale er ferdig, sletter vi kopiene av den andre steder. "
        "Her står det hvordan det gikk.",
    ),
    "requests": ("Hva du har bedt om", "Når du har skrevet INNSYN eller SLETT til oss."),
    "wrong": (
        "Er noe feil?",
        "Si det til den du snakker med hos oss. Vi stryker ikke det som står, men vi skriver "
        "ved siden av hva som er riktig, og hvorfor. Du kan også få inn din egen forklaring, "
        "med dine ord. Du kan be oss slette noe; da får du svar, også hvis svaret er nei. "
        "Er du ikke enig med oss, kan du klage til Datatilsynet. Det koster ingenting.",
    ),
    "apart": (
        "Det som ikke står her",
        "Har vi meldt fra om at vi er bekymret for et barn, ligger meldingen for seg selv og "
        "ikke i journalen. Spør oss hvis du lurer på det. Når vi bare har telt at vi snakket med "
        "noen, er ingen ord tatt vare på.",
    ),
}
EMPTY: Final[Mapping[str, str]] = {
    "cases": "Du har ingen sak hos oss.",
    "chapters": "Det er ikke skrevet noe i journalen din.",
    "consents": "Vi har ikke spurt deg om noe ennå.",
    "told": "Vi har ikke fortalt noe om deg til noen andre.",
    "reads": "Ingen har lest noe om deg.",
    "wiped": "Det er ingen kopier vi vet om.",
    "requests": "Du har ikke bedt om noe.",
}
LEFT_OUT: Final = "Her er noe utelatt."
UNREADABLE: Final = "Dette lar seg ikke lese hos oss akkurat nå. Si fra, så finner vi ut hvorfor."
DONE: Final[Mapping[str, str]] = {"access": "Å se journalen din", "deletion": "Å få noe slettet"}
STATUS: Final[Mapping[str, str]] = {"open": "Åpen", "closed": "Avsluttet"}
MESSAGE: Final[Mapping[str, str]] = {
    "edited": "endret melding",
    "unsent": "trukket tilbake",
    "placeholder": "kunne ikke tas med",
}
STATE: Final[Mapping[str, str]] = {
    "uncertain": "vi vet ikke om den kom fram",
    "failed": "kom ikke fram",
}
ADDED: Final[Mapping[str, str]] = {"correction": "Rettelse", "statement": "Det du selv sier"}
