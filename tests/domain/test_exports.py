"""An export is taken in beside what was written down, and nothing of it twice."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bridge.domain.exports import Exported, Known, sort

AT = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)


def exported(text: str = "hei", minutes: float = 0, *, ours: bool = False) -> Exported:
    at = AT + timedelta(minutes=minutes)
    return Exported(key=f"{text}{minutes}", at=at, ours=ours, text=text)


def known(text: str = "hei", minutes: float = 0, *, ours: bool = False) -> Known:
    return Known(at=AT + timedelta(minutes=minutes), ours=ours, text=text)


@pytest.mark.parametrize(
    ("there", "fresh"),
    [
        ([known()], 0),
        ([known(" HEI\n", 10)], 0),
        ([known(minutes=-10)], 0),
        ([known(minutes=10.1)], 1),
        ([known("hei!")], 1),
        ([known(ours=True)], 1),
        ([], 1),
    ],
)
def test_what_was_written_down_is_known_by_its_words_and_near_its_time(
    there: Sequence[Known], fresh: int
) -> None:
    """A clock is read off a telephone in the street."""
    assert len(sort([exported()], there, since=None).fresh) == fresh


def test_what_we_sent_is_known_for_as_long_as_it_may_have_lain_on_a_card() -> None:
    """She got it at nine; somebody pressed «Sendt» after lunch."""
    ours = exported("svar", ours=True)

    assert sort([ours], [known("svar", 60 * 24, ours=True)], since=None).known == 1
    assert sort([ours], [known("svar", 60 * 24 + 1, ours=True)], since=None).known == 0
    assert sort([exported("svar")], [known("svar", 60)], since=None).known == 0


def test_each_that_stands_here_is_one_message_and_no_more() -> None:
    """She wrote hei three times; two were written down."""
    found = sort(
        [exported(minutes=0), exported(minutes=1), exported(minutes=2)],
        [known(minutes=0), known(minutes=2)],
        since=None,
    )

    assert [each.at for each in found.fresh] == [AT + timedelta(minutes=1)]
    assert (found.known, found.older) == (2, 0)


def test_what_has_no_words_is_known_by_its_minute() -> None:
    """Two pictures an hour apart are two."""
    picture = Exported(key="p", at=AT, ours=False, text="", placeholder="photo")

    assert sort([picture], [known("[photo]", 1)], since=None).known == 1
    assert sort([picture], [known("", -1)], since=None).known == 1
    assert sort([picture], [known("[photo]", 1.1)], since=None).known == 0
    assert sort([picture], [known("[video]", 0)], since=None).known == 0


def test_what_is_older_than_a_talk_that_ended_is_left_alone() -> None:
    """It was filed, or it was not to be; an import decides neither."""
    found = sort([exported(minutes=0), exported("ny", 1)], [], since=AT)

    assert [each.text for each in found.fresh] == ["ny"]
    assert found.older == 1


def test_it_is_taken_in_from_the_oldest() -> None:
    """An export is not sorted, and a journal is."""
    found = sort([exported("b", 2), exported("a", 1), exported("c", 3)], [], since=None)

    assert [each.text for each in found.fresh] == ["a", "b", "c"]
