"""What holds for whatever a platform brings: it is understood, or set aside without its words."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import strategies as st

from bridge.domain.messages import Inbound
from bridge.ports import Unreadable

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
"""Any JSON, with half characters in it."""

SPOKEN = ("text", "ref", "data", "press", "emoji", "placeholder")


def is_set_aside(read: Callable[[bytes], Inbound], body: bytes, *, secrets: Sequence[str]) -> None:
    """The reason ends in a log; the words must not."""
    with pytest.raises(Unreadable) as refused:
        read(body)

    assert not any(secret in str(refused.value) for secret in secrets)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def read_or_set_aside(read: Callable[[bytes], Inbound], body: bytes) -> None:
    """What is understood can also be stored: no half characters."""
    try:
        fact = read(body).fact
    except Unreadable:
        return
    told = [getattr(fact, name, "") or "" for name in SPOKEN]
    told += [each for f in getattr(fact, "files", ()) for each in (f.ref, f.name, f.type or "")]
    for text in told:
        str(text).encode()
