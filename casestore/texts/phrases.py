"""
Texts that Python says, translated when they are shown and never before.

A phrase *is* its text in bokmål: it is compared, stored and sent as that. Only where it is written
out while another language is spoken (`speaking`) does it say itself in that one. So a table of
phrases can be made when the program starts, and nothing that is kept depends on who read it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Self, SupportsIndex

from markupsafe import Markup, escape
from typing_extensions import override

from casestore.texts.catalogue import translated, translated_of
from casestore.texts.speaking import Language, spoken


class Phrase(str):
    """A text that says itself in the language being spoken; see the module's own text."""

    __slots__ = ("_say",)
    _say: Callable[[Language], str]

    def __new__(cls, text: str, say: Callable[[Language], str]) -> Self:
        """Make the phrase that is `text` in bokmål, and `say(language)` in the others."""
        made = super().__new__(cls, text)
        made._say = say
        return made

    def __html__(self) -> Markup:
        """Say it on a page."""
        return escape(str(self))

    @override
    def __str__(self) -> str:
        language = spoken()
        return str.__str__(self) if language is Language.BOKMAL else self._say(language)

    @override
    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @override
    def __lt__(self, other: str) -> bool:
        """Come before another in the alphabet of who reads the list."""
        return str(self) < str(other)

    @override
    def __getitem__(self, key: SupportsIndex | slice) -> str:
        return self._as(lambda text: text[key])

    @override
    def lower(self) -> str:
        return self._as(str.lower)

    @override
    def upper(self) -> str:
        return self._as(str.upper)

    @override
    def capitalize(self) -> str:
        return self._as(str.capitalize)

    @override
    def format(self, *args: object, **values: object) -> str:
        """Fill in `{places}`, now in bokmål, and again in the language it is shown in."""
        say = self._say
        return Phrase(
            str.__str__(self).format(*map(_plain, args), **_all_plain(values)),
            lambda language: say(language).format(*args, **values),
        )

    def _as(self, change: Callable[[str], str]) -> str:
        say = self._say
        return Phrase(change(str.__str__(self)), lambda language: change(say(language)))

    @override
    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str.__str__(self),)


def _plain(value: object) -> object:
    return str.__str__(value) if isinstance(value, Phrase) else value


def _all_plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in values.items()}


def _(text: str) -> str:
    """Say a text, written here in bokmål."""
    return Phrase(text, lambda language: translated(text, language))


def ngettext(one: str, many: str, number: int) -> str:
    """Say a text about so many; `{n}` in it is the number."""
    return Phrase(
        (one if number == 1 else many).format(n=number),
        lambda language: translated_of(one, many, number, language).format(n=number),
    )


def joined(between: str, parts: Iterable[str]) -> str:
    """Join texts, each of which is still said in the language it is shown in."""
    kept = tuple(parts)
    return Phrase(
        between.join(str.__str__(part) for part in kept),
        lambda _language: between.join(str(part) for part in kept),
    )
