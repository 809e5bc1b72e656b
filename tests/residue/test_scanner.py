"""
The scanner finds what is there: otherwise «nothing was found» would mean nothing.

Whoever is hurt if this breaks: everybody who was told that their words are gone.
"""

import base64
import gzip
import io
import json
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.residue.scanner import Scanner

WORDS = "Æsj, jeg tør ikke gå hjem 🙈 i kveld"
HERE = Path("here")

WRITTEN = {
    "as it is": WORDS.encode(),
    "for Windows": WORDS.encode("utf-16-le"),
    "for a network": WORDS.encode("utf-16-be"),
    "in JSON": json.dumps({"text": WORDS}).encode(),
    "in JSON with capitals": json.dumps(WORDS).replace("c6", "C6").replace("f8", "F8")
    .replace("e5", "E5").replace("d83d", "D83D").replace("de48", "DE48").encode(),
    "in an address": quote(WORDS, safe="").encode(),
    "in a form": quote_plus(WORDS).encode(),
    "in hex": WORDS.encode().hex().encode(),
    "in capital hex": WORDS.encode().hex().upper().encode(),
    "in a log, as bytes": repr(WORDS.encode()).encode(),
    **{f"in base64 after {n}": base64.b64encode(b"x" * n + WORDS.encode() + b"yz")
       for n in range(6)},
    **{f"in url base64 after {n}": base64.urlsafe_b64encode(b"\xff" * n + WORDS.encode())
       for n in range(3)},
}  # fmt: skip


def zipped(inner: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("dokument.xml", inner)
    return out.getvalue()


def in_pdf(inner: bytes) -> bytes:
    packed = zlib.compress(inner)
    head = f"%PDF-1.7\n1 0 obj <</Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode()
    return head + packed + b"\nendstream\nendobj\n%%EOF"


def finds(body: bytes, *, chunk: int = 64, canary: str | bytes = WORDS) -> bool:
    return bool(list(Scanner({"words": canary}, chunk=chunk).stream(io.BytesIO(body), HERE)))


@pytest.mark.parametrize("way", WRITTEN)
def test_words_are_found_however_they_are_written(way: str) -> None:
    """A leak is a leak in any alphabet."""
    assert finds(b"noise " * 50 + WRITTEN[way] + b" noise" * 50)


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("before", range(0, 64, 7))
def test_words_are_found_where_two_reads_meet(way: str, before: int) -> None:
    """A file is read in pieces, and words lie where they will."""
    assert finds(b"\0" * before + WRITTEN[way] + b"\0" * 200)


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("packed", [gzip.compress, zipped, in_pdf])
def test_words_are_found_in_what_is_packed(way: str, packed: object) -> None:
    """A document is a packed file, and a rotated log is one too."""
    assert callable(packed)
    body: bytes = packed(b"before " + WRITTEN[way] + b" after")
    assert finds(b"\x01\x02" + body + b"\x03")


def test_words_are_found_in_a_pack_within_a_pack() -> None:
    """A zip in a gzip is what a backup looks like."""
    assert finds(gzip.compress(zipped(in_pdf(WORDS.encode()))))


def test_words_are_found_in_a_pack_that_was_torn() -> None:
    """Half of a deleted file is still half of somebody's words."""
    whole = gzip.compress(WORDS.encode() + bytes(range(256)) * 400, compresslevel=0)

    assert finds(whole[: len(whole) // 2], chunk=4096)


def test_bytes_that_are_no_text_are_found() -> None:
    """A picture has no letters."""
    picture = bytes(range(200, 256))

    assert finds(b"..." + picture + b"...", canary=picture)
    assert finds(base64.b64encode(b"." + picture), canary=picture)


def test_what_is_not_there_is_not_found() -> None:
    """A scanner that cries wolf is soon switched off."""
    assert not finds(b"noise " * 1000 + WORDS.encode()[:-3] + gzip.compress(b"noise"))


def test_every_file_below_is_looked_into(tmp_path: Path) -> None:
    """Words end up where nobody thought of looking."""
    (tmp_path / "a" / ".hidden").mkdir(parents=True)
    (tmp_path / "a" / ".hidden" / "x.db-wal").write_bytes(b"\0" * 9999 + WORDS.encode())
    (tmp_path / "b.txt").write_bytes(b"nothing")
    scanner = Scanner({"words": WORDS, "name": "Mæja"})

    found = scanner.under(tmp_path)

    assert [(f.canary, f.way, f.path.name) for f in found] == [("words", "utf-8", "x.db-wal")]
    assert scanner.files == 2
