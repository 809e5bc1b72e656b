"""One ratio, what was asked of it, and whether it was met."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    name: str
    ratio: float
    target: str
    met: bool


def ratio(
    name: str, found: float, *, at_least: float | None = None, at_most: float | None = None
) -> Row:
    """A row of the result; one of the two limits is given."""
    if at_least is not None:
        return Row(name=name, ratio=found, target=f"≥ {at_least:.2f}", met=found >= at_least)
    limit = 0.0 if at_most is None else at_most
    return Row(name=name, ratio=found, target=f"≤ {limit:.2f}", met=found <= limit)
