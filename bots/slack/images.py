"""
Pictures without what they tell besides: where they were taken, when, and with whose phone.

A picture is drawn anew from its dots, turned the right way; nothing else of the file is
carried over. What claims to be a picture, or looks like one, and cannot be drawn anew is
not shown at all. The case record keeps the original.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from PIL import Image, ImageSequence
from PIL.ExifTags import Base

MAX_PIXELS: Final = 50_000_000
"""Of one picture, or of all frames of a moving one: about 500 MB while it is drawn."""

LARGE: Final = 12_000_000
"""A photo with more is shown at half its width: on a screen nobody sees the difference."""

READ: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")

MOVES: Final = frozenset({"GIF", "WEBP"})
"""Of these every frame is kept; of the others the first."""

STARTS: Final = (
    b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\0", b"MM\0*", b"8BPS", b"\xff\x0a",
    b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ",
)  # fmt: skip
BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)
"""ISO/IEC 23008-12: a container like that of a film, with pictures in it."""

UPRIGHT: Final[Mapping[int, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned, by how the phone was held (Exif 2.3, Orientation)."""


class CannotClean(Exception):
    """It is a picture, and cannot be shown without all that it may tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    mime: str
    body: bytes = field(repr=False)


def harmless(mime: str, body: bytes) -> Shown:
    """The file as it may be shown; takes its time, up to a second. Raises `CannotClean`."""
    try:
        return _redrawn(body)
    except CannotClean:
        raise
    except Exception:  # whatever a decoder makes of hostile bytes
        if mime.strip().lower().startswith("image/") or _looks_like_a_picture(body):
            raise CannotClean from None
    return Shown(mime=mime, body=body)


def _looks_like_a_picture(body: bytes) -> bool:
    if body[:4] == b"RIFF":
        return body[8:12] == b"WEBP"
    return body.startswith(STARTS) or (body[4:8] == b"ftyp" and body[8:12] in BRANDS)


def _redrawn(body: bytes) -> Shown:
    with Image.open(BytesIO(body), formats=READ) as found:
        if found.width * found.height > MAX_PIXELS:
            raise CannotClean
        kind = found.format or ""
        if kind in MOVES and _frames(found) > 1:
            return _moving(found, kind)
        return _still(found, kind)


def _frames(found: Image.Image) -> int:
    many = int(getattr(found, "n_frames", 1))
    return many if found.width * found.height * many <= MAX_PIXELS else 1


def _still(found: Image.Image, kind: str) -> Shown:
    found.seek(0)
    if kind in {"JPEG", "MPO"} and found.width * found.height > LARGE:
        found.draft("RGB", (found.width // 2, found.height // 2))
    found.load()  # some decoders turn it themselves, and then no longer say that it lies
    turn = UPRIGHT.get(found.getexif().get(Base.Orientation, 1))
    dots = _dots(found) if turn is None else _dots(found).transpose(turn)
    if kind == "WEBP":
        return _written([dots], "WEBP", quality=90)
    if dots.mode == "RGB" and kind not in {"PNG", "GIF"}:
        return _written([dots], "JPEG", quality=90)
    return _written([dots], "PNG")


def _moving(found: Image.Image, kind: str) -> Shown:
    frames, spans = [], []
    for frame in ImageSequence.Iterator(found):
        frames.append(_dots(frame))
        spans.append(int(frame.info.get("duration", 100)))
    return _written(frames, kind, duration=spans, loop=0, disposal=2)


def _dots(picture: Image.Image) -> Image.Image:
    """Its dots alone, in a picture of our own making."""
    clear = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    seen = picture.convert("RGBA" if clear else "RGB")
    fresh = Image.new(seen.mode, seen.size)
    fresh.paste(seen)
    return fresh


def _written(frames: Sequence[Image.Image], kind: str, **how: object) -> Shown:
    into = BytesIO()
    if len(frames) > 1:
        how |= {"save_all": True, "append_images": frames[1:]}
    frames[0].save(into, kind, **how)
    return Shown(mime=Image.MIME[kind], body=into.getvalue())
