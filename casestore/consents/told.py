"""What has been answered and taken back on some threads, as the rules want to hear it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casestore.consents.rules import Given, TakenBack
from casestore.consents.tables import Consent, Withdrawal
from casestore.deletions.void import void_until
from casestore.edge import Reading, Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Every answer and every withdrawal, oldest first."""

    consents: Sequence[Consent]
    withdrawals: Sequence[Withdrawal]

    def given(self, consent: str) -> Given | None:
        """Give the answer of that id."""
        return next((_given(row) for row in self.consents if row.id == consent), None)

    def answers(self) -> list[Given]:
        """Give every answer."""
        return [_given(row) for row in self.consents]

    def taken_back(self) -> list[TakenBack]:
        """Give every withdrawal."""
        return [
            TakenBack(thread=row.thread, purpose=row.purpose, answered_at=row.answered_at)
            for row in self.withdrawals
        ]


async def told_on(asking: Reading | Writing, threads: Collection[str]) -> Told:
    """Fetch what has been told on these threads, and not been deleted with them since."""
    void = await void_until(asking, threads)
    consents = await asking.session.scalars(
        select(Consent)
        .where(Consent.thread.in_(threads))
        .order_by(Consent.answered_at, Consent.received_at, Consent.id)
    )
    withdrawals = await asking.session.scalars(
        select(Withdrawal)
        .where(Withdrawal.thread.in_(threads))
        .order_by(Withdrawal.answered_at, Withdrawal.received_at, Withdrawal.id)
    )
    return Told(
        consents=[row for row in consents if not _void(row, void)],
        withdrawals=[row for row in withdrawals if not _void(row, void)],
    )


def _void(row: Consent | Withdrawal, void: Mapping[str, datetime]) -> bool:
    return row.thread in void and row.answered_at <= void[row.thread]


def _given(row: Consent) -> Given:
    return Given(
        thread=row.thread, purpose=row.purpose, answer=row.answer, answered_at=row.answered_at
    )
