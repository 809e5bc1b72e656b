"""A zip that was not made by the platform is refused whole, and nothing is written anywhere."""

import io
import zipfile
from pathlib import Path

import pytest

from bots.carried import archives
from bots.carried.archives import Unsafe
from tests.bots.carried.zips import talks, zipped

CHAT: dict[str, object] = {
    "maya": [{"Content": "hei", "Created": "2026-11-20 12:00:00 UTC", "IsSender": False}]
}


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "json/../../x", "C:/x", "json\\..\\..\\x", "..",
        "json/..", "c:x",
    ],
)  # fmt: skip
def test_a_name_that_leads_out_of_its_place_is_refused(name: str, tmp_path: Path) -> None:
    """Whoever unpacks it would write where others read."""
    path = zipped(tmp_path, chat=CHAT, more={name: b"x"})

    with pytest.raises(Unsafe, match="out of its place"):
        talks(path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_name_with_two_dots_in_it_is_only_a_name(tmp_path: Path) -> None:
    """People do name pictures so."""
    assert len(talks(zipped(tmp_path, chat=CHAT, more={"chat_media/a..b.jpg": b"x"}))) == 1


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    """Forty kilobytes that become forty megabytes, or forty gigabytes."""
    bomb = zipped(tmp_path, chat=CHAT, more={"chat_media/x.jpg": b"\0" * 40_000_000})

    with pytest.raises(Unsafe, match="packed too hard"):
        talks(bomb)


def picture(path: Path) -> bytes:
    with archives.opened([path]) as found:
        return found.read("chat_media/x.jpg", 4096)


def test_a_file_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    """What it says of itself is its maker's word."""
    path = zipped(tmp_path, chat=CHAT, more={"chat_media/x.jpg": bytes(range(256)) * 8})
    with archives.opened([path]) as found:
        with pytest.raises(Unsafe, match="too large"):
            found.read("chat_media/x.jpg", 2047)
        assert len(found.read("chat_media/x.jpg", 2048)) == 2048
    raw = path.read_bytes()
    lying = raw.replace((2048).to_bytes(4, "little"), (16).to_bytes(4, "little"))
    path.write_bytes(lying)
    with pytest.raises(Unsafe):
        picture(path)


def test_a_zip_with_a_lock_is_refused(tmp_path: Path) -> None:
    """Nobody is asked for a password by a program."""
    path = zipped(tmp_path, chat=CHAT)
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    path.write_bytes(bytes(raw))

    with pytest.raises(Unsafe, match="encrypted"):
        talks(path)


@pytest.mark.parametrize("body", [b"", b"PK", b"not a zip at all" * 100])
def test_what_is_no_zip_is_said_so(body: bytes, tmp_path: Path) -> None:
    """The wrong file was dragged in."""
    path = tmp_path / "x.zip"
    path.write_bytes(body)

    with pytest.raises(Unsafe, match="not a zip"):
        talks(path)


@pytest.mark.parametrize("chat", [b"{", b"[]", b"\xff\xfe", b"[" * 200_000])
def test_a_history_of_no_known_form_is_refused(chat: bytes, tmp_path: Path) -> None:
    """Half an import that says nothing would be believed to be whole."""
    with pytest.raises(Unsafe):
        talks(zipped(tmp_path, chat=chat))


def test_an_export_without_talks_is_refused(tmp_path: Path) -> None:
    """Whoever orders an export must remember to tick the chats."""
    with pytest.raises(Unsafe, match="no chat history"):
        talks(zipped(tmp_path, more={"json/account.json": b"{}"}))


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    """A list of a million names is an attack of its own."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as out:
        for number in range(archives.MOST_FILES + 1):
            out.writestr(f"{number}", b"")
    path = tmp_path / "many.zip"
    path.write_bytes(whole.getvalue())

    with pytest.raises(Unsafe, match="too many"):
        talks(path)
