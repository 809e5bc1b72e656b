"""How words lie on disk: AES-256-GCM, and bound to the place they were written for."""

import os
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12
"""Bytes; 96 bits drawn anew for every value (NIST SP 800-38D §8.2.2)."""


class Tampered(Exception):
    """This was not written here under this key; it has been altered or moved."""


class Cipher(Protocol):
    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes: ...

    def decrypt(self, key: bytes, hidden: bytes, about: bytes) -> bytes:
        """Raises `Tampered`; `about` must be what it was encrypted with."""
        ...


class AesGcm:
    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plain, about)

    def decrypt(self, key: bytes, hidden: bytes, about: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(hidden[:NONCE], hidden[NONCE:], about)
        except InvalidTag:
            raise Tampered(about.decode()) from None
