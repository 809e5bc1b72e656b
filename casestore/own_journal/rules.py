"""
«Min journal», decided without a database: how long a code and a reading hold, how identity is
checked, and for which reasons something is left out.

The youth has full access (R61); nobody decides about it case by case (R62). Something is left out
only for a third person's sake (GDPR art. 15(4)), and that it is left out is shown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

CODE_HOLDS: Final = timedelta(minutes=30)
IDLE: Final = timedelta(minutes=30)
READING_AT_MOST: Final = timedelta(hours=2)

IDENTITY: Final[Mapping[str, str]] = {
    "known": "Ansikt til ansikt, og jeg kjenner ungdommen",
    "id_shown": "Ungdommen har vist legitimasjon",
    "strong_login": "Sterk innlogging et annet sted (BankID, Buypass)",
}
"""How it was made sure that the youth is who they say. A chat account is never enough (§2.7)."""

REASONS: Final[Mapping[str, str]] = {
    "private": "Det handler om noe privat hos en annen person.",
    "confided": "En annen person har fortalt det i fortrolighet.",
    "safety": "En annen person kunne bli utsatt for noe farlig hvis det ble vist.",
}
"""Why something is left out: a third person's sake, and nothing else."""

READ_WHAT: Final[Mapping[str, str]] = {
    "person.read": "Det som står om deg",
    "case.read": "Saken",
    "entry.read": "En samtale",
    "attachment.read": "Et vedlegg",
    "note.read": "Et notat",
    "consent.read": "Samtykkene",
    "file.read": "Et papir",
    "disclosure.read": "Det vi har fortalt videre",
    "search.read": "Litt av det, i et søk",
    "own_journal.preview": "Så over journalen før du fikk den",
    "own_journal.code": "Ga deg kode til journalen",
    "own_journal.opened": "Journalen ble åpnet med koden",
    "own_journal.read": "Journalen, åpnet med koden din",
    "own_journal.attachment": "Et vedlegg, åpnet med koden din",
    "own_journal.pack": "Laget en samlet kopi til deg",
}
"""What was done, in the words the youth is shown. Whatever else ends in `.read` is shown too."""

READINGS: Final = tuple(code for code in READ_WHAT if not code.endswith(".read"))


def reading_until(opened_at: datetime, now: datetime) -> datetime:
    """Say until when a reading holds that is used now."""
    return min(now + IDLE, opened_at + READING_AT_MOST)


def read_what(code: str) -> str:
    """Say what was read; a code nobody has words for is said as something in the journal."""
    return READ_WHAT.get(code, "Noe i journalen")


COPY_SAID: Final[Mapping[str, str]] = {
    "pending": "Ikke slettet ennå. Det skal den bli.",
    "gone": "Slettet. Vi har sett etter at den er borte.",
    "recoverable": "Slettet, men kan ennå hentes fram igjen en stund.",
    "refused": "Ikke slettet. Appen sa nei.",
    "too_late": "Ikke slettet. Den var for gammel til at appen lot oss slette den.",
    "unknown": "Vi vet ikke om den er borte.",
    "by_hand": "Ikke slettet ennå. En av oss må gjøre det for hånd.",
    "left_with_youth": "Ligger igjen hos deg, fordi du skal kunne lese den.",
    "held": "Tatt vare på, etter en beslutning.",
}
"""Each verdict about a copy in plain words. Never «slettet» when it is not known."""

ANSWERS: Final[Mapping[str, str]] = {
    "yes": "Du sa ja",
    "no": "Du sa nei",
    "dont_know": "Du sa at du ikke visste",
    "withdrawn": "Du trakk samtykket",
}


def copy_said(verdict: str) -> str:
    """Say what became of a copy; a verdict nobody has words for as its code."""
    return COPY_SAID.get(verdict, verdict.replace("_", " "))
