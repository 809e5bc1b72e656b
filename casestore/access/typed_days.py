"""Days in the forms about access."""

from datetime import date

from casestore.texts.phrases import _
from casestore.typed import day_typed
from casestore.users.rules import AccountRefused


def day_field(text: str, where: str) -> date | None:
    """Read a day; nothing typed is None, and what is no day is refused beside its field."""
    if not text.strip():
        return None
    day = day_typed(text)
    if day is None:
        raise AccountRefused(_("Skriv datoen som år-måned-dag."), where)
    return day
