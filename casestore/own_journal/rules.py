"""
«Min journal», decided without a database: how long a code and a reading hold, how identity is
checked, and for which reasons something is left out.

The youth has full access (R61); nobody decides about it case by case (R62). Something is left out
only for a third person's sake (GDPR art. 15(4)), and that it is left out is shown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from casestore.texts.phrases import _

CODE_HOLDS: Final = timedelta(minutes=30)
IDLE: Final = timedelta(minutes=30)
READING_AT_MOST: Final = timedelta(hours=2)

IDENTITY: Final[Mapping[str, str]] = {
    "known": _("Ansikt til ansikt, og jeg kjenner ungdommen"),
    "id_shown": _("Ungdommen har vist legitimasjon"),
    "strong_login": _("Sterk innlogging et annet sted (BankID, Buypass)"),
}
"""How it was made sure that the youth is who they say. A chat account is never enough (§2.7)."""

REASONS: Final[Mapping[str, str]] = {
    "private": _("Det handler om noe privat hos en annen person."),
    "confided": _("En annen person har fortalt det i fortrolighet."),
    "safety": _("En annen person kunne bli utsatt for noe farlig hvis det ble vist."),
}
"""Why something is left out: a third person's sake, and nothing else."""

READ_WHAT: Final[Mapping[str, str]] = {
    "person.read": _("Det som står om deg"),
    "case.read": _("Saken"),
    "entry.read": _("En samtale"),
    "attachment.read": _("Et vedlegg"),
    "note.read": _("Et notat"),
    "consent.read": _("Samtykkene"),
    "file.read": _("Et papir"),
    "disclosure.read": _("Det vi har fortalt videre"),
    "search.read": _("Litt av det, i et søk"),
    "own_journal.preview": _("Så over journalen før du fikk den"),
    "own_journal.code": _("Ga deg kode til journalen"),
    "own_journal.opened": _("Journalen ble åpnet med koden"),
    "own_journal.read": _("Journalen, åpnet med koden din"),
    "own_journal.attachment": _("Et vedlegg, åpnet med koden din"),
    "own_journal.pack": _("Laget en samlet kopi til deg"),
}
"""What was done, in the words the youth is shown. Whatever else ends in `.read` is shown too."""

READINGS: Final = tuple(code for code in READ_WHAT if not code.endswith(".read"))


def reading_until(opened_at: datetime, now: datetime) -> datetime:
    """Say until when a reading holds that is used now."""
    return min(now + IDLE, opened_at + READING_AT_MOST)


def read_what(code: str) -> str:
    """Say what was read; a code nobody has words for is said as something in the journal."""
    return READ_WHAT.get(code, _("Noe i journalen"))


COPY_SAID: Final[Mapping[str, str]] = {
    "pending": _("Ikke slettet ennå. Det skal den bli."),
    "gone": _("Slettet. Vi har sett etter at den er borte."),
    "recoverable": _("Slettet, men kan ennå hentes fram igjen en stund."),
    "refused": _("Ikke slettet. Appen sa nei."),
    "out_of_reach": _("Ikke slettet. Bare du kan slette den, i appen."),
    "too_late": _("Ikke slettet. Den var for gammel til at appen lot oss slette den."),
    "unknown": _("Vi vet ikke om den er borte."),
    "by_hand": _("Ikke slettet ennå. En av oss må gjøre det for hånd."),
    "ticked": _("En av oss sier at den er slettet for hånd hos oss. Det lar seg ikke se etter."),
    "left_with_youth": _("Ligger igjen hos deg, fordi du skal kunne lese den."),
    "held": _("Tatt vare på, etter en beslutning."),
}
"""Each verdict about a copy in plain words. Never «slettet» when it is not known."""

ANSWERS: Final[Mapping[str, str]] = {
    "yes": _("Du sa ja"),
    "no": _("Du sa nei"),
    "dont_know": _("Du sa at du ikke visste"),
    "withdrawn": _("Du trakk samtykket"),
}


def copy_said(verdict: str) -> str:
    """Say what became of a copy; a verdict nobody has words for as its code."""
    return COPY_SAID.get(verdict, verdict.replace("_", " "))
