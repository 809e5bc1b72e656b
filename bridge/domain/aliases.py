"""Friendly names that say nothing: the tie to a person exists only in the case store."""

from collections.abc import Collection
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


def alias(draw: int, taken: Collection[str]) -> str:
    """
    An alias that is not taken, chosen by `draw` (any whole number from 0).

    When every pair is taken a number is added, so that no two youths ever share one.
    """
    for step in range(COUNT):
        name = _nth((draw + step) % COUNT)
        if name not in taken:
            return name
    name, number = _nth(draw % COUNT), 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def _nth(n: int) -> str:
    adjective, noun = divmod(n, len(_COMMON) + len(_NEUTER))
    common, neuter = _GENDERED[adjective]
    if noun < len(_COMMON):
        return f"{common.capitalize()} {_COMMON[noun]}"
    return f"{neuter.capitalize()} {_NEUTER[noun - len(_COMMON)]}"
