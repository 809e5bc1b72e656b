"""Keys apart from the data: in a file on one machine, or in a token that several share."""

from bridge.keyring.file import FileKeyRing, KeyRingExposed, KeyRingUnreadable
from bridge.keyring.token import KeyRingSilent, KeyRingUnprepared, TokenKeyRing

__all__ = [
    "FileKeyRing",
    "KeyRingExposed",
    "KeyRingSilent",
    "KeyRingUnprepared",
    "KeyRingUnreadable",
    "TokenKeyRing",
]
