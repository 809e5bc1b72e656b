"""What was written down by hand, as JSON tells it to the bridge."""

from casestore.answers import ItsId, Moment, Told


class RegistrationWaiting(Told):
    """That something is to be asked for, and since when; nothing of what it says."""

    id: ItsId
    since: Moment


class RegistrationsWaiting(Told):
    """Those that are to be asked for, the oldest first, some at a time."""

    registrations: list[RegistrationWaiting]


class PictureTold(Told):
    """A picture that is to be fetched; `size` in bytes."""

    id: ItsId
    type: str
    size: int


class PictureWhole(Told):
    """A picture, as it was chosen; its bytes in base64."""

    id: ItsId
    type: str
    body: str


class RegistrationTold(Told):
    """
    What somebody has written down. `thread` or `alias` say whose it is: neither is somebody new.

    `ours`: whoever wrote it down said it, to the youth. `answers`: it answers the question about
    the journal. `insists`: whoever wrote it down knows that something stands in that minute.
    """

    id: ItsId
    channel: str
    thread: ItsId | None
    alias: str | None
    by: ItsId
    at: Moment
    said_at: Moment
    ours: bool
    text: str
    answers: bool
    insists: bool
    pictures: list[PictureTold]
