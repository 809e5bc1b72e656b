"""The text of one of our own PDFs, read as a reader does: page by page, through its fonts."""

import re
import zlib
from collections.abc import Iterator, Mapping

OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj", re.DOTALL)
# Brackets may be nested in a string, one deep, where a glyph's number looks like one.
LITERAL = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)|<[0-9A-Fa-f]*>"
STRING = re.compile(LITERAL, re.DOTALL)
SHOWN = re.compile(
    rb"/(\w+) [\d.]+ Tf|\[((?:" + LITERAL + rb"|[^\]()<])*)\]\s*TJ|(" + LITERAL + rb")\s*Tj|\bET\b",
    re.DOTALL,
)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_text(pdf: bytes) -> str:
    """Everything that is shown, in order; blanks are as they come."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    for body in list(objects.values()):
        if b"/Type/ObjStm" in body.replace(b" ", b""):
            objects |= dict(_packed(body))
    return "\n".join(_page(objects, body) for body in objects.values() if _is_page(body))


def _is_page(body: bytes) -> bool:
    return re.search(rb"/Type\s*/Page\b", body) is not None


def _packed(body: bytes) -> Iterator[tuple[int, bytes]]:
    told, inside = body, _stream(body)
    first = int(re.search(rb"/First (\d+)", told)[1])  # type: ignore[index]
    numbers = [int(n) for n in inside[:first].split()]
    starts = [*numbers[1::2], len(inside) - first]
    for n, number in enumerate(numbers[::2]):
        yield number, inside[first + starts[n] : first + starts[n + 1]]


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream")
    raw = rest.lstrip(b"\r\n").rpartition(b"endstream")[0]
    return zlib.decompress(raw) if b"/FlateDecode" in head else raw


def _page(objects: Mapping[int, bytes], page: bytes) -> str:
    content = re.search(rb"/Contents (\d+) 0 R", page)
    if content is None:
        return ""
    resources, fonts = page, {}
    while (found := re.search(rb"/(?:Resources|Font) (\d+) 0 R", resources)) is not None:
        resources = objects[int(found[1])]
    for name, number in re.findall(rb"/(\w+) (\d+) 0 R", resources):
        if b"/ToUnicode" in objects.get(int(number), b""):
            fonts[name] = _letters(objects, objects[int(number)])
    return "".join(_shown(_stream(objects[int(content[1])]), fonts))


def _letters(objects: Mapping[int, bytes], font: bytes) -> dict[int, str]:
    number = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert number is not None
    letters: dict[int, str] = {}
    cmap = _stream(objects[int(number[1])])
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, told in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            letters[int(glyph, 16)] = bytes.fromhex(told.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        three = rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>"
        for first, last, told in re.findall(three, block):
            for n in range(int(last, 16) - int(first, 16) + 1):
                letters[int(first, 16) + n] = chr(int(told, 16) + n)
    return letters


def _shown(content: bytes, fonts: Mapping[bytes, dict[int, str]]) -> Iterator[str]:
    letters: dict[int, str] = {}
    for font, many, one in SHOWN.findall(content):
        if font:
            letters = fonts.get(font, {})
        elif many or one:
            for string in STRING.findall(many or one):
                glyphs = _bytes(string)
                for at in range(0, len(glyphs) - 1, 2):
                    yield letters.get(int.from_bytes(glyphs[at : at + 2], "big"), "")
        else:
            yield "\n"


def _bytes(string: bytes) -> bytes:
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    return ESCAPED.sub(_unescaped, string[1:-1])


def _unescaped(found: re.Match[bytes]) -> bytes:
    told = found[1]
    if told[:1].isdigit():
        return bytes([int(told, 8) & 0xFF])
    return PLAIN.get(told, told)
