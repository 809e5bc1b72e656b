"""Both sides of a firewall write the same document the same way."""

import json
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.canonical import Value, canonical, digest

AWKWARD = (
    '\x00\x07\b\t\n\v\f\r\x1b\x1f"\\/\x7f\x85\u2028\u2029'  # controls, and what JSON escapes
    "😀👩\u200d👧\u202eשלום\u200fåØ"  # beyond the first plane, joined, and right to left
)
text = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.text(st.characters(max_codepoint=0x2F)),
    st.text(st.sampled_from(AWKWARD)),
)
keys = st.text(st.characters(codec="ascii"), max_size=8)
scalars = st.one_of(text, st.integers(-(2**53) + 1, 2**53 - 1), st.booleans(), st.none())
values: st.SearchStrategy[Value] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=20,
)
documents = st.dictionaries(keys, values, max_size=6)


@given(document=documents)
def test_our_form_is_the_one_in_rfc_8785(document: dict[str, Value]) -> None:
    """One differing byte, and a true transcript is called false: nothing is ever forgotten."""
    written = canonical(document)

    assert written == rfc8785.dumps(json.loads(json.dumps(document)))
    assert json.loads(written) == document
    assert digest(document) == sha256(written).hexdigest()


def test_a_document_written_out_by_hand_looks_like_this() -> None:
    """What the case store's own code must arrive at."""
    document: dict[str, Value] = {
        "text": '«hei» 😀\n\x01\\"',
        "seq": 2,
        "of": None,
        "a": [True, {"z": 1, "b": "æ"}],
    }

    expected = '{"a":[true,{"b":"æ","z":1}],"of":null,"seq":2,"text":"«hei» 😀\\n\\u0001\\\\\\""}'
    assert canonical(document) == expected.encode()
    assert canonical({}) == b"{}"
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@given(document=documents)
def test_the_order_things_were_put_in_does_not_matter(document: dict[str, Value]) -> None:
    """Two databases give the same rows in different order."""
    assert digest(dict(reversed(document.items()))) == digest(document)


@pytest.mark.parametrize("lone", ["\ud800", "a\ud83dz"])
def test_half_a_character_is_refused(lone: str) -> None:
    """It would be filed as something the youth did not write."""
    with pytest.raises(ValueError, match="surrogate"):
        canonical({"messages": [{"text": lone}]})
