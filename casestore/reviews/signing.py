"""Signing off the log: only when the chain holds, and up to where it was seen to hold."""

from casestore.edge import Writing
from casestore.ids import new_id
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.reviews.tables import Review
from casestore.threads.keys import TEAM, owned_key
from casestore.transfers import chain


async def sign_off(writing: Writing, *, by: str, comment: str) -> Review:
    """Note that a team leader has gone through the log as it stands; refused on a broken chain."""
    head = await chain.hold(writing)
    if not (await chain.verify_chain(writing)).holds:
        raise Problem(409, "chain-broken", "The hash chain does not hold; nothing is signed off.")
    its_id = new_id("review")
    key = await owned_key(writing, TEAM)
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
