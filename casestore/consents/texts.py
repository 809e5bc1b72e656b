"""
The exact texts that youths sign on paper, in every edition that has been in use.

A text is never changed once it has been printed: a new edition is added, from a day on. What was
signed keeps the edition that was signed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What one line of the paper says."""

    purpose: str
    body: str

    @property
    def id(self) -> str:
        """What the text is called in the record."""
        return f"paper.{self.purpose}"

    @property
    def sha256(self) -> str:
        """The hash of the text as it stands on the paper."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One printing of the paper: in use from a day, until another in the same language is."""

    version: str
    language: str
    effective_from: date
    title: str
    before: str
    texts: Sequence[Text]
    after: str
    signature: str

    @property
    def id(self) -> str:
        """What the edition is called in forms."""
        return f"{self.version}.{self.language}"

    def text(self, purpose: str) -> Text | None:
        """Give the text for a purpose, if the paper has one."""
        return next((text for text in self.texts if text.purpose == purpose), None)


LANGUAGES: Final = {"nb": "bokmål", "en": "engelsk"}

EDITIONS: Final = (
    Edition(
        version="2019-1",
        language="nb",
        effective_from=date(2019, 9, 1),
        title="Det bestemmer du",
        before="Vi i Utekontakten har taushetsplikt. Men hvis du eller noen andre er i fare, må vi "
        "noen ganger si fra til folk som kan hjelpe. Da prøver vi å snakke med deg først. Sett "
        "kryss bare ved det du sier ja til.",
        texts=(
            Text(
                purpose="journal",
                body="Dere kan skrive ned det vi snakker om i en journal. Bare de som jobber på "
                "Utekontakten og har bruk for det, kan lese den. Jeg kan lese alt om meg selv.",
            ),
            Text(
                purpose="chat_transfer",
                body="Dere kan kopiere meldingene mine inn i journalen.",
            ),
            Text(
                purpose="share_colleague",
                body="Dere kan dele det som står i journalen, med denne kollegaen:",
            ),
            Text(
                purpose="share_external.school",
                body="Dere kan snakke med skolen min om meg.",
            ),
            Text(
                purpose="share_external.nav",
                body="Dere kan snakke med NAV om meg.",
            ),
            Text(
                purpose="share_external.child_welfare",
                body="Dere kan snakke med barnevernet om meg.",
            ),
            Text(
                purpose="share_external.health",
                body="Dere kan snakke med helsetjenesten om meg.",
            ),
            Text(
                purpose="share_external.other",
                body="Dere kan snakke om meg med:",
            ),
            Text(
                purpose="contact_guardian",
                body="Dere kan ta kontakt med denne forelderen eller foresatte:",
            ),
            Text(
                purpose="remind_me",
                body="Dere kan ta kontakt med meg først, for å høre hvordan det går.",
            ),
        ),
        after="Du får hjelp selv om du sier nei. Du kan ombestemme deg når du vil: Si det til en "
        "av oss, eller skriv STOPP.",
        signature="Sted, dato og underskrift",
    ),
    Edition(
        version="2019-1",
        language="en",
        effective_from=date(2019, 9, 1),
        title="You decide",
        before="We who work at Utekontakten keep what you tell us to ourselves. But if you or "
        "somebody else is in danger, we sometimes have to tell people who can help. We try to talk "
        "to you first. Tick only what you say yes to.",
        texts=(
            Text(
                purpose="journal",
                body="You can write down what we talk about in a journal. Only people who work at "
                "Utekontakten and need it can read it. I can read everything about me.",
            ),
            Text(
                purpose="chat_transfer",
                body="You can copy my messages into the journal.",
            ),
            Text(
                purpose="share_colleague",
                body="You can share what is in the journal with this colleague:",
            ),
            Text(
                purpose="share_external.school",
                body="You can talk to my school about me.",
            ),
            Text(
                purpose="share_external.nav",
                body="You can talk to NAV about me.",
            ),
            Text(
                purpose="share_external.child_welfare",
                body="You can talk to child welfare services about me.",
            ),
            Text(
                purpose="share_external.health",
                body="You can talk to health services about me.",
            ),
            Text(
                purpose="share_external.other",
                body="You can talk about me with:",
            ),
            Text(
                purpose="contact_guardian",
                body="You can get in touch with this parent or guardian:",
            ),
            Text(
                purpose="remind_me",
                body="You can get in touch with me first, to hear how I am doing.",
            ),
        ),
        after="You get help even if you say no. You can change your mind whenever you like: tell "
        "one of us, or write STOP.",
        signature="Place, date and signature",
    ),
)


def edition(its_id: str) -> Edition | None:
    """Give the edition of that id."""
    return next((one for one in EDITIONS if one.id == its_id), None)


def in_use(one: Edition, day: date) -> bool:
    """Say whether an edition was already printed on a day; an old one may be signed late."""
    return one.effective_from <= day


def newest_first() -> list[Edition]:
    """Give every edition, as they are offered: bokmål first, and the newest of each first."""
    by_age = sorted(EDITIONS, key=lambda one: one.effective_from, reverse=True)
    return sorted(by_age, key=lambda one: list(LANGUAGES).index(one.language))
