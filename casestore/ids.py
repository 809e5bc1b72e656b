"""Ids that the store mints: unguessable, never reused, and opaque to everybody."""

import secrets
from typing import Annotated, Final

from fastapi import Path
from pydantic import StringConstraints

ID_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
PathId = Annotated[str, Path(pattern=ID_PATTERN)]


def new_id(kind: str) -> str:
    """Mint an id whose prefix says what it names: `e_` an employee, `t_` a thread, and so on."""
    return f"{kind}_{secrets.token_hex(12)}"
