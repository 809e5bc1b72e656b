"""What every vault promises of what is to go out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.delivery import Move, OutOfTurn, Reason, State, What
from bridge.domain.ids import Address, ConversationId, DeliveryId, ThreadId
from bridge.vault.sql import SqlVault
from tests.contract.vault_contract import LEASE, VaultContract
from tests.vault.rig import MAYA, NOON, TALK, Home, after, begun, errand, maya


class OutboxPromises(VaultContract):
    async def test_a_delivery_comes_back_as_it_was_made(self, vault: SqlVault) -> None:
        """What is sent an hour late is still what was meant."""
        made = replace(
            errand("dlv_1", seq=1),
            params={"ref": "4711", "n": 2, "late": True, "none": None},
            words="ordrett",
            not_before=after(seconds=10),
        )
        bare = replace(errand("dlv_2", lane="alarm", what=What.ALARM), thread=None)
        own = replace(bare, id=DeliveryId("dlv_3"), conversation=None, words="kode")
        async with vault.begin() as tx:
            await begun(tx, "hei")
            for delivery in (made, bare, own):
                await tx.outbox.add(delivery)
        async with vault.begin() as tx:
            assert [await tx.outbox.get(d.id) for d in (made, bare, own)] == [made, bare, own]
            assert await tx.outbox.of_entry(TALK, 1) == [made]
            with pytest.raises(KeyError):
                await tx.outbox.get(DeliveryId("dlv_none"))

    async def test_several_are_made_in_the_order_they_are_given(self, vault: SqlVault) -> None:
        """The record hears of a copy before it hears that the copy is gone."""
        made = [
            replace(errand("dlv_9"), params={"n": 9}, words="ni"),
            replace(errand("dlv_1"), params={"n": 1}, words="en"),
            errand("dlv_5", lane="other"),
        ]
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.outbox.add_all([])
            await tx.outbox.add_all(made)
        async with vault.begin() as tx:
            assert [await tx.outbox.get(d.id) for d in made] == made
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert [d.id for d in taken] == ["dlv_9", "dlv_5"]

    async def test_what_has_no_place_is_left_where_it_is(self, vault: SqlVault) -> None:
        """Slack hangs: an answer to a youth goes, and what waits for Slack keeps its place."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1", lane="room", what=What.WORDS))
            await tx.outbox.add(errand("dlv_2", lane="room", what=What.REPLY))
            await tx.outbox.add(errand("dlv_3", lane="youth", what=What.REPLY))
        besides = {What.WORDS, What.CARD}
        async with vault.begin() as tx:
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=9, besides=besides)
            assert [d.id for d in taken] == ["dlv_3"]
        async with vault.begin() as tx:
            (first,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert (first.id, first.attempts) == ("dlv_1", 1)

    async def test_what_goes_along_is_of_those_who_are_held_already(self, vault: SqlVault) -> None:
        """Two that each held one youth, and took the other's as well, would wait for each other."""
        async with vault.begin() as tx:
            await begun(tx)
            ola = maya(id=ThreadId("thr_ola"), alias="Rød rev", address=Address("tg-2"))
            await tx.threads.add(ola)
            await tx.outbox.add(replace(errand("dlv_1", lane="ola"), thread=ola.id))
            await tx.outbox.add(errand("dlv_2", lane="maya"))
            await tx.outbox.add(replace(errand("dlv_3", lane="alarm"), thread=None))
        async with vault.begin() as tx:
            await tx.threads.get(MAYA)
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=9, along=True)
            assert [d.id for d in taken] == ["dlv_2", "dlv_3"]
        async with vault.begin() as tx:
            (left,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert left.id == "dlv_1"

    async def test_an_answer_is_about_the_attempt_that_asked(self, vault: SqlVault) -> None:
        """One that comes late must not be taken for the answer to what is being sent now."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            (first,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            await tx.outbox.move(first.id, Move.BUSY)
            (second,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
        async with vault.begin() as tx:
            with pytest.raises(OutOfTurn):
                await tx.outbox.move(first.id, Move.ACCEPTED, attempt=first.attempts)
            assert (await tx.outbox.get(first.id)).state is State.SENDING
            await tx.outbox.move(first.id, Move.ACCEPTED, attempt=second.attempts)

    async def test_a_lane_keeps_its_order_and_the_others_go_on(self, vault: SqlVault) -> None:
        """Maya reads an answer in the order it was written; Ola does not wait for her."""
        async with vault.begin() as tx:
            await begun(tx)
            for id_, lane in (("dlv_1", "a"), ("dlv_2", "a"), ("dlv_3", "b"), ("dlv_4", "c")):
                await tx.outbox.add(errand(id_, lane=lane))

        async with vault.begin() as tx:
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=2)
            assert [(d.id, d.state, d.attempts) for d in taken] == [
                ("dlv_1", State.SENDING, 1),
                ("dlv_3", State.SENDING, 1),
            ]
            (last,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert last.id == "dlv_4"
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []
            await tx.outbox.move(DeliveryId("dlv_1"), Move.ACCEPTED)
            (following,) = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert following.id == "dlv_2"
            assert await tx.outbox.in_lane("a") == 1

    @pytest.mark.parametrize(
        ("state", "blocks"),
        [
            (State.HELD, True),
            (State.QUEUED, True),
            (State.SENDING, True),
            (State.ASKED, False),
            (State.UNCERTAIN, False),
            (State.FAILED, False),
            (State.WITHDRAWN, False),
            (State.LEFT, False),
            (State.SENT, False),
            (State.DELIVERED, False),
            (State.READ, False),
        ],
    )
    async def test_what_waits_for_a_person_holds_nothing_up(
        self, vault: SqlVault, state: State, blocks: bool
    ) -> None:
        """One doubtful reply must not keep the crisis numbers from a youth."""
        first = replace(errand("dlv_1"), state=state, not_before=after(days=1))
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(first)
            await tx.outbox.add(errand("dlv_2"))
            taken = await tx.outbox.claim(NOON, lease=LEASE, limit=9)
        assert [d.id for d in taken] == ([] if blocks else ["dlv_2"])

    async def test_nothing_is_sent_before_its_time(self, vault: SqlVault) -> None:
        """Ten seconds behind Angre are ten seconds."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(replace(errand("dlv_1"), state=State.HELD))
            assert await tx.outbox.next_due() is None
            held = await tx.outbox.move(
                DeliveryId("dlv_1"), Move.CARD_UP, not_before=after(seconds=10)
            )
            assert (held.state, held.not_before) == (State.QUEUED, after(seconds=10))
            assert await tx.outbox.next_due() == after(seconds=10)
            assert await tx.outbox.claim(after(seconds=9), lease=LEASE, limit=1) == []
            assert len(await tx.outbox.claim(after(seconds=10), lease=LEASE, limit=1)) == 1

    async def test_an_undo_and_a_sender_cannot_both_win(self, vault: SqlVault) -> None:
        """Angre says «angret» only if Maya never got it."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
        async with vault.begin() as tx:
            with pytest.raises(OutOfTurn):
                await tx.outbox.move(DeliveryId("dlv_1"), Move.UNDONE)
            assert (await tx.outbox.get(DeliveryId("dlv_1"))).state is State.SENDING
        async with vault.begin() as tx:
            await tx.outbox.add(errand("dlv_2", lane="b"))
            await tx.outbox.move(DeliveryId("dlv_2"), Move.UNDONE)
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []

    async def test_the_wait_a_platform_asks_for_is_kept(self, vault: SqlVault) -> None:
        """A 429 that is not obeyed gets us all shut out."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            busy = await tx.outbox.move(
                DeliveryId("dlv_1"), Move.BUSY, not_before=after(seconds=30), reason=Reason.BUSY
            )
            assert (busy.state, busy.reason) == (State.QUEUED, Reason.BUSY)
            assert await tx.outbox.get(busy.id) == busy
            assert await tx.outbox.claim(after(seconds=29), lease=LEASE, limit=1) == []
            (again,) = await tx.outbox.claim(after(seconds=30), lease=LEASE, limit=1)
            assert again.attempts == 2

    async def test_what_could_not_go_yet_is_put_back_as_if_untried(self, vault: SqlVault) -> None:
        """Our own pace must not count against a message, nor hide that it was lost."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            await tx.outbox.claim(NOON, lease=LEASE, limit=1)
            await tx.outbox.put_back(DeliveryId("dlv_1"), after(seconds=1))
            back = await tx.outbox.get(DeliveryId("dlv_1"))
            assert (back.state, back.attempts) == (State.QUEUED, 0)
            assert await tx.outbox.next_due() == after(seconds=1)
            with pytest.raises(OutOfTurn):
                await tx.outbox.put_back(DeliveryId("dlv_1"), after(seconds=2))

    async def test_a_sender_that_says_it_is_at_work_is_believed(self, vault: SqlVault) -> None:
        """A platform that takes its time must not make a reply uncertain, or send it twice."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1"))
            await tx.outbox.add(errand("dlv_2", lane="b"))
            await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            await tx.outbox.move(DeliveryId("dlv_2"), Move.ACCEPTED)
            await tx.outbox.hold([DeliveryId("dlv_1"), DeliveryId("dlv_2")], NOON + 2 * LEASE)

            assert await tx.outbox.lost(NOON + LEASE) == []
            assert (await tx.outbox.get(DeliveryId("dlv_2"))).state is State.SENT
            assert [d.id for d in await tx.outbox.lost(NOON + 2 * LEASE)] == ["dlv_1"]

    async def test_asking_again_counts_from_now(self, vault: SqlVault, home: Home) -> None:
        """A reply a caseworker sends once more is not late because the first one was."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(replace(errand("dlv_1"), state=State.UNCERTAIN))
            home.clock.move(timedelta(hours=1))
            again = await tx.outbox.move(DeliveryId("dlv_1"), Move.AGAIN)
            assert (again.state, again.made_at) == (State.QUEUED, after(hours=1))
            assert await tx.outbox.get(again.id) == again

    async def test_what_is_soon_looked_into_keeps_its_place(self, vault: SqlVault) -> None:
        """A youth's words must not be shown in the wrong order because one answer was lost."""
        async with vault.begin() as tx:
            await begun(tx)
            doubt = errand("dlv_1", lane="room", what=What.WORDS)
            await tx.outbox.add(replace(doubt, state=State.UNCERTAIN))
            await tx.outbox.add(errand("dlv_2", lane="room", what=What.WORDS))
            assert await tx.outbox.claim(NOON, lease=LEASE, limit=9) == []
            await tx.outbox.move(DeliveryId("dlv_1"), Move.FOUND)
            assert len(await tx.outbox.claim(NOON, lease=LEASE, limit=9)) == 1

    async def test_a_sender_that_falls_silent_leaves_doubt(self, vault: SqlVault) -> None:
        """After a crash nobody knows whether Maya got it, and we say so."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(errand("dlv_1", what=What.SERVICE, seq=1))
            await tx.outbox.add(errand("dlv_2", lane="b", what=What.REPLY, seq=2))
            await tx.outbox.claim(NOON, lease=LEASE, limit=9)
            assert await tx.outbox.next_due() == NOON + LEASE
            assert await tx.outbox.lost(after(seconds=119)) == []

            lost = await tx.outbox.lost(NOON + LEASE)
            assert [(d.id, d.state, d.reason) for d in lost] == [
                ("dlv_1", State.UNCERTAIN, Reason.NO_ANSWER),
                ("dlv_2", State.UNCERTAIN, Reason.NO_ANSWER),
            ]
            assert [d.id for d in await tx.outbox.uncertain(NOON)] == ["dlv_1"]
            await tx.outbox.look_later(DeliveryId("dlv_1"), after(minutes=5), looked=True)
            assert (await tx.outbox.get(DeliveryId("dlv_1"))).looks == 1
            assert await tx.outbox.uncertain(after(minutes=4)) == []
            assert await tx.outbox.next_due() == after(minutes=5)
            assert await tx.outbox.in_lane("b") == 1

    @pytest.mark.parametrize(
        ("what", "seq", "state", "waits"),
        [
            (What.REPLY, 1, State.HELD, True),
            (What.REPLY, 1, State.QUEUED, True),
            (What.REPLY, 1, State.SENDING, True),
            (What.REPLY, 1, State.ASKED, True),
            (What.REPLY, 1, State.HANDED, True),
            (What.REPLY, 1, State.UNCERTAIN, False),
            (What.REPLY, 1, State.FAILED, False),
            (What.REPLY_EDIT, 1, State.UNCERTAIN, True),
            (What.REPLY_ERASE, 1, State.QUEUED, True),
            (What.WORDS, 1, State.UNCERTAIN, True),
            (What.WORDS, 1, State.SENT, False),
            (What.FILE, 1, State.QUEUED, True),
            (What.FETCH, 1, State.QUEUED, True),
            (What.REPLY_CARD, 1, State.QUEUED, True),
            (What.SERVICE, 1, State.QUEUED, True),
            (What.SERVICE, 1, State.HANDED, True),
            (What.SERVICE, None, State.QUEUED, False),
            (What.CARD, None, State.QUEUED, False),
            (What.WHISPER, 1, State.QUEUED, False),
            (What.RECORD, 1, State.QUEUED, False),
        ],
    )
    async def test_sealing_waits_for_words_on_their_way_and_nothing_else(
        self, vault: SqlVault, what: What, seq: int | None, state: State, waits: bool
    ) -> None:
        """A transcript without the last reply is wrong; one that waits for a card never ends."""
        async with vault.begin() as tx:
            await begun(tx)
            await tx.outbox.add(replace(errand("dlv_1", what=what, seq=seq), state=state))
            assert await tx.outbox.underway(TALK) == int(waits)
            assert await tx.outbox.underway(ConversationId("con_none")) == 0

    async def test_a_reply_in_pieces_has_come_as_far_as_the_piece_that_is_worst_off(
        self, vault: SqlVault
    ) -> None:
        """Half an answer is not «levert»."""
        async with vault.begin() as tx:
            await begun(tx)
            for n, (seq, state) in enumerate(
                [
                    (1, State.FAILED),
                    (1, State.SENT),
                    (2, State.SENT),
                    (2, State.WITHDRAWN),
                    (3, State.WITHDRAWN),
                ]
            ):
                await tx.outbox.add(replace(errand(f"dlv_{n}", seq=seq), state=state))
            await tx.outbox.add(errand("dlv_w", what=What.WORDS, seq=4))
            assert await tx.outbox.states(TALK) == {
                1: State.FAILED,
                2: State.SENT,
                3: State.WITHDRAWN,
            }

    async def test_what_is_in_somebodys_hands_is_neither_claimed_nor_lost(
        self, vault: SqlVault
    ) -> None:
        """Only a person says what became of it, however long it takes."""
        async with vault.begin() as tx:
            await begun(tx)
            for number, state in enumerate((State.HANDED, State.SENT, State.HANDED)):
                made = replace(errand(f"dlv_{number}", what=What.REPLY, seq=1), state=state)
                await tx.outbox.add(replace(made, made_at=after(minutes=-number)))
        async with vault.begin() as tx:
            assert [d.id for d in await tx.outbox.in_hands(TALK)] == ["dlv_2", "dlv_0"]
            assert await tx.outbox.in_hands(ConversationId("con_none")) == []
            late = after(days=400)
            assert await tx.outbox.claim(late, lease=timedelta(minutes=1), limit=9) == []
            assert await tx.outbox.lost(late) == []
            assert await tx.outbox.uncertain(late) == []
