"""
The parts of the guides that are drawn from the code.

A part stands between `<!-- drawn: name -->` and `<!-- end -->`. Tests compare; to draw them
all anew: python -m tests.support.pages
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from bots.carried import snapchat
from bots.meta import instagram, messenger, whatsapp
from bots.outlook import channel as outlook
from bots.slack.manifest import BOT_SCOPES, EVENTS, USER_SCOPES
from bots.slack.texts import CHANNEL
from bots.telegram.channel import TelegramChannel
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.catalogue import nb
from bridge.domain.consent import ACT, Heard, Standing
from bridge.domain.copies import VERDICT
from bridge.domain.delivery import MOVES
from bridge.domain.farewell import FATE
from bridge.domain.late import TREATMENT, Fact
from bridge.domain.lifecycle import NEXT, Stage
from bridge.domain.phrases import say
from bridge.domain.windows import MAY
from bridge.wiring import settings_of

ROOT: Final = Path(__file__).parents[2]
CHANNELS: Final[Mapping[str, Capabilities]] = {
    TelegramChannel.name: TelegramChannel.capabilities,
    messenger.MessengerChannel.name: messenger.CAPABILITIES,
    instagram.InstagramChannel.name: instagram.CAPABILITIES,
    whatsapp.WhatsAppChannel.name: whatsapp.CAPABILITIES,
    outlook.OutlookChannel.name: outlook.CAPABILITIES,
    snapchat.NAME: snapchat.CAPABILITIES,
}


def capabilities() -> str:
    names = list(Capabilities.__dataclass_fields__)
    rows = [[f"`{name}`", *(_can(c, name) for c in CHANNELS.values())] for name in names]
    return _table(["", *(CHANNEL[name] for name in CHANNELS)], rows)


def _can(channel: Capabilities, name: str) -> str:
    value = getattr(channel, name)
    # Where there is no first limit there is nothing to be late for, and where nothing is erased
    # there is nothing to be too old for it.
    erases = channel.erase_ours.works or channel.erase_theirs.works
    meaningless = {"answer_late": value is None, "erase_within": not erases}
    return "–" if meaningless.get(name) else _degree(value)


def _degree(value: object) -> str:
    match value:
        case Support():
            return value.name.lower()
        case timedelta():
            hours, seconds = divmod(value.total_seconds(), 3600)
            return f"{hours:g} h" if not seconds else f"{value.total_seconds():g} s"
        case None:
            return "no limit"
        case _:
            return f"{value:,}".replace(",", " ")


def lifecycle() -> str:
    moves = [f"    {a} --> {b}: {event.__name__}" for (a, event), b in NEXT.items()]
    return _mermaid(["stateDiagram-v2", f"    [*] --> {Stage.OPEN}", *moves])


def delivery() -> str:
    moves = [f"    {a} --> {b}: {move}" for (a, move), b in MOVES.items()]
    return _mermaid(["stateDiagram-v2", *moves])


def consent() -> str:
    return _grid("heard", Heard, Standing, lambda heard, standing: ACT.get((heard, standing)))


def late() -> str:
    return _grid("what comes", Fact, Stage, lambda fact, stage: TREATMENT.get((fact, stage)))


def farewell() -> str:
    rows = [
        [f"{chat}", f"{filing}", "yes" if waited else "no", f"{fate}"]
        for (chat, filing, waited), fate in FATE.items()
    ]
    return _table(["the youth said", "filed as", "waited long enough", "then"], rows)


def windows() -> str:
    rows = [[f"{window}", f"{by}", f"{may}"] for (window, by), may in MAY.items()]
    return _table(["the window is", "who writes", "may"], rows)


def verdicts() -> str:
    rows = [[f"{place}", f"{how}", f"{verdict}"] for (place, how), verdict in VERDICT.items()]
    return _table(["place", "what is known", "verdict"], rows)


def texts() -> str:
    """What the bot says in bokmål, as the youth reads it with the settings nobody has changed."""
    usual, monday = settings_of({}), datetime(2026, 11, 23, 6, tzinfo=UTC)
    parts = []
    for name in WHEN:
        said = say(name, "nb", hours=usual.hours, numbers=usual.numbers, now=monday)
        quoted = "\n".join(f"> {line}".rstrip() for line in said.text.split("\n"))
        parts.append(f"**{WHEN[name]}** <sub>{name}, {said.version}</sub>\n\n{quoted}")
    buttons = " · ".join(f"«{label}»" for label in nb.BUTTONS.values())
    return "\n\n".join([*parts, f"**Knappene:** {buttons}"])


INSIDE_OTHERS: Final = frozenset({"hours.line"})

WHEN: Final[Mapping[str, str]] = {
    "greeting": "Første gang du skriver",
    "consent.journal": "Spørsmålet om journal",
    "consent.changed": "Når teksten er endret siden sist",
    "consent.meant": "Når vi er i tvil om hva du svarte ja til",
    "consent.yes": "Når du sier ja",
    "consent.no": "Når du sier nei",
    "consent.unsure": "Når du ikke vet",
    "consent.withdrawn": "Når du skriver STOPP",
    "closed": "Når vi ikke er på jobb",
    "crisis": "Når det du skriver kan bety at du er i fare",
    "help": "Når du skriver HJELP",
    "access": "Når du skriver INNSYN",
    "deletion": "Når du skriver SLETT",
    "language": "Når du skriver SPRÅK",
    "language.set": "Når du har valgt språk",
    "waiting": "Når journalsystemet er nede",
    "receipt.journal": "Når samtalen er ført i journalen",
    "receipt.contact": "Når samtalen er over og ingenting er ført",
    "chat.ask": "Om chatten hos deg, når samtalen er ført",
    "chat.ask_contact": "Om chatten hos deg, når ingenting er ført",
    "chat.theirs": "Om chatten hos deg, der vi ikke kan slette den",
    "chat.yes": "Når du vil ha chatten slettet",
    "chat.no": "Når du vil beholde chatten",
    "file.too_large": "Når en fil er for stor",
    "file.lost": "Når en fil ikke lot seg hente",
    "invitation": "Når du har kommentert på siden vår",
}


def script() -> str:
    return f"```python\n{(ROOT / 'docs' / 'verify_export.py').read_text().rstrip()}\n```"


def slack_scopes() -> str:
    rows = [
        ["Bot-scopes", " ".join(f"`{scope}`" for scope in BOT_SCOPES)],
        ["Bruker-scopes (vaskekontoen)", " ".join(f"`{scope}`" for scope in USER_SCOPES)],
        ["Hendelser", " ".join(f"`{event}`" for event in EVENTS)],
    ]
    return _table(["", "Det Slack-appen ber om"], rows)


def _grid(
    corner: str,
    down: type[StrEnum],
    across: type[StrEnum],
    cell: Callable[..., StrEnum | None],
) -> str:
    rows = [[f"`{row}`", *(f"{cell(row, col) or '–'}" for col in across)] for row in down]
    return _table([corner, *(f"{col}" for col in across)], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _mermaid(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```"])


DRAWN: Final[Mapping[str, Callable[[], str]]] = {
    "capabilities": capabilities,
    "lifecycle": lifecycle,
    "delivery": delivery,
    "consent": consent,
    "late": late,
    "farewell": farewell,
    "verdicts": verdicts,
    "windows": windows,
    "texts": texts,
    "script": script,
    "slack-scopes": slack_scopes,
}
PAGES: Final = (
    "bots/README.md",
    "bridge/README.md",
    "docs/for-youth.md",
    "docs/team-leader.md",
    "docs/operations.md",
)
_PART: Final = re.compile(r"(<!-- drawn: (?P<name>[\w-]+) -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)


def drawn(page: str) -> str:
    """The page with every drawn part drawn anew."""
    return _PART.sub(lambda part: part[1] + DRAWN[part["name"]]() + part[3], page)


def parts_of(page: str) -> set[str]:
    return {part["name"] for part in _PART.finditer(page)}


if __name__ == "__main__":
    for name in PAGES:
        path = ROOT / name
        path.write_text(drawn(path.read_text()))
