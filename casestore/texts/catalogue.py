"""
The catalogues: for each text in bokmål what it is in nynorsk and in English.

They are read from the `.po` files themselves when they are first needed. A text that is missing is
shown in bokmål, and counted; the log is told how many, never what it said.
"""

import logging
from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from casestore.texts.speaking import Language

HERE: Final = Path(__file__).parent

log = logging.getLogger(__name__)

_missed: Final[set[tuple[Language, str]]] = set()


class NotACatalogue(ValueError):
    """A `.po` file has a line that is not as agreed; says which."""


def translated(text: str, language: Language) -> str:
    """Give a text in another language, or as it is."""
    return _found(text, 0, language) or text


def translated_of(one: str, many: str, number: int, language: Language) -> str:
    """Give a text about so many; all three languages have a form for one, and one for the rest."""
    form = 0 if number == 1 else 1
    return _found(one, form, language) or (one, many)[form]


def missing() -> int:
    """Count the texts that have been shown in bokmål to somebody who reads another language."""
    return len(_missed)


def _found(text: str, form: int, language: Language) -> str | None:
    if language is Language.BOKMAL or not text:
        return None
    forms = _catalogue(language).get(text)
    if forms is None or len(forms) <= form or not forms[form]:
        if (language, text) not in _missed and len(_missed) < 10_000:
            _missed.add((language, text))
            log.warning("text without translation language=%s missing=%d", language, missing())
        return None
    return forms[form]


@cache
def _catalogue(language: Language) -> Mapping[str, tuple[str, ...]]:
    lines = (HERE / f"{language}.po").read_text(encoding="utf-8").splitlines()
    return read_po(lines)


def read_po(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Read a catalogue: each text with its forms. Doubtful (`fuzzy`) ones are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in _entries(lines):
        forms = [said for name, said in entry if name.startswith("msgstr")]
        texts = [said for name, said in entry if name == "msgid"]
        if len(texts) != 1 or not forms:
            raise NotACatalogue("an entry without one msgid and its msgstr")
        if texts[0] and ("#,", "fuzzy") not in entry:
            found[texts[0]] = tuple(forms)
    return found


def _entries(lines: Iterable[str]) -> Iterator[list[tuple[str, str]]]:
    entry: list[tuple[str, str]] = []
    for number, line in enumerate([*lines, ""], start=1):
        name, _, rest = line.partition(" ")
        if not line.strip() or line.startswith("#~"):
            if any(word.startswith("msg") for word, _ in entry):
                yield entry
            entry = []
        elif line.startswith("#,"):
            entry += [("#,", flag.strip()) for flag in line[2:].split(",")]
        elif line.startswith("#"):
            continue
        elif line.startswith('"') and entry:
            entry[-1] = (entry[-1][0], entry[-1][1] + _quoted(line, number))
        elif name in {"msgid", "msgid_plural", "msgstr", "msgstr[0]", "msgstr[1]"}:
            entry.append((name, _quoted(rest, number)))
        else:
            raise NotACatalogue(f"line {number}")


def _quoted(text: str, number: int) -> str:
    try:
        said = literal_eval(text.strip())
    except (ValueError, SyntaxError):
        raise NotACatalogue(f"line {number}") from None
    if not isinstance(said, str):
        raise NotACatalogue(f"line {number}")
    return said
