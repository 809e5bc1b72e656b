"""Decisions on deletion as JSON tells them."""

from typing import Any

from pydantic import Field

from casestore.answers import Cursor, ItsId, Moment, Told


class Heard(Told):
    """How many of what the bridge was told of it has confirmed, and how many there are."""

    confirmed: int
    told: int


class DecisionTold(Told):
    """A decision, without content; `seen` is the digest of what would go today."""

    id: ItsId
    kind: str
    target_kind: str
    target: ItsId
    basis: str
    status: str
    counts: dict[str, int]
    seen: str | None
    blocks: list[str]
    proposed_by: str
    proposed_at: Moment
    confirmed_by: str | None
    confirmed_at: Moment | None
    carried_out_by: str | None
    carried_out_at: Moment | None
    cancelled_at: Moment | None
    bridge: Heard


class Decisions(Told):
    """Every decision of the team's."""

    decisions: list[DecisionTold]
    next: Cursor


class DecisionWhole(DecisionTold):
    """A decision with its certificate, when it is carried out."""

    certificate: dict[str, Any] | None = Field(description="What was deleted, in numbers.")


class HoldState(Told):
    """A hold, and whose record it holds back."""

    id: ItsId
    person: ItsId


class DeletionTold(Told):
    """Something that was deleted here, and that the bridge must forget too."""

    id: ItsId
    conversation: ItsId | None
    thread: ItsId | None
    at: Moment


class DeletionsSince(Told):
    """Deletions, and the `since` to ask from next time."""

    deletions: list[DeletionTold]
    cursor: str
