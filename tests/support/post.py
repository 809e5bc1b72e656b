"""What a make-believe platform hands over: a number, under which it knows what was meant."""

import json
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Kept by the platform, and told again, until it hears that we have it."""

    source: str
    event: str
    body: bytes = field(repr=False)

    @classmethod
    def numbered(cls, source: str, number: int) -> Self:
        body = json.dumps({"number": number}).encode()
        return cls(source=source, event=f"{source}-{number}", body=body)


def number_in(body: bytes) -> int:
    """Raises `ValueError` for anything that no make-believe platform has said."""
    try:
        found = json.loads(body)
    except RecursionError:
        raise ValueError("too deep") from None
    number = found.get("number") if isinstance(found, dict) else None
    if not isinstance(number, int) or number < 0:
        raise ValueError("no number")
    return number
