"""What every vault promises of the youths and their talks."""

from contextlib import suppress
from dataclasses import replace

import pytest

from bridge.chance import Dice
from bridge.domain.consent import Question, Standing
from bridge.domain.delivery import Move
from bridge.domain.errands import Errands
from bridge.domain.ids import Address, ConsentId, ConversationId, EmployeeId, Ref, ThreadId
from bridge.domain.lifecycle import ClosedAsContact, Erased, Ledger, ReadBack, Stage
from bridge.domain.threads import Chat, Ending
from bridge.ports import Stale
from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import LEASE, Change, VaultContract
from tests.support.cost import questions
from tests.vault.rig import MAYA, NOON, TALK, after, begun, forgotten, in_room, maya, said, talk

NOW = ConversationId("con_now")
ENDING = Ending(by=EmployeeId("emp_1"), at=NOON, seen=1)


def errands() -> Errands:
    return Errands(new=Dice().new, now=NOON, team="team", thread=MAYA)


class ThreadPromises(VaultContract):
    async def test_a_youth_is_found_again_as_they_were_left(self, vault: SqlVault) -> None:
        """Maya answers a question she was asked yesterday."""
        question = Question(
            id=ConsentId("cns_1"),
            text_id="consent",
            version="nb-1",
            language="nb",
            asked_at=NOON,
            shown_at=after(seconds=2),
            ref=Ref("4711"),
        )
        asked = maya(
            standing=Standing.ASKED,
            question=question,
            consent=ConsentId("cns_1"),
            last_out="consent",
            cooling_until=after(days=1),
            crisis_until=after(hours=2),
            left=True,
            language="en",
        )
        async with vault.begin() as tx:
            await tx.threads.add(maya())
            await tx.threads.save(asked)

        async with vault.begin() as tx:
            assert await tx.threads.get(MAYA) == asked
            assert await tx.threads.of("telegram", asked.address) == asked
            assert await tx.threads.of("messenger", asked.address) is None
            assert await tx.threads.of("telegram", Address("someone else")) is None
            assert await tx.threads.free_alias(0) == "Blå elv"
            assert await tx.threads.free_alias(1) == "Blå elv"

    async def test_nobody_is_made_up(self, vault: SqlVault) -> None:
        """A wrong id is a bug of ours, and must never open another youth's thread."""
        async with vault.begin() as tx:
            with pytest.raises(KeyError):
                await tx.threads.get(ThreadId("thr_none"))
            with pytest.raises(KeyError):
                await tx.threads.save(maya())
            with pytest.raises(KeyError):
                await tx.threads.conversation(ConversationId("con_none"))
            with pytest.raises(KeyError):
                await tx.threads.amend(talk())
            with pytest.raises(ValueError, match="another team"):
                await tx.threads.add(maya(team="team_2"))

    async def test_amending_saves_everything_but_the_ledger(self, vault: SqlVault) -> None:
        """What a card says of a talk must be true after a restart; the ledger has its own door."""
        amended = replace(
            in_room(talk()),
            owner=EmployeeId("emp_1"),
            ending=Ending(by=EmployeeId("emp_1"), at=NOON, seen=2, case="2026-7", topics=("rus",)),
            sealed_at=NOON,
            sealed_by="emp_1",
            last_youth=2,
            last_youth_at=NOON,
            handled=1,
            last_at=after(hours=1),
            postponed_until=after(hours=3),
            warned=("unanswered",),
            chat=Chat.ASKED,
            chat_asked_at=NOON,
        )
        async with vault.begin() as tx:
            await begun(tx, "hei")
            lying = Ledger(conversation=TALK, stage=Stage.FORGOTTEN, last_seq=9)
            await tx.threads.amend(replace(amended, ledger=lying))

        async with vault.begin() as tx:
            found = await tx.threads.conversation(TALK)
            assert found == replace(amended, ledger=Ledger(conversation=TALK, last_seq=1))
            assert await tx.threads.by_root(Ref("C1/1700000000.000100")) == found
            assert await tx.threads.by_root(Ref("C1/1700000000.000200")) is None

    async def test_conversations_come_oldest_first_and_only_one_is_open(
        self, vault: SqlVault
    ) -> None:
        """A youth has one talk at a time, and the next begins where the last ended."""
        async with vault.begin() as tx:
            first = await begun(tx, "hei")
            await tx.words.move(first, ClosedAsContact(count=1, digest="d1"))
            await tx.words.begin(talk(ConversationId("con_0")))

        async with vault.begin() as tx:
            assert [c.id for c in await tx.threads.conversations(MAYA)] == ["con_1", "con_0"]
            now = await tx.threads.open(MAYA)
            assert now is not None
            assert now.id == "con_0"
            assert await tx.threads.open(ThreadId("thr_none")) is None
        with pytest.raises(Stale):
            async with vault.begin() as tx:
                await tx.words.begin(talk(ConversationId("con_2")))

    async def test_what_is_live_and_what_is_to_be_settled_can_be_listed(
        self, vault: SqlVault
    ) -> None:
        """A restart finds everything that somebody still waits for."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            assert [c.id for c in await tx.threads.live()] == [TALK]
            assert await tx.threads.ending() == []
            assert await tx.threads.sealed() == []
            assert await tx.threads.settling() == []
            asked = replace(await tx.threads.conversation(TALK), ending=ENDING)
            await tx.threads.amend(asked)
            assert await tx.threads.ending() == [asked]
            await forgotten(tx, ledger)
            assert await tx.threads.live() == []
            assert await tx.threads.ending() == []
            (unsettled,) = await tx.threads.settling()
            assert await tx.threads.settling([Chat.YES]) == []
            await tx.threads.amend(replace(unsettled, chat=Chat.YES))
            assert len(await tx.threads.settling([Chat.YES])) == 1
            await tx.threads.amend(replace(unsettled, chat=Chat.SETTLED))
            assert await tx.threads.settling() == []

    async def test_what_is_on_its_way_is_listed_until_it_is_forgotten(
        self, vault: SqlVault
    ) -> None:
        """Sealed words that nobody takes further are in neither place."""
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            sealed = await tx.words.move(ledger, ClosedAsContact(count=1, digest="d1"))
            assert [c.id for c in await tx.threads.sealed()] == [TALK]
            there = await tx.words.move(sealed, ReadBack(digest="d1"))
            assert [c.id for c in await tx.threads.sealed()] == [TALK]
            await tx.words.move(there, Erased(count=1))
            assert await tx.threads.sealed() == []

    async def test_only_who_can_be_sealed_now_is_given_to_be_sealed(self, vault: SqlVault) -> None:
        """A thousand that wait are not gone through, one by one, five times a second."""
        async with vault.begin() as tx:
            await begun(tx, "hei")
            reply = errands().reply(TALK, 1, 0, late=False)
            assert await tx.threads.may_seal(9) == []
            asked = replace(await tx.threads.conversation(TALK), ending=ENDING, last_youth=1)
            await tx.threads.amend(asked)
            assert await tx.threads.may_seal(9) == [TALK]
            await tx.outbox.add(reply)
            assert await tx.threads.may_seal(9) == []
            await tx.threads.amend(replace(asked, last_youth=2))
            assert await tx.threads.may_seal(9) == [TALK], "the wish to end no longer holds"
            await tx.threads.amend(asked)
            await tx.outbox.move(reply.id, Move.UNDONE)
            assert await tx.threads.may_seal(9) == [TALK]
            assert await tx.threads.may_seal(0) == []

    async def test_only_what_nothing_is_ahead_of_is_given_to_be_transferred(
        self, vault: SqlVault
    ) -> None:
        """What was said of consent reaches the record first; what is there already waits not."""
        ahead = errands().event(TALK, {"kind": "sealed"})
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            assert not await tx.threads.any_sealed()
            await tx.outbox.add(ahead)
            sealed = await tx.words.move(ledger, ClosedAsContact(count=1, digest="d1"))
            assert await tx.threads.any_sealed()
            assert await tx.threads.may_transfer(9) == []
        async with vault.begin() as tx:
            await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert await tx.threads.may_transfer(9) == []
            await tx.outbox.move(ahead.id, Move.ACCEPTED)
            assert await tx.threads.may_transfer(9) == [TALK]
            assert await tx.threads.may_transfer(9, besides=[TALK]) == []
            there = await tx.words.move(sealed, ReadBack(digest="d1"))
            await tx.outbox.add(errands().event(TALK, {"kind": "read_back"}))
            assert await tx.threads.may_transfer(9) == [TALK]
            await tx.words.move(there, Erased(count=1))
            assert await tx.threads.may_transfer(9) == []
            assert not await tx.threads.any_sealed()

    async def test_who_was_sealed_first_is_transferred_first(self, vault: SqlVault) -> None:
        """Nobody waits behind those who came later."""
        async with vault.begin() as tx:
            for n in range(3):
                thread, its_id = ThreadId(f"thr_{n}"), ConversationId(f"con_{n}")
                await tx.threads.add(maya(id=thread, alias=f"A {n}", address=Address(f"a{n}")))
                await tx.words.begin(talk(its_id, thread=thread))
                ledger = (await tx.threads.conversation(its_id)).ledger
                await tx.words.move(ledger, ClosedAsContact(count=0, digest="d1"))
                at = after(minutes=-n)
                sealed = replace(await tx.threads.conversation(its_id), sealed_at=at)
                await tx.threads.amend(sealed)

            assert await tx.threads.may_transfer(2) == ["con_2", "con_1"]

    async def test_the_open_ones_are_given_some_at_a_time_and_none_is_passed_over(
        self, vault: SqlVault
    ) -> None:
        """The youth at the end of a long list is looked after, too."""
        many = [ThreadId(f"thr_{n}") for n in range(5)]
        async with vault.begin() as tx:
            for n, thread in enumerate(many):
                await tx.threads.add(maya(id=thread, alias=f"A {n}", address=Address(f"a{n}")))
                await tx.words.begin(talk(ConversationId(f"con_{n}"), thread=thread))
            closed = (await tx.threads.conversation(ConversationId("con_3"))).ledger
            await tx.words.move(closed, ClosedAsContact(count=0, digest="d1"))

        async with vault.begin() as tx:
            first = await tx.threads.open_after(None, 2)
            assert first == [("thr_0", "con_0"), ("thr_1", "con_1")]
            assert await tx.threads.open_after(first[-1][0], 2) == [
                ("thr_2", "con_2"),
                ("thr_4", "con_4"),
            ]
            assert await tx.threads.open_after(ThreadId("thr_4"), 2) == []

    async def test_the_newest_of_a_channel_come_first_and_those_out_of_reach_not_at_all(
        self, vault: SqlVault
    ) -> None:
        """Whoever writes down what a youth wrote must find her, and nobody who is forgotten."""
        async with vault.begin() as tx:
            for number, alias in enumerate(("Blå rev", "Grønn elv", "Rask hare", "Stille ugle")):
                its_id, address = ThreadId(f"thr_{number}"), Address(f"registered-{number}")
                spoke = None if number == 3 else after(minutes=number + 1)
                channel = "telegram" if number == 2 else "snapchat"
                await tx.threads.add(
                    maya(id=its_id, alias=alias, address=address, channel=channel,
                         last_youth_at=spoke)
                )  # fmt: skip
        async with vault.begin() as tx:
            newest = await tx.threads.newest("snapchat", 10)
            assert [alias for _, alias in newest] == ["Grønn elv", "Blå rev", "Stille ugle"]
            assert len(await tx.threads.newest("snapchat", 1)) == 1
            await tx.threads.forget(ThreadId("thr_1"))
            assert ThreadId("thr_1") not in dict(await tx.threads.newest("snapchat", 10))
            assert await tx.threads.newest("post", 10) == []

    async def test_a_transaction_reads_what_it_has_written(self, vault: SqlVault) -> None:
        """What is known already is not asked for again; it must be what stands there."""
        sealed = ClosedAsContact(count=2, digest="d" * 64)
        async with vault.begin() as tx:
            await tx.threads.add(maya())
            assert await tx.threads.open(MAYA) is None
            await tx.words.begin(talk())
            opened = await tx.threads.open(MAYA)
            assert opened is not None
            await tx.words.append(TALK, said("hei"))
            await tx.words.append(TALK, said("er du der?"))
            now = await tx.threads.conversation(TALK)
            assert now.ledger.last_seq == 2
            await tx.threads.amend(replace(now, last_youth=2))
            assert (await tx.threads.open(MAYA)) == replace(now, last_youth=2)
            await tx.threads.save(maya(left=True))
            assert (await tx.threads.get(MAYA)).left

        async with vault.begin() as tx:
            await tx.threads.get(MAYA)
            before = await tx.threads.conversation(TALK)
            await tx.words.move(before.ledger, sealed, document={})
            assert (await tx.threads.conversation(TALK)).stage is Stage.SEALED_CONTACT
            assert await tx.threads.open(MAYA) is None
            latest = await tx.threads.latest(MAYA)
            assert latest is not None
            assert latest.id == TALK
            await tx.threads.forget(MAYA)
            assert (await tx.threads.get(MAYA)).address == ""
            assert await tx.threads.of("telegram", maya().address) is None

    async def test_what_was_rolled_back_is_not_remembered(self, vault: SqlVault) -> None:
        """Nothing that one transaction knew may be believed by the next."""
        async with vault.begin() as tx:
            await tx.threads.add(maya())
        with suppress(Change):
            async with vault.begin() as tx:
                await tx.threads.save(maya(left=True))
                raise Change

        async with vault.begin() as tx:
            assert not (await tx.threads.get(MAYA)).left
            await tx.threads.save(maya(left=True))
        async with vault.begin() as tx:
            assert (await tx.threads.get(MAYA)).left

    async def test_the_newest_talk_is_the_one_begun_last(self, vault: SqlVault) -> None:
        """Whatever the clocks of two processes said when they began."""
        second = replace(talk(ConversationId("con_2")), opened_at=after(hours=-1))
        async with vault.begin() as tx:
            await tx.threads.add(maya())
            await tx.words.begin(talk())
            await tx.words.append(TALK, said("hei"))
            before = await tx.threads.conversation(TALK)
            sealed = ClosedAsContact(count=1, digest="d" * 64)
            await tx.words.move(before.ledger, sealed, document={})
            await tx.words.begin(second)

        async with vault.begin() as tx:
            latest = await tx.threads.latest(MAYA)
            assert latest is not None
            assert latest.id == "con_2"
            assert await tx.threads.open(MAYA) == latest

    async def test_what_is_read_ahead_is_what_is_there(self, vault: SqlVault) -> None:
        """Of those who are known; and a talk only while its own thread is held."""
        ola = replace(
            maya(), id=ThreadId("thr_ola"), alias="Grønn elg", address=Address("tg-2"), left=True
        )
        async with vault.begin() as tx:
            await tx.threads.add(maya())
            await tx.threads.add(ola)
            await tx.words.begin(talk())
            await tx.words.append(TALK, said("hei"))
        async with vault.begin() as tx:
            one_by_one = [await tx.threads.get(MAYA), await tx.threads.get(ola.id)]
            alone = await tx.threads.conversation(TALK)

        async with vault.begin() as tx:
            nobody, nothing = ThreadId("thr_none"), ConversationId("con_none")
            await tx.threads.hold({ola.id, nobody}, {TALK, nothing})
            await tx.words.append(TALK, said("er du der?"))
            assert (await tx.threads.conversation(TALK)).ledger.last_seq == 2
            await tx.threads.hold({MAYA, ola.id}, {TALK})
            assert [await tx.threads.get(MAYA), await tx.threads.get(ola.id)] == one_by_one
            assert (await tx.threads.conversation(TALK)).thread == alone.thread
            with pytest.raises(LookupError):
                await tx.threads.get(nobody)

    async def test_those_who_are_expected_are_found_as_they_are(self, vault: SqlVault) -> None:
        """Each by their own address: what one says must not end in another's thread."""
        ola = maya(id=ThreadId("thr_ola"), alias="Grønn elg", address=Address("tg-2"))
        line = maya(
            id=ThreadId("thr_line"), channel="messenger", alias="Linje", address=Address("tg-2"),
            joined=MAYA, joined_at=NOON,
        )  # fmt: skip
        async with vault.begin() as tx:
            ended = await begun(tx, "for lenge siden")
            await forgotten(tx, ended)
            for thread in (ola, line):
                await tx.threads.add(thread)
            await tx.words.begin(talk(NOW))
            await tx.words.append(NOW, said("hei"))
        known = {("telegram", maya().address), ("telegram", ola.address)}
        known |= {("messenger", line.address), ("telegram", Address("tg-none"))}

        async with vault.begin() as tx:
            with questions() as asked:
                await tx.threads.expect(known)
                before = len(asked)
                found = [await tx.threads.of(t.channel, t.address) for t in (maya(), ola, line)]
                latest = await tx.threads.latest(MAYA)
                await tx.words.append(NOW, said("er du der?"))
                assert (await tx.threads.conversation(NOW)).ledger.last_seq == 2
                assert len(asked) == before
            assert found == [maya(), ola, line]
            assert latest is not None
            assert latest.id == NOW
            assert await tx.threads.latest(ola.id) is None
            assert await tx.threads.of("telegram", Address("tg-none")) is None
            await tx.threads.forget(ola.id)
            assert await tx.threads.of("telegram", ola.address) is None

    async def test_several_are_held_at_once_each_with_what_it_is_read_in(
        self, vault: SqlVault
    ) -> None:
        """What is to go to two youths at once goes to both; one alone is never what happens."""
        ola = maya(id=ThreadId("thr_ola"), alias="Grønn elg", address=Address("tg-2"))
        lines = [
            maya(
                id=ThreadId(f"thr_line_{n}"), channel="messenger", alias=f"Linje {n}",
                address=Address(f"m-{n}"), joined=into, joined_at=NOON,
            )
            for n, into in enumerate((MAYA, ola.id))
        ]  # fmt: skip
        async with vault.begin() as tx:
            for thread in (maya(), ola, *lines):
                await tx.threads.add(thread)

        async with vault.begin() as tx:
            await tx.threads.hold({line.id for line in lines}, set())
            found = [await tx.threads.get(each.id) for each in (*lines, maya(), ola)]
        assert [each.id for each in found] == ["thr_line_0", "thr_line_1", MAYA, "thr_ola"]
        assert [each.joined for each in found] == [MAYA, "thr_ola", None, None]
