"""
One way to write a document down, so that both sides of a firewall get the same digest.

RFC 8785 (JSON Canonicalization Scheme) for what our documents consist of: objects with
ASCII keys, arrays, strings, whole numbers within ±2^53, booleans and null. No fractions.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]
Document = Mapping[str, Value]


def canonical(document: Document) -> bytes:
    """Raises `ValueError` for a lone surrogate, which no text in UTF-8 can hold."""
    written = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    try:
        return written.encode()
    except UnicodeEncodeError:
        # The codec's own error carries the whole document.
        raise ValueError("a lone surrogate") from None


def digest(document: Document) -> str:
    """Lower-case hex of SHA-256 over the canonical form."""
    return sha256(canonical(document)).hexdigest()
