"""Changing the key-encryption key: at every step repeatable, and the old key ends with it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casestore.edge import Store, Writing
from casestore.keyring import KeyRing, Unreadable
from casestore.keys_rotating import Step, UnderWay, _alone, keep, rotate
from casestore.opening import opened_store
from casestore.threads.keys import destroy_key, destroy_thread_key, known_key, owned_key, thread_key
from casestore.threads.tables import DataKey, Thread
from tests.casestore.stage import Stage, digest_of, transcript_body


class Crash(Exception):
    """The power went."""


class Crashing:
    """Tells how far it has come, and crashes at a step."""

    def __init__(self, step: Step, nth: int) -> None:
        self.step, self.left = step, nth

    def __call__(self, step: Step) -> None:
        if step is self.step:
            self.left -= 1
            if self.left == 0:
                raise Crash


def at_once(store: Store) -> Store:
    """The same store, whose backups are not kept at all."""
    return replace(store, settings=replace(store.settings, backup_days=0))


async def ring_keys(store: Store) -> set[str]:
    async with store.database.reading() as session:
        return set(await session.scalars(select(DataKey.ring_key)))


async def filed(stage: Stage) -> str:
    await stage.agreed()
    body = transcript_body(stage)
    assert (await stage.bridge.put("transcripts/c_1", body)).status_code == 201
    return digest_of(body)


async def read_back(stage: Stage) -> str:
    return str((await stage.bridge.get("transcripts/c_1/digest")).json()["digest"])


async def test_everything_is_read_under_the_new_key_and_the_old_one_is_gone(stage: Stage) -> None:
    """What is kept must not be lost in the very change that makes what is deleted unreadable."""
    digest, before = await filed(stage), stage.store.ring.current

    done = await rotate(at_once(stage.store))

    said = json.loads(stage.settings.keyring.read_text())
    assert (done.dropped, done.waiting) == (1, 0)
    assert before not in said["keys"]
    assert await ring_keys(stage.store) == {said["current"]} == set(said["keys"])
    assert await read_back(stage) == digest
    async with opened_store(stage.settings, stage.clock.now) as again:
        assert again.lookup == stage.store.lookup


async def test_the_old_key_stays_for_as_long_as_the_backups_do(stage: Stage) -> None:
    """A backup that nobody can open is no backup; one that can be opened for ever keeps all."""
    before = stage.store.ring.current
    done = await rotate(stage.store)
    assert (done.dropped, done.waiting) == (0, 1)

    stage.clock.move(timedelta(days=29, hours=23))
    await keep(stage.store)
    assert before in stage.store.ring.keys
    stage.clock.move(timedelta(hours=1))
    await keep(stage.store)

    assert before not in stage.store.ring.keys
    assert before not in json.loads(stage.settings.keyring.read_text())["retired"]


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("nth", [1, 2])
async def test_a_crash_at_any_step_is_mended_by_doing_it_again(
    stage: Stage, step: Step, nth: int
) -> None:
    """A key change that a power cut could stop for good would be a key that nobody dares change."""
    digest, before = await filed(stage), stage.store.ring.current
    with suppress(Crash):
        await rotate(at_once(stage.store), told=Crashing(step, nth))

    settings = replace(stage.settings, backup_days=0)
    async with opened_store(settings, stage.clock.now) as again:
        assert await read_back(stage) == digest
        await rotate(again)
        assert await ring_keys(again) == set(again.ring.keys) == {again.ring.current}
        assert before not in again.ring.keys
    assert await read_back(stage) == digest
    assert stage.settings.keyring.stat().st_mode & 0o777 == 0o600


async def test_what_is_written_in_the_middle_of_it_is_written_under_the_new_key(
    stage: Stage,
) -> None:
    """A key made under one that is going would be a youth whose words nobody can ever read."""
    await filed(stage)
    written: list[bytes] = []

    with pytest.raises(Crash):
        await rotate(at_once(stage.store), told=Crashing(Step.MOVED, 1))
    async with stage.writing() as writing:
        written.append(await owned_key(writing, "person:p_new"))
    await rotate(at_once(stage.store))

    async with stage.reading() as reading:
        assert await known_key(reading, "person:p_new") == written[0]
    assert await ring_keys(stage.store) == {stage.store.ring.current}


async def test_another_process_finds_the_new_key_by_itself(stage: Stage) -> None:
    """The command changes the key while the case store serves; nobody should have to restart it."""
    digest = await filed(stage)
    async with opened_store(replace(stage.settings, backup_days=0), stage.clock.now) as command:
        await rotate(command)
        await rotate(command)

    assert await read_back(stage) == digest
    await stage.agreed("t_new", "s_new")
    async with stage.reading() as reading:
        await known_key(reading, "thread:t_new")
    assert await ring_keys(stage.store) == {stage.store.ring.current}


async def test_many_write_while_the_key_is_changed_and_nothing_is_lost(stage: Stage) -> None:
    """A change at ten in the morning, with the whole team at work."""

    async def writes(n: int) -> bytes:
        async with stage.store.database.writing() as session:
            writing = Writing(session=session, store=stage.store, now=stage.clock.now())
            return await owned_key(writing, f"person:p_{n}")

    *keys, _ = await asyncio.gather(*(writes(n) for n in range(12)), rotate(stage.store))
    keys += await asyncio.gather(*(writes(n) for n in range(12)))
    await rotate(at_once(stage.store))

    assert keys[:12] == keys[12:24]
    async with stage.reading() as reading:
        assert [await known_key(reading, f"person:p_{n}") for n in range(12)] == keys[:12]


async def test_two_changes_at_once_are_one(stage: Stage) -> None:
    """Two processes that each drop the other's key would leave none."""
    with _alone(stage.settings.keyring), pytest.raises(UnderWay):
        await rotate(stage.store)
    await rotate(stage.store)


async def test_a_row_that_no_key_opens_holds_up_nobody(stage: Stage) -> None:
    """One damaged row must not keep every deleted youth readable for ever."""
    digest, before = await filed(stage), stage.store.ring.current
    async with stage.writing() as writing:
        writing.session.add(
            DataKey(
                id="k_damaged", team="oslo", owner="person:p_damaged", ring_key="k_of_nobody",
                wrapped=b"\0" * 60, created_at=stage.clock.now(),
            )
        )  # fmt: skip

    await rotate(at_once(stage.store))

    assert before not in stage.store.ring.keys
    assert await read_back(stage) == digest


async def test_a_destroyed_key_is_gone_and_a_thread_begins_anew(stage: Stage) -> None:
    """The youth may write again; what they said before must not come back with them."""
    await stage.agreed()
    async with stage.writing() as writing:
        before = await thread_key(writing, "t_rev")
        alone = await owned_key(writing, "person:p_1")
        gone = await destroy_thread_key(writing, "t_rev")
        assert await destroy_key(writing, "person:p_1") is not None
        assert await destroy_key(writing, "person:p_1") is None
        assert await destroy_thread_key(writing, "t_none") is None

    async with stage.reading() as reading:
        row = await reading.session.get_one(Thread, "t_rev")
        assert row.key_id != gone
        assert await known_key(reading, "thread:t_rev") not in {before, alone}
        with pytest.raises(Unreadable):
            await known_key(reading, "person:p_1")
        assert await reading.session.get(DataKey, gone) is None


async def test_drafts_of_the_key_file_that_a_crash_left_are_cleared_away(stage: Stage) -> None:
    """A key that lies on in a forgotten draft has not been dropped."""
    home = stage.settings.keyring.parent
    left = home / f".{stage.settings.keyring.name}.0badf00d"
    left.write_text(stage.settings.keyring.read_text())

    await rotate(at_once(stage.store))

    assert not left.exists()
    assert {path.name for path in home.glob(".*")} == {
        ".casestore.keys.lock",
        ".casestore.keys.serving",
    }


def test_the_ring_keeps_what_it_knows_while_its_file_is_away(tmp_path: Path) -> None:
    """An operator who moves a file by mistake must not stop the team's work at once."""
    path = tmp_path / "keys" / "k"
    ring = KeyRing.create(path)
    sealed = ring.wrap(b"x" * 32, bound_to="here")
    with _away(path):
        assert ring.unwrap(ring.current, sealed, bound_to="here") == b"x" * 32
    with pytest.raises(Unreadable):
        ring.unwrap("k_none", sealed, bound_to="here")


@contextmanager
def _away(path: Path) -> Iterator[None]:
    moved = path.rename(path.with_suffix(".moved"))
    try:
        yield
    finally:
        moved.rename(path)
