"""Passwords, hashed with argon2id at the library's present parameters."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Of no password: verified against when there is no such account, so that it takes as long.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5bm9ib2R5MTIzNA"
    "$Yk7mGX1lXoeOYCsYhXqvqBM0kcrcAoBrqcmFq3Z0ytA"
)


async def hashed(password: str) -> str:
    """Hash a password, off the event loop."""
    return await asyncio.to_thread(PasswordHasher().hash, password)


async def matches(stored: str, password: str) -> bool:
    """Say whether a password is the one that was hashed, off the event loop."""
    return await asyncio.to_thread(_matches, stored, password)


def _matches(stored: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
