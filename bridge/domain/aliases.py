"""Friendly names that say nothing: the tie to a person exists only in the case store."""

from collections.abc import Iterator, Sequence
from typing import Final

_GENDERED: Final = (
    # common gender, neuter: «blå rev», «blått tre»
    ("blå", "blått"),
    ("stille", "stille"),
    ("grønn", "grønt"),
    ("rask", "raskt"),
    ("lys", "lyst"),
    ("myk", "mykt"),
    ("rolig", "rolig"),
    ("modig", "modig"),
    ("glad", "glad"),
    ("klok", "klokt"),
    ("varm", "varmt"),
    ("frisk", "friskt"),
    ("gyllen", "gyllent"),
    ("sølvgrå", "sølvgrått"),
    ("lun", "lunt"),
    ("vennlig", "vennlig"),
    ("lilla", "lilla"),
    ("rød", "rødt"),
    ("turkis", "turkist"),
    ("våken", "våkent"),
)
_COMMON: Final = (
    "rev", "elv", "ugle", "fjord", "bjørk", "oter", "sky", "bekk", "svale", "hare", "strand",
    "lerke", "ekorn", "måke", "gaupe", "bølge", "vidde", "furu", "mose", "stjerne", "havn",
    "humle", "vind", "trost", "hval", "sel", "lyng", "rype", "kolibri", "delfin",
)  # fmt: skip
_NEUTER: Final = (
    "tre",
    "fjell",
    "vann",
    "lys",
    "blad",
    "skjell",
    "hav",
    "pinnsvin",
    "rådyr",
    "tog",
)

COUNT: Final = len(_GENDERED) * (len(_COMMON) + len(_NEUTER))


FIRST: Final = 20
"""Of which one is free as a rule."""


def names(draw: int) -> Iterator[Sequence[str]]:
    """
    Names to take the first that is free of, chosen by `draw` (any whole number from 0).

    When every pair is taken a number is added, so that no two youths ever share one. They come
    some at a time, more each time: who looks them up asks a few times, however many are taken.
    """
    every = [_nth((draw + step) % COUNT) for step in range(COUNT)]
    yield every[:FIRST]
    yield every[FIRST:]
    number, some = 2, 100
    while True:
        yield [f"{every[0]} {n}" for n in range(number, number + some)]
        number, some = number + some, some * 10


def as_written(said: str) -> str:
    """An alias as it stands, of what somebody has typed in capitals, or without any."""
    return said.capitalize()


def _nth(n: int) -> str:
    adjective, noun = divmod(n, len(_COMMON) + len(_NEUTER))
    common, neuter = _GENDERED[adjective]
    if noun < len(_COMMON):
        return f"{common.capitalize()} {_COMMON[noun]}"
    return f"{neuter.capitalize()} {_NEUTER[noun - len(_COMMON)]}"
