"""The journal on paper: the same each time, and every sign in it can be read."""

import json
from datetime import timedelta

import pytest
import typst

from casestore.own_journal.gathering import gathered
from casestore.own_journal.paper import STANDARDS, as_pdf
from casestore.own_journal.plain import RANGES, plain
from casestore.own_journal.rules import COPY_SAID
from casestore.people.tables import Person as Youngster
from casestore.transfers.rules import Verdict
from tests.casestore.own_journal import full_journal
from tests.casestore.stage import Stage
from tests.support.pdf_text import pdf_text


async def pdf_of(stage: Stage, person: str) -> bytes:
    async with stage.reading() as asking:
        youngster = await asking.session.get_one(Youngster, person)
        journal = await gathered(asking, youngster)
    return await as_pdf(journal)


async def test_the_same_journal_is_the_same_pdf_and_a_proper_one(stage: Stage) -> None:
    """PDF/A is what outlives the program; the same bytes are what can be compared later."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)

    first, second = await pdf_of(stage, maja.person), await pdf_of(stage, maja.person)

    assert first == second
    assert b"pdfaid:part>2<" in first
    assert b"pdfaid:conformance>A<" in first
    assert b"pdfuaid:part>1<" in first
    assert b"/OutputIntent" in first
    assert b"/Lang(nb-NO)" in first
    assert b"/JavaScript" not in first
    text = pdf_text(first)
    assert "Laget 03.11.2026 kl. 13:00 for Maja (Blå rev)" in text
    stage.clock.move(timedelta(seconds=1))
    assert await pdf_of(stage, maja.person) != first


def test_every_sign_that_is_said_to_be_in_the_fonts_is() -> None:
    """A sign that is not would stop the whole journal: a PDF/A may not lack one."""
    every = plain(" ".join(chr(n) for first, last in RANGES for n in range(first, last + 1)))
    for weight in ("regular", "bold"):
        source = (
            '#set document(title: "x")\n#set text(font: "Libertinus Serif", lang: "nb", '
            f'fallback: false, weight: "{weight}")\n#json(bytes(sys.inputs.all))'
        )
        made = typst.compile(
            source.encode(),
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"all": json.dumps(every)},
        )
        assert made.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Čállin æøå ŋ Ö ß €", "Čállin æøå ŋ Ö ß €"),
        ("Привіт", "Привіт"),
        ("👍", "[thumbs up sign]"),
        ("❤️", "[heavy black heart]"),
        ("👩‍👧", "[woman][girl]"),
        ("سلام", "[arabic letter seen][arabic letter lam][arabic letter alef][arabic letter meem]"),
        ("e\u0301", "é"),
        ("x\u0336", "x[combining long stroke overlay]"),
        ("a\u202eb", "a[right-to-left override]b"),
        ("\x00\x07", "[u+0000][u+0007]"),
        ("\ud800", "[u+d800]"),
        ("en\r\nto\tre\u00a0fire", "en\nto re fire"),
        ("x" * 49, "x" * 48 + "\u200b" + "x"),
    ],
)
def test_what_the_fonts_lack_keeps_its_meaning(raw: str, shown: str) -> None:
    """An emoji can be the whole answer; a box with a cross in it would be none."""
    assert plain(raw) == shown


def test_every_verdict_has_words_and_only_what_is_gone_is_called_deleted() -> None:
    """«Slettet» is a promise to the youth: never said when it is not known."""
    assert set(COPY_SAID) == {verdict.value for verdict in Verdict}
    deleted = {code for code, said in COPY_SAID.items() if said.startswith("Slettet")}
    assert deleted == {"gone", "recoverable"}
    assert "ennå hentes fram" in COPY_SAID["recoverable"]
