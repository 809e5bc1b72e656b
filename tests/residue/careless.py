"""
A bridge that takes no care: nothing is encrypted, and everything is logged as it comes.

For the control alone. There is no switch for this in Utebru; whoever wants it must, as is
done here, put other parts in the place of the real ones.
"""

import logging
import os
import sys
from typing import TextIO

from bridge import __main__, logs
from bridge.keyring import FileKeyRing
from bridge.vault.sql import SqlVault
from casestore import keyring


class Plain:
    """A `Cipher` that hides nothing."""

    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        return plain

    def decrypt(self, key: bytes, hidden: bytes, about: bytes) -> bytes:
        return hidden


class PlainStore:
    """An `AESGCM` that hides nothing: sixteen zeros stand for the tag."""

    def __init__(self, key: bytes) -> None:
        pass

    def encrypt(self, nonce: bytes, plain: bytes, about: bytes) -> bytes:
        return plain + bytes(16)

    def decrypt(self, nonce: bytes, hidden: bytes, about: bytes) -> bytes:
        return hidden[:-16]


def chatter(level: str, stream: TextIO) -> None:
    """Log as a program does that nobody has thought about, its settings first."""
    logging.basicConfig(level=level, stream=stream)
    logging.debug("settings %s", {k: v for k, v in os.environ.items() if k.startswith("UTEBRU_")})


def main() -> None:
    for kind, name, other in (
        (SqlVault, "_cipher", lambda _: Plain()),
        (FileKeyRing, "fingerprint", lambda _, text: text.replace("\0", "/")),
        (logs, "configure", chatter),
        (keyring, "AESGCM", PlainStore),
    ):
        setattr(kind, name, other)
    sys.argv = ["utebru", "serve"]
    __main__.main()


if __name__ == "__main__":
    main()
