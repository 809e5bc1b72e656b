"""
A filled skeleton of the data protection impact assessment (GDPR art. 35), to be gone through.

Each risk is said with the measures that are in the software, and with what remains: honestly,
for it is what remains that the municipality must decide on.
"""

from dataclasses import dataclass
from typing import Final

VERSION: Final = "2026-11"

WHY: Final = (
    "Vurderingen trengs fordi tjenesten behandler særlige kategorier av opplysninger om barn og "
    "unge i en sårbar situasjon, med ny teknologi (personvernforordningen art. 35 nr. 1)."
)
NECESSITY: Final = (
    "Ungdom skriver der de allerede er. Alternativet har vært å skrive av meldinger for hånd fra "
    "egne telefoner. Behandlingen gjør det samme med færre kopier, og viser hvor kopiene er. "
    "Uten samtykke føres ingen journal; da telles kontakten uten ord."
)
LEVELS: Final = {"low": "Lav", "medium": "Middels", "high": "Høy"}


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
        title="Ord havner hos feil ungdom",
        harm="Noe som er sagt i fortrolighet, leses av en annen på samme alder og sted.",
        measures=(
            "Én tråd for hver ungdom, og svar går bare dit de ble skrevet",
            "Svar må sendes uttrykkelig, og kan angres i noen sekunder",
        ),
        remains="Saksbehandleren kan selv svare i feil tråd. Angrefristen er kort.",
        level="medium",
    ),
    Risk(
        title="Telefonen til ungdommen leses av andre",
        harm="Foresatte, kjæreste eller en som truer, ser at ungdommen har kontakt.",
        measures=(
            "Ungdommen blir spurt om chatten skal ryddes",
            "Hjelpetelefoner og kvitteringer sendes uten tema i teksten",
        ),
        remains="Utebru kan ikke slette det ungdommen selv har skrevet på alle plattformer, og vet "
        "ikke hvem som holder telefonen.",
        level="high",
    ),
    Risk(
        title="Plattformen beholder meldingene",
        harm="Et selskap utenfor kommunens kontroll har en kopi av det som ble sagt.",
        measures=(
            "Kopier slettes der det går, med bevis for hver enkelt",
            "Loggen sier «vet ikke» når det ikke er kjent",
        ),
        remains="Ingen utenfor plattformen kan vite at en melding er slettet der. Ungdommen må få "
        "vite det før samtalen blir fortrolig.",
        level="high",
    ),
    Risk(
        title="Arbeidsrommet leses av noen som ikke er på teamet",
        harm="Ansatte i leverandøren, eller en gjest i rommet, leser fortrolige ord.",
        measures=(
            "Rommet får alias og ord, aldri navn eller bilde",
            "Et ukjent medlem i rommet alarmerer teamlederen",
            "Meldingene slettes når de er overført",
        ),
        remains="Så lenge samtalen pågår, ligger ordene hos leverandøren.",
        level="medium",
    ),
    Risk(
        title="En kollega leser uten grunn",
        harm="På et lite sted kan den som leser, kjenne ungdommen.",
        measures=(
            "Saker som ikke er delt, er usynlige, også i søk og tall",
            "Hver lesing noteres, og ungdommen kan få vite hvem som har lest",
        ),
        remains="Teamlederen ser alt i teamet. Loggen hindrer ikke lesing, den viser den etterpå.",
        level="medium",
    ),
    Risk(
        title="Samtykket er ikke fritt",
        harm="Ungdommen sier ja fordi de tror de ellers ikke får hjelp.",
        measures=(
            "Hjelpen venter ikke på svaret, og det sies i teksten",
            "Ett ord trekker samtykket, hele døgnet",
            "Ett formål i hvert spørsmål",
        ),
        remains="Styrkeforholdet mellom kommune og ungdom er skjevt. Om samtykke kan være "
        "behandlingsgrunnlag, må avgjøres av kommunen.",
        level="medium",
    ),
    Risk(
        title="Foresatte krever innsyn",
        harm="Opplysninger ungdommen har delt i tillit, kommer hjem.",
        measures=(
            "Foresatte har ingen egen tilgang; hvert krav avgjøres for seg",
            "Det som er gitt ut, står blant utleveringene",
        ),
        remains="Lovens aldersgrenser endres og tolkes ulikt. Vurderingen er menneskelig.",
        level="medium",
    ),
    Risk(
        title="Maskinen eller sikkerhetskopien blir stjålet",
        harm="Noen leser journalene til alle ungdommene på én gang.",
        measures=(
            "Alle ord er kryptert; nøklene ligger i en egen fil utenfor databasen",
            "Sletting ødelegger nøkkelen, så gamle kopier ikke kan leses",
        ),
        remains="Den som får både databasen og nøkkelfila, kan lese alt. De må aldri ligge i samme "
        "sikkerhetskopi.",
        level="medium",
    ),
    Risk(
        title="Noe blir borte",
        harm="En ungdom som bad om hjelp, får aldri svar, eller historien mangler når den trengs.",
        measures=(
            "En melding er lagret før plattformen får vite at den er mottatt",
            "Ingenting glemmes før det er lest tilbake fra journalen",
            "Det som står fast, vises til det er løst",
        ),
        remains="Uten prøvd gjenoppretting vet ingen om sikkerhetskopien virker.",
        level="low",
    ),
    Risk(
        title="Tall avslører noen",
        harm="På et lite sted kan ett tall i en tabell peke ut én ungdom.",
        measures=(
            "Registeret har ingen personopplysninger",
            "Tall under fem i krysstabeller holdes tilbake, og bare hele måneder krysses",
        ),
        remains="Den som kjenner stedet, kan gjette av tema og måned alene.",
        level="low",
    ),
)
