"""A sign-off as JSON tells it."""

from casestore.answers import ItsId, Told


class ReviewState(Told):
    """A sign-off: up to which link, and the head that was signed."""

    id: ItsId
    upto: int
    head: str
