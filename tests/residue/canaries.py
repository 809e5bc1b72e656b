"""What goes through everything, and must not be found anywhere afterwards."""

import random
from dataclasses import dataclass, field
from typing import Self

from bots.sandbox.world import Sandbox, Tokens

LETTERS = "bcdfghjklmnprstvæøå"


def word(chance: random.Random, length: int = 14) -> str:
    """Letters in an order that nobody has written before."""
    return "".join(chance.choice(LETTERS) for _ in range(length))


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """By what they are; each is said, sent or used exactly as it stands here."""

    said: str = field(repr=False)
    said_last: str = field(repr=False)
    said_there: str = field(repr=False)
    reply_there: str = field(repr=False)
    edit: str = field(repr=False)
    reply: str = field(repr=False)
    reply_edit: str = field(repr=False)
    form_reply: str = field(repr=False)
    note: str = field(repr=False)
    code: str = field(repr=False)
    poison: str = field(repr=False)
    file_content: str = field(repr=False)
    file_name: str = field(repr=False)
    name: str = field(repr=False)
    handle: str = field(repr=False)
    user_id: int
    tokens: Tokens = field(repr=False)

    @classmethod
    def drawn(cls, seed: int) -> Self:
        chance = random.Random(seed)
        plain = f"{chance.randrange(10**12):012}"
        return cls(
            said=f"jeg {word(chance)} 🙈",
            said_last=f"og {word(chance)}",
            edit=f"nei, {word(chance)}",
            reply=f"vi {word(chance)}",
            reply_edit=f"dere {word(chance)}",
            form_reply=f"hun {word(chance)}",
            note=f"hva med {word(chance)}",
            code=f"K{plain[:7]}",
            poison=f"gift {word(chance)}",
            file_content=f"innhold {word(chance, 30)}",
            file_name=f"{word(chance)}.txt",
            name=word(chance).capitalize(),
            handle=f"kanari_{plain}",
            user_id=7_000_000_000 + chance.randrange(10**9),
            said_there=f"her {word(chance)}",
            reply_there=f"der {word(chance)}",
            tokens=Tokens(
                telegram=f"{plain[:10]}:AA{word(chance, 33).translate(ASCII)}",
                slack_bot=f"xoxb-{plain}-{word(chance).translate(ASCII)}",
                slack_app=f"xapp-1-{plain}-{word(chance).translate(ASCII)}",
                slack_admin=f"xoxp-{plain}-{word(chance).translate(ASCII)}",
                slack_signing_secret=word(chance, 32).translate(ASCII),
            ),
        )

    def sandbox(self) -> Sandbox:
        return Sandbox(tokens=self.tokens)

    def all(self) -> dict[str, str]:
        """Everything to look for, without what every sentence begins with."""
        tokens = {name: getattr(self.tokens, name) for name in TOKENS}
        said = {name: str(getattr(self, name)) for name in WORDS}
        return {name: text.rpartition(" ")[2] if "🙈" not in text else text
                for name, text in {**said, **tokens}.items()}  # fmt: skip


ASCII = str.maketrans("æøå", "aoq")
TOKENS = ("telegram", "slack_bot", "slack_app", "slack_admin", "slack_signing_secret")
WORDS = (
    "said", "said_last", "said_there", "reply_there", "edit", "reply", "reply_edit", "form_reply",
    "note", "code", "poison",
    "file_content", "file_name", "name", "handle", "user_id",
)  # fmt: skip
