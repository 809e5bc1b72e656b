"""The catalogues: nothing is said outside them, and nothing is missing in them."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po as read_by_babel
from typing_extensions import override

from casestore.rendering import environment
from casestore.texts import catalogue
from casestore.texts.catalogue import NotACatalogue, read_po
from casestore.texts.phrases import _, joined, ngettext
from casestore.texts.speaking import Language, asked_for, known, speaking
from casestore.times import grouped, in_oslo, length, written

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted((ROOT / "casestore" / "templates").glob("*.html"))
OTHERS: Final = (Language.NYNORSK, Language.ENGLISH)
WORDS: Final = re.compile(r"[A-ZÆØÅ][a-zæøå]|.*[æøåÆØÅ]|[a-z]+ [a-z]+ [a-z]")
LEFT_ALONE: Final = re.compile(
    r"\b_ \($|\bngettext \(( \"[^\"]*\" ,)?$|==$|(extends|import|include)$"
)
LETTER: Final = re.compile(r"[^\W\d_]")
ATTRIBUTES: Final = re.compile(r'[\w-]+="[^"]*"')
PLACE: Final = re.compile(r"%\(\w+\)s|\{\w*\}")
SEEN_OR_HEARD: Final = frozenset({"title", "aria-label", "aria-description", "placeholder", "alt"})

# The name of the program, a unit, and what is typed into a machine.
SAYS_ITSELF: Final = frozenset({"Utebru", "/utebru koble", "/min-journal", "kB"})


@cache
def texts(language: Language) -> dict[str, Message]:
    with (catalogue.HERE / f"{language}.po").open("rb") as file:
        return {str(_first(each.id)): each for each in read_by_babel(file) if each.id}


def _first(said: object) -> object:
    return said[0] if isinstance(said, tuple) else said


def forms(said: object) -> tuple[str, ...]:
    return said if isinstance(said, tuple) else (str(said),)


def _ours(path: str) -> bool:
    below = Path(path).relative_to(ROOT).parts
    return below[0] == "casestore" and below[-1] != "__pycache__"


@cache
def said_anywhere() -> frozenset[tuple[str, ...]]:
    # The mapping is written from the root of the repository.
    with (catalogue.HERE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    near = [(pattern.removeprefix("casestore/"), method) for pattern, method in methods]
    near_options = {pattern.removeprefix("casestore/"): given for pattern, given in options.items()}
    found = extract_from_dir(ROOT / "casestore", near, near_options)
    return frozenset(forms(said) for _, _, said, _, _ in found)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_said_in_every_language(language: Language) -> None:
    """Half a page in another language helps nobody; nor does a text that is said no longer."""
    wanted = said_anywhere()
    held = {forms(each.id) for each in texts(language).values()}
    empty = [name for name, each in texts(language).items() if not all(forms(each.string))]

    assert len(wanted) > 1000
    assert wanted - held == set(), "run `make texts`, and translate these"
    assert held - wanted == set(), "run `make texts`: these are said no longer"
    assert empty == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_is_filled_in_in_every_language(language: Language) -> None:
    """A place that is lost is a date or a name that is not told."""
    for each in texts(language).values():
        wanted = sorted(PLACE.findall(forms(each.id)[-1]))
        for said in forms(each.string)[-1:]:
            assert sorted(PLACE.findall(said)) == wanted, each.id
        edges = [(said[:1].isspace(), said[-1:].isspace()) for said in forms(each.string)]
        first = forms(each.id)[0]
        assert set(edges) == {(first[:1].isspace(), first[-1:].isspace())}, each.id


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogues_are_read_as_the_tools_that_write_them_read_them(language: Language) -> None:
    lines = (catalogue.HERE / f"{language}.po").read_text(encoding="utf-8").splitlines()

    theirs = {name: forms(each.string) for name, each in texts(language).items()}
    assert read_po(lines) == theirs


@pytest.mark.parametrize(
    "lines",
    [
        ['msgid "Sak"', 'msgstr "Case'],
        ['msgid "Sak"', "", 'msgid "Saker"', 'msgstr "Cases"'],
        ['msgctxt "page"', 'msgid "Sak"', 'msgstr "Case"'],
        ['msgid "Sak"', "msgstr 7"],
    ],
)
def test_a_catalogue_that_is_not_as_agreed_is_not_guessed_at(lines: list[str]) -> None:
    with pytest.raises(NotACatalogue):
        read_po(lines)


def test_a_doubtful_translation_is_not_used() -> None:
    """A tool's guess may say the opposite."""
    guessed = ["#, fuzzy", 'msgid "Slett"', 'msgstr "Lagre"', "", 'msgid "Vis"', 'msgstr "Syn"']
    assert read_po(guessed) == {"Vis": ("Syn",)}


class Reader(HTMLParser):
    """Hears what a page says outside its expressions."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heard: list[str] = []

    @override
    def handle_data(self, data: str) -> None:
        self.heard.append(data)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.heard += [value or "" for name, value in attrs if name in SEEN_OR_HEARD]


def bare(source: str) -> Iterator[str]:
    """Everything that a template says by itself: in its HTML, and in strings in its expressions."""
    reader = Reader()
    told = [token[1:] for token in environment().lex(source) if token[1] != "whitespace"]
    in_trans, html = False, ""
    for place, (kind, value) in enumerate(told):
        before = " ".join(value for _, value in told[max(place - 4, 0) : place])
        match kind:
            case "data" if not in_trans:
                html += value
            case "block_begin":
                html += " "
                statement = told[place + 1][1]
                in_trans = statement != "endtrans" and (in_trans or statement == "trans")
            case "variable_begin":
                html += " "
            case "string" if WORDS.match(value[1:-1]) and not LEFT_ALONE.search(before):
                yield value[1:-1]
            case _:
                pass
    reader.feed(html)
    reader.close()
    yield from (text.strip(" ·–←→:.,\n") for text in reader.heard)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_says_anything_past_the_catalogues(page: Path) -> None:
    """A text that nobody can translate is bokmål for everybody."""
    said = {text.strip() for text in bare(page.read_text(encoding="utf-8"))}
    # A macro that gives attributes says nothing: it stands outside every tag here.
    heard = {text for text in said if LETTER.search(ATTRIBUTES.sub("", text))}
    assert heard <= SAYS_ITSELF


@pytest.mark.parametrize(
    "source",
    [
        "<p>Saken er lukket.</p>",
        '<nav aria-label="Sider"></nav>',
        '{{ "Ikke gitt" if x else _("Gitt") }}',
        '{% set all = [("/a", "Søk")] %}',
        "<p>{% trans n=n %}Side {{ n }}{% endtrans %} av alle</p>",
        '{{ f.reason("x", "Hvorfor?") }}',
    ],
)
def test_a_text_past_the_catalogues_is_found(source: str) -> None:
    assert any(LETTER.search(text) for text in bare(source))


def test_a_text_that_is_missing_is_shown_in_bokmal_and_counted_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log says that something is missing; what it was might be somebody's words."""
    caplog.set_level(logging.WARNING)
    before = catalogue.missing()

    with speaking(Language.ENGLISH):
        assert str(_("Rev og ekorn i skogen")) == "Rev og ekorn i skogen"
        assert str(_("Rev og ekorn i skogen")) == "Rev og ekorn i skogen"

    assert catalogue.missing() == before + 1
    assert "language=en" in caplog.text
    assert "ekorn" not in caplog.text


def test_a_phrase_is_bokmal_wherever_it_is_kept() -> None:
    """What is stored, sent and compared is the same whoever was looking."""
    plain = "Teksten kan ha høyst 7 tegn."

    with speaking(Language.ENGLISH):
        phrase = _("Teksten kan ha høyst {at_most} tegn.").format(at_most=7)
        assert str(phrase) == f"{phrase}" == "The text can have at most 7 characters."
        assert phrase == plain
        assert json.loads(json.dumps({"why": phrase})) == {"why": plain}
        assert phrase.encode() == plain.encode()
    assert str(phrase) == plain


def test_phrases_are_put_together_in_the_language_they_are_shown_in() -> None:
    both = joined(", ", (_("Saker").lower(), ngettext("{n} melding", "{n} meldinger", 2)))

    assert str(both) == "saker, 2 meldinger"
    with speaking(Language.ENGLISH):
        assert str(both) == "cases, 2 messages"
        shown = environment().from_string("<p>{{ both }} {{ both | upper }}</p>").render(both=both)
    assert shown == "<p>cases, 2 messages CASES, 2 MESSAGES</p>"


def test_what_is_put_in_a_phrase_is_no_markup() -> None:
    """A name is not a script, in any language."""
    phrase = _("Teksten kan ha høyst {at_most} tegn.").format(at_most="<b>")
    templates = environment()
    for language in Language:
        with speaking(language):
            page = templates.from_string("{{ p }}{{ _('Hei, %(alias)s', alias=p) }}")
            assert "<b>" not in page.render(p=phrase)


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        (1, Language.BOKMAL, "1 melding"),
        (0, Language.NYNORSK, "0 meldingar"),
        (1, Language.ENGLISH, "1 message"),
        (2, Language.ENGLISH, "2 messages"),
    ],
)
def test_one_and_many(number: int, language: Language, said: str) -> None:
    with speaking(language):
        assert str(ngettext("{n} melding", "{n} meldinger", number)) == said


def test_days_and_numbers_are_written_as_the_reader_writes_them() -> None:
    moment = datetime(2026, 11, 2, 12, 5, tzinfo=UTC)
    told = (in_oslo(moment), written(date(2026, 5, 1)), written("2026-05-01"), grouped(12345))

    assert [str(each) for each in told] == [
        "02.11.2026 kl. 13:05", "01.05.2026", "01.05.2026", "12\u00a0345",
    ]  # fmt: skip
    with speaking(Language.NYNORSK):
        assert str(told[0]) == "02.11.2026 kl. 13:05"
    with speaking(Language.ENGLISH):
        assert [str(each) for each in told] == [
            "2 Nov 2026, 13:05", "1 May 2026", "1 May 2026", "12,345",
        ]  # fmt: skip
        assert str(length(datetime(2026, 1, 4, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC))) == (
            "3 days"
        )


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.BOKMAL),
        ("de, fr;q=0.8", Language.BOKMAL),
        ("nn-NO", Language.NYNORSK),
        ("no", Language.BOKMAL),
        ("en-GB,en;q=0.9,nb;q=0.8", Language.ENGLISH),
        ("en;q=0.3, nn;q=0.7", Language.NYNORSK),
        ("en;q=0, nn;q=0", Language.BOKMAL),
        ("en;q=much, , ;;;", Language.BOKMAL),
        ("x" * 10_000 + ",en" * 10_000, Language.ENGLISH),
    ],
)
def test_the_browser_says_what_it_would_rather_have(header: str, language: Language) -> None:
    assert asked_for(header) is language


def test_only_our_own_languages_are_chosen() -> None:
    assert [known(code) for code in ("nn", "de", "", None)] == [Language.NYNORSK, None, None, None]
