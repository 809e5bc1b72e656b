"""
A filled skeleton of the data protection impact assessment (GDPR art. 35), to be gone through.

Each risk is said with the measures that are in the software, and with what remains: honestly,
for it is what remains that the municipality must decide on.
"""

from dataclasses import dataclass
from typing import Final

from casestore.texts.phrases import _

VERSION: Final = "2026-11"

WHY: Final = _(
    "Vurderingen trengs fordi tjenesten behandler særlige kategorier av opplysninger om barn og "
    "unge i en sårbar situasjon, med ny teknologi (personvernforordningen art. 35 nr. 1)."
)
NECESSITY: Final = _(
    "Ungdom skriver der de allerede er. Alternativet har vært å skrive av meldinger for hånd fra "
    "egne telefoner. Behandlingen gjør det samme med færre kopier, og viser hvor kopiene er. "
    "Uten samtykke føres ingen journal; da telles kontakten uten ord."
)
LEVELS: Final = {"low": _("Lav"), "medium": _("Middels"), "high": _("Høy")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A risk to a young person: what could happen, what stands against it, and what remains."""

    title: str
    harm: str
    measures: tuple[str, ...]
    remains: str
    level: str


RISKS: Final = (
    Risk(
        title=_("Ord havner hos feil ungdom"),
        harm=_("Noe som er sagt i fortrolighet, leses av en annen på samme alder og sted."),
        measures=(
            _("Én tråd for hver ungdom, og svar går bare dit de ble skrevet"),
            _("Svar må sendes uttrykkelig, og kan angres i noen sekunder"),
        ),
        remains=_("Saksbehandleren kan selv svare i feil tråd. Angrefristen er kort."),
        level="medium",
    ),
    Risk(
        title=_("Telefonen til ungdommen leses av andre"),
        harm=_("Foresatte, kjæreste eller en som truer, ser at ungdommen har kontakt."),
        measures=(
            _("Ungdommen blir spurt om chatten skal ryddes"),
            _("Hjelpetelefoner og kvitteringer sendes uten tema i teksten"),
        ),
        remains=_(
            "Utebru kan ikke slette det ungdommen selv har skrevet på alle plattformer, og vet "
            "ikke hvem som holder telefonen."
        ),
        level="high",
    ),
    Risk(
        title=_("Plattformen beholder meldingene"),
        harm=_("Et selskap utenfor kommunens kontroll har en kopi av det som ble sagt."),
        measures=(
            _("Kopier slettes der det går, med bevis for hver enkelt"),
            _("Loggen sier «vet ikke» når det ikke er kjent"),
        ),
        remains=_(
            "Ingen utenfor plattformen kan vite at en melding er slettet der. Ungdommen må få "
            "vite det før samtalen blir fortrolig."
        ),
        level="high",
    ),
    Risk(
        title=_("Arbeidsrommet leses av noen som ikke er på teamet"),
        harm=_("Ansatte i leverandøren, eller en gjest i rommet, leser fortrolige ord."),
        measures=(
            _("Rommet får alias og ord, aldri navn eller bilde"),
            _("Et ukjent medlem i rommet alarmerer teamlederen"),
            _("Meldingene slettes når de er overført"),
        ),
        remains=_("Så lenge samtalen pågår, ligger ordene hos leverandøren."),
        level="medium",
    ),
    Risk(
        title=_("En kollega leser uten grunn"),
        harm=_("På et lite sted kan den som leser, kjenne ungdommen."),
        measures=(
            _("Saker som ikke er delt, er usynlige, også i søk og tall"),
            _("Hver lesing noteres, og ungdommen kan få vite hvem som har lest"),
        ),
        remains=_(
            "Teamlederen ser alt i teamet. Loggen hindrer ikke lesing, den viser den etterpå."
        ),
        level="medium",
    ),
    Risk(
        title=_("Samtykket er ikke fritt"),
        harm=_("Ungdommen sier ja fordi de tror de ellers ikke får hjelp."),
        measures=(
            _("Hjelpen venter ikke på svaret, og det sies i teksten"),
            _("Ett ord trekker samtykket, hele døgnet"),
            _("Ett formål i hvert spørsmål"),
        ),
        remains=_(
            "Styrkeforholdet mellom kommune og ungdom er skjevt. Om samtykke kan være "
            "behandlingsgrunnlag, må avgjøres av kommunen."
        ),
        level="medium",
    ),
    Risk(
        title=_("Foresatte krever innsyn"),
        harm=_("Opplysninger ungdommen har delt i tillit, kommer hjem."),
        measures=(
            _("Foresatte har ingen egen tilgang; hvert krav avgjøres for seg"),
            _("Det som er gitt ut, står blant utleveringene"),
        ),
        remains=_("Lovens aldersgrenser endres og tolkes ulikt. Vurderingen er menneskelig."),
        level="medium",
    ),
    Risk(
        title=_("Maskinen eller sikkerhetskopien blir stjålet"),
        harm=_("Noen leser journalene til alle ungdommene på én gang."),
        measures=(
            _("Alle ord er kryptert; nøklene ligger i en egen fil utenfor databasen"),
            _("Sletting ødelegger nøkkelen, så gamle kopier ikke kan leses"),
        ),
        remains=_(
            "Den som får både databasen og nøkkelfila, kan lese alt. De må aldri ligge i samme "
            "sikkerhetskopi."
        ),
        level="medium",
    ),
    Risk(
        title=_("Noe blir borte"),
        harm=_(
            "En ungdom som bad om hjelp, får aldri svar, eller historien mangler når den trengs."
        ),
        measures=(
            _("En melding er lagret før plattformen får vite at den er mottatt"),
            _("Ingenting glemmes før det er lest tilbake fra journalen"),
            _("Det som står fast, vises til det er løst"),
        ),
        remains=_("Uten prøvd gjenoppretting vet ingen om sikkerhetskopien virker."),
        level="low",
    ),
    Risk(
        title=_("Tall avslører noen"),
        harm=_("På et lite sted kan ett tall i en tabell peke ut én ungdom."),
        measures=(
            _("Registeret har ingen personopplysninger"),
            _("Tall under fem i krysstabeller holdes tilbake, og bare hele måneder krysses"),
        ),
        remains=_("Den som kjenner stedet, kan gjette av tema og måned alene."),
        level="low",
    ),
)
