"""The hash chain: serialised, refused to be changed, verified by us and without us."""

import asyncio
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from casestore.hashchain import BEGINNING, Head, Link, follows, linked
from casestore.transfers import chain as transfers_chain
from casestore.transfers.chain import verify_chain
from casestore.transfers.tables import ChainEvent, ChainHead, Copy, Transfer
from tests.casestore.stage import Stage, copies_event, copy_event

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_export.py"


def chain_of(count: int) -> list[Link]:
    links, head = [], Head()
    for number in range(count):
        link = linked(head, at="2026-11-03T12:00:00.000Z", event={"kind": "copy", "at": number})
        links.append(link)
        head = Head(n=link.n, hash=link.hash)
    return links


def first_misfit(links: list[Link]) -> int | None:
    head = Head()
    for link in links:
        if not follows(link, after=head):
            return link.n
        head = Head(n=link.n, hash=link.hash)
    return None


def test_a_whole_chain_follows_from_the_beginning() -> None:
    """The first link has nothing before it, and says so."""
    links = chain_of(3)

    assert links[0].prev == BEGINNING
    assert first_misfit(links) is None


@pytest.mark.parametrize(
    "tampered",
    [
        lambda c: [c[0], Link(n=2, at=c[1].at, prev=c[1].prev, event={"x": 1}, hash=c[1].hash)],
        lambda c: [c[0], Link(n=2, at="x", prev=c[1].prev, event=c[1].event, hash=c[1].hash)],
        lambda c: [c[0], c[2]],
        lambda c: [c[1], c[0]],
        lambda c: [c[0], c[0]],
        lambda c: [c[0], linked(Head(n=1, hash="f" * 64), at="x", event={})],
        lambda c: [c[0], linked(Head(n=2, hash=c[0].hash), at="x", event={})],
    ],
)
def test_whatever_is_done_to_a_link_shows(tampered: Callable[[list[Link]], list[Link]]) -> None:
    """A team leader who signs a log that has been changed has been made a liar."""
    assert first_misfit(tampered(chain_of(3))) is not None


async def filled(stage: Stage, count: int = 3) -> None:
    for number in range(count):
        event = copy_event(stage, f"k_{number}", "gone", evidence="reread")
        answer = await stage.bridge.tells("c_1", f"ev_{number}", event)
        assert answer.status_code == 201


async def test_forty_events_at_once_are_one_chain(stage: Stage) -> None:
    """Two events with one number would make an honest log look forged."""
    answers = await asyncio.gather(
        *(
            stage.bridge.tells(f"c_{n % 5}", f"ev_{n}", copy_event(stage, f"k_{n}", "gone"))
            for n in range(40)
        )
    )

    assert {answer.status_code for answer in answers} == {201}
    async with stage.reading() as reading:
        verdict = await verify_chain(reading)
    assert verdict.holds
    assert verdict.count == 40


async def test_the_same_event_twenty_times_at_once_is_one_link(stage: Stage) -> None:
    """The bridge may ask again before the first answer has come."""
    event = copy_event(stage, "k_1", "gone")
    answers = await asyncio.gather(*(stage.bridge.tells("c_1", "ev_1", event) for _ in range(20)))
    other = await stage.bridge.tells("c_1", "ev_1", copy_event(stage, "k_1", "unknown"))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert other.status_code == 409
    async with stage.reading() as reading:
        assert (await verify_chain(reading)).count == 1


def together(*events: tuple[str, str, object]) -> dict[str, object]:
    names = ("conversation", "id", "event")
    return {"events": [dict(zip(names, each, strict=True)) for each in events]}


async def test_what_has_come_together_is_taken_in_as_if_one_by_one(stage: Stage) -> None:
    """A thousand talks that end at once are the same log as a thousand that end by themselves."""
    sealed = {"kind": "sealed", "at": stage.at(), "by": "clock", "filing": "contact"}
    forgotten = {"kind": "forgotten", "at": stage.at(), "count": 2}
    await stage.bridge.tells("c_1", "ev_0", sealed)

    many = together(
        ("c_1", "ev_0", sealed),
        ("c_2", "ev_0", sealed),
        ("c_1", "ev_1", copies_event(stage, "k_1", "k_2")),
        ("c_2", "ev_1", copy_event(stage, "k_1", "unknown")),
        ("c_1", "ev_2", copy_event(stage, "k_2", "gone", evidence="reread")),
        ("c_2", "ev_2", forgotten),
        ("c_2", "ev_2", forgotten),
    )
    first = await stage.bridge.put("transfers/events", many)
    again = await stage.bridge.put("transfers/events", many)

    assert (first.status_code, again.status_code) == (201, 200)
    async with stage.reading() as reading:
        assert (await verify_chain(reading)).holds
        links = [link async for link in transfers_chain.links(reading.session)]
        rows = await reading.session.execute(
            select(Copy.conversation, Copy.id, Copy.verdict).order_by(Copy.conversation, Copy.id)
        )
        known = [tuple(row) for row in rows]
        c_2 = await reading.session.get_one(Transfer, "c_2")
    told = [(link.event["conversation"], link.event["kind"]) for link in links]
    assert told == [
        ("c_1", "sealed"), ("c_2", "sealed"), ("c_1", "copies"), ("c_2", "copy"), ("c_1", "copy"),
        ("c_2", "forgotten"),
    ]  # fmt: skip
    assert known == [("c_1", "k_1", "pending"), ("c_1", "k_2", "gone"), ("c_2", "k_1", "unknown")]
    assert (c_2.filing, c_2.sealed_by, c_2.forgotten_count) == ("contact", "clock", 2)


async def test_of_what_has_come_together_all_is_taken_in_or_nothing(stage: Stage) -> None:
    """Whoever is told no may put each by itself, and none of them twice."""
    await stage.bridge.tells("c_1", "ev_1", copy_event(stage, "k_1", "gone"))

    refused = await stage.bridge.put(
        "transfers/events",
        together(
            ("c_2", "ev_1", copy_event(stage, "k_1", "gone")),
            ("c_1", "ev_1", copy_event(stage, "k_1", "unknown")),
        ),
    )

    assert refused.status_code == 409
    async with stage.reading() as reading:
        assert (await verify_chain(reading)).count == 1
        assert await reading.session.get(Transfer, "c_2") is None


async def test_the_database_refuses_to_change_or_remove_a_link(stage: Stage) -> None:
    """A slip in our own code must not be able to rewrite history."""
    await filled(stage)

    for statement in (update(ChainEvent).values(event="{}"), delete(ChainEvent)):
        with pytest.raises(DBAPIError, match="only added to"):
            async with stage.store.database.writing() as session:
                await session.execute(statement)


@pytest.mark.parametrize("what", ["changed", "removed", "end cut", "head moved", "not JSON"])
async def test_what_somebody_with_the_database_does_is_seen(stage: Stage, what: str) -> None:
    """Whoever can switch off triggers can change rows, but not so that it fits."""
    tove = await stage.leader()
    await filled(stage)
    async with stage.store.database.writing() as session:
        await session.execute(text(without_triggers(session.get_bind().dialect.name)))
        if session.get_bind().dialect.name == "sqlite":
            await session.execute(text("DROP TRIGGER chain_events_no_delete"))
        match what:
            case "changed":
                changed = '{"kind":"copy","verdict":"gone"}'
                statement = update(ChainEvent).where(ChainEvent.n == 2).values(event=changed)
                await session.execute(statement)
            case "not JSON":
                statement = update(ChainEvent).where(ChainEvent.n == 2).values(event="[")
                await session.execute(statement)
            case "removed":
                await session.execute(text("DELETE FROM transfer_events"))
                await session.execute(delete(ChainEvent).where(ChainEvent.n == 2))
            case "end cut":
                await session.execute(text("DELETE FROM transfer_events"))
                await session.execute(delete(ChainEvent).where(ChainEvent.n == 3))
            case _:
                await session.execute(update(ChainHead).values(hash="0" * 64))

    page = await tove.sees("/transfers/verify")
    signed = await tove.sends("/reviews", comment="alt i orden")

    assert "Kjeden er brutt" in page
    assert signed.status_code == 409


def without_triggers(dialect: str) -> str:
    if dialect == "sqlite":
        return "DROP TRIGGER chain_events_no_update"
    return "ALTER TABLE chain_events DISABLE TRIGGER USER"


async def exported(stage: Stage) -> bytes:
    tove = await stage.leader()
    await filled(stage, 2)
    await tove.sends("/reviews", comment="sett på")
    return (await tove.http.get("/transfers/export")).content


def verifier() -> Callable[[bytes], str]:
    spec = importlib.util.spec_from_file_location("verify_export", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    verify: Callable[[bytes], str] = module.verify
    return verify


def whole(export: bytes, verify: Callable[[bytes], str]) -> bool:
    try:
        verify(export)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def run_script(file: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-I", SCRIPT, file], capture_output=True, check=False)


async def test_an_export_is_verified_without_utebru(stage: Stage, tmp_path: Path) -> None:
    """A team leader, or a court, need not take our word for it."""
    export = await exported(stage)
    file = tmp_path / "export.ndjson"
    file.write_bytes(export)

    fine = await asyncio.to_thread(run_script, file)
    file.write_bytes(export.replace(b'"gone"', b'"held"', 1))
    forged = await asyncio.to_thread(run_script, file)

    header = json.loads(export.split(b"\n")[0])
    assert fine.returncode == 0
    assert header["head"].encode() in fine.stdout
    assert (header["format"], header["v"], header["count"]) == ("utebru-transfer-log", 1, 4)
    assert forged.returncode == 1
    assert b"NOT WHOLE" in forged.stderr


async def test_any_flipped_byte_and_any_moved_line_is_found(stage: Stage) -> None:
    """If one byte could be changed unseen, the one that matters could."""
    export, verify = await exported(stage), verifier()
    lines = export.splitlines(keepends=True)

    assert whole(export, verify)
    for place in range(len(export)):
        for bit in (1, 32):
            flipped = bytearray(export)
            flipped[place] ^= bit
            assert not whole(bytes(flipped), verify), (place, bit)
    for place in range(len(lines)):
        assert not whole(b"".join(lines[:place] + lines[place + 1 :]), verify)
        for other in range(place):
            moved = list(lines)
            moved[place], moved[other] = moved[other], moved[place]
            assert not whole(b"".join(moved), verify)
    assert not whole(export + lines[-1], verify)
    assert not whole(b"", verify)


def test_the_script_is_short_enough_to_read() -> None:
    """A verifier that nobody can read through has to be trusted, which was not the point."""
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 45
    assert {line.split()[1] for line in lines if line.startswith(("import ", "from "))} == {
        "hashlib",
        "json",
        "sys",
        "pathlib",
    }
