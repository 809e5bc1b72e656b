"""What may be written about a person: how it is read, and what is refused, without any I/O."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

from casestore.people.details import Details
from casestore.texts.phrases import _

ALIAS: Final = 80  # characters
NAME: Final = 200
WAY: Final = 200
WAYS: Final = 10
REASON: Final = 1000
PAGE: Final = 50
FOUND_AT_MOST: Final = 200

# Eleven digits, in any of the groupings people write a national identity number in. A number
# that begins with + is a telephone's.
IDENTITY_NUMBER: Final = re.compile(
    r"(?<![\d+])\d{2}[ .]?\d{2}[ .]?\d{2}[ .-]?\d{3} ?\d{2}(?! ?\d)", re.ASCII
)
JOINERS: Final = "\u200c\u200d"  # names are written with them
NOT_HERE: Final = _(
    "Dette ser ut som et fødselsnummer. Det trenger vi ikke her, og det blir ikke lagret."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of the form, as they were typed; `ways` has one way to a line."""

    alias: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    ways: str = field(default="", repr=False)

    @property
    def details(self) -> Details:
        """What was meant; only when there are no mistakes in it."""
        return Details(
            alias=tidy(self.alias),
            name=tidy(self.name) or None,
            born=self.born.strip() or None,
            ways=tuple(_lines(self.ways)),
        )


def typed_from(details: Details) -> Typed:
    """Put details back in the fields of the form."""
    return Typed(
        alias=details.alias,
        name=details.name or "",
        born=details.born or "",
        ways="\n".join(details.ways),
    )


def mistakes(typed: Typed, *, today: date) -> Mapping[str, str]:
    """Say what is wrong with each field, in bokmål; nothing when nothing is."""
    wrong = {
        "alias": _alias_mistake(tidy(typed.alias)),
        "name": _("Navnet kan ha høyst {name} tegn.").format(name=NAME)
        if len(tidy(typed.name)) > NAME
        else None,
        "born": _born_mistake(typed.born.strip(), today),
        "ways": _ways_mistake(_lines(typed.ways)),
    }
    for place, text in asdict(typed).items():
        if holds_identity_number(text):
            wrong[place] = NOT_HERE
    return {place: said for place, said in wrong.items() if said}


def reason_mistake(reason: str) -> str | None:
    """Say what is wrong with a reason, or `None`."""
    if not tidy(reason):
        return _("Skriv kort hvorfor.")
    if len(reason) > REASON:
        return _("Begrunnelsen kan ha høyst {reason} tegn.").format(reason=REASON)
    return NOT_HERE if holds_identity_number(reason) else None


def holds_identity_number(text: str) -> bool:
    """Say whether something in the text looks like a national identity number."""
    return IDENTITY_NUMBER.search(unicodedata.normalize("NFKC", text)) is not None


def changed(before: Details, after: Details) -> list[str]:
    """Name the fields that differ."""
    old, new = asdict(before), asdict(after)
    return sorted(place for place in new if old[place] != new[place])


def matches(details: Details, sought: str) -> bool:
    """Say whether every word that is sought begins a word of the alias or the name."""
    words = f"{details.alias} {details.name or ''}".casefold().split()
    return all(any(w.startswith(part) for w in words) for part in sought.casefold().split())


def tidy(text: str) -> str:
    """Take away what is not seen: spaces around, doubled spaces, control characters."""
    seen = "".join(" " if _unseen(letter) else letter for letter in text)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter).startswith("C") and letter not in JOINERS


def _lines(text: str) -> list[str]:
    found = (tidy(line) for line in text.splitlines())
    return [line for line in found if line]


def _alias_mistake(alias: str) -> str | None:
    if not alias:
        return _("Skriv et alias. Det kan være det aliaset ungdommen alt har.")
    return (
        _("Aliaset kan ha høyst {alias} tegn.").format(alias=ALIAS) if len(alias) > ALIAS else None
    )


def _born_mistake(born: str, today: date) -> str | None:
    if not born:
        return None
    try:
        day = date.fromisoformat(born) if re.fullmatch(r"\d{4}-\d\d-\d\d", born) else None
    except ValueError:
        day = None
    if day is None:
        return _("Skriv datoen som år-måned-dag, for eksempel 2011-05-30.")
    return None if date(1900, 1, 1) <= day <= today else _("Det kan ikke være fødselsdatoen.")


def _ways_mistake(ways: Iterable[str]) -> str | None:
    found = list(ways)
    if len(found) > WAYS:
        return _("Skriv høyst {ways} måter å nå ungdommen på.").format(ways=WAYS)
    too_long = any(len(way) > WAY for way in found)
    return _("Hver linje kan ha høyst {way} tegn.").format(way=WAY) if too_long else None
