"""Whatever comes, it is understood or set aside; it never stops those behind it."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from bots.telegram.channel import TelegramChannel
from bots.telegram.contents import ENVELOPE
from bots.telegram.convert import read
from bots.telegram.raw import split, update_id
from bots.values import depth
from bridge.domain.messages import Inbound
from bridge.ports import Unreadable
from tests.bots.incoming import ANYTHING, read_or_set_aside
from tests.bots.telegram.shapes import PRIVATE, TOKEN, message, update

keys = st.sampled_from(
    [*sorted(ENVELOPE), "photo", "sticker", "voice", "document", "poll", "venue", "location",
     "animation", "contact", "message", "pinned_message", "status", "data", "id"]
) | st.text()  # fmt: skip
kinds = st.sampled_from(
    ["message", "edited_message", "callback_query", "my_chat_member", "tomorrow"]
)
odd_updates = st.builds(
    lambda kind, about, more: update(kind, about | more),
    kinds,
    st.sampled_from(
        [message(), {}, {"chat": PRIVATE, "date": 5}, {"message": message(), "id": "1"}]
    ),
    st.dictionaries(keys, ANYTHING, max_size=5),
)


def understood(body: bytes) -> Inbound | None:
    try:
        return read(body)
    except Unreadable:
        return None


@given(st.binary())
@example(b"\xef\xbb\xbf{}")
@example(b"{" * 200_000)
def test_any_bytes_are_understood_or_set_aside(body: bytes) -> None:
    """One poison update harms nobody."""
    understood(body)


@given(ANYTHING | odd_updates)
def test_any_json_is_understood_or_set_aside(value: object) -> None:
    """What is understood can also be stored: no half characters."""
    read_or_set_aside(read, json.dumps(value).encode())


@given(st.lists(odd_updates, max_size=6), st.booleans())
def test_updates_are_told_apart_without_being_parsed(updates: list[object], spaced: bool) -> None:
    """The neighbours of an update that no parser takes still arrive, as they came."""
    separators = (", ", ": ") if spaced else (",", ":")
    bodies = [json.dumps(each, separators=separators).encode() for each in updates]
    deep = b'{"update_id": 9, "message": ' + b"[" * 9_000 + b"]" * 9_000 + b"}"

    found = list(split(b'{"ok":true,"result":[' + b",".join([deep, *bodies]) + b'],"odd":[{}]}'))

    assert found == [deep, *bodies]
    assert [update_id(each) for each in found] == [9] + [812_550_017] * len(bodies)
    assert depth(deep) == 9_001


def test_an_answer_without_updates_holds_none() -> None:
    """An error page in the place of an answer must not look like words."""
    assert list(split(b'{"ok":true,"result":true}')) == []
    assert list(split(b'{"ok":true,"result":[]}')) == []
    assert list(split(b"<html>")) == []
    assert update_id(b'{"message":{"text":"\\"update_id\\": 7"}}') is None


def test_a_channel_reads_and_cuts_without_a_connection() -> None:
    """Reading is pure: it is done again after a crash."""
    channel = TelegramChannel(TOKEN)

    assert understood(json.dumps(update("message", message(text="hei"))).encode()) == channel.read(
        json.dumps(update("message", message(text="hei"))).encode()
    )
    assert channel.pieces("hei") == ("hei",)
