"""What the bot says: service messages, and exactly which text each one was."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import partial
from hashlib import sha256
from itertools import product
from string import Formatter
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from bridge.domain import phrases
from bridge.domain.catalogue import en, nb
from bridge.domain.hours import Hours
from bridge.domain.phrases import LANGUAGES, STAYS, Numbers, Spoken, opening, say, version
from tests.domain.cells import Cells, Lines, Members, Spoilable, rebound

OSLO = ZoneInfo("Europe/Oslo")
OFFICE = Hours(open={day: (time(9), time(15, 30)) for day in range(5)}, zone=OSLO)
NEVER = Hours(open={}, zone=OSLO)
NUMBERS = Numbers(crisis=(("113", "nød"), ("112", "politi"), ("116 111", "unge"), ("1", "alle")))
NIGHT = datetime(2026, 11, 20, 22, 40, tzinfo=UTC)  # 23:40 on a Friday

SAYS = [
    # phrase, what bokmål must say, what English must say
    ("greeting", "vanlige folk som leser", "Real people read"),
    ("hours.line", "Vi leser meldinger", "We read messages"),
    ("consent.journal", "skriver ned det vi snakker om i en journal?", "in a journal?"),
    ("consent.changed", "Teksten er endret", "The text has changed"),
    ("consent.meant", "Mente du ja til", "Did you mean yes to"),
    ("consent.yes", "Takk. Da skriver vi ned", "Thank you. Then we write down"),
    ("consent.no", "du får hjelp likevel", "you get help all the same"),
    ("consent.unsure", "Spør oss gjerne", "Ask us if you wonder"),
    (
        "consent.withdrawn",
        "Vi skriver ikke noe mer i journal",
        "We write nothing more in a journal",
    ),
    ("closed", "trygt mottatt", "has arrived safely"),
    ("crisis", "Du skal ikke stå alene", "You should not be alone"),
    ("help", "Du kan skrive STOPP", "You can write STOP"),
    ("access", "vil se det som står om deg", "want to see what is written about you"),
    ("deletion", "vil ha noe slettet", "want something deleted"),
    ("language", "Hvilket språk", "Which language"),
    ("language.set", "Da skriver jeg norsk", "Then I will write English"),
    ("waiting", "Journalsystemet vårt er nede", "Our journal system is down"),
    ("receipt.journal", "Nå er samtalen skrevet i journalen", "is now in your journal"),
    ("receipt.contact", "bare telt at noen tok kontakt", "only counted that somebody"),
    ("chat.ask", "Svarer du ikke, sletter vi", "If you don't answer, we delete"),
    ("chat.theirs", "må du slette den selv", "delete it yourself"),
    ("chat.ask_contact", "Svarer du ikke, blir den", "If you don't answer, it stays"),
    ("chat.yes", "det vi får lov til å slette", "what we are able to delete"),
    ("chat.no", "Da lar vi chatten stå", "Then we leave the chat"),
    ("invitation", "du får den bare denne ene gangen", "you get it only this once"),
    ("file.too_large", "for stor", "too large"),
    ("file.lost", "fikk vi ikke tak i", "couldn't get hold of"),
]
FILLS_IN = [
    ("greeting", {"hours"}),
    ("hours.line", {"opening"}),
    ("closed", {"next_open", "numbers"}),
    ("crisis", {"crisis"}),
    ("help", {"hours", "crisis"}),
    ("invitation", {"hours"}),
]
OFFERS: list[tuple[str, tuple[str, ...]]] = [
    ("consent.journal", ("yes", "no", "unsure")),
    ("consent.meant", ("yes", "no")),
    ("chat.ask", ("chat.yes", "chat.no")),
    ("chat.ask_contact", ("chat.yes", "chat.no")),
    ("language", ("language.nb", "language.en")),
]
LABELS = [
    ("yes", "Ja", "Yes"),
    ("no", "Nei", "No"),
    ("unsure", "Vet ikke", "Don't know"),
    ("chat.yes", "Ja, slett", "Yes, delete"),
    ("chat.no", "Nei, la stå", "No, leave it"),
    ("language.nb", "Norsk", "Norsk"),
    ("language.en", "English", "English"),
]
REMAINS_WITH_THE_YOUTH = {
    # product.md: consent and its answer, the receipt, crisis numbers
    "consent.journal",
    "consent.meant",
    "consent.yes",
    "consent.no",
    "consent.unsure",
    "consent.withdrawn",
    "crisis",
    "receipt.journal",
    "receipt.contact",
    # said about the clearing itself, when the clearing is decided
    "chat.yes",
    "chat.no",
}
ASKED_WITH = [
    # a consent names the very text it answered: a new wording gets a new version, and a new line
    ("consent.journal", "nb", "2026-11-1", "c97a99cb2a764f7b"),
    ("consent.journal", "en", "2026-11-1", "47fe74a79e6333fc"),
    ("consent.meant", "nb", "2026-11-1", "79a5b96abfd78e7f"),
    ("consent.meant", "en", "2026-11-1", "1a4264d2640e89c4"),
]
PHRASES = [phrase for phrase, *_ in SAYS]
SPOKEN = [phrase for phrase in PHRASES if phrase != "hours.line"]  # which is part of others
BOTH = [("nb", nb), ("en", en)]


def spoken(phrase: str, language: str = "nb", *, about: str = "", hours: Hours = OFFICE) -> Spoken:
    return say(phrase, language, hours=hours, numbers=NUMBERS, now=NIGHT, about=about)


def with_names(module: ModuleType, **names: object) -> ModuleType:
    """A catalogue that is the same but for these."""
    other = ModuleType(module.__name__)
    vars(other).update({**vars(module), **names})
    return other


def the_catalogue_says(language: str, table: Mapping[str, tuple[str, str]]) -> None:
    norwegian = with_names(nb, TEXTS=table) if language == "nb" else nb
    english = with_names(en, TEXTS=table) if language == "en" else en
    look_up = rebound(phrases._catalogue, LANGUAGES={"nb": norwegian, "en": english}, nb=norwegian)
    speak = rebound(say, _catalogue=look_up)
    assert set(table) == set(PHRASES)
    for phrase, in_norwegian, in_english in SAYS:
        part = in_norwegian if language == "nb" else in_english
        assert part in table[phrase][1], phrase
    for phrase in SPOKEN:
        said = speak(phrase, language, hours=OFFICE, numbers=NUMBERS, now=NIGHT)
        assert (said.language, said.missing) == (language, False), phrase


def the_buttons_say(language: str, table: Mapping[str, str]) -> None:
    assert {label for label, *_ in LABELS} == set(table)
    for label, norwegian, english in LABELS:
        assert table[label] == (norwegian if language == "nb" else english)


def these_phrases_have_these_buttons(table: Mapping[str, Sequence[str]]) -> None:
    speak = rebound(say, _buttons=rebound(phrases._buttons, _CHOICES=table))
    expected = dict(OFFERS)
    for phrase in SPOKEN:
        said = speak(phrase, "nb", hours=OFFICE, numbers=NUMBERS, now=NIGHT, about="q")
        labels = [nb.BUTTONS[choice] for choice in expected.get(phrase, ())]
        assert [button.label for button in said.buttons] == labels, phrase


def these_stay_with_the_youth(stays: frozenset[str]) -> None:
    assert stays == REMAINS_WITH_THE_YOUTH


def these_languages_are_spoken(table: Mapping[str, ModuleType]) -> None:
    speak = rebound(say, _catalogue=rebound(phrases._catalogue, LANGUAGES=table))
    for language, no in [("nb", "Nei"), ("en", "No")]:
        said = speak("consent.meant", language, hours=OFFICE, numbers=NUMBERS, now=NIGHT)
        assert (said.missing, said.buttons[1].label) == (False, no)
    assert set(table) == {"nb", "en"}


def the_week_goes(language: str, days: Sequence[str]) -> None:
    catalogue = with_names(dict(BOTH)[language], DAYS=days)
    every_day = Hours(open={day: (time(day), time(23)) for day in range(7)}, zone=OSLO)
    week = {
        "nb": ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"],
        "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    }
    assert opening(every_day, catalogue) == ", ".join(
        f"{name} 0{n}:00–23:00" for n, name in enumerate(week[language])
    )


def cells() -> Iterator[Spoilable]:
    for language, catalogue in BOTH:
        yield Cells(
            name=f"catalogue.{language}.TEXTS",
            table=catalogue.TEXTS,
            keys=[*PHRASES, "advice"],
            values=list(catalogue.TEXTS.values()),
            holds=partial(the_catalogue_says, language),
        )
        yield Cells(
            name=f"catalogue.{language}.BUTTONS",
            table=catalogue.BUTTONS,
            keys=[*catalogue.BUTTONS, "maybe"],
            values=list(catalogue.BUTTONS.values()),
            holds=partial(the_buttons_say, language),
        )
        yield Lines(
            name=f"catalogue.{language}.DAYS",
            lines=catalogue.DAYS,
            stranger="noensdag",
            holds=partial(the_week_goes, language),
        )
    yield Cells(
        name="phrases._CHOICES",
        table=phrases._CHOICES,
        keys=SPOKEN,
        values=[offered for _, offered in OFFERS],
        holds=these_phrases_have_these_buttons,
    )
    yield Members(
        name="phrases.STAYS", members=STAYS, everything=PHRASES, holds=these_stay_with_the_youth
    )
    yield Cells(
        name="phrases.LANGUAGES",
        table=LANGUAGES,
        keys=["nb", "en", "se"],
        values=[nb, en],
        holds=these_languages_are_spoken,
    )


CELLS = tuple(cells())


@pytest.mark.parametrize(("language", "catalogue"), BOTH)
def test_the_bot_says_what_it_is_there_to_say(language: str, catalogue: ModuleType) -> None:
    """A youth gets the receipt instead of the crisis numbers if two texts are swapped."""
    the_catalogue_says(language, catalogue.TEXTS)
    the_buttons_say(language, catalogue.BUTTONS)
    the_week_goes(language, catalogue.DAYS)


def test_every_question_has_its_answers_and_nothing_else_has_any() -> None:
    """Words work everywhere, but a thumb is quicker."""
    these_phrases_have_these_buttons(phrases._CHOICES)
    these_languages_are_spoken(LANGUAGES)


def test_consent_receipts_and_numbers_stay_with_the_youth() -> None:
    """Somebody who needs the number at night must find it, though the chat was cleared."""
    these_stay_with_the_youth(STAYS)


@pytest.mark.parametrize(("phrase", "language"), list(product(SPOKEN, ["nb", "en"])))
def test_both_languages_make_the_same_promises(phrase: str, language: str) -> None:
    """Same phrases, same gaps to fill, same way to tell one wording from the next."""
    number, text = LANGUAGES[language].TEXTS[phrase]
    gaps = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    said = spoken(phrase, language)

    assert gaps == dict(FILLS_IN).get(phrase, set())
    assert re.fullmatch(r"20\d\d-\d\d-\d+", number)
    assert number == nb.TEXTS[phrase][0] == said.version == version(phrase, language)
    assert "{" not in said.text
    assert 0 < len(said.text) <= 1000
    assert said.sha256 == sha256(said.text.encode()).hexdigest()
    assert (said.id, said.language, said.missing) == (phrase, language, False)


@pytest.mark.parametrize(("phrase", "language", "number", "wording"), ASKED_WITH)
def test_a_consent_question_never_changes_under_its_version(
    phrase: str, language: str, number: str, wording: str
) -> None:
    """A youth would be held to a text they were never shown."""
    said = spoken(phrase, language)

    assert (said.version, said.sha256[:16]) == (number, wording)


@pytest.mark.parametrize(
    ("language", "stop", "help_anyway", "answers"),
    [
        ("nb", "skriv STOPP", "Du får hjelp selv om du sier nei.", "JA, NEI eller VET IKKE."),
        ("en", "write STOP", "You get help even if you say no.", "YES, NO or DON'T KNOW."),
    ],
)
def test_the_consent_question_is_fair(
    language: str, stop: str, help_anyway: str, answers: str
) -> None:
    """domain.md §2.7: one question, one word undoes it, and a no costs nothing."""
    said = spoken("consent.journal", language)

    assert said.text.count("?") == 1
    assert stop in said.text
    assert help_anyway in said.text
    assert said.text.endswith(answers)
    assert not re.search(r"§|gdpr|artikkel|article|loven|lovens|act \d", said.text.casefold())


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_first_word_from_us_says_who_reads_and_where_silence_ends(language: str) -> None:
    """Before the first sensitive message the youth knows the limit of our silence (§2.5)."""
    text = spoken("greeting", language).text

    for promise in {
        "nb": [
            "ikke en robot",
            "frivillig",
            "taushetsplikt",
            "i fare",
            "113",
            "112",
            "09:00–15:30",
        ],
        "en": [
            "not a robot",
            "voluntary",
            "to ourselves",
            "in danger",
            "113",
            "112",
            "09:00–15:30",
        ],
    }[language]:
        assert promise in text


@pytest.mark.parametrize(("phrase", "language"), list(product(SPOKEN, ["nb", "en"])))
def test_a_lock_screen_never_gives_anybody_away(phrase: str, language: str) -> None:
    """§2.7: nothing sensitive in the bot's own messages; somebody else may hold the phone."""
    text = spoken(phrase, language).text.casefold()

    for word in [
        "selvmord", "selvskad", "overgrep", "voldtekt", "mishandl", "barnevern", "psyk", "rusmid",
        "narko", "gravid", "abort", "suicid", "self-harm", "abuse", "rape", "drug", "pregnan",
    ]:  # fmt: skip
        assert word not in text


@pytest.mark.parametrize(("phrase", "language"), list(product(SPOKEN, ["nb", "en"])))
def test_what_a_button_carries_fits_and_names_the_question_and_its_text(
    phrase: str, language: str
) -> None:
    """Telegram takes 64 bytes; and a press must be bound to the very question it stood under."""
    about = "q_" + "a1B2" * 7
    said = spoken(phrase, language, about=about)

    assert len(about) == 30
    for button in said.buttons:
        topic, choice, asked, number = button.data.split(":")
        assert 1 <= len(button.data.encode()) <= 64
        assert (topic, asked, number) == (phrase.split(".")[0], about, said.version)
        assert choice in {"yes", "no", "unsure", "nb", "en"}
    assert len({button.data for button in said.buttons}) == len(said.buttons)


def test_the_buttons_under_the_consent_question_say_and_carry_this() -> None:
    """What stands in chats for months must be understood for months."""
    assert [(b.label, b.data) for b in spoken("consent.journal", about="q_1").buttons] == [
        ("Ja", "consent:yes:q_1:2026-11-1"),
        ("Nei", "consent:no:q_1:2026-11-1"),
        ("Vet ikke", "consent:unsure:q_1:2026-11-1"),
    ]
    assert [b.data for b in spoken("chat.ask", about="c_1").buttons] == [
        "chat:yes:c_1:2026-11-1",
        "chat:no:c_1:2026-11-1",
    ]


def test_a_language_we_lack_gets_bokmål_and_says_so() -> None:
    """A youth who reads Somali gets something, and the caseworker knows what they got."""
    said = spoken("crisis", "so")

    assert (said.language, said.missing) == ("nb", True)
    assert said.text == spoken("crisis", "nb").text
    assert version("crisis", "so") == version("crisis", "nb")


def test_a_language_that_lacks_one_text_gets_only_that_one_in_bokmål() -> None:
    """A catalogue half translated is used as far as it goes, buttons and all."""
    partial_en = with_names(
        en, TEXTS={k: text for k, text in en.TEXTS.items() if k != "consent.meant"}
    )
    look_up = rebound(phrases._catalogue, LANGUAGES={"nb": nb, "en": partial_en})
    speak = partial(
        rebound(say, _catalogue=look_up), hours=OFFICE, numbers=NUMBERS, now=NIGHT, about="q"
    )

    assert speak("consent.meant", "en") == replace(spoken("consent.meant", about="q"), missing=True)
    assert speak("consent.no", "en") == spoken("consent.no", "en", about="q")


@pytest.mark.parametrize("language", ["nb", "en", "so"])
def test_a_phrase_nobody_wrote_is_never_said(language: str) -> None:
    """A misspelt name must be found by us, not by a youth."""
    with pytest.raises(KeyError):
        spoken("advice", language)


def test_out_of_hours_we_say_when_and_who_is_awake() -> None:
    """A Friday at 23:40: the youth learns when we answer, and whom to call till then."""
    assert spoken("closed").text == (
        "Vi er ikke på jobb akkurat nå. Meldingen din er trygt mottatt, og vi svarer deg "
        "mandag klokka 09:00. Trenger du noen å snakke med nå: 116 111 (unge), 1 (alle)."
    )
    assert "we will answer Monday at 09:00." in spoken("closed", "en").text


def test_a_team_without_hours_promises_no_time() -> None:
    """No hours, no promise; the sentence still makes sense."""
    assert "vi svarer deg når vi er tilbake." in spoken("closed", hours=NEVER).text
    assert "Vi leser meldinger når vi er tilbake." in spoken("greeting", hours=NEVER).text
    assert "We read messages when we are back." in spoken("help", "en", hours=NEVER).text


def test_the_crisis_text_has_every_number_on_a_line_of_its_own() -> None:
    """A number must be found, and pressed, by shaking hands."""
    lines = spoken("crisis").text.splitlines()

    assert [line for line in lines if line.startswith("•")] == [
        "• 113 – nød", "• 112 – politi", "• 116 111 – unge", "• 1 – alle",
    ]  # fmt: skip
    assert "Meldinger leses ikke hele døgnet" in lines[-1]


def test_the_numbers_are_the_ones_that_answer() -> None:
    """A wrong digit here is the worst bug in the house."""
    assert [number for number, _ in Numbers().crisis] == ["113", "112", "116 111", "116 123"]
    assert datetime.fromisoformat(Numbers().verified_on).year >= 2026


def test_days_with_the_same_hours_are_said_together() -> None:
    """A thirteen-year-old reads one line, not seven."""
    late = (time(18), time(22))
    day = (time(9), time(15, 30))
    mixed = Hours(open={0: day, 1: day, 3: late, 4: late, 6: day}, zone=OSLO)

    assert opening(OFFICE, nb) == "mandag–fredag 09:00–15:30"
    assert opening(mixed, nb) == (
        "mandag–tirsdag 09:00–15:30, torsdag–fredag 18:00–22:00, søndag 09:00–15:30"
    )
    assert opening(OFFICE, en) == "Monday–Friday 09:00–15:30"
