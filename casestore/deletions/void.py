"""
What a deletion here means for what the bridge still sends.

With a thread's key its consents have lost their evidence, so they are void. A transcript that
stands on one, or that has been deleted itself, is refused with `consent-withdrawn`: the bridge
knows that answer, counts the contact and forgets the words (product.md). A yes given after the
deletion holds: the youth has begun anew.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select

from casestore.consents.tables import Consent
from casestore.deletions.tables import Deletion
from casestore.edge import Reading, Writing

Asking = Reading | Writing


async def void_until(asking: Asking, threads: Collection[str]) -> Mapping[str, datetime]:
    """Give, of those threads that have been deleted, when last: what was told till then is void."""
    found = await asking.session.execute(
        select(Deletion.thread, func.max(Deletion.at, type_=Deletion.at.type))
        .where(Deletion.thread.in_(threads))
        .group_by(Deletion.thread)
    )
    return {thread: at for thread, at in found if thread is not None}


async def is_deleted(asking: Asking, conversation: str) -> bool:
    """Say whether what this conversation became here has been deleted."""
    found = select(Deletion.n).where(Deletion.conversation == conversation).limit(1)
    return await asking.session.scalar(found) is not None


async def is_void(asking: Asking, *, thread: str, consent: str) -> bool:
    """Say whether a consent of a thread was deleted with it."""
    given = await asking.session.get(Consent, consent)
    until = (await void_until(asking, {thread})).get(thread)
    return given is not None and until is not None and given.answered_at <= until
