"""
The audit's chain (`casestore.chained`): who has read, written, changed, shared and deleted what.

What cannot be noted is not done: the link is added in the transaction of the deed itself. A
request that adds to both chains adds to the transfer log first, so that no two wait for each
other.
"""

from typing import Final

from casestore.audit.tables import AuditEvent, AuditHead
from casestore.chained import Chained
from casestore.edge import Writing
from casestore.hashchain import Link

AUDIT: Final = Chained(
    name="audit",
    head=AuditHead,
    links=AuditEvent,
    beside={"user": "by", "what": "what", "of": "of"},
)

Told = str | int | bool | None | list[str]


async def note(
    writing: Writing, what: str, *, by: str | None, of: str | None = None, **more: Told
) -> Link:
    """
    Note a deed: a code for what, the employee's id, the id of what it was done to.

    `more` holds ids, codes, counts and dates. Never words, names or reasons: the audit is kept
    when a person is deleted. `by` is None for what the bridge or a command did.
    """
    event = {"what": what, "by": by, "of": of, **more}
    return await AUDIT.append(writing, event)
