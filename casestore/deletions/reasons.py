"""
Why something was decided: in words, and with the reference of a decision to dispose.

The words lie under the key of whom they are about, and go with that person. A reference is the
evidence that a disposal was lawful, so that alone is kept, under the team's key.
"""

import json
from dataclasses import asdict, dataclass, field

from casestore.deletions.tables import Decision
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, seal, unseal
from casestore.threads.keys import TEAM, known_key, owned_key

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why, and on which decision; empty where there is none, or where it is gone."""

    why: str = field(default="", repr=False)
    reference: str = field(default="", repr=False)


async def put_reason(writing: Writing, decision: Decision, reason: Reason, owner: str) -> None:
    """Encrypt and keep the reason under an owner's key."""
    key = await owned_key(writing, owner)
    words = json.dumps(asdict(reason), ensure_ascii=False).encode()
    decision.reason = seal(key, words, bound_to=_place(decision.id))


async def reason_of(asking: Asking, decision: Decision, owner: str | None = None) -> Reason:
    """Decrypt the reason, under an owner's key or the team's; an empty one when it is gone."""
    for tried in (owner, TEAM):
        try:
            key = await known_key(asking, tried or TEAM)
            said = json.loads(unseal(key, decision.reason, bound_to=_place(decision.id)))
            return Reason(**said)
        except Unreadable:
            continue
    return Reason()


def _place(its_id: str) -> str:
    return f"decisions/{its_id}/reason"
