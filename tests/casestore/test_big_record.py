"""What lists are measured on must be what the programme itself would have written."""

from sqlalchemy import delete, exists, func, inspect, select

from casestore.audit.checking import check_chains
from casestore.database import Table
from casestore.edge import Store
from casestore.journal.tables import Entry, EntryMessage
from casestore.keyring import unseal
from casestore.people.tables import PersonPair
from casestore.transfers.tables import Transfer
from tests.casestore.added_up import by_hand, kept
from tests.casestore.big_logs import fill
from tests.casestore.big_world import NOW, Filling, Size
from tests.casestore.people import compares
from tests.casestore.stage import Stage

FEW = Size(persons=7, transcripts=20, notes=20, contacts=20, deeds=20, mine=2, of_each=6)


async def test_what_is_filled_in_is_whole(stage: Stage) -> None:
    """Pages are quick on rows that point nowhere, and on links that nobody could follow."""
    before = await indexes(stage.store)
    await fill(Filling(store=stage.store, size=FEW))

    async with stage.reading() as reading:
        verdicts = [each.verdict for each in await check_chains(reading)]
    assert [(each.holds, each.count) for each in verdicts] == [(True, 20), (True, 40)]
    async with stage.reading() as reading:
        assert await kept(reading) == await by_hand(reading) != []
    assert await indexes(stage.store) == before
    assert await astray(stage) == []


async def test_what_was_said_is_read_with_its_youths_key(stage: Stage) -> None:
    """A ciphertext that is the same everywhere costs nothing to keep, and nothing to open."""
    filling = Filling(store=stage.store, size=FEW)
    await fill(filling)

    async with stage.reading() as reading:
        rows = (await reading.session.execute(
            select(Entry.conversation, Entry.key_owner, Transfer.alias, EntryMessage.words)
            .join(Transfer, Transfer.conversation == Entry.conversation)
            .join(EntryMessage, EntryMessage.conversation == Entry.conversation)
        )).all()  # fmt: skip
    assert len(rows) == FEW.transcripts
    for place, owner, alias, words in rows:
        key = filling.key(owner)
        youth = owner.removeprefix("thread:t_")
        assert alias is not None
        assert unseal(key, alias, bound_to=f"transfers/{place}/alias").decode() == f"Alias {youth}"
        said = unseal(key, words, bound_to=f"journal_messages/{place}/0").decode()
        assert f"hei {place.removeprefix('c_')}" in said


async def test_those_who_may_be_one_are_those_that_are_found(stage: Stage) -> None:
    """A list of pairs that nobody would have found is read from another index than the real."""
    await fill(Filling(store=stage.store, size=FEW))
    wanted = select(PersonPair.one, PersonPair.other, PersonPair.why).order_by(PersonPair.one)
    async with stage.reading() as reading:
        filled = (await reading.session.execute(wanted)).all()
    async with stage.writing() as writing:
        await writing.session.execute(delete(PersonPair))

    await compares(stage)

    async with stage.reading() as reading:
        assert (await reading.session.execute(wanted)).all() == filled != []


def test_every_moment_of_five_years_can_be_told_apart_however_many_there_are() -> None:
    """A million of anything is more than a span of years can be counted up to and then divided."""
    filling = Filling(store=None, size=FEW)  # type: ignore[arg-type]
    count = 10_000_000
    some = [filling.at(n, count) for n in (0, 1, 2, count // 2, count - 2, count - 1)]
    assert some == sorted(set(some))
    assert some[-1] < NOW


async def indexes(store: Store) -> set[tuple[str, str, tuple[str | None, ...]]]:
    """Every index there is."""
    async with store.database.engine.connect() as connection:
        return await connection.run_sync(
            lambda own: {
                (table, str(each["name"]), tuple(each["column_names"]))
                for table in inspect(own).get_table_names()
                for each in inspect(own).get_indexes(table)
            }
        )


async def astray(stage: Stage) -> list[tuple[str, str, int]]:
    """The foreign keys that point at nothing, and how many rows do."""
    found = []
    async with stage.reading() as reading:
        for table in Table.metadata.sorted_tables:
            for key in table.foreign_key_constraints:
                there = key.referred_table.alias()
                same = [there.c[each.column.name] == each.parent for each in key.elements]
                told = [each.parent.is_not(None) for each in key.elements]
                wanted = (
                    select(func.count()).select_from(table).where(*told, ~exists().where(*same))
                )
                count = await reading.session.scalar(wanted)
                if count:
                    found.append((table.name, str(key.name), count))
    return found
