"""
Keys apart from the data: in a file on one machine, or in a token that several share.

What reaches into a token (`bridge.keyring.token`) is brought in where there is one.
"""

from bridge.keyring.file import FileKeyRing, KeyRingExposed, KeyRingUnreadable
from bridge.keyring.refusals import KeyRingSilent, KeyRingUnprepared

__all__ = [
    "FileKeyRing",
    "KeyRingExposed",
    "KeyRingSilent",
    "KeyRingUnprepared",
    "KeyRingUnreadable",
]
