"""Words never reach `repr`: printing or logging a value cannot leak them."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

import pytest

from bridge import domain
from bridge.domain.ids import Address, Ref, Room
from bridge.domain.messages import By, Draft, File, Inbound, Kind, Said
from bridge.domain.speech import Changed, Manner, Mention, Post

CANARY = "kanarifugl"
AT = datetime(2026, 11, 23, tzinfo=UTC)

HOLDS_WORDS = {
    # what youths and caseworkers have said
    ("messages", "Draft", "text"),
    ("messages", "Entry", "text"),
    ("messages", "Said", "text"),
    ("messages", "Edited", "text"),
    ("messages", "Echoed", "text"),
    ("messages", "Reacted", "emoji"),
    ("messages", "Outbound", "text"),
    ("cards", "WordsCard", "text"),
    ("cards", "ReplyCard", "text"),
    ("cards", "Form", "text"),
    ("speech", "Post", "text"),
    ("speech", "Submitted", "text"),
    ("registering", "Registered", "text"),
    ("registering", "Standing", "text"),
    ("exports", "Exported", "text"),
    ("exports", "Known", "text"),
    ("exports", "Media", "name"),
    ("exports", "Talk", "name"),
    ("consent", "Consent", "text"),
    ("consent", "Consent", "reply"),
    ("delivery", "Delivery", "words"),
    ("phrases", "Spoken", "text"),
    # what files are called, and where they lie
    ("messages", "Attachment", "name"),
    ("messages", "File", "name"),
    ("messages", "File", "ref"),
    # who the youth is, at a platform
    ("messages", "Inbound", "address"),
    ("messages", "Commented", "comment"),
    ("threads", "Thread", "address"),
    ("copies", "Copy", "ref"),
    # what is secret until it is used, or for ever
    ("speech", "Command", "words"),
    ("transcript", "Heading", "salt"),
}
SAYS_NOTHING = {
    # codes, times, counts and the names of texts; each has been looked at
    ("backlog", "Backlog", "of"),
    ("cards", "AlarmCard", "alias"),
    ("cards", "Form", "about"),
    ("cards", "Form", "alias"),
    ("cards", "Form", "cases"),
    ("cards", "Form", "topics"),
    ("cards", "AlarmCard", "params"),
    ("cards", "ChecklistCard", "alias"),
    ("cards", "ChecklistCard", "channel"),
    ("cards", "WordsCard", "written_by"),
    ("exports", "Exported", "key"),
    ("exports", "Exported", "placeholder"),
    ("exports", "Media", "type"),
    ("registering", "Registered", "channel"),
    ("registering", "Registered", "key"),
    ("registering", "Registered", "user"),
    ("registering", "Registered", "moves"),
    ("registering", "Registration", "moves"),
    ("registering", "Registration", "channel"),
    ("registering", "Registration", "youths"),
    ("registering", "Standing", "alias"),
    ("cards", "NoticeCard", "alias"),
    ("cards", "NoticeCard", "params"),
    ("cards", "ReplyCard", "alias"),
    ("cards", "ReplyCard", "on"),
    ("cards", "ReplyCard", "author"),
    ("cards", "ReplyCard", "carried_by"),
    ("cards", "ReplyCard", "carry"),
    ("cards", "RootCard", "alias"),
    ("cards", "RootCard", "others"),
    ("cards", "RootCard", "channel"),
    ("cards", "RootCard", "owner"),
    ("cards", "WordsCard", "alias"),
    ("cards", "WordsCard", "on"),
    ("cards", "WordsCard", "placeholder"),
    ("cards", "WordsCard", "there"),
    ("consent", "Consent", "how"),
    ("consent", "Question", "asked_by"),
    ("consent", "Question", "language"),
    ("consent", "Question", "text_id"),
    ("consent", "Question", "version"),
    ("copies", "Copy", "author"),
    ("copies", "Copy", "channel"),
    ("copies", "Copy", "evidence"),
    ("delivery", "Delivery", "lane"),
    ("delivery", "Delivery", "params"),
    ("errands", "Errands", "new"),
    ("errands", "Errands", "team"),
    ("lifecycle", "ClosedAsContact", "digest"),
    ("lifecycle", "ClosedForJournal", "digest"),
    ("lifecycle", "Ledger", "digest"),
    ("lifecycle", "ReadBack", "digest"),
    ("lifecycle", "Withdrawn", "digest"),
    ("messages", "Attachment", "id"),
    ("messages", "Attachment", "sha256"),
    ("messages", "Attachment", "type"),
    ("messages", "Button", "data"),
    ("messages", "Button", "label"),
    ("messages", "DeletionAsked", "code"),
    ("messages", "Draft", "phrase"),
    ("messages", "Entry", "phrase"),
    ("messages", "File", "type"),
    ("messages", "Pressed", "data"),
    ("messages", "Pressed", "press"),
    ("messages", "Said", "placeholder"),
    ("phrases", "Numbers", "crisis"),
    ("phrases", "Numbers", "verified_on"),
    ("phrases", "Spoken", "id"),
    ("phrases", "Spoken", "language"),
    ("phrases", "Spoken", "version"),
    ("practice", "Practice", "team"),
    ("speech", "Clicked", "action"),
    ("speech", "Clicked", "user"),
    ("speech", "Clicked", "value"),
    ("speech", "Command", "user"),
    ("speech", "Post", "files"),
    ("speech", "Post", "user"),
    ("speech", "Submitted", "about"),
    ("speech", "Submitted", "case"),
    ("speech", "Submitted", "form"),
    ("speech", "Submitted", "topics"),
    ("speech", "Submitted", "user"),
    ("threads", "Conversation", "sealed_by"),
    ("threads", "Conversation", "warned"),
    ("threads", "Ending", "case"),
    ("threads", "Ending", "topics"),
    ("threads", "Thread", "alias"),
    ("threads", "Thread", "channel"),
    ("threads", "Thread", "language"),
    ("threads", "Thread", "last_out"),
    ("threads", "Thread", "team"),
    ("transcript", "Heading", "alias"),
    ("transcript", "Heading", "channel"),
    ("transcript", "Heading", "sealed_by"),
    ("transcript", "Heading", "team"),
    ("transcript", "Heading", "topics"),
}


def values() -> Iterator[tuple[str, type[object]]]:
    """Every kind of value in the domain, with the module it is written in."""
    for found in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        module = importlib.import_module(found.name)
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if is_dataclass(kind) and kind.__module__ == found.name:
                yield found.name.removeprefix(f"{domain.__name__}."), kind


VALUES = list(values())


@pytest.mark.parametrize(("module", "kind"), VALUES, ids=str)
def test_a_value_printed_says_nothing_of_what_was_said(module: str, kind: type[object]) -> None:
    """One line in a log, and a youth's words lie where nobody wipes them."""
    assert is_dataclass(kind)
    filled = object.__new__(kind)
    for field in fields(kind):
        shy = (module, kind.__name__, field.name) in HOLDS_WORDS
        object.__setattr__(filled, field.name, CANARY if shy else "")

    for printed in (repr(filled), str(filled), f"{filled}", f"{[filled]}"):
        assert CANARY not in printed
        assert kind.__name__ in printed


def test_every_text_in_every_value_has_been_looked_at() -> None:
    """A field added tomorrow is either hidden, or somebody says here that it may be seen."""
    texts = {
        (module, kind.__name__, field.name)
        for module, kind in VALUES
        if is_dataclass(kind)
        for field in fields(kind)
        if "str" in str(field.type) or (module, kind.__name__, field.name) in HOLDS_WORDS
    }

    assert texts == HOLDS_WORDS | SAYS_NOTHING
    assert not HOLDS_WORDS & SAYS_NOTHING


@pytest.mark.parametrize("kind", [kind for _, kind in VALUES], ids=str)
def test_nobody_can_alter_a_value_once_it_is_made(kind: type[object]) -> None:
    """What was decided on is what is done, also when two things happen at once."""
    assert is_dataclass(kind)
    filled = object.__new__(kind)

    with pytest.raises((AttributeError, TypeError)):
        setattr(filled, "new_name", CANARY)  # noqa: B010 - mypy knows it has no such name
    for field in fields(kind):
        with pytest.raises(AttributeError):
            setattr(filled, field.name, CANARY)


def test_words_inside_words_are_hidden_too() -> None:
    """An update in a post in an event: one open layer shows them all."""
    post = Post(
        room=Room("C1"),
        ref=Ref("C1/1"),
        root=None,
        user="U1",
        at=AT,
        mention=Mention.NONE,
        manner=Manner.PLAIN,
        text=CANARY,
    )
    file = File(ref=CANARY, name=f"{CANARY}.jpg", type="image/jpeg", size=None)
    said = Said(ref=Ref("7"), text=CANARY, files=(file,))

    for value in (
        Changed(post=post),
        Inbound(address=Address(CANARY), at=AT, fact=said),
        Draft(by=By.YOUTH, kind=Kind.SAID, at=AT, text=CANARY),
    ):
        assert CANARY not in repr(value)
        assert CANARY not in f"{value}"
