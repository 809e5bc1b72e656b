"""
Which version somebody has seen: `ETag` when it is read, `If-Match` when it is changed (RFC 9110).

A JSON write of what two may edit says in its header which version it was made from: none is a
428, another than today's a 412. The pages carry the same in a hidden field.
"""

import re
from typing import Annotated, Final

from fastapi import Depends, Request

from casestore.problems import Problem

OVERTAKEN: Final = frozenset({"changed-meanwhile", "note-changed", "overtaken"})
TAG: Final = r'^"[!#-~]{1,200}"$'
_TAG: Final = re.compile(r'"([!#-~]{1,200})"')


def seen_version(request: Request) -> str:
    """Give the version that a change was made from."""
    told = request.headers.getlist("if-match")
    if not told or told == ["*"]:
        raise Problem(428, "if-match-missing", "Say in If-Match which version was read.")
    found = _TAG.fullmatch(told[0]) if len(told) == 1 else None
    if found is None:
        # A weak tag, a list or what was never ours: it matches nothing that we have given.
        raise Problem(412, "overtaken", "If-Match is one ETag, as it was given.")
    return found[1]


SeenVersion = Annotated[str, Depends(seen_version)]


def seen_count(version: SeenVersion) -> int:
    """Give the version where versions are counted."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", version):
        raise Problem(412, "overtaken", "If-Match is one ETag, as it was given.")
    return int(version)


SeenCount = Annotated[int, Depends(seen_count)]


def precondition(request: Request, refused: Problem) -> Problem:
    """Say as a 412 that the version in If-Match has been overtaken."""
    if refused.code in OVERTAKEN and "if-match" in request.headers:
        return Problem(412, refused.code, refused.detail, refused.headers)
    return refused
