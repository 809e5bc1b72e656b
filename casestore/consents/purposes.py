"""What a youth can be asked to agree to: one thing at a time, each with an answer of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from casestore.consents.rules import JOURNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """`naming` asks whom it concerns, where the purpose holds for somebody in particular."""

    code: str
    name: str
    naming: str | None = None


PURPOSES: Final = (
    Purpose(code=JOURNAL, name="Skrive journal"),
    Purpose(code="chat_transfer", name="Kopiere meldingene inn i journalen"),
    Purpose(
        code="share_colleague", name="Dele med en kollega", naming="Hvilken kollega gjelder det?"
    ),
    Purpose(code="share_external.school", name="Snakke med skolen"),
    Purpose(code="share_external.nav", name="Snakke med NAV"),
    Purpose(code="share_external.child_welfare", name="Snakke med barnevernet"),
    Purpose(code="share_external.health", name="Snakke med helsetjenesten"),
    Purpose(
        code="share_external.other",
        name="Snakke med noen andre utenfor Utekontakten",
        naming="Hvem kan vi snakke med?",
    ),
    Purpose(
        code="contact_guardian",
        name="Ta kontakt med foresatte",
        naming="Hvilken foresatt kan vi kontakte?",
    ),
    Purpose(code="remind_me", name="Ta kontakt med ungdommen først"),
)

BY_CODE: Final[Mapping[str, Purpose]] = {purpose.code: purpose for purpose in PURPOSES}


def purpose_name(code: str) -> str:
    """Give the words for a purpose; one nobody has words for as its code."""
    return BY_CODE[code].name if code in BY_CODE else code.replace("_", " ")
