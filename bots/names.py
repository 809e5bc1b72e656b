"""What a file is called, as whoever sent it says."""

import re
from pathlib import PurePosixPath
from typing import Final

MAX_NAME: Final = 120

_UNSHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing and so disguise an ending."""


def neutral(name: str) -> str:
    """A file's name without folders and disguises, at most `MAX_NAME` long with its ending."""
    last = _UNSHOWN.sub("", name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]).strip(" .")
    ending = PurePosixPath(last).suffix[:12]
    return last if len(last) <= MAX_NAME else last[: MAX_NAME - len(ending)] + ending
