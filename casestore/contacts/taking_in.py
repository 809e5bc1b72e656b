"""
Taking in contacts from the bridge, many or one: each a row of the register, and a link of the
chain. The register's row does not know which conversation it was.

What is the same for all of them is asked once, so that a thousand talks which end together do not
hold the head of the chain a thousand times.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from casestore.contacts.document import ContactDocument
from casestore.contacts.rules import blurred
from casestore.contacts.sums import count_in
from casestore.contacts.tables import Contact
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.journal.staged import forget_staged
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.threads.keys import fingerprint, thread_keys
from casestore.times import read_time
from casestore.transfers import chain
from casestore.transfers.log import BY_THE_CLOCK, belong_to, put_name, settle, transfer_rows
from casestore.transfers.tables import Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A contact, as it was said and as it was written."""

    said: ContactDocument = field(repr=False)
    canonical: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """The lowercase hex SHA-256 of how it was written."""
        return hashlib.sha256(self.canonical).hexdigest()


async def take_in(writing: Writing, told: Sequence[Told]) -> bool:
    """
    Register all that are new, in order; say whether any was. The same one again is no news.

    Raises a `Problem`, and then none of them is registered, where one is not as it was before.
    """
    for each in told:
        if each.said.sealed_at < each.said.opened_at:
            raise Problem(422, "malformed", "The times are not in order.")
    await chain.hold(writing)
    rows = await transfer_rows(writing, [each.said.conversation for each in told])
    new, marks = _new(writing, rows, told)
    if not new:
        return False
    await forget_staged(writing, *(each.said.conversation for each in new))
    keys = await thread_keys(writing, [each.said.thread for each in new])
    contacts = [_contact(writing, each.said) for each in new]
    mine = [(rows[each.said.conversation], each) for each in new]
    for row, each in mine:
        _note(row, each, keys[each.said.thread])
        row.stored_at, row.fingerprint = writing.now, marks[row.conversation]
    writing.session.add_all(contacts)
    await count_in(writing, *contacts)
    await belong_to(writing, [(row, each.said.sealed_by) for row, each in mine])
    await chain.append_all(writing, [_for_the_chain(each) for each in new])
    await settle(writing, *(row for row, _ in mine))
    return True


def _new(
    writing: Writing, rows: Mapping[str, Transfer], told: Sequence[Told]
) -> tuple[Sequence[Told], Mapping[str, bytes]]:
    """Those not registered before, and what each is recognised by."""
    marks = {its_id: row.fingerprint for its_id, row in rows.items() if row.stored_at is not None}
    new: list[Told] = []
    for each in told:
        about, mark = each.said.conversation, fingerprint(writing.store, each.canonical)
        if about not in marks:
            new.append(each)
        if marks.setdefault(about, mark) != mark:
            raise Problem(409, "different-body")
    return new, {about: mark for about, mark in marks.items() if mark is not None}


def _note(row: Transfer, told: Told, key: bytes) -> None:
    said = told.said
    put_name(row, key, thread=said.thread, alias=said.alias)
    row.document = seal(key, told.canonical, bound_to=f"transfers/{row.conversation}/document")
    row.digest = told.digest
    row.filing, row.channel = "contact", said.channel
    row.opened_at, row.sealed_at = read_time(said.opened_at), read_time(said.sealed_at)
    row.sealed_by = said.sealed_by
    row.count_youth, row.count_caseworker = said.count_youth, said.count_caseworker
    row.count_attachments = said.count_attachments


def _contact(writing: Writing, said: ContactDocument) -> Contact:
    when = blurred(read_time(said.opened_at), read_time(said.sealed_at))
    return Contact(
        id=new_id("contact"),
        team=writing.team,
        kind="message",
        hour=when.hour,
        minutes=when.minutes,
        topics=json.dumps(sorted(said.topics)),
        caseworker=None if said.sealed_by == BY_THE_CLOCK else said.sealed_by,
        channel=said.channel,
        count_youth=said.count_youth,
        count_caseworker=said.count_caseworker,
        count_attachments=said.count_attachments,
    )


def _for_the_chain(told: Told) -> dict[str, Any]:
    said = told.said
    return {
        "kind": "contact_stored",
        "conversation": said.conversation,
        "channel": said.channel,
        "sealed_at": said.sealed_at,
        "by": said.sealed_by,
        "youth": said.count_youth,
        "caseworker": said.count_caseworker,
        "attachments": said.count_attachments,
        "digest": told.digest,
    }
