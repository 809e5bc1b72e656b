"""A file that comes with what it belongs to: its bytes stand in its own reference."""

from base64 import b64decode, b64encode
from typing import Final

INLINE: Final = "inline:"


def inline(body: bytes) -> str:
    return INLINE + b64encode(body).decode()


def is_inline(ref: str) -> bool:
    return ref.startswith(INLINE)


def inlined(ref: str) -> bytes:
    """Raises `ValueError` where there is nothing in it."""
    if not is_inline(ref):
        raise ValueError("it lies somewhere else")
    return b64decode(ref.removeprefix(INLINE), validate=True)
