"""Bad input: a clear refusal, never a crash, never an echo of what somebody wrote."""

import logging
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from casestore.journal.files import LARGEST_FILE, LARGEST_TOGETHER, TOGETHER
from casestore.journal.tables import Attachment
from casestore.received import ORDINARY
from tests.casestore.people import sends_json
from tests.casestore.stage import (
    Stage,
    client,
    consent_body,
    contact_body,
    copy_event,
    file_part,
    message,
    sha256,
    transcript_body,
)

CANARY = "kanarifugl-ord"


def refused(answer: Response, *statuses: int) -> None:
    assert answer.status_code in statuses, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail"}
    assert told["type"].startswith("urn:utebru:")
    assert told["status"] == answer.status_code
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
async def test_without_the_service_credential_nothing_is_told_or_taken(
    stage: Stage, headers: dict[str, str]
) -> None:
    """Behind this door lies everything the team knows."""
    async with client(stage.app, headers) as stranger:
        for method, path in (
            ("PUT", "consents/s_1"),
            ("PUT", "transcripts/c_1"),
            ("PUT", "transcripts/c_1/attachments/a_1"),
            ("PUT", "transcripts/c_1/attachments"),
            ("GET", "transcripts/c_1/digest"),
            ("GET", "employees"),
            ("GET", "topics"),
            ("GET", "deletions"),
            ("PUT", "joins/j_1"),
            ("GET", "joins"),
            ("PUT", "joins/jo_1/confirmed"),
            ("PUT", "joins/jo_1/lapsed"),
            ("POST", "links"),
        ):
            answer = await stranger.request(method, f"/api/bridge/{path}")
            refused(answer, 401)


NOT_JSON: list[bytes] = [
    b"",
    b"{",
    b"\xff\xfe",
    b'"\xed\xa0\x80"',
    b"[]",
    b"null",
    b'{"v":1,"v":1}',
    b'{"v":1.5}',
    b'{"v":NaN}',
    b'{"v":-Infinity}',
    b'{"v":1e999}',
    b'{"v":' + b"9" * 5000 + b"}",
    b'{"text":"\\ud800"}',
    b'{"\\ud800":1}',
    b'{"a":' * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
]


async def test_what_is_not_json_as_agreed_is_refused(stage: Stage) -> None:
    """A damaged body must be said to be damaged; a 500 would be tried again for ever."""
    for path in ("transcripts/c_1", "transfers/c_1/events/ev_1"):
        for raw in NOT_JSON:
            answer = await stage.bridge.http.put(
                f"/api/bridge/{path}", content=raw, headers={"Content-Type": "application/json"}
            )
            refused(answer, 400, 422)


NO_TRANSCRIPT: list[dict[str, Any]] = [
    {"extra": CANARY},
    {CANARY: 1},
    {"v": 2},
    {"v": "1"},
    {"v": True},
    {"conversation": "c_2"},
    {"conversation": "../c_1"},
    {"thread": "t\u0000"},
    {"thread": "t_rev\n"},
    {"alias": ""},
    {"alias": None},
    {"sealed_at": "2026-11-03T12:00:00Z"},
    {"sealed_at": "2026-13-03T12:00:00.000Z"},
    {"sealed_at": "٢٠٢٦-11-03T12:00:00.000Z"},
    {"sealed_at": 1_700_000_000},
    {"sealed_at": "2020-01-01T00:00:00.000Z"},
    {"salt": "5A" * 32},
    {"salt": "5a"},
    {"case": "tolv"},
    {"case": "2026/0012; DROP TABLE"},
    {"topics": "school"},
    {"topics": [CANARY + " "]},
    {"consent": None},
    {"messages": None},
    {"messages": [CANARY]},
    {"messages": [message(1, CANARY) | {"kind": "whispered"}]},
    {"messages": [message(1, CANARY) | {"seq": 0}]},
    {"messages": [message(2, CANARY), message(1, CANARY)]},
    {"messages": [message(1, CANARY), message(1, CANARY)]},
    {"messages": [message(1, CANARY) | {"seq": 2**60}]},
]


async def test_a_transcript_not_as_agreed_is_refused_without_an_echo(stage: Stage) -> None:
    """The refusal is logged at the other end; the youth's words must not be in it."""
    await stage.agreed()

    for changed in NO_TRANSCRIPT:
        answer = await stage.bridge.put("transcripts/c_1", transcript_body(stage) | changed)
        refused(answer, 400, 422)

    assert (await stage.bridge.get("transcripts/c_1/digest")).status_code == 404


async def test_nul_and_every_script_are_words_like_others(stage: Stage) -> None:
    """A youth writes what their keyboard gives; the record keeps it, and PostgreSQL too."""
    await stage.agreed()
    words = "nul:\u0000 emoji:👩‍👩‍👧 samisk:čáŋđŧ arabisk:مرحبا rtl:\u202e slutt"
    document = transcript_body(stage, messages=[message(1, words)])

    stored = await stage.bridge.put("transcripts/c_1", document)

    assert stored.status_code == 201
    assert (await stage.bridge.get("transcripts/c_1/digest")).status_code == 200


async def test_a_year_that_nobody_means_is_refused(stage: Stage) -> None:
    """A deadline is counted from it, and there is no day after the last one of the calendar."""
    tove = await stage.leader()
    asked = {"thread": "t_rev", "alias": "Blå rev", "channel": "telegram", "kind": "access"}
    new = {"login": "nina", "name": "Nina", "role": "caseworker", "reason": "Ny"}

    for year in ("0001", "1989", "2200", "9999"):
        told = asked | {"asked_at": f"{year}-12-31T23:59:59.999Z"}
        refused(await stage.bridge.put("requests/r_1", told), 422)
        hired = new | {"begins": "2026-11-03", "ends": f"{year}-12-31"}
        refused(await sends_json(tove, "/api/accounts", hired), 422)


async def test_a_name_with_what_no_database_takes_is_refused(stage: Stage) -> None:
    """PostgreSQL keeps no NUL in a text; that must not look like a fault of the machine."""
    tove = await stage.leader()
    new = {"login": "nina", "role": "caseworker", "reason": "Ny"}
    hired = new | {"name": "Ni\u0000na", "begins": "2026-11-03", "ends": None}

    refused(await sends_json(tove, "/api/accounts", hired), 422)


NO_ADDRESS: list[str] = [
    "transcripts/" + "c" * 65,
    "transcripts/c%00",
    "transcripts/c%20d",
    "consents/%E2%80%AE",
    "transfers/c_1/events/%0a",
    "stuck/..%2f..%2fetc",
    "nothing/here",
]


async def test_addresses_that_name_nothing_are_refused(stage: Stage) -> None:
    """An id is letters, digits, dash and underscore, and nothing that means something to us."""
    for path in NO_ADDRESS:
        refused(await stage.bridge.put(path, {}), 404, 405, 422)


NO_EVENT: list[dict[str, Any]] = [
    {"kind": "unheard_of"},
    {"verdict": "deleted"},
    {"place": CANARY},
    {"whose": CANARY},
    {"link": "javascript:alert(1)"},
    {"link": CANARY},
    {"until": ""},
    {"evidence": CANARY + "!"},
    {"copy": None},
    {"count": 1},
]


KNOWN: dict[str, Any] = {
    "copy": "k_1", "place": "slack", "whose": "bot", "verdict": "gone",
    "evidence": None, "until": None, "link": None,
}  # fmt: skip


async def test_an_event_that_is_not_as_agreed_is_no_link(stage: Stage) -> None:
    """What is once in the chain can never be taken out of it."""
    for changed in NO_EVENT:
        event = copy_event(stage, "k_1", "gone") | changed
        refused(await stage.bridge.tells("c_1", "ev_1", event), 422)
    for copies in ([], [{"copy": "k_1"}], [{**KNOWN, "place": CANARY}], [KNOWN] * 501):
        event = {"kind": "copies", "at": stage.at(), "copies": copies}
        refused(await stage.bridge.tells("c_1", "ev_1", event), 422)


async def test_too_much_is_refused_before_it_is_all_read(stage: Stage) -> None:
    """One body must not be able to fill the memory of everybody's case store."""
    refused(
        await stage.bridge.put("consents/s_1", consent_body(stage) | {"text": "x" * ORDINARY}),
        413,
    )

    async def unending() -> Any:
        while True:
            yield b"x" * 1_000_000

    streamed = await stage.bridge.http.put(
        "/api/bridge/transcripts/c_1/attachments/a_1",
        content=unending(),
        headers={"Content-Type": "image/png", "X-Sha256": "0" * 64},
    )
    refused(streamed, 413)
    largest = b"x" * LARGEST_FILE
    assert (await stage.bridge.put_file("c_1", "a_1", largest)).status_code == 201
    refused(await stage.bridge.put_file("c_1", "a_2", largest + b"x"), 413)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "image/png"}, 422),
        ({"Content-Type": "image/png", "X-Sha256": "xyz"}, 422),
        ({"Content-Type": "image/png", "X-Sha256": "0" * 64}, 422),
        ({"Content-Type": CANARY, "X-Sha256": sha256(b"abc")}, 415),
    ],
)
async def test_a_file_without_its_right_hash_or_type_is_refused(
    stage: Stage, headers: dict[str, str], status: int
) -> None:
    """A file that was cut short on the way must not pass for the one that was sent."""
    path = "/api/bridge/transcripts/c_1/attachments/a_1"

    refused(await stage.bridge.http.put(path, content=b"abc", headers=headers), status)


WHOLE = file_part("a_1", b"abc")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"\n", 400),
        (b"[]\n", 422),
        (CANARY.encode() + b"\n", 400),
        (b"x" * 5_000, 400),
        (WHOLE + file_part("a_2", b"defg")[:-1], 400),
        (WHOLE + file_part("a_2", b"defg")[:-6], 400),
        (WHOLE + file_part("a_2", b"")[:-1], 400),
        (WHOLE + WHOLE, 422),
        (WHOLE + file_part("a_2", b"x", sha256="0" * 64), 422),
        (WHOLE + file_part("a_2", b"x", size=0), 422),
        (WHOLE + file_part("a_2", b"x", size=-1), 422),
        (WHOLE + file_part("a_2", b"x", size="1"), 422),
        (WHOLE + file_part("a_2", b"x", size=2**53 + 1), 400),
        (WHOLE + file_part("a_2", b"x", size=10**9), 400),
        (WHOLE + file_part("a/2", b"x"), 422),
        (WHOLE + file_part("a_2", b"x", type=CANARY), 415),
        (WHOLE + file_part("a_2", b"x", name=CANARY), 422),
        (b"".join(file_part(f"a_{n}", b"x") for n in range(TOGETHER + 1)), 413),
        (file_part("a_1", b"x" * LARGEST_TOGETHER), 413),
    ],
)
async def test_of_several_files_of_which_one_is_not_as_agreed_none_is_kept(
    stage: Stage, caplog: pytest.LogCaptureFixture, body: bytes, status: int
) -> None:
    """What was cut short on the way must not leave half of it behind, nor be told as kept."""
    caplog.set_level(logging.INFO)

    refused(await stage.bridge.put_files("c_1", body), status)

    async with stage.store.database.reading() as session:
        assert not list(await session.scalars(select(Attachment.id)))
    assert CANARY not in caplog.text


async def test_contacts_withdrawals_requests_and_links_are_checked_alike(stage: Stage) -> None:
    """No door is left ajar because it is the lesser one."""
    for path, body in (
        ("contacts/c_9", contact_body(stage) | {"count_youth": -1}),
        ("contacts/c_9", contact_body(stage) | {"count_youth": "3"}),
        ("contacts/c_8", contact_body(stage)),
        ("withdrawals/w_1", {"thread": CANARY}),
        ("requests/r_1", {"kind": CANARY}),
        ("stuck/x_1", {"kind": CANARY}),
    ):
        refused(await stage.bridge.put(path, body), 422)
    for body in ({}, {"code": CANARY}, {"code": "ABCDEFGH", "slack_user": CANARY}):
        refused(await stage.bridge.http.post("/api/bridge/links", json=body), 422)
    refused(await stage.bridge.get("deletions?since=abc"), 422)


async def test_pages_answer_nonsense_with_a_page(stage: Stage) -> None:
    """A person who mistypes an address gets a sentence, not a stack of braces."""
    tove = await stage.leader()
    for path in ("/transfers/%00", "/journal/" + "x" * 200, "/nowhere", "/journal/c_none"):
        answer = await tove.http.get(path)
        assert answer.status_code in {404, 422}
        assert "<h1>" in answer.text
    for fields in ({"login": "x" * 5000, "password": "x"}, {"login": "a\u0000b", "password": "x"}):
        answer = await tove.http.post("/login", data=fields)
        assert answer.status_code in {401, 422}


async def test_health_says_how_it_is_without_a_credential(stage: Stage) -> None:
    """Whoever watches the machine need not hold the key to the journals."""
    async with client(stage.app, {}) as stranger:
        assert (await stranger.get("/livez")).status_code == 200
        assert (await stranger.get("/readyz")).status_code == 200
        assert (await stranger.get("/openapi.json")).status_code == 404
        assert (await stranger.get("/docs")).status_code == 404
    assert (await stage.bridge.get("deletions")).json() == {"deletions": [], "cursor": "0"}
