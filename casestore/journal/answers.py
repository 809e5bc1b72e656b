"""Transcripts and notes as JSON tells them."""

from casestore.answers import ItsId, Moment, Told, Versioned


class ReadBackTold(Told):
    """What was read back from storage, for the bridge to compare with what it put."""

    conversation: ItsId
    digest: str
    messages: int
    attachments: int


class OpenCases(Told):
    """The numbers of a person's open cases, and nothing else of them."""

    cases: list[str]


class NoteState(Versioned):
    """A note as it stands; only a draft has no `finished_at`."""

    id: ItsId
    case: ItsId
    version: int
    finished_at: Moment | None


class AdditionTold(Told):
    """What was added to a note; `by` is a name."""

    id: ItsId
    kind: str
    at: Moment
    by: str
    words: str
    why: str


class NoteTold(NoteState):
    """A note with its words and what was added to it."""

    kind: str
    at: Moment
    minutes: int
    words: str
    written_by: str
    additions: list[AdditionTold]


class DraftGone(Told):
    """A draft that is gone, and the case it was in."""

    id: ItsId
    case: ItsId


class EntryTied(Told):
    """A transcript and the case it is tied to."""

    conversation: ItsId
    case: ItsId


class EntryMoved(Told):
    """A transcript and the person it belongs to."""

    conversation: ItsId
    person: ItsId


class EntryOfNewPerson(EntryTied):
    """A transcript, and the person and the case that were registered for it."""

    person: ItsId
