"""
When a write that comes again is the same write (draft-ietf-httpapi-idempotency-key-header).

    no key, POST without an id of its own ─▶ 400: a repeat could not be told from a second deed
    a key nobody has used                 ─▶ done, and the answer is kept with the deed
    same key, same write                  ─▶ the first answer, if it may still be seen
    same key, another write               ─▶ 422
    same key, and somebody was deleted    ─▶ 409: it was done, and the answer is gone

Pure decisions. A write that was refused leaves nothing, so the same key may try again.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from casestore.access.rules import Relation
from casestore.problems import Problem
from casestore.users.rules import LEADING, Role

KEPT_FOR: Final = timedelta(hours=24)
WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# The same for those who are told beforehand; which keys are ours is decided by `_KEY`.
KEY: Final = r'^("[!#-\[\]-~]{16,128}"|[A-Za-z0-9_.:-]{16,128})$'

# Short keys are guessed, and used again by mistake. The draft quotes them; many clients do not.
_KEY: Final = re.compile(r'"([!#-\[\]-~]{16,128})"|([A-Za-z0-9_.:-]{16,128})')

NEARNESS: Final = (
    Relation.OTHER_TEAM,
    Relation.RESTRICTED,
    Relation.NOT_SHARED,
    Relation.SHARED,
    Relation.OWN,
)


def key_told(headers: Sequence[str]) -> str | None:
    """Give the key that was sent, None for none; one that is not as agreed is a 400."""
    if not headers:
        return None
    found = _KEY.fullmatch(headers[0]) if len(headers) == 1 else None
    if found is None:
        raise Problem(400, "idempotency-key", "One key of 16 to 128 characters.")
    return found[1] or found[2]


def needs_key(method: str, document: Mapping[str, Any] | None) -> bool:
    """Say whether a write can only be told from a second one by a key."""
    return method == "POST" and not (document or {}).get("id")


def may_hear_again(
    *,
    role: Role,
    was_role: str,
    was: Mapping[tuple[str, str], str],
    now: Mapping[tuple[str, str], Relation | None],
) -> bool:
    """Say whether whoever heard an answer may hear it again: nothing is further off than it was."""
    if role != was_role and role not in LEADING:
        return False
    return all(
        (relation := now.get(thing)) is not None
        and NEARNESS.index(relation) >= NEARNESS.index(Relation(before))
        for thing, before in was.items()
    )
