"""One ratio, what was asked of it, and whether it was met."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    ratio: float
    target: str
    met: bool
    of_asked: float
    """1 is what was asked, more is better."""


def ratio(
    name: str, found: float, *, at_least: float | None = None, at_most: float | None = None
) -> Row:
    """A row of the result; one of the two limits is given."""
    if at_least is not None:
        met = found >= at_least
        return Row(
            name=name, ratio=found, target=f"≥ {at_least:g}", met=met, of_asked=found / at_least
        )
    limit = 0.0 if at_most is None else at_most
    better = 2.0 if found <= 0 else limit / found
    return Row(name=name, ratio=found, target=f"≤ {limit:.2g}", met=found <= limit, of_asked=better)
