"""Consents as JSON tells them."""

from typing import Any

from pydantic import Field

from casestore.answers import Cursor, ItsId, Moment, Told


class ConsentTold(Told):
    """One answer or one withdrawal; `evidence` is the whole body that was kept."""

    id: ItsId
    thread: ItsId
    purpose: str
    answer: str
    at: Moment
    received_at: Moment
    channel: str
    holds: bool
    evidence: dict[str, Any] = Field(description="As it came; its shape is that of its source.")


class Consents(Told):
    """Every answer, and for each purpose the consent that holds now."""

    consents: list[ConsentTold]
    holds: dict[str, ItsId | None]
    next: Cursor


class Ids(Told):
    """The ids of what was kept: one for each purpose."""

    ids: list[ItsId]
