"""Long answers reach a youth whole, in parts that can be read."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bots.pieces import parts, pieces, units

MOST = 4096
FAMILY = "👩‍👩‍👧‍👦"
ZALGO = "e" + "\u0301" * 30

texts = st.lists(
    st.tuples(
        st.sampled_from(
            [FAMILY, ZALGO, "🇳🇴", "å", "a\u030a", "hei ", "på\n", "\n\n", "\r\n", "مرحبا",
             " \u0301", "\ud83d", "\u200b"]
        ),
        st.integers(1, 1500),
    ),
    max_size=6,
).map(lambda runs: "".join(some * count for some, count in runs))  # fmt: skip


@given(texts)
def test_nothing_is_lost_between_two_parts(text: str) -> None:
    """A sentence that falls between two messages is a promise not kept."""
    assert "".join(parts(text, MOST)) == text
    assert "".join("".join(pieces(text, MOST)).split()) == "".join(text.split())


@given(texts)
def test_every_part_is_one_that_telegram_takes(text: str) -> None:
    """Refused halfway, an answer is worse than none."""
    for piece in pieces(text, MOST):
        assert piece.strip()
        assert units(piece) <= MOST


@given(texts)
def test_no_letter_is_cut_in_two(text: str) -> None:
    """Half a family is another picture, and half an å is another word."""
    ends = {found.end() for found in regex.finditer(r"\X", text)}
    at = 0
    for part in parts(text, MOST):
        at += len(part)
        assert at in ends


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", []),
        (" \n ", []),
        ("a" * 4096, [4096]),
        ("a" * 4097, [4096, 1]),
        ("🙂" * 2048, [4096]),
        ("🙂" * 2049, [4096, 2]),
        ("a" * 3000 + "\n\n" + "b" * 500 + "\n" + "c " * 400, [3002, 1301]),
        ("a" * 3000 + " " + "b" * 2000, [3001, 2000]),
        ("a" * 100 + " " + "b" * 5000, [4096, 1005]),
        ("e" + "\u0301" * 5000, [4096, 905]),
        ("hei" + "\n" * 9000 + "du", [4096, 813]),
    ],
)
def test_a_reader_pauses_where_the_writer_did(text: str, lengths: list[int]) -> None:
    """Two messages that break in the middle of a word look like a machine wrote them."""
    assert [units(piece) for piece in pieces(text, MOST)] == lengths
