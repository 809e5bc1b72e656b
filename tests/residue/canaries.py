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
    whatsapp_said: str = field(repr=False)
    whatsapp_reply: str = field(repr=False)
    whatsapp_name: str = field(repr=False)
    whatsapp_number: str = field(repr=False)
    """Stands in every `wamid` too, in base64."""
    instagram_said: str = field(repr=False)
    instagram_unsent: str = field(repr=False)
    instagram_reply: str = field(repr=False)
    mail_said: str = field(repr=False)
    mail_reply: str = field(repr=False)
    mail_subject: str = field(repr=False)
    mail_address: str = field(repr=False)
    mail_file: str = field(repr=False)
    mail_file_name: str = field(repr=False)
    snap_said: str = field(repr=False)
    snap_reply: str = field(repr=False)
    snap_picture: str = field(repr=False)
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
            whatsapp_said=f"ringer {word(chance)}",
            whatsapp_reply=f"skriver {word(chance)}",
            whatsapp_name=word(chance).capitalize(),
            whatsapp_number=f"479{chance.randrange(10**7):07}",
            instagram_said=f"bilde {word(chance)}",
            instagram_unsent=f"angrer {word(chance)}",
            instagram_reply=f"ser {word(chance)}",
            mail_said=f"brev {word(chance)}",
            mail_reply=f"hilsen {word(chance)}",
            mail_subject=f"Om {word(chance)}",
            mail_address=f"{word(chance).translate(ASCII)}@post.example",
            mail_file=f"vedlegg {word(chance, 30)}",
            mail_file_name=f"{word(chance).translate(ASCII)}.txt",
            snap_said=f"snap {word(chance)}",
            snap_reply=f"svar {word(chance)}",
            snap_picture=f"skjermbilde {word(chance, 30)}",
            tokens=Tokens(
                telegram=f"{plain[:10]}:AA{word(chance, 33).translate(ASCII)}",
                slack_bot=f"xoxb-{plain}-{word(chance).translate(ASCII)}",
                slack_app=f"xapp-1-{plain}-{word(chance).translate(ASCII)}",
                slack_admin=f"xoxp-{plain}-{word(chance).translate(ASCII)}",
                slack_signing_secret=word(chance, 32).translate(ASCII),
                meta=f"EAA{word(chance, 40).translate(ASCII)}",
                meta_secret=f"{chance.randrange(16**32):032x}",
                meta_verify=word(chance, 24).translate(ASCII),
                whatsapp=f"EAA{word(chance, 40).translate(ASCII)}",
                outlook=f"{word(chance, 20).translate(ASCII)}~{word(chance, 20).translate(ASCII)}",
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
TOKENS = ("telegram", "slack_bot", "slack_app", "slack_admin", "slack_signing_secret",
          "meta", "meta_secret", "meta_verify", "whatsapp", "outlook")  # fmt: skip
WORDS = (
    "said", "said_last", "said_there", "reply_there",
    "whatsapp_said", "whatsapp_reply", "whatsapp_name", "whatsapp_number",
    "instagram_said", "instagram_unsent", "instagram_reply",
    "mail_said", "mail_reply", "mail_subject", "mail_address", "mail_file",
    "mail_file_name", "snap_said", "snap_reply", "snap_picture",
    "edit", "reply", "reply_edit", "form_reply",
    "note", "code", "poison",
    "file_content", "file_name", "name", "handle", "user_id",
)  # fmt: skip
NEVER_KEPT = frozenset({"whatsapp_name", "instagram_unsent"})
"""What no bridge keeps, however careless: it is left at the door, or taken back."""
