"""The sign-off as JSON, for the team leader's own tools; the same rule as the form."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import TransferCheck
from casestore.answers import Created
from casestore.edge import WritingNow
from casestore.received import Agreed, Received, received
from casestore.repeats.route import Once
from casestore.reviews.answers import ReviewState
from casestore.reviews.signing import sign_off
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/reviews", dependencies=[Depends(same_site)], route_class=Once)


class SignOff(Agreed):
    """What the team leader says of the log."""

    comment: str = Field(min_length=1, max_length=4000, repr=False)


@router.post("")
async def post_review(
    who: TransferCheck,
    body: Annotated[Received[SignOff], Depends(received(SignOff))],
    writing: WritingNow,
) -> Created[ReviewState]:
    """Sign off the log as it stands."""
    review = await sign_off(writing, by=who.id, comment=body.said.comment)
    return Created(ReviewState(id=review.id, upto=review.upto, head=review.head))
