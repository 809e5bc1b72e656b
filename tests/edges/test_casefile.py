"""The bridge's client of the case store: what counts as yes, as no, and as not reached."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest

from bridge.casefile import REFUSED, HttpCaseRecord, Trouble, open_case_record, trusting
from bridge.domain.canonical import canonical
from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.messages import Attachment
from bridge.ports import CaseRecord, Employee, RecordRefused, RecordUnreachable, Refusal
from tests.conftest import NoEars

WORDS = "hemmelig"
CHAT = ConversationId("c_1")
PROBLEM = "application/problem+json"


class Answering:
    """A case store that answers everything in one way, and remembers what it was asked."""

    def __init__(self, status: int, body: bytes | str, mime: str | None) -> None:
        self._status = status
        self._content = body.encode() if isinstance(body, str) else body
        self._headers = {"content-type": mime} if mime else {}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self._status, content=self._content, headers=self._headers)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[CaseRecord]:
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(self), base_url="http://store"
        ) as http:
            yield HttpCaseRecord(http)


def saying(body: str) -> Answering:
    return Answering(200, body, "application/json")


def problem(status: int, code: str) -> Answering:
    return Answering(status, f'{{"type": "urn:utebru:{code}", "detail": "{WORDS}"}}', PROBLEM)


async def asks_every_way(record: CaseRecord) -> list[Exception]:
    """Make every call there is, and give what each of them raised."""
    attachment = Attachment(id="a_1", name=WORDS, type="image/png", size=1, sha256="0" * 64)
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: record.put("consents/k_1", {"text": WORDS}),
        lambda: record.put_attachments(CHAT, [(attachment, b"x")]),
        lambda: record.digest("transcripts", CHAT),
        record.employees,
        lambda: record.link("CODE1234", "U1"),
        lambda: record.cases(ThreadId("t_1")),
        record.topics,
        record.deletions,
        lambda: record.confirm_deletion("del_1"),
    ]
    raised: list[Exception] = []
    for call in calls:
        with pytest.raises((RecordRefused, RecordUnreachable)) as caught:
            await call()
        raised.append(caught.value)
    return raised


@pytest.mark.parametrize(("status", "code"), REFUSED)
async def test_a_no_that_is_meant_is_not_tried_again(status: int, code: str) -> None:
    """What the case store refuses for good must reach a person, not a queue."""
    async with problem(status, code).opened() as record:
        raised = await asks_every_way(record)

    for error in raised:
        assert isinstance(error, RecordRefused)
        assert error.refusal is REFUSED[status, code]
        assert WORDS not in str(error)


def test_every_refusal_we_know_can_be_said() -> None:
    """A refusal without a place in the table would be tried again for ever."""
    assert set(REFUSED.values()) == set(Refusal)


@pytest.mark.parametrize(
    ("store", "trouble"),
    [
        (problem(401, "unauthorised"), Trouble.CREDENTIAL),
        (problem(403, "forbidden"), Trouble.CREDENTIAL),
        (problem(429, "too-many-codes"), Trouble.BUSY),
        (problem(422, "attachment-missing"), Trouble.ATTACHMENT_MISSING),
        (problem(500, "internal"), Trouble.FAILING),
        (problem(503, "unavailable"), Trouble.FAILING),
        (problem(502, "no-consent"), Trouble.FAILING),
        (problem(404, "refused"), Trouble.NOT_UNDERSTOOD),
        (problem(409, "no-such-code-yet"), Trouble.NOT_UNDERSTOOD),
        (problem(418, "no-consent"), Trouble.NOT_UNDERSTOOD),
        (Answering(404, "<h1>Not found</h1>", "text/html"), Trouble.NOT_UNDERSTOOD),
        (Answering(404, '{"type":"urn:utebru:not-found"}', "text/html"), Trouble.NOT_UNDERSTOOD),
        (Answering(409, '{"type":"urn:utebru:no-c', PROBLEM), Trouble.NOT_UNDERSTOOD),
        (
            Answering(409, '{"type":"urn:utebru:no-consent"}', "application/json"),
            Trouble.NOT_UNDERSTOOD,
        ),
        (Answering(409, '["no-consent"]', PROBLEM), Trouble.NOT_UNDERSTOOD),
        (Answering(409, '{"type": 409}', PROBLEM), Trouble.NOT_UNDERSTOOD),
        (Answering(200, "<h1>Logg inn</h1>", "text/html"), Trouble.NOT_UNDERSTOOD),
        (Answering(200, "{}", "text/html"), Trouble.NOT_UNDERSTOOD),
        (Answering(200, '{"digest": "', "application/json"), Trouble.NOT_UNDERSTOOD),
        (Answering(200, "[" * 100_000, "application/json"), Trouble.NOT_UNDERSTOOD),
        (Answering(200, b"\xff\xfe", "application/json"), Trouble.NOT_UNDERSTOOD),
        (Answering(200, "null", "application/json"), Trouble.NOT_UNDERSTOOD),
        (Answering(200, "{}", PROBLEM), Trouble.NOT_UNDERSTOOD),
        (Answering(200, "", None), Trouble.NOT_UNDERSTOOD),
        (Answering(204, "", None), Trouble.NOT_UNDERSTOOD),
        (Answering(202, "{}", "application/json"), Trouble.NOT_UNDERSTOOD),
        (Answering(302, "", None), Trouble.NOT_UNDERSTOOD),
        (Answering(200, b" " * 5_000_000 + b"{}", "application/json"), Trouble.NOT_UNDERSTOOD),
    ],
)
async def test_whatever_is_not_a_clear_answer_means_not_reached(
    store: Answering, trouble: Trouble
) -> None:
    """A proxy's page taken for a yes would let a conversation be forgotten unfiled."""
    async with store.opened() as record:
        raised = await asks_every_way(record)

    for error in raised:
        assert isinstance(error, RecordUnreachable)
        assert str(error) == trouble
        assert error.__cause__ is None


@pytest.mark.parametrize(
    "body",
    [
        '{"conversation": "c_2", "digest": "%s"}' % ("a" * 64),
        '{"conversation": "c_1", "digest": "%s"}' % ("A" * 64),
        '{"conversation": "c_1", "digest": 7}',
        '{"conversation": "c_1"}',
        "{}",
    ],
)
async def test_somebody_elses_digest_is_no_digest(body: str) -> None:
    """The words go when the digest fits: it must be this conversation's own."""
    async with saying(body).opened() as record:
        with pytest.raises(RecordUnreachable):
            await record.digest("transcripts", CHAT)


@pytest.mark.parametrize(
    "body",
    [
        '{"employees": {}}',
        '{"employees": ["e_1"]}',
        '{"employees": [{"id": "e_1", "role": "caseworker", "active": "yes"}]}',
        '{"employees": [{"id": "e_1", "role": "", "active": true}]}',
        '{"employees": [{"id": "e_1", "role": "x", "active": true, "slack_user": 1}]}',
    ],
)
async def test_a_list_of_employees_that_is_half_understood_is_not_used(body: str) -> None:
    """Whoever is not on the list can send nothing: a torn list would silence the team."""
    async with saying(body).opened() as record:
        with pytest.raises(RecordUnreachable):
            await record.employees()


@pytest.mark.parametrize(
    "told",
    [
        '{"thread": "t_1", "conversation": null, "at": "2026-11-03T12:00:00.000Z"}',
        '{"id": "del_1", "thread": 7, "conversation": null, "at": "2026-11-03T12:00:00.000Z"}',
        '{"id": "del_1", "thread": null, "conversation": ["c_1"], "at": "2026-11-03T12:00:00.0Z"}',
        '{"id": "del_1", "thread": "t_1", "conversation": null, "at": "i går"}',
        '{"id": "del_1", "thread": "t_1", "conversation": null}',
    ],
)
async def test_a_deletion_that_is_half_understood_is_not_acted_on(told: str) -> None:
    """What is forgotten for a misunderstanding does not come back."""
    async with saying(f'{{"deletions": [{told}], "cursor": "1"}}').opened() as record:
        with pytest.raises(RecordUnreachable, match=r"^not-understood$"):
            await record.deletions()


async def test_the_wire_is_as_agreed() -> None:
    """Written here as in the wire format: a path that drifts is a transcript that never lands."""
    store = saying('{"cases": ["2026/0012"]}')
    document: Mapping[str, str] = {"b": "blå", "a": "1"}
    attachment = Attachment(id="a_1", name=WORDS, type="image/png", size=1, sha256="f" * 64)

    async with store.opened() as record:
        await record.put("consents/k_1", document)
        await record.put("transfers/c_1/events/v_1", document)
        await record.put_attachments(CHAT, [(attachment, b"\x00\x01")])
        assert await record.cases(ThreadId("t_1")) == ["2026/0012"]

    assert [(r.method, r.url.raw_path.decode()) for r in store.asked] == [
        ("PUT", "/api/bridge/consents/k_1"),
        ("PUT", "/api/bridge/transfers/c_1/events/v_1"),
        ("PUT", "/api/bridge/transcripts/c_1/attachments/a_1"),
        ("GET", "/api/bridge/threads/t_1/cases"),
    ]
    assert store.asked[0].content == canonical(document)
    assert store.asked[0].headers["content-type"] == "application/json"
    assert store.asked[2].content == b"\x00\x01"
    assert store.asked[2].headers["content-type"] == "image/png"
    assert store.asked[2].headers["x-sha256"] == "f" * 64


@pytest.mark.parametrize("named", ["image/png\r\nx: y", "", "photo", "bilde/blå"])
async def test_a_file_type_nobody_can_send_does_not_hold_the_file_back(named: str) -> None:
    """A phone names the type; a strange name must not keep a transcript from being filed."""
    store = saying("{}")
    attachment = Attachment(id="a_1", name="x", type=named, size=1, sha256="f" * 64)

    async with store.opened() as record:
        await record.put_attachments(CHAT, [(attachment, b"x")])

    assert store.asked[0].headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("status", [404, 405])
async def test_a_case_store_that_takes_no_files_together_gets_each_by_itself(status: int) -> None:
    """Either of the two may be the newer one, and a transcript must go all the same."""
    asked: list[str] = []

    def older(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.removeprefix("/api/bridge/transcripts/c_1/"))
        if not request.url.path.endswith("/attachments"):
            return httpx.Response(201, json={})
        said = {"content-type": PROBLEM}
        return httpx.Response(status, text='{"type": "urn:utebru:refused"}', headers=said)

    files = [
        (Attachment(id=i, name=WORDS, type="a/b", size=1, sha256="f" * 64), b"x")
        for i in ("a_1", "a_2")
    ]
    transport = httpx.MockTransport(older)
    async with httpx.AsyncClient(transport=transport, base_url="http://store") as http:
        await HttpCaseRecord(http).put_attachments(CHAT, files)

    assert asked == ["attachments", "attachments/a_1", "attachments/a_2"]


async def test_files_are_not_put_one_by_one_to_a_case_store_that_is_down() -> None:
    """Fifty calls in vain would be fifty times as long until somebody is told."""
    store = problem(503, "unavailable")
    file = Attachment(id="a_1", name=WORDS, type="image/png", size=1, sha256="f" * 64)

    async with store.opened() as record:
        with pytest.raises(RecordUnreachable):
            await record.put_attachments(CHAT, [(file, b"x"), (file, b"x")])

    assert len(store.asked) == 1


@pytest.mark.parametrize(
    "path", ["", "consents", "consents/../links", "consents/a b", "a/ø", "/links", "x/y?z=1"]
)
async def test_nothing_but_ids_stands_in_an_address(path: str) -> None:
    """Addresses end up in the logs of proxies; words do not belong there."""
    store = saying("{}")

    async with store.opened() as record:
        with pytest.raises(ValueError, match=r"^not a path of the case store$"):
            await record.put(path, {})

    assert store.asked == []


async def test_text_that_no_utf8_can_hold_is_refused_without_being_quoted() -> None:
    """A lone surrogate would otherwise fail for ever, with the words in the error."""
    async with saying("{}").opened() as record:
        with pytest.raises(RecordRefused) as caught:
            await record.put("consents/k_1", {"text": f"{WORDS}\ud800"})

    assert caught.value.refusal is Refusal.MALFORMED
    assert caught.value.__cause__ is None


async def test_linking_gives_the_employee_and_keeps_the_code_out_of_the_address() -> None:
    """The code is a password for ten minutes."""
    store = saying('{"employee": "e_1", "role": "caseworker"}')

    async with store.opened() as record:
        linked = await record.link("CODE1234", "U1")

    assert linked == Employee(id="e_1", role="caseworker", active=True, user="U1")
    assert "CODE" not in str(store.asked[0].url)
    assert store.asked[0].content == b'{"code":"CODE1234","slack_user":"U1"}'


Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Server) -> AsyncIterator[str]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def wire(answer: bytes) -> Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return serve


OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x16\x03\x01",
        OK + b'content-length: 999\r\n\r\n{"topics": []}',
        OK + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
        OK + b"content-encoding: gzip\r\nconnection: close\r\n\r\n" + gzip.compress(b"{}")[:-6],
    ],
)
async def test_a_torn_line_is_not_reached(answer: bytes, no_ears: NoEars) -> None:
    """A network that breaks in the middle has said nothing; and is no reason to tell the log."""
    no_ears.listen_for("canary-token")
    async with (
        listening(wire(answer)) as url,
        open_case_record(url, "canary-token") as record,
    ):
        with pytest.raises(RecordUnreachable, match=r"^(no-answer|not-understood)$"):
            await record.topics()


async def test_a_closed_door_is_not_reached() -> None:
    """An hour without the case store is an hour of waiting, nothing worse."""
    async with listening(wire(b"")) as url:
        pass
    async with open_case_record(url, "x") as record:
        with pytest.raises(RecordUnreachable, match=r"^no-answer$"):
            await record.topics()


async def test_the_real_client_carries_its_credential_and_follows_nobody() -> None:
    """The credential opens the zone; it goes to the address that was configured and no other."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        await wire(b"HTTP/1.1 307 x\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")(
            _nothing(), writer
        )

    async with listening(serve) as url, open_case_record(f"{url}/", "canary-token") as record:
        with pytest.raises(RecordUnreachable):
            await record.employees()

    assert len(heard) == 1
    assert heard[0].startswith(b"GET /api/bridge/employees HTTP/1.1\r\n")
    assert b"Authorization: Bearer canary-token\r\n" in heard[0]


@pytest.mark.parametrize("url", ["https://journal.example", "HTTPS://journal.example:8443/x"])
def test_who_is_believed_over_tls_is_whom_the_machine_believes(url: str) -> None:
    """The credential goes to nobody whose certificate is not vouched for."""
    context = trusting(url, None)

    assert context.get_ca_certs()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_in_the_clear_nobody_is_believed_and_no_list_is_read() -> None:
    """A start beside the case store must not pay for it; and if there were TLS, it would fail."""
    context = trusting("http://127.0.0.1:8701", None)

    assert context.get_ca_certs() == []
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def _nothing() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(b"\r\n\r\n")
    return reader
