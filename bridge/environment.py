"""
Reading settings out of an environment, with every mistake found before any is told.

A mistake names the variable and what is wrong with it, never what stood there.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

PREFIX: Final = "UTEBRU_"
NO_BLANKS: Final = r"[!-~]+"
LINE: Final = r"[^\r\n\0]+"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN: Final = re.compile(
    r"(?P<first>[a-z]{3})(-(?P<last>[a-z]{3}))? (?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)"
)


class BadSettings(ValueError):
    """Some settings are missing or wrong; `mistakes` says all of them, without any secret."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = tuple(mistakes)


class Environment:
    """The variables of one process, as an operator wrote them; blank means not set."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = {name: text.strip() for name, text in env.items() if text.strip()}
        self._asked: set[str] = set()
        self.mistakes: list[str] = []

    def any(self, prefix: str) -> bool:
        """Whether anything that begins so is set; that a file is named says nothing yet."""
        ours = (name for name in self._env if name.startswith(PREFIX + prefix))
        return any(not name.endswith("_FILE") for name in ours)

    def refuse_the_rest(self, *, but: tuple[str, ...]) -> None:
        """What is set and was never asked for is misspelt, unless it begins with one of `but`."""
        for name in sorted(self._env.keys() - self._asked):
            if name.startswith(PREFIX) and not name.removeprefix(PREFIX).startswith(but):
                self.mistakes.append(f"{name} is no setting we know; is it misspelt?")

    def wrong(self, name: str, what: str) -> None:
        self.mistakes.append(f"{PREFIX}{name} {what}")

    def text(self, name: str) -> str | None:
        self._asked.add(PREFIX + name)
        return self._env.get(PREFIX + name)

    def secret(self, name: str, *, like: str = NO_BLANKS) -> str | None:
        """The variable, or what is in the file that `…_FILE` names (an empty file: not set)."""
        named, path = self.text(name), self.text(f"{name}_FILE")
        if path is None:
            found = named
        elif named is not None:
            self.wrong(name, f"and {PREFIX}{name}_FILE are both set; only one may be")
            return None
        else:
            found = self._file(name, Path(path))
        if found is not None and not re.fullmatch(like, found):
            self.wrong(name, "has characters in it that do not belong there")
            return None
        return found

    def _file(self, name: str, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            self.wrong(f"{name}_FILE", "names a file that cannot be read as text")
            return None

    def needed(self, name: str, found: str | None, why: str) -> str:
        """`found`, or a mistake that says why it cannot be done without."""
        if found is None:
            self.wrong(name, f"is missing: {why}")
        return found or ""

    def url(self, name: str, default: str | None = None) -> str | None:
        found = self.text(name)
        if found is None:
            return default
        if not _is_address(found):
            self.wrong(name, "must be a whole address, beginning with https:// or http://")
        return found

    def one_of(self, name: str, choices: Sequence[str], default: str) -> str:
        found = self.text(name) or default
        if found not in choices:
            self.wrong(name, "must be one of " + ", ".join(choices))
            return default
        return found

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        found = self.text(name)
        if found is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", found) or not least <= int(found) <= most:
            self.wrong(name, f"must be a whole number from {least} to {most}")
            return default
        return int(found)

    def hours(self, name: str, default: timedelta) -> timedelta:
        found = self.text(name)
        if found is None:
            return default
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", found) or float(found) == 0:
            self.wrong(name, "must be a number of hours above nought, such as 4 or 7.5")
            return default
        return timedelta(hours=float(found))

    def day(self, name: str) -> date | None:
        found = self.text(name)
        try:
            return date.fromisoformat(found) if found else None
        except ValueError:
            self.wrong(name, "must be a date, such as 2026-11-01")
            return None

    def zone(self, name: str, default: str) -> ZoneInfo:
        try:
            return ZoneInfo(self.text(name) or default)
        except (OSError, ValueError, LookupError):
            self.wrong(name, "must be a time zone, such as Europe/Oslo")
            return ZoneInfo(default)

    def opening(self, name: str, default: str) -> Mapping[int, tuple[time, time]]:
        """Opening hours as in `mon-thu 09:00-15:30, fri 09:00-14:00`; a day at most once."""
        found: dict[int, tuple[time, time]] = {}
        for part in (self.text(name) or default).split(","):
            days, span = _opening(" ".join(part.lower().split()))
            if span is None or not days or found.keys() & set(days):
                self.wrong(name, "must read like: mon-thu 09:00-15:30, fri 09:00-14:00")
                return {}
            found.update(dict.fromkeys(days, span))
        return found


def _opening(part: str) -> tuple[Sequence[int], tuple[time, time] | None]:
    read = _SPAN.fullmatch(part)
    if read is None or read["first"] not in DAYS or (read["last"] or "mon") not in DAYS:
        return (), None
    first = DAYS.index(read["first"])
    last = DAYS.index(read["last"] or read["first"])
    try:
        span = time.fromisoformat(read["opens"]), time.fromisoformat(read["closes"])
    except ValueError:
        return (), None
    return range(first, last + 1), span if span[0] < span[1] else None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and parts.hostname
        return bool(known) and parts.port != 0 and not re.search(r"[\s?#@]", text)
    except ValueError:
        return False
