"""What a picture shows is shown; what else it tells is not."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base

from bots.slack.images import CannotClean, harmless

MAKE = "KanariTelefon"
WHERE = "KanariSted"
SECRETS = (MAKE.encode(), WHERE.encode(), b"Exif", b"GPS", b"xmpmeta")
XMP = f"<x:xmpmeta>{WHERE}</x:xmpmeta>".encode()


def taken(kind: str, *, orientation: int = 6, **rest: object) -> bytes:
    """A picture 40 wide and 20 high, red to the left, as a phone stores it: with its place."""
    picture = Image.new("RGB", (40, 20), "blue")
    picture.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Orientation] = MAKE, orientation
    exif[Base.ImageDescription] = WHERE
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (59.0, 54.0, 40.0),
            GPS.GPSAreaInformation: WHERE,
        }
    )
    into = BytesIO()
    picture.save(into, kind, exif=exif, **rest)
    return into.getvalue()


def commented() -> bytes:
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", WHERE)
    about.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return taken("PNG", pnginfo=about)


PHOTOS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpeg": ("image/jpeg", lambda: taken("JPEG", comment=WHERE, xmp=XMP, quality=95)),
    "png": ("image/png", commented),
    "webp": ("image/webp", lambda: taken("WEBP", xmp=XMP, lossless=True)),
    "tiff": ("image/tiff", lambda: taken("TIFF")),
    "avif": ("image/avif", lambda: taken("AVIF", quality=95)),
    "a film after the picture": ("image/jpeg", lambda: taken("JPEG", quality=95) + XMP * 9),
    "announced as a document": ("application/octet-stream", lambda: taken("JPEG", quality=95)),
}


@pytest.mark.parametrize("photo", PHOTOS)
def test_where_a_photo_was_taken_is_not_shown(photo: str) -> None:
    """A home address, given away by somebody who only wanted to show a bruise."""
    mime, make = PHOTOS[photo]
    body = make()
    assert any(secret in body for secret in SECRETS)

    shown = harmless(mime, body)

    assert not [secret for secret in SECRETS if secret in shown.body]
    with Image.open(BytesIO(shown.body)) as seen:
        assert shown.mime == Image.MIME[seen.format or ""]
        assert not seen.getexif()
        assert {"exif", "xmp", "comment", "Comment", "icc_profile"}.isdisjoint(seen.info)


@pytest.mark.parametrize("photo", ["jpeg", "png", "webp", "tiff", "avif"])
def test_a_photo_is_seen_the_way_it_was_held(photo: str) -> None:
    """A text on paper, photographed, that lies on its side is read wrong or not at all."""
    mime, make = PHOTOS[photo]

    with Image.open(BytesIO(harmless(mime, make()).body)) as seen:
        top, bottom = seen.convert("RGB").getpixel((10, 5)), seen.convert("RGB").getpixel((10, 35))

    # Orientation 6: to be turned a quarter clockwise, so that left becomes top.
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_what_moves_goes_on_moving(kind: str) -> None:
    """A sticker says what its writer feels; its first frame may say the opposite."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    into = BytesIO()
    about = {"comment": WHERE} if kind == "GIF" else {"xmp": XMP}
    frames[0].save(into, kind, save_all=True, append_images=frames[1:], duration=70, **about)
    assert WHERE.encode() in into.getvalue()

    shown = harmless(f"image/{kind.lower()}", into.getvalue())

    assert WHERE.encode() not in shown.body
    with Image.open(BytesIO(shown.body)) as seen:
        assert getattr(seen, "n_frames", 1) == 3


@pytest.mark.parametrize(
    ("mime", "body"),
    [
        ("application/pdf", b"%PDF-1.7 kanari"),
        ("video/mp4", b"\0\0\0\x18ftypisom kanari"),
        ("audio/ogg", b"OggS kanari"),
        ("text/plain", b""),
        ("application/x-tgsticker", zlib.compress(b"{}")),
    ],
)
def test_what_is_no_picture_is_left_as_it_is(mime: str, body: bytes) -> None:
    """A file that comes out other than it went in is a file nobody can trust."""
    shown = harmless(mime, body)

    assert (shown.mime, shown.body) == (mime, body)


def test_a_large_photo_is_shown_the_right_way_up_at_half_its_width() -> None:
    """A phone's full photo, several at once, would take all the memory there is."""
    picture = Image.new("RGB", (4200, 3000), "blue")
    picture.paste("red", (0, 0, 2100, 3000))
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    into = BytesIO()
    picture.save(into, "JPEG", exif=exif)

    with Image.open(BytesIO(harmless("image/jpeg", into.getvalue()).body)) as seen:
        assert seen.size == (1500, 2100)
        top = seen.getpixel((750, 10))

    assert isinstance(top, tuple)
    assert top[0] > 200 > top[2]


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    dots = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


def wide_bmp() -> bytes:
    into = BytesIO()
    Image.new("RGB", (4, 4)).save(into, "BMP")
    body = bytearray(into.getvalue())
    body[18:26] = struct.pack("<ii", 8000, 8000)
    return bytes(body)


@pytest.mark.parametrize(
    ("mime", "body"),
    [
        ("image/heic", b"\0\0\0\x18ftypheic" + XMP),
        ("application/octet-stream", b"\0\0\0\x18ftypheic" + XMP),
        ("image/svg+xml", b"<svg><script>kanari</script></svg>"),
        ("image/jpeg", b"ikke et bilde"),
        ("application/octet-stream", taken("JPEG")[:400]),
        ("image/png", bomb(8_000, 8_000)),
        ("image/png", bomb(50_000, 50_000)),
        ("application/octet-stream", wide_bmp()),
        (" IMAGE/JPEG", b""),
    ],
)
def test_a_picture_that_cannot_be_cleaned_is_not_shown(mime: str, body: bytes) -> None:
    """Better a line that says a picture came than one that says where somebody sleeps."""
    with pytest.raises(CannotClean):
        harmless(mime, body)


def test_nothing_of_a_picture_is_printed() -> None:
    """What is shown to the team is not for the log."""
    assert "kanari" not in repr(harmless("text/plain", b"kanari"))


def test_the_source_of_truth_is_not_touched(tmp_path: Path) -> None:
    """The record keeps what was sent, byte for byte."""
    body = taken("JPEG")
    before = bytes(body)

    harmless("image/jpeg", body)

    assert body == before
