"""Signing off the log: only when the chain holds, and up to where it was seen to hold."""

from sqlalchemy import select

from casestore.edge import Writing
from casestore.ids import new_id
from casestore.keyring import Unreadable, seal, unseal
from casestore.problems import Problem
from casestore.reviews.tables import Review
from casestore.threads.keys import TEAM, owned_key
from casestore.transfers import chain


async def sign_off(writing: Writing, *, by: str, comment: str) -> Review:
    """
    Note that a team leader has gone through the log as it stands; refused on a broken chain.

    The same sent again, with nothing in the log since, is the same review.
    """
    head = await chain.hold(writing)
    if not (await chain.verify_chain(writing)).holds:
        raise Problem(409, "chain-broken", "The hash chain does not hold; nothing is signed off.")
    key = await owned_key(writing, TEAM)
    if known := await _signed_so(writing, key, head.n, by=by, comment=comment):
        return known
    its_id = new_id("review")
    review = Review(
        id=its_id,
        team=writing.team,
        at=writing.now,
        by=by,
        upto=head.n,
        head=head.hash,
        comment=seal(key, comment.encode(), bound_to=f"reviews/{its_id}"),
    )
    writing.session.add(review)
    await chain.append(
        writing,
        {"kind": "reviewed", "review": its_id, "by": by, "upto": head.n, "head": head.hash},
    )
    return review


async def _signed_so(
    writing: Writing, key: bytes, n: int, *, by: str, comment: str
) -> Review | None:
    """Give the review that is the last link of the log, if it says this."""
    last = await writing.session.scalar(select(Review).where(Review.upto == n - 1, Review.by == by))
    if last is None or last.team != writing.team:
        return None
    try:
        said = unseal(key, last.comment, bound_to=f"reviews/{last.id}").decode()
    except Unreadable:
        return None
    return last if said == comment else None
