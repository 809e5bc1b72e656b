"""
Meta's apps and a mail app on a youth's phone.

There a youth is whoever has the same name, from the moment that they first open the app.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bots.sandbox.meta import Handset as WhatsAppPhone
from bots.sandbox.meta import MetaStandIn, WhatsAppStandIn
from bots.sandbox.meta import Phone as MetaPhone
from bots.sandbox.meta.people import Bubble
from bots.sandbox.outlook import OutlookStandIn, Person
from bots.sandbox.outlook.people import Enclosed
from bots.sandbox.shown import clock, day
from bots.sandbox.telegram import Phone

Json = dict[str, Any]
AnyPhone = MetaPhone | WhatsAppPhone

ACTS: Final[Mapping[str, Callable[[AnyPhone, Json], object]]] = {
    "says": lambda phone, order: phone.says(str(order["text"])),
    "edits": lambda phone, order: phone.edits(str(order["message_id"]), str(order["text"])),
    "deletes": lambda phone, order: phone.unsends(str(order["message_id"])),
    "presses": lambda phone, order: phone.presses(str(order["button"])),
}


class OnMeta:
    """Only the newest answers can be tapped, and they go when one is."""

    team = "Utekontakten"

    def __init__(
        self, title: str, known: Callable[[], Sequence[AnyPhone]], new: Callable[[str], AnyPhone]
    ) -> None:
        self.title, self._phones, self._new = title, known, new

    def screen(self, youth: Phone) -> Json:
        known = self._known(youth)
        bubbles = () if known is None else known.visible
        return {
            "blocked": None,
            "toast": "",
            "toasts": 0,
            "chat": [_bubble(bubble, newest=bubble is bubbles[-1]) for bubble in bubbles],
            "edits": True,
            "note": self.title,
        }

    def does(self, youth: Phone, order: Json) -> None:
        do = "says" if order.get("do") == "starts" else str(order.get("do"))
        ACTS[do](self._phone(youth), {"text": "hei", **order})

    def sends_file(self, youth: Phone, kind: str, data: bytes, name: str | None) -> None:
        phone = self._phone(youth)
        if isinstance(phone, MetaPhone):
            phone.sends_file(data, name or "fil", "image" if kind == "photo" else "file")
        elif kind == "photo":
            phone.sends_file(data, "image", "image/jpeg")
        else:
            phone.sends_file(data)

    def picture(self, _: str) -> bytes | None:
        return None

    def _known(self, youth: Phone) -> AnyPhone | None:
        return next((phone for phone in self._phones() if phone.name == youth.name), None)

    def _phone(self, youth: Phone) -> AnyPhone:
        return self._known(youth) or self._new(youth.name)


def on_messenger(meta: MetaStandIn) -> OnMeta:
    return OnMeta("Messenger", lambda: [p for p in meta.youths if p.kind == "page"], meta.youth)


def on_instagram(meta: MetaStandIn) -> OnMeta:
    return OnMeta(
        "Instagram", lambda: [p for p in meta.youths if p.kind == "instagram"], meta.on_instagram
    )


def on_whatsapp(whatsapp: WhatsAppStandIn) -> OnMeta:
    return OnMeta("WhatsApp", lambda: whatsapp.youths, whatsapp.youth)


def _bubble(bubble: Bubble, *, newest: bool) -> Json:
    return {
        "id": bubble.mid,
        "by": "bot" if bubble.ours else "youth",
        "at": clock(bubble.at),
        "day": day(bubble.at),
        "text": bubble.text,
        "kind": "document" if bubble.file else "text",
        "file": bubble.file,
        "picture": None,
        "buttons": [[label for label, _ in bubble.buttons]] if bubble.buttons and newest else [],
        "edited": False,
        "deleted": None,
    }


class OnMail:
    """Letters, and no buttons: the words alone answer."""

    title, team = "E-post", "Utekontakten"

    def __init__(self, outlook: OutlookStandIn) -> None:
        self._outlook = outlook
        self._people: dict[int, Person] = {}

    def screen(self, youth: Phone) -> Json:
        person = self._people.get(youth.id)
        letters = [] if person is None else person.letters
        return {
            "blocked": None,
            "toast": "",
            "toasts": 0,
            "chat": [
                {
                    "id": letter.id,
                    "by": "youth" if person and letter.sender == person.address else "bot",
                    "at": clock(letter.at),
                    "day": day(letter.at),
                    "text": letter.new or letter.text,
                    "kind": "text",
                    "file": None,
                    "picture": None,
                    "buttons": [],
                    "edited": False,
                    "deleted": None,
                }
                for letter in letters
            ],
            "edits": False,
            "note": self._outlook.mailbox.address,
        }

    def does(self, youth: Phone, order: Json) -> None:
        text = {"says": order.get("text"), "starts": "hei"}[str(order.get("do"))]
        person = self._person(youth)
        if person.received:
            person.answers(str(text))
        else:
            person.writes(str(text), "Hei")

    def sends_file(self, youth: Phone, kind: str, data: bytes, name: str | None) -> None:
        mime = "image/jpeg" if kind == "photo" else "application/octet-stream"
        file = Enclosed(name=name or "fil", mime=mime, body=data)
        self._person(youth).writes("", "Hei", files=(file,))

    def picture(self, _: str) -> bytes | None:
        return None

    def _person(self, youth: Phone) -> Person:
        if youth.id not in self._people:
            address = f"{youth.name.lower()}.{youth.id % 1000}@post.example"
            self._people[youth.id] = self._outlook.person(address, youth.name)
        return self._people[youth.id]
