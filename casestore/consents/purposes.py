"""What a youth can be asked to agree to: one thing at a time, each with an answer of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from casestore.consents.rules import JOURNAL
from casestore.texts.phrases import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """`naming` asks whom it concerns, where the purpose holds for somebody in particular."""

    code: str
    name: str
    naming: str | None = None


PURPOSES: Final = (
    Purpose(code=JOURNAL, name=_("Skrive journal")),
    Purpose(code="chat_transfer", name=_("Kopiere meldingene inn i journalen")),
    Purpose(
        code="share_colleague",
        name=_("Dele med en kollega"),
        naming=_("Hvilken kollega gjelder det?"),
    ),
    Purpose(code="share_external.school", name=_("Snakke med skolen")),
    Purpose(code="share_external.nav", name=_("Snakke med NAV")),
    Purpose(code="share_external.child_welfare", name=_("Snakke med barnevernet")),
    Purpose(code="share_external.health", name=_("Snakke med helsetjenesten")),
    Purpose(
        code="share_external.other",
        name=_("Snakke med noen andre utenfor Utekontakten"),
        naming=_("Hvem kan vi snakke med?"),
    ),
    Purpose(
        code="contact_guardian",
        name=_("Ta kontakt med foresatte"),
        naming=_("Hvilken foresatt kan vi kontakte?"),
    ),
    Purpose(code="remind_me", name=_("Ta kontakt med ungdommen først")),
)

BY_CODE: Final[Mapping[str, Purpose]] = {purpose.code: purpose for purpose in PURPOSES}


def purpose_name(code: str) -> str:
    """Give the words for a purpose; one nobody has words for as its code."""
    return BY_CODE[code].name if code in BY_CODE else code.replace("_", " ")
