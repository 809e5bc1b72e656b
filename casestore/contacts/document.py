"""A contact without a journal, exactly as agreed with the bridge."""

from typing import Annotated, Final

from pydantic import Field

from casestore.ids import Id
from casestore.received import Agreed, Alias, Code, Hex64, Time, Version

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ContactDocument(Agreed):
    """A contact, exactly as agreed."""

    v: Version
    conversation: Id
    thread: Id
    alias: Alias = Field(repr=False)
    channel: Code
    team: str = Field(max_length=64)
    opened_at: Time
    sealed_at: Time
    sealed_by: Id
    count_youth: Count
    count_caseworker: Count
    count_attachments: Count
    topics: list[Code] = Field(max_length=50)
    salt: Hex64 = Field(repr=False)


TOGETHER: Final = 100
"""Contacts in one request."""


class ContactDocuments(Agreed):
    """Contacts of several conversations."""

    contacts: Annotated[list[ContactDocument], Field(min_length=1, max_length=TOGETHER)]
