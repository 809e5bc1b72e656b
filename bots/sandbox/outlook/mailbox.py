"""A mailbox in Exchange: its folders, what lies in them, and what has changed since when."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bots.sandbox.outlook import refusals
from bots.sandbox.outlook.people import Enclosed, Letter
from bots.sandbox.outlook.refusals import Refused

Json = dict[str, Any]

DRAFTS: Final = "drafts"
INBOX: Final = "inbox"
SENT: Final = "sentitems"
ON_ITS_WAY: Final = "outbox"
PURGES: Final = "purges"
"""Recoverable Items: no app finds what lies here, and an administrator may bring it back."""

PROPERTY: Final = re.compile(r"\bid eq '([^']+)'")
"""Only those are told that are asked for by name («Get singleValueLegacyExtendedProperty»)."""

QUIET: Final = frozenset({PURGES, ON_ITS_WAY})


@dataclass(slots=True, kw_only=True)
class Item:
    id: str
    folder: str
    letter: Letter = field(repr=False)
    changed: int
    draft: bool = False
    created: datetime
    properties: list[Json] = field(default_factory=list, repr=False)
    arrives_at: datetime | None = None


class Mailbox:
    def __init__(self, address: str, clock: Callable[[], datetime]) -> None:
        self.address, self._clock = address, clock
        self.items: dict[str, Item] = {}
        self.lag = timedelta()
        """How long it takes until what was sent lies in Sent Items."""
        self.page = 10
        self._turn = 0
        self._gone: list[tuple[int, str, str]] = []
        self._tokens: dict[str, Json] = {}

    @property
    def changes(self) -> int:
        """How often anything in it has changed."""
        return sum(item.changed for item in self.items.values())

    def add(self, letter: Letter, folder: str, **more: Any) -> Item:
        self._turn += 1
        seal = hashlib.sha256(f"{self.address} {self._turn}".encode()).hexdigest()[:40]
        item = Item(
            id=f"AAkALg{seal}AAA=", folder=folder, letter=letter, changed=self._turn,
            created=self._clock(), **more,
        )  # fmt: skip
        self.items[item.id] = item
        return item

    def find(self, told: str) -> Item:
        """By either of its ids. What is erased, or not there yet, is not found."""
        for item in self.items.values():
            if told in (item.id, mutable(item)) and item.folder != PURGES:
                self._arrive(item)
                if item.folder != ON_ITS_WAY:
                    return item
        raise Refused(refusals.NO_ITEM)

    def move(self, item: Item, folder: str) -> None:
        self._turn += 1
        self._gone.append((self._turn, item.folder, item.id))
        item.folder, item.changed = folder, self._turn

    def touch(self, item: Item) -> None:
        """Read, flagged, categorised: it is told anew, and nothing in it is."""
        self._turn += 1
        item.changed = self._turn

    def sent(self, item: Item) -> None:
        item.draft, item.arrives_at = False, self._clock() + self.lag
        self.move(item, ON_ITS_WAY)
        self._arrive(item)

    def forget_tokens(self) -> None:
        self._tokens.clear()

    def delta(self, folder: str, query: Mapping[str, str]) -> tuple[list[Item | str], str, bool]:
        """A page of what has changed (a str: gone), the token that goes on, and whether it ends."""
        for item in self.items.values():
            self._arrive(item)
        told = query.get("$skiptoken") or query.get("$deltatoken")
        state: Json = {"folder": folder, "since": 0, "seen": 0, "from": _since(query)}
        if told is not None:
            if told not in self._tokens:
                raise Refused(refusals.SYNC_LOST)
            state = self._tokens[told]
        changes = self._changes(state)
        first = int(state["seen"])
        page, last = changes[first : first + self.page], first + self.page >= len(changes)
        following = (
            state | {"since": self._turn, "seen": 0}
            if last
            else state | {"seen": first + self.page}
        )
        return page, self._token(following), last

    def _changes(self, state: Json) -> list[Item | str]:
        """In no promised order: here the newest first, so that nobody relies on another."""
        folder, since = state["folder"], state["since"]
        there = [
            i for i in self.items.values()
            if i.folder == folder and i.changed > since and i.letter.at >= state["from"]
        ]  # fmt: skip
        gone = [each for turn, of, each in self._gone if of == folder and turn > since]
        still = {item.id for item in there}
        new: list[Item | str] = [*sorted(there, key=lambda i: -i.changed)]
        return [*new, *(each for each in gone if each not in still and since)]

    def _token(self, state: Json) -> str:
        told = json.dumps({**state, "from": state["from"].isoformat()}, sort_keys=True)
        token = hashlib.sha256(told.encode()).hexdigest()[:32]
        self._tokens[token] = state
        return token

    def _arrive(self, item: Item) -> None:
        if item.folder == ON_ITS_WAY and item.arrives_at and item.arrives_at <= self._clock():
            self.move(item, SENT)


def mutable(item: Item) -> str:
    """The id for whoever does not ask for one that stays; it changes with the folder."""
    return f"AAMkAD{hashlib.sha256(f'{item.folder} {item.id}'.encode()).hexdigest()[:40]}AAA="


def _since(query: Mapping[str, str]) -> datetime:
    told = query.get("$filter", "receivedDateTime ge 1970-01-01T00:00:00Z")
    words = told.split(" ")
    if len(words) != 3 or words[0] != "receivedDateTime" or words[1] not in {"ge", "gt"}:
        raise Refused(refusals.BAD_QUERY)
    return datetime.fromisoformat(words[2])


def described(item: Item, *, immutable: bool, mailbox: str) -> Json:
    """As Graph tells it whole; `selected` leaves out what was not asked for."""
    letter = item.letter
    kind, content = ("html", letter.html) if letter.html is not None else ("text", letter.text)
    new = letter.new if letter.new is not None else content
    headers = [{"name": name, "value": value} for name, value in _headers(letter)]
    ours = letter.sender == mailbox
    return {
        "@odata.etag": f'W/"CQAAABYAAAB{item.changed}"',
        "id": item.id if immutable else mutable(item),
        "createdDateTime": _time(item.created),
        "receivedDateTime": _time(letter.at), "sentDateTime": _time(letter.at),
        "hasAttachments": any(not each.inline for each in letter.files),
        "internetMessageId": letter.id, "subject": letter.subject,
        "bodyPreview": letter.text[:255], "isDraft": item.draft,
        "body": {"contentType": kind, "content": content},
        "uniqueBody": {"contentType": kind if letter.new is None else "text", "content": new},
        "from": person(letter.sender), "sender": person(letter.sender),
        "toRecipients": [person(each) for each in letter.to],
        "ccRecipients": [person(each) for each in letter.copied],
        "bccRecipients": [], "replyTo": [], "conversationId": "AAQkAD",
        # Only what has come over the wire has any.
        "internetMessageHeaders": None if ours else headers,
        "attachments": [enclosed(item, n) for n in range(len(letter.files))],
        "singleValueExtendedProperties": item.properties,
    }  # fmt: skip


def enclosed(item: Item, number: int) -> Json:
    file: Enclosed = item.letter.files[number]
    size = len(file.body) + 200 if file.announced is None else file.announced
    return {
        "@odata.type": f"#microsoft.graph.{file.kind}Attachment",
        "id": f"{item.id[:-4]}BEgAQ{number}=", "name": file.name, "contentType": file.mime,
        "size": size, "isInline": file.inline,
    }  # fmt: skip


def selected(whole: Json, query: Mapping[str, str]) -> Json:
    """«Query parameters»: some are told only when they are asked for by name."""
    asked = [name for name in query.get("$select", "").split(",") if name]
    hidden = {
        "uniqueBody",
        "internetMessageHeaders",
        "attachments",
        "singleValueExtendedProperties",
    }
    expanded = {name for name in hidden if f"{name}(" in query.get("$expand", "") + "("}
    names = set(asked) | {"id"} if asked else set(whole) - hidden
    marks = PROPERTY.findall(query.get("$expand", ""))
    whole = whole | {"singleValueExtendedProperties": [
        each for each in whole["singleValueExtendedProperties"] if each["id"] in marks
    ]}  # fmt: skip
    return {
        name: value for name, value in whole.items()
        if name.startswith("@") or name in expanded
        or (name in names and name not in {"attachments", "singleValueExtendedProperties"})
    }  # fmt: skip


def person(address: str) -> Json:
    return {"emailAddress": {"name": address, "address": address}}


def _headers(letter: Letter) -> list[tuple[str, str]]:
    answers = [("In-Reply-To", letter.answers), ("References", letter.answers)]
    told = [(name, value) for name, value in answers if value is not None]
    return [*letter.headers, ("Message-ID", letter.id), ("From", letter.sender), *told]


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
