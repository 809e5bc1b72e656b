"""Bokmål, as a person would say it to a thirteen-year-old. The version changes with the text."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "greeting": (
        "2026-11-1",
        "Hei! Du skriver til Utekontakten. Det er vanlige folk som leser og svarer, ikke en "
        "robot. {hours}\n\nDet er frivillig å snakke med oss, og du trenger ikke si hva du "
        "heter. Vi har taushetsplikt. Men hvis du eller noen andre er i fare, må vi noen "
        "ganger si fra til folk som kan hjelpe. Da prøver vi å snakke med deg først.\n\n"
        "Er det akutt, ring 113 (helse) eller 112 (politi). Skriv HJELP når som helst.",
    ),
    "hours.line": ("2026-11-1", "Vi leser meldinger {opening}."),
    "consent.journal": (
        "2026-11-1",
        "Er det greit at vi skriver ned det vi snakker om i en journal? Det gjelder også det "
        "du har skrevet nå. Bare vi som jobber på Utekontakten og har bruk for det, kan lese "
        "den. Du kan lese alt om deg selv, og du kan ombestemme deg når du vil: skriv STOPP. "
        "Du får hjelp selv om du sier nei.\n\nSvar JA, NEI eller VET IKKE.",
    ),
    "consent.changed": (
        "2026-11-1",
        "Teksten er endret siden sist, så vi må spørre deg på nytt. Ingenting er skrevet ned ennå.",
    ),
    "consent.meant": ("2026-11-1", "Mente du ja til at vi kan skrive journal?"),
    "consent.yes": (
        "2026-11-1",
        "Takk. Da skriver vi ned det vi snakker om. Ombestemmer du deg, skriv STOPP. Vil du "
        "lese det som står om deg, skriv INNSYN.",
    ),
    "consent.no": (
        "2026-11-1",
        "Det er helt greit. Vi skriver ingenting i journal, og du får hjelp likevel.",
    ),
    "consent.unsure": (
        "2026-11-1",
        "Det er helt greit. Vi skriver ingenting i journal nå. Spør oss gjerne hvis du lurer på noe.",
    ),
    "consent.withdrawn": (
        "2026-11-1",
        "Greit. Vi skriver ikke noe mer i journal om deg. Er det alt skrevet noe, kan vi ha "
        "plikt til å ta vare på det. En av oss forklarer deg hva som skjer.",
    ),
    "closed": (
        "2026-11-1",
        "Vi er ikke på jobb akkurat nå. Meldingen din er trygt mottatt, og vi svarer deg "
        "{next_open}. Trenger du noen å snakke med nå: {numbers}.",
    ),
    "crisis": (
        "2026-11-1",
        "Det du skriver er viktig. Du skal ikke stå alene i det.\n\nRing nå:\n{crisis}\n\n"
        "Vi sier fra til dem som jobber her, og et menneske leser det du har skrevet. "
        "Meldinger leses ikke hele døgnet, så ring hvis det haster.",
    ),
    "help": (
        "2026-11-1",
        "{hours}\n\nDet er de ansatte på Utekontakten som leser det du skriver.\n\n"
        "Trenger du hjelp med en gang:\n{crisis}\n\nDu kan skrive STOPP (ikke journal), INNSYN "
        "(les det som står om deg), SLETT (be om sletting) eller SPRÅK.",
    ),
    "access": (
        "2026-11-1",
        "Vi har notert at du vil se det som står om deg. En av oss tar kontakt og avtaler "
        "hvordan du kan lese det trygt.",
    ),
    "deletion": (
        "2026-11-1",
        "Vi har notert at du vil ha noe slettet. Lederen vår ser på det, og du får svar.",
    ),
    "language": (
        "2026-11-2",
        "Hvilket språk vil du ha? / Which language would you like?\n\nSvar NORSK / Answer ENGLISH.",
    ),
    "language.set": ("2026-11-1", "Da skriver jeg norsk. De ansatte svarer selv."),
    "waiting": (
        "2026-11-1",
        "Journalsystemet vårt er nede akkurat nå. Samtalen ligger kryptert og trygt hos oss, "
        "og blir ført så snart det virker igjen. Du trenger ikke gjøre noe.",
    ),
    "receipt.journal": (
        "2026-11-1",
        "Nå er samtalen skrevet i journalen din, og vi sletter kopiene våre. Skriv INNSYN hvis "
        "du vil lese den. Skriv gjerne igjen når du vil.",
    ),
    "receipt.contact": (
        "2026-11-1",
        "Samtalen er avsluttet. Vi har bare telt at noen tok kontakt. Det du skrev, "
        "blir ikke lagret hos oss. Skriv gjerne igjen når du vil.",
    ),
    "chat.ask": (
        "2026-11-1",
        "Vil du at vi skal slette denne chatten her hos deg også? Svarer du ikke, sletter vi "
        "den. Samtalen kan du lese i journalen.",
    ),
    "chat.ask_contact": (
        "2026-11-1",
        "Vil du at vi skal slette denne chatten her hos deg også? Svarer du ikke, blir den "
        "stående hos deg.",
    ),
    "chat.theirs": (
        "2026-11-1",
        "Vi får ikke slettet denne chatten hos deg. Vil du ha den bort, må du slette den selv i "
        "appen.",
    ),
    "chat.yes": ("2026-11-1", "Da sletter vi det vi får lov til å slette."),
    "chat.no": ("2026-11-1", "Da lar vi chatten stå."),
    "invitation": (
        "2026-11-1",
        "Hei! Vi så at du kommenterte hos oss. Lurer du på noe, eller vil du snakke med noen, kan "
        "du skrive til oss her, så er det bare vi på Utekontakten som leser det. {hours}\n\nDette er "
        "en automatisk melding, og du får den bare denne ene gangen. Er det akutt, ring 113 "
        "(helse) eller 112 (politi).",
    ),
    "file.too_large": (
        "2026-11-1",
        "Den fila var for stor til at vi fikk den. Kan du sende en mindre, eller fortelle med ord?",
    ),
    "file.lost": (
        "2026-11-1",
        "Den fila fikk vi ikke tak i. Kan du sende den en gang til, eller fortelle med ord?",
    ),
}

BUTTONS: Final[Mapping[str, str]] = {
    "yes": "Ja",
    "no": "Nei",
    "unsure": "Vet ikke",
    "chat.yes": "Ja, slett",
    "chat.no": "Nei, la stå",
    "language.nb": "Norsk",
    "language.en": "English",
}

DAYS: Final = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
"""Monday first."""

AT: Final = "{day} klokka {time}"
SPAN: Final = "{days} {start}–{end}"
ASIDE: Final = "når vi er tilbake"
"""When there are no opening hours to promise."""
