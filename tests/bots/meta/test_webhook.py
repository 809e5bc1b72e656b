"""Meta's calls: only its own, each event by itself, and acknowledged when all are on disk."""

import json
from collections.abc import Mapping

import pytest

from bots.meta import webhook
from tests.bots.meta.shapes import (
    AT,
    MID,
    PAGE,
    SECRET,
    VERIFY,
    WORDS,
    Json,
    call,
    event,
    said,
    signed,
)  # fmt: skip


class Disk:
    """Takes what it is given; from the `full_after`-th on, nothing more."""

    def __init__(self, full_after: int = 99) -> None:
        self.kept: dict[str, bytes] = {}
        self._room = full_after

    async def accept(self, source: str, event: str, body: bytes) -> bool:
        assert source == "messenger"
        if len(self.kept) >= self._room:
            raise OSError("full")
        new = event not in self.kept
        self.kept.setdefault(event, body)
        return new


async def received(
    disk: Disk, body: bytes, headers: Mapping[str, str] | None = None, *, secret: str = SECRET
) -> int:
    told = signed(body) if headers is None else headers
    return await webhook.receive(
        body, told, secret=secret, ours=webhook.Ours(page=PAGE), accept=disk.accept
    )


def texts(disk: Disk) -> list[str]:
    return [json.loads(body)["event"]["message"]["text"] for body in disk.kept.values()]


async def test_every_event_of_every_entry_is_taken() -> None:
    """Under load Meta puts many youths into one call; the second is no less urgent."""
    one, two, three = (said(mid=f"m_{n}", text=f"{WORDS} {n}") for n in range(3))
    entries = [
        {"id": PAGE, "time": AT, "messaging": [one, two]},
        {"id": PAGE, "time": AT, "messaging": [three]},
    ]
    disk = Disk()

    assert await received(disk, json.dumps({"object": "page", "entry": entries}).encode()) == 200
    assert texts(disk) == [f"{WORDS} {n}" for n in range(3)]


async def test_what_is_told_twice_is_kept_once() -> None:
    """Meta tells again for 36 hours until it has heard our 200."""
    disk, body = Disk(), call(said(text=WORDS))

    assert [await received(disk, body) for _ in range(3)] == [200, 200, 200]
    assert texts(disk) == [WORDS]


async def test_a_word_its_edit_and_its_mark_are_three_things() -> None:
    """They are of the same message, and none may hide another."""
    edit = event(message_edit={"mid": MID, "text": "nei", "num_edit": 1})
    again = event(message_edit={"mid": MID, "text": "jo", "num_edit": 2})
    mark = event(reaction={"mid": MID, "action": "react", "emoji": "❤️"})
    back = said(is_deleted=True)
    disk = Disk()

    assert await received(disk, call(said(text=WORDS), edit, again, mark, back)) == 200
    assert len(disk.kept) == 5


async def test_what_the_inbox_has_the_word_for_is_heard_too() -> None:
    """While a colleague has taken the chat in Business Suite, we stand by and still listen."""
    disk = Disk()

    assert await received(disk, call(said(text=WORDS), channel="standby")) == 200
    assert texts(disk) == [WORDS]


async def test_one_event_that_is_rubbish_stops_nobody() -> None:
    """It is kept for a person to see, and the next youth is heard."""
    disk = Disk()

    assert await received(disk, call(None, "x", {"message": []}, said(text=WORDS))) == 200
    assert len(disk.kept) == 4


async def test_until_all_is_on_disk_nothing_is_acknowledged() -> None:
    """What is acknowledged never comes again."""
    disk = Disk(full_after=1)

    assert await received(disk, call(said(mid="m_1", text="a"), said(mid="m_2", text="b"))) == 503


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature-256": "æøå"},
        {"x-hub-signature": "sha1=" + "0" * 40},
        signed(call(said(text=WORDS)), secret="feil"),
        signed(call(said(text=WORDS)) + b" "),
    ],
)
async def test_what_meta_has_not_signed_is_nobodys_word(headers: dict[str, str]) -> None:
    """Anybody could write as any youth without it."""
    disk = Disk()

    assert await received(disk, call(said(text=WORDS)), headers) == 401
    assert disk.kept == {}


async def test_without_a_secret_nothing_is_signed() -> None:
    body = call(said(text=WORDS))

    assert await received(Disk(), body, signed(body, secret=""), secret="") == 401


async def test_the_bytes_are_what_is_signed() -> None:
    """Written anew, escapes and blanks would come out otherwise, and every youth be refused."""
    body = b'{"object" :  "page","entry":[{"id":"100200300","messaging":[]}], "x":"\\u00e6\\/"}'

    assert await received(Disk(), body) == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"null", b'{"entry": ' + b"[" * 70 + b"]" * 70 + b"}", b"[" * 100_000],
)
async def test_what_meta_would_never_send_is_refused(body: bytes) -> None:
    """Even signed."""
    assert await received(Disk(), body) == 400


@pytest.mark.parametrize(
    "told",
    [
        {"object": "user", "entry": [{"id": PAGE, "messaging": [said(text=WORDS)]}]},
        {"object": "page", "entry": [{"id": "42", "messaging": [said(text=WORDS)]}]},
        {"object": "page", "entry": [{"id": PAGE, "changes": [{"field": "feed"}]}]},
        {"object": "page", "entry": ["x", 1, None]},
        {"object": "page"},
    ],
)
async def test_what_is_not_for_us_is_taken_and_left(told: Json) -> None:
    """The words of another page's youths are not ours to keep."""
    disk = Disk()

    assert await received(disk, json.dumps(told).encode()) == 200
    assert disk.kept == {}


def commented(**value: object) -> bytes:
    about = {"item": "comment", "verb": "add", "comment_id": "1_2_3", "created_time": AT // 1000,
             "from": {"id": "42", "name": "Maya"}, "message": WORDS} | value  # fmt: skip
    entry = {"id": PAGE, "time": AT, "changes": [{"field": "feed", "value": about}]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


async def kept_of(body: bytes, *, comments: bool = True) -> list[bytes]:
    disk, ours = Disk(), webhook.Ours(page=PAGE, comments=comments)
    assert (
        await webhook.receive(body, signed(body), secret=SECRET, ours=ours, accept=disk.accept)
        == 200
    )
    return list(disk.kept.values())


async def test_of_a_comment_only_what_it_goes_by_is_kept() -> None:
    """Neither the words nor who said them are any business of ours."""
    (kept,) = await kept_of(commented())

    assert b"1_2_3" in kept
    assert not [secret for secret in (WORDS, "Maya", '"42"') if secret.encode() in kept]


@pytest.mark.parametrize(
    "value",
    [
        {"from": {"id": PAGE}},
        {"from": None},
        {"item": "reaction"},
        {"verb": "edited"},
        {"verb": "remove"},
        {"comment_id": ""},
    ],
)
async def test_what_is_nobodys_new_comment_is_left(value: Json) -> None:
    assert await kept_of(commented(**value)) == []


async def test_a_comment_told_again_or_otherwise_is_one_comment() -> None:
    """Whoever asks once is answered once, whatever Meta has come to say of it since."""
    disk, ours = Disk(), webhook.Ours(page=PAGE, comments=True)
    for body in (commented(), commented(), commented(created_time=AT // 1000 + 1)):
        await webhook.receive(body, signed(body), secret=SECRET, ours=ours, accept=disk.accept)

    assert len(disk.kept) == 1


async def test_where_comments_are_not_answered_they_are_not_heard() -> None:
    assert await kept_of(commented(), comments=False) == []


def test_meta_is_answered_when_it_asks_whether_we_are_here() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}

    answer = webhook.challenged(asked, VERIFY)

    assert (answer.status, answer.body, answer.type) == (200, b"1158201444", "text/plain")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"hub.verify_token": "gjettet"}, 403),
        ({"hub.verify_token": "æ"}, 403),
        ({"hub.mode": "unsubscribe"}, 403),
        ({"hub.challenge": "<script>"}, 400),
        ({"hub.challenge": ""}, 400),
        ({"hub.challenge": "1" * 300}, 400),
    ],
)
def test_whoever_guesses_is_told_nothing(change: dict[str, str], status: int) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}

    answer = webhook.challenged(asked | change, VERIFY)

    assert (answer.status, answer.body) == (status, b"")
