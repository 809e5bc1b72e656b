"""Exports as people have found them, with made-up people in them."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bots.carried.archives import opened
from bots.carried.my_data import read
from bridge.domain.exports import Talk

File = tuple[str, bytes, tuple[int, int, int, int, int, int]]
THEN = (2026, 11, 20, 12, 0, 0)


def zipped(
    place: Path,
    *,
    chat: object = None,
    snaps: object = None,
    media: Iterable[File] = (),
    more: Mapping[str, bytes] | None = None,
    name: str = "mydata~1.zip",
) -> Path:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as out:
        for inside, told in (("json/chat_history.json", chat), ("json/snap_history.json", snaps)):
            if told is not None:
                out.writestr(inside, told if isinstance(told, bytes) else json.dumps(told))
        for inside, body, made in media:
            out.writestr(zipfile.ZipInfo(inside, made), body)
        for inside, body in (more or {}).items():
            out.writestr(inside, body)
    path = place / name
    path.write_bytes(whole.getvalue())
    return path


def talks(*paths: Path) -> list[Talk]:
    with opened(paths) as archives:
        return read(archives)


def told(talk: Talk) -> Sequence[tuple[str, bool, str, str | None]]:
    """When, whose, what, and what kind cannot be words; oldest first."""
    every = sorted(talk.messages, key=lambda each: each.at)
    return [
        (each.at.isoformat(timespec="milliseconds"), each.ours, each.text, each.placeholder)
        for each in every
    ]
