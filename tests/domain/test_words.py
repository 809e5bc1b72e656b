"""Which whole messages are words to the bot."""

from collections.abc import Mapping

import pytest

from bridge.domain.catalogue.words import WORDS, Word, heard
from tests.domain.cells import Cells, rebound

UNDERSTOOD = [
    # product.md, and the spelling of the same on a keyboard without Norwegian letters
    ("/start", "start"),
    ("ja", "yes"),
    ("nei", "no"),
    ("vet ikke", "unsure"),
    ("veit ikke", "unsure"),
    ("veit ikkje", "unsure"),
    ("stopp", "stop"),
    ("/stopp", "stop"),
    ("trekk samtykke", "stop"),
    ("innsyn", "access"),
    ("/innsyn", "access"),
    ("slett", "delete"),
    ("/slett", "delete"),
    ("språk", "language"),
    ("sprak", "language"),
    ("/sprak", "language"),
    ("hjelp", "help"),
    ("/hjelp", "help"),
    ("/help", "help"),
    ("yes", "yes"),
    ("no", "no"),
    ("don't know", "unsure"),
    ("dont know", "unsure"),
    ("stop", "stop"),
    ("access", "access"),
    ("delete", "delete"),
    ("language", "language"),
    ("help", "help"),
    ("i don't know", "unsure"),
    ("/stop", "stop"),
    ("/access", "access"),
    ("/delete", "delete"),
    ("/language", "language"),
    ("norsk", "norwegian"),
    ("/norsk", "norwegian"),
    ("norwegian", "norwegian"),
    ("english", "english"),
    ("/english", "english"),
    ("engelsk", "english"),
]


def these_whole_messages_are_words(table: Mapping[str, Word]) -> None:
    listen = rebound(heard, WORDS=table)
    for message, word in UNDERSTOOD:
        said = listen(message)
        assert said is not None, message
        assert said.value == word, message
    assert len(table) == len(UNDERSTOOD)


CELLS = (
    Cells(
        name="catalogue.words.WORDS",
        table=WORDS,
        keys=[*WORDS, "takk"],
        values=list(Word),
        holds=these_whole_messages_are_words,
    ),
)


def test_the_words_the_youth_was_told_are_understood() -> None:
    """A youth writes the STOPP we told them to write, and nothing happens."""
    these_whole_messages_are_words(WORDS)


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("JA", Word.YES),
        ("Ja!", Word.YES),
        ("  ja  ", Word.YES),
        ("Nei.", Word.NO),
        ("STOPP!!!", Word.STOP),
        ("Stopp …", Word.STOP),
        ("VET\nIKKE", Word.UNSURE),
        ("Don’t know", Word.UNSURE),
        ("SPRÅK", Word.LANGUAGE),
        ("Trekk  samtykke.", Word.STOP),
        ("STOPP ❤️", Word.STOP),
        ("STOPP?", Word.STOP),
        ("SPRA\u030aK", Word.LANGUAGE),
    ],
)
def test_a_word_is_understood_however_it_is_shouted(message: str, word: Word) -> None:
    """Nobody thinks of capitals when they want something to stop."""
    assert heard(message) is word


@pytest.mark.parametrize(
    "message",
    [
        "",
        "…",
        "ja kanskje",
        "ja takk, gjerne i morgen",
        "ok",
        "👍",
        "ja?",
        "kan du stoppe?",
        "han sa stopp",
        "stopp å mase på meg",
        "jeg trenger hjelp",
        "nei jeg mener ja",
        "vet ikke hva jeg skal si",
    ],
)
def test_a_word_inside_a_sentence_is_just_words(message: str) -> None:
    """«Ja kanskje» is no yes (domain.md §2.7), and «han sa stopp» withdraws nothing."""
    assert heard(message) is None
