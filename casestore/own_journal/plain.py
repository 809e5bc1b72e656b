"""
Text that the PDF's fonts can show.

A PDF/A may not lack a glyph, and what has none must not lose its meaning: an emoji becomes its
Unicode name in brackets, and so does a letter of a script that is not here. The raw text is in
the JSON. The ranges are those of Libertinus Serif, regular and bold, which comes with typst (a
test compiles all of them); only scripts that need no shaping are among them.
"""

import re
import unicodedata
from typing import Final

RANGES: Final = (
    (0x0020, 0x007E),
    (0x00A1, 0x00AC),
    (0x00AE, 0x023F),
    (0x0386, 0x0386),
    (0x0388, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03CE),
    (0x0400, 0x045F),
    (0x0490, 0x04C4),
    (0x1E00, 0x1E9B),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2015),
    (0x2018, 0x2027),
    (0x2030, 0x2037),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2264, 0x2265),
)
# Between the parts of one emoji, or before it; they say nothing by themselves.
SILENT: Final = frozenset("\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff\u00ad")
TOO_LONG: Final = re.compile(r"[^\s]{48}(?=[^\s])")


def plain(text: str) -> str:
    """Give the text with a name in brackets for every sign that the fonts lack."""
    told = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    told = "".join(_shown(sign) for sign in told)
    # Nothing may run off the paper: a word as long as a line is broken.
    return TOO_LONG.sub(lambda found: f"{found[0]}\u200b", told)


def _shown(sign: str) -> str:
    code = ord(sign)
    if sign == "\n" or any(first <= code <= last for first, last in RANGES):
        return sign
    if sign in SILENT:
        return ""
    if sign == "\t" or unicodedata.category(sign) in {"Zs", "Zl", "Zp"}:
        return " "
    return f"[{unicodedata.name(sign, f'U+{code:04X}').lower()}]"
