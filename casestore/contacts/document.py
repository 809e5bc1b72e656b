"""A contact without a journal, exactly as agreed with the bridge."""

from typing import Annotated, Final

from pydantic import Field

from casestore.received import Agreed
from casestore.transfers.document import EndedTalk

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ContactDocument(EndedTalk):
    """A contact, exactly as agreed."""

    count_youth: Count
    count_caseworker: Count
    count_attachments: Count


TOGETHER: Final = 100
"""Contacts in one request."""


class ContactDocuments(Agreed):
    """Contacts of several conversations."""

    contacts: Annotated[list[ContactDocument], Field(min_length=1, max_length=TOGETHER)]
