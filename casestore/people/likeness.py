"""Who may be one and the same: the same way to reach, the same name, or a birth date and a name.

Pure, and linear in the number of persons: only those who share something are compared.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import combinations
from typing import Final

from casestore.people.details import Details

SIMILAR: Final = 0.8
"""Of 1: «Ola Normann» and «Ola Nordmann» are, «Ola» and «Kari» are not."""

CROWD: Final = 50
"""So many who share one thing share nothing of their own: a school's telephone, say."""


class Why(StrEnum):
    """What two persons have in common."""

    BORN = "born"  # the birth date, and a similar name
    WAY = "way"  # a way to reach them
    NAME = "name"  # the name, as it is usually written


def alike(persons: Mapping[str, Details]) -> Mapping[tuple[str, str], frozenset[Why]]:
    """Give the pairs of ids that may be one person, and why."""
    pairs: dict[tuple[str, str], set[Why]] = defaultdict(set)
    names = {its_id: known_name(details) for its_id, details in persons.items()}
    for one, other in _sharing((its_id, [name] if name else []) for its_id, name in names.items()):
        pairs[one, other].add(Why.NAME)
    for one, other in _sharing(
        (its_id, [way for way in map(reached_by, details.ways) if way])
        for its_id, details in persons.items()
    ):
        pairs[one, other].add(Why.WAY)
    for one, other in _sharing(
        (its_id, [details.born] if details.born else []) for its_id, details in persons.items()
    ):
        if similar(names[one], names[other]):
            pairs[one, other].add(Why.BORN)
    return {pair: frozenset(why) for pair, why in sorted(pairs.items())}


def known_name(details: Details) -> str:
    """Write a name as it is compared: letters only, in the order of the alphabet."""
    return " ".join(sorted(_plain(details.name or "").split()))


def similar(one: str, other: str) -> bool:
    """Say whether two names are written nearly alike. A name that is not known is like none."""
    if not one or not other:
        return False
    compared = SequenceMatcher(None, one, other, autojunk=False)
    # The first two are quick, and never less than the third.
    ratios = (compared.real_quick_ratio, compared.quick_ratio, compared.ratio)
    return all(ratio() >= SIMILAR for ratio in ratios)


def reached_by(way: str) -> str:
    """Write a way to reach somebody as it is compared: a number's digits, or a name in lower case.

    Norwegian numbers are the same with their country code and without.
    """
    digits = re.sub(r"\D", "", way)
    if len(digits) >= 8 and not re.search(r"[^\W\d_]{4}|@", way):
        return re.sub(r"^(00)?47(?=\d{8}$)", "", digits)
    return "".join(unicodedata.normalize("NFKC", way).casefold().split()).removeprefix("@")


def _plain(name: str) -> str:
    # Å, ø and æ are letters of their own here; é and ü are e and u with something on.
    parts = unicodedata.normalize("NFC", name).casefold().replace("å", "\0")
    marks = unicodedata.normalize("NFKD", parts)
    bare = "".join(letter for letter in marks if not unicodedata.combining(letter))
    return re.sub(r"[^\w\s]|_", " ", bare.replace("\0", "å"))


def _sharing(told: Iterable[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """Give the pairs who have one of these values in common, each pair once."""
    by_value: dict[str, set[str]] = defaultdict(set)
    for its_id, values in told:
        for value in values:
            by_value[value].add(its_id)
    crowds = (sorted(ids) for ids in by_value.values() if 1 < len(ids) <= CROWD)
    yield from sorted({pair for ids in crowds for pair in combinations(ids, 2)})
