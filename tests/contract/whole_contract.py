"""Every promise of a vault, and those that are about all of it."""

from contextlib import suppress

import pytest

from bridge.ports import Employee
from bridge.vault.sql import SqlVault
from tests.contract.ageing_contract import AgeingPromises
from tests.contract.along_contract import AlongPromises
from tests.contract.copies_contract import CopyPromises
from tests.contract.inbox_contract import InboxPromises
from tests.contract.leaving_contract import LeavingPromises
from tests.contract.lines_contract import LinePromises
from tests.contract.outbox_contract import OutboxPromises
from tests.contract.threads_contract import ThreadPromises
from tests.contract.together_contract import TogetherPromises
from tests.contract.vault_contract import Change, VaultContract
from tests.contract.words_contract import WordPromises
from tests.vault.rig import NOON, TALK, after, begun, copy_of, errand


class WholePromises(VaultContract):
    async def test_who_works_here_is_replaced_whole(self, vault: SqlVault) -> None:
        """Somebody who has left must not be able to answer a youth."""
        kari = Employee(id="emp_1", role="caseworker", active=True, user="U1")
        per = Employee(id="emp_2", role="team_leader", active=True, user=None)
        async with vault.begin() as tx:
            await tx.staff.replace([kari, per])
            assert await tx.staff.by_user("U1") == kari
            await tx.staff.replace([per])
            assert await tx.staff.by_user("U1") is None
            assert await tx.staff.all() == [per]
            await tx.staff.replace([])
            assert await tx.staff.all() == []

    async def test_a_sign_of_life_takes_the_place_of_the_one_before(self, vault: SqlVault) -> None:
        """What was missed is counted from the last one."""
        async with vault.begin() as tx:
            assert await tx.signs.last() == {}
            await tx.signs.give([], NOON)
            await tx.signs.give(["messenger", "telegram"], NOON)
            await tx.signs.give(["telegram"], after(minutes=1))
        async with vault.begin() as tx:
            assert await tx.signs.last() == {"messenger": NOON, "telegram": after(minutes=1)}

    async def test_everything_in_a_transaction_happens_or_nothing(self, vault: SqlVault) -> None:
        """An answer that was queued without being written down would be nobody's."""
        with suppress(Change):
            async with vault.begin() as tx:
                await begun(tx, "hei")
                await tx.outbox.add(errand("dlv_1"))
                await tx.copies.expect(copy_of("cpy_1"))
                raise Change
        async with vault.begin() as tx:
            assert await tx.threads.named("Blå rev") is None
            assert await tx.threads.live() == []
            assert await tx.outbox.in_lane("youth:maya") == 0
            assert await tx.copies.of(TALK) == []

    async def test_a_transaction_inside_another_is_refused(self, vault: SqlVault) -> None:
        """Waiting for oneself would silence every youth until somebody restarts us."""
        async with vault.begin():
            with pytest.raises(RuntimeError):
                async with vault.begin():
                    pass
            with pytest.raises(RuntimeError):
                await vault.accept("telegram", "1", b"raw")


class WholeVault(
    InboxPromises,
    ThreadPromises,
    LinePromises,
    WordPromises,
    LeavingPromises,
    OutboxPromises,
    AlongPromises,
    CopyPromises,
    AgeingPromises,
    TogetherPromises,
    WholePromises,
):
    """Every promise; inherit this."""
