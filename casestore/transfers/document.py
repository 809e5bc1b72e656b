"""What a document tells of a talk that has ended, whatever of it is kept."""

from pydantic import Field

from casestore.ids import Id
from casestore.received import Agreed, Alias, Code, Hex64, Time, Version


class EndedTalk(Agreed):
    """The head of a transcript, and of a contact without one."""

    v: Version
    conversation: Id
    thread: Id
    alias: Alias = Field(repr=False)
    channel: Code
    team: str = Field(max_length=64)
    opened_at: Time
    sealed_at: Time
    sealed_by: Id
    salt: Hex64 = Field(repr=False)
    topics: list[Code] = Field(max_length=50)
