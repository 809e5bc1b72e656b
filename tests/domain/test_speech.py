"""Whether a post in the workspace is spoken to the youth: only by an explicit act."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product

from bridge.domain.ids import Ref, Room
from bridge.domain.speech import INTENT, Intent, Manner, Mention, Post, intent
from tests.domain.cells import Cells, rebound

IS = [
    # how it came        the mention begins it, stands elsewhere, is not there
    (Manner.PLAIN, ["speak", "hint", "note"]),
    (Manner.BROADCAST, ["hint", "hint", "note"]),
    (Manner.FORWARD, ["hint", "note", "note"]),
    (Manner.QUOTE, ["hint", "note", "note"]),
    (Manner.AUTOMATIC, ["note", "note", "note"]),
    (Manner.DIRECT, ["hint", "hint", "hint"]),
    (Manner.ADDED, ["hint", "hint", "note"]),
]
STANDS = [Mention.BEGINS, Mention.ELSEWHERE, Mention.NONE]


def posted(mention: Mention, manner: Manner) -> Post:
    return Post(
        room=Room("C1"),
        ref=Ref("C1/2"),
        root=Ref("C1/1"),
        user="U1",
        at=datetime(2026, 11, 23, 12, tzinfo=UTC),
        mention=mention,
        manner=manner,
        text="hei, jeg kan møte deg kl. 14",
    )


def only_an_explicit_act_speaks(table: Mapping[tuple[Mention, Manner], Intent]) -> None:
    read = rebound(intent, INTENT=table)
    assert {manner for manner, _ in IS} == set(Manner)
    for manner, intents in IS:
        for mention, meant in zip(STANDS, intents, strict=True):
            for live, linked in product((True, False), repeat=2):
                said = read(posted(mention, manner), live=live, linked=linked)
                spoken = meant if (live and linked) or meant != "speak" else "hint"
                assert said.value == spoken, (mention, manner, live, linked)


CELLS = (
    Cells(
        name="speech.INTENT",
        table=INTENT,
        keys=list(product(Mention, Manner)),
        values=list(Intent),
        holds=only_an_explicit_act_speaks,
    ),
)


def test_only_an_explicit_act_by_a_linked_employee_in_a_live_talk_is_spoken() -> None:
    """Promise 4: what colleagues say about a youth must never reach the youth."""
    only_an_explicit_act_speaks(INTENT)


def test_there_is_exactly_one_way_to_speak_by_posting() -> None:
    """Eighty-four ways to post, and one of them sends."""
    ways = [
        (mention, manner, live, linked)
        for mention, manner in product(Mention, Manner)
        for live, linked in product((True, False), repeat=2)
        if intent(posted(mention, manner), live=live, linked=linked) is Intent.SPEAK
    ]

    assert ways == [(Mention.BEGINS, Manner.PLAIN, True, True)]
