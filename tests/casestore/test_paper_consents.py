"""Consents on paper: what is signed, by whom, how sure; and taking it back face to face."""

import asyncio
import base64
import io
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import select

from casestore.consents.paper_rules import PaperTyped, paper_mistakes, withdrawal_moment
from casestore.consents.policy import POLICIES, below_age, policy_on
from casestore.consents.purposes import BY_CODE
from casestore.consents.tables import Consent, Withdrawal
from casestore.consents.texts import EDITIONS
from casestore.people.tables import PersonFile, Tie
from casestore.problems import Problem
from casestore.uploads import AT_MOST, EICAR, NotTaken, Wrong, taken
from tests.casestore.people import sends_json, talked_to, ties, youth_with_case
from tests.casestore.stage import Person, Stage, consent_body, sha256
from tests.casestore.test_notes import note_body

FORM = {
    "id": "s_form",
    "edition": "2019-1.nb",
    "purpose": "journal",
    "signed_on": "2026-11-02",
    "age": "16",
    "maturity": "Forklarte selv hva en journal er.",
    "guardian": "no",
}


def picture(size: tuple[int, int] = (40, 60), kind: str = "PNG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **more)
    return out.getvalue()


def pdf(inside: bytes = b"<< /Type /Catalog >>") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + inside + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def packed(inside: bytes) -> bytes:
    """A PDF with an object stream: where a newer PDF hides what its objects are."""
    body = zlib.compress(inside)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(body)
    return pdf(head + b"\nstream\n" + body + b"\nendstream")


async def registers(
    who: Person,
    person: str,
    file: bytes | None = None,
    name: str = "samtykke.png",
    **changed: str | list[str],
) -> httpx.Response:
    data = {"form_token": await who.form_token(), **FORM, **changed}
    files = {"file": (name, picture() if file is None else file, "application/x-lie")}
    return await who.http.post(f"/people/{person}/consents", data=data, files=files)


async def takes_back(who: Person, person: str, **changed: str | list[str]) -> httpx.Response:
    data = {
        "form_token": await who.form_token(),
        "id": "w_form",
        "purpose": "journal",
        "at": "2026-11-03T13:00",
        "how": "in_person",
        "said": "Jeg vil ikke mer.",
        **changed,
    }
    return await who.http.post(f"/people/{person}/withdrawals", data=data)


async def test_a_signed_paper_opens_the_journal_and_shows_what_was_signed(stage: Stage) -> None:
    """Years later somebody may ask what the youth signed, and see the very paper."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit)
    assert "Registrer et signert samtykke" in await berit.sees(f"/people/{person}/consents/new")

    purposes = ["journal", "share_external.other"]
    named: dict[str, Any] = {"named.share_external.other": "Fritidsklubben <b>Loftet</b>"}
    answer = await registers(berit, person, purpose=purposes, **named)
    seen = await berit.sees(f"/people/{person}/consents")
    wrote = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))

    assert (answer.status_code, wrote.status_code) == (303, 201)
    for said in (
        EDITIONS[0].texts[0].body,
        EDITIONS[0].texts[0].sha256,
        "skrev under på papir",
        "16 år",
        "Forklarte selv",
        "&lt;b&gt;Loftet&lt;/b&gt;",
        "utgave 2019-1, bokmål",
    ):
        assert said in seen
    file = seen.split(f'href="/people/{person}/consents/files/')[1].split('"')[0]
    scan = await berit.http.get(f"/people/{person}/consents/files/{file}")
    assert (scan.content, scan.headers["content-type"]) == (picture(), "image/png")
    assert "sandbox" in scan.headers["content-security-policy"]
    async with stage.reading() as reading:
        row = await reading.session.get_one(PersonFile, file)
        assert picture() not in row.words
        tie = (await reading.session.scalars(select(Tie))).one()
        assert (tie.person, tie.thread.startswith("t_paper_")) == (person, True)


async def test_what_is_signed_stays_with_the_person_when_a_chat_was_somebody_elses(
    stage: Stage,
) -> None:
    """A chat that was tied by mistake must not carry another youth's yes away with it."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit, thread="t_rev")
    other, other_case = await youth_with_case(stage, berit, alias="Stille elv")
    await stage.bridge.put(
        "consents/s_no", consent_body(stage, answer="no") | {"answered_at": stage.at(-1)}
    )
    stage.clock.move(timedelta(days=1))
    await berit.logs_in()
    await registers(berit, person, signed_on="2026-11-04", signed_at="09:00")
    untie = f"/api/people/{person}/threads/t_rev/untie"
    assert (await sends_json(berit, untie, {"reason": "Feil."})).status_code == 200
    assert (await ties(berit, other, "t_rev")).status_code == 201

    wrote = await sends_json(berit, f"/api/cases/{other_case}/notes", note_body(stage))

    assert wrote.json()["type"] == "urn:utebru:no-consent"
    assert "Slik står det nå" in await berit.sees(f"/people/{person}/consents")
    holds = (await berit.http.get(f"/api/people/{person}/consents")).json()["holds"]
    assert holds["journal"] == "s_form_0"


async def test_a_paper_from_before_the_stop_opens_nothing(stage: Stage) -> None:
    """A paper found in a drawer does not outweigh what the youth has said since."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    stage.clock.move(timedelta(hours=1))
    await berit.logs_in()
    assert (await takes_back(berit, person)).status_code == 303

    same_day = await registers(berit, person, signed_on="2026-11-03")
    wrote = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))
    later = await registers(berit, person, id="s_2", signed_on="2026-11-03", signed_at="13:45")
    then = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))

    assert [same_day.status_code, wrote.status_code] == [303, 409]
    assert [later.status_code, then.status_code] == [303, 201]


async def test_taking_back_face_to_face_closes_the_journal_as_stopp_does(stage: Stage) -> None:
    """Saying it to somebody is no harder than writing one word."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    await talked_to(stage, berit, "t_elv")
    await ties(berit, person, "t_elv")
    assert "Hva trekkes?" in await berit.sees(f"/people/{person}/consents/withdraw")

    answer = await takes_back(berit, person)
    twice = await takes_back(berit, person)
    wrote = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))
    seen = await berit.sees(f"/people/{person}/consents")
    untie = f"/api/people/{person}/threads/t_elv/untie"
    assert (await sends_json(berit, untie, {"reason": "Feil."})).status_code == 200
    still = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))

    assert [answer.status_code, twice.status_code] == [303, 303]
    assert [wrote.status_code, still.status_code] == [409, 409]
    assert seen.count("Jeg vil ikke mer.") == 1
    assert "Journalen er stengt" in seen
    assert (await tove.sees("/tasks")).count("<strong>Samtykket er trukket</strong>") == 1
    async with stage.reading() as reading:
        rows = (await reading.session.scalars(select(Withdrawal))).all()
        assert {row.thread for row in rows} == {"t_rev", "t_elv"}


async def test_what_is_taken_back_is_what_was_said_and_nothing_else(stage: Stage) -> None:
    """A youth who no longer wants the school told has not said no to the journal."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit)
    await registers(berit, person, purpose=["journal", "share_external.school"])

    before = await takes_back(berit, person, at="2026-11-01T10:00")
    nothing = await takes_back(berit, person, id="w_2", purpose="rubbish")
    future = await takes_back(berit, person, id="w_3", at="2026-11-04T10:00")
    gone = await takes_back(berit, person, id="w_4", purpose="share_external.school")
    wrote = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))

    statuses = [before.status_code, nothing.status_code, future.status_code]
    assert statuses == [409, 422, 422]
    assert "blir det ikke trukket" in before.text
    assert (gone.status_code, wrote.status_code) == (303, 201)


async def test_under_the_age_it_warns_and_somebody_must_look(stage: Stage) -> None:
    """A thirteen-year-old is not turned away, and not left to answer alone either."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, case = await youth_with_case(stage, berit)

    answer = await registers(berit, person, age="", band="13_14")
    wrote = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))

    assert (answer.status_code, wrote.status_code) == (303, 201)
    assert "under aldersgrensen" in await berit.sees(f"/people/{person}/consents")
    assert "Ung da samtykket ble signert" in await tove.sees("/tasks")


async def test_a_colleague_neither_sees_nor_registers(stage: Stage) -> None:
    """What a youth has signed is nobody's business but those who help them."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    person, _ = await youth_with_case(stage, berit)
    await registers(berit, person)
    seen = await berit.sees(f"/people/{person}/consents")
    file = seen.split("/consents/files/")[1].split('"')[0]
    other, _ = await youth_with_case(stage, arne, alias="Stille elv")

    answers = [
        await arne.http.get(f"/people/{person}/consents"),
        await arne.http.get(f"/people/{person}/consents/new"),
        await arne.http.get(f"/people/{person}/consents/files/{file}"),
        await arne.http.get(f"/people/{other}/consents/files/{file}"),
        await arne.http.get(f"/api/people/{person}/consents"),
        await registers(arne, person, id="s_2"),
        await takes_back(arne, person),
    ]

    assert [answer.status_code for answer in answers] == [404] * 7


async def test_sending_the_paper_twice_registers_it_once(stage: Stage) -> None:
    """A double click must not become two consents, nor another paper under the same form."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit)
    other, _ = await youth_with_case(stage, berit, alias="Stille elv")

    answers = await asyncio.gather(*(registers(berit, person) for _ in range(3)))
    changed = await registers(berit, person, age="17")
    elsewhere = await registers(berit, other)

    assert {answer.status_code for answer in answers} == {303}
    assert (changed.status_code, elsewhere.status_code) == (409, 409)
    async with stage.reading() as reading:
        assert len((await reading.session.scalars(select(Consent))).all()) == 1
        assert len((await reading.session.scalars(select(PersonFile))).all()) == 1


async def test_the_same_over_json(stage: Stage) -> None:
    """A tool of the team's own gets the very same answers as a page."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit)
    body = {
        "id": "s_json",
        "edition": "2019-1.en",
        "purposes": {"journal": None, "contact_guardian": "Mamma"},
        "signed_on": "2026-11-02",
        "age": 16,
        "age_band": None,
        "maturity": "Forsto.",
        "guardian": {"needed": False},
        "file_name": "a.pdf",
        "file": base64.b64encode(pdf()).decode(),
    }

    good = await sends_json(berit, f"/api/people/{person}/consents", body)
    again = await sends_json(berit, f"/api/people/{person}/consents", body)
    oral = await sends_json(berit, f"/api/people/{person}/consents", body | {"file": ""})
    unnamed = {"purposes": {"contact_guardian": None}}
    wrong = await sends_json(berit, f"/api/people/{person}/consents", body | unnamed)
    told = {"id": "w_json", "purposes": ["journal"], "at": stage.at(), "how": "paper"}
    back = await sends_json(berit, f"/api/people/{person}/withdrawals", told)

    assert good.json() == again.json() == {"ids": ["s_json_0", "s_json_1"]}
    assert oral.json()["type"] == "urn:utebru:file-empty"
    assert (wrong.status_code, back.status_code) == (422, 201)
    lines = (await berit.http.get(f"/api/people/{person}/consents")).json()
    assert lines["holds"]["journal"] is None
    assert lines["holds"]["contact_guardian"] == "s_json_1"


BOMB = PngImagePlugin.PngInfo()
BOMB.add_text("a", "x" * 70_000_000, zip=True)


@pytest.mark.parametrize(
    ("file", "name", "why"),
    [
        (b"", "a.pdf", "Velg en skannet fil"),
        (b"<html><script>alert(1)</script>", "a.pdf", "PDF eller et bilde"),
        (b"PK\x03\x04" + b"0" * 100, "a.pdf", "PDF eller et bilde"),
        (b"GIF89a" + b"0" * 100, "a.png", "PDF eller et bilde"),
        (picture()[:60], "a.png", "skadet"),
        (picture() + EICAR, "a.png", "Virussjekken"),
        (b"\x00" * (AT_MOST + 1), "a.png", "for stor"),
        (picture((10_000, 10_000)), "a.png", "for stor"),
        (picture(pnginfo=BOMB), "a.png", "skadet"),
        (pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert) >> >>"), "a.pdf", "kan kjøre"),
        (pdf(b"<< /S /Java#53cript >>"), "a.pdf", "kan kjøre"),
        (pdf(b"<< /S /Launch >>"), "a.pdf", "kan kjøre"),
        (pdf(b"<< /EmbeddedFiles 3 0 R >>"), "a.pdf", "kan kjøre"),
        (pdf(b"<< /Encrypt 3 0 R >>"), "a.pdf", "kan kjøre"),
        (packed(b"1 0 << /S /JavaScript >>"), "a.pdf", "kan kjøre"),
        (packed(b"x" * 40_000_000), "a.pdf", "for stor"),
        (pdf()[:-10], "a.pdf", "skadet"),
    ],
    ids=range(17),
)
async def test_a_file_that_is_not_what_it_says_is_refused_and_the_form_kept(
    stage: Stage, file: bytes, name: str, why: str
) -> None:
    """What is opened on every caseworker's machine must be paper, and nothing else."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit)

    answer = await registers(berit, person, file, name)

    assert answer.status_code == 422
    assert why in answer.text
    assert "Forklarte selv hva en journal er." in answer.text
    async with stage.reading() as reading:
        assert (await reading.session.scalars(select(PersonFile))).all() == []
        assert (await reading.session.scalars(select(Consent))).all() == []


@pytest.mark.parametrize(
    "file",
    [picture(), picture(kind="JPEG"), pdf(), packed(b"1 0 << /Type /Page >>")],
    ids=["png", "jpeg", "pdf", "packed pdf"],
)
async def test_paper_is_taken_whatever_it_is_called(stage: Stage, file: bytes) -> None:
    """A scanner calls its files what it likes."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit)

    answer = await registers(berit, person, file, '<img src=x onerror=alert(1)>"\r\n.exe')
    seen = await berit.sees(f"/people/{person}/consents")
    number = seen.split("/consents/files/")[1].split('"')[0]
    got = await berit.http.get(f"/people/{person}/consents/files/{number}")

    assert answer.status_code == 303
    assert "<img src" not in seen
    assert got.content == file
    assert "<" not in got.headers["content-disposition"]


async def test_far_too_much_is_turned_away_unread(stage: Stage) -> None:
    """A form without end must not fill the machine that everybody's journal lies on."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit)

    answer = await registers(berit, person, b"\x00" * (AT_MOST * 2))

    assert answer.status_code == 413


@asynccontextmanager
async def clamd(says: bytes) -> AsyncIterator[str]:
    """A virus scanner that has made up its mind, and reads all it is given first."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            await reader.readexactly(length)
        writer.write(says)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (b"stream: OK\0", None),
        (b"stream: Eicar FOUND\0", Wrong.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", 503),
        (b"", 503),
    ],
)
async def test_the_virus_check_is_asked_and_its_silence_is_not_a_yes(
    stage: Stage, says: bytes, expected: Wrong | int | None
) -> None:
    """A check that is down is not a check that has passed."""
    found: Wrong | int | None = None
    async with clamd(says) as address:
        store = replace(stage.store, settings=replace(stage.settings, clamd=address))
        try:
            await taken(store, name="a.png", raw=picture((900, 900)))
        except NotTaken as refused:
            found = refused.why
        except Problem as problem:
            found = problem.status
    assert found == expected


NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
GOOD = PaperTyped(
    edition="2019-1.nb",
    purposes=("journal",),
    signed_on="2026-11-03",
    age="16",
    maturity="Forsto.",
    guardian="no",
)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"edition": "2018-1.nb"}, {"edition"}),
        ({"purposes": ()}, {"purposes"}),
        ({"purposes": ("share_colleague",)}, {"named.share_colleague"}),
        ({"signed_on": ""}, {"signed_on"}),
        ({"signed_on": "2026-02-30"}, {"signed_on"}),
        ({"signed_on": "2026-11-04"}, {"signed_on"}),
        ({"signed_at": "14:00"}, {"signed_on"}),
        ({"signed_on": "2019-08-31"}, {"signed_on"}),
        ({"age": ""}, {"age"}),
        ({"age": "", "band": "15_17"}, set()),
        ({"age": "seksten"}, {"age"}),
        ({"band": "gammel"}, {"age"}),
        ({"maturity": " "}, {"maturity"}),
        ({"maturity": "Født 010112 12345"}, {"maturity"}),
        ({"guardian": ""}, {"guardian"}),
    ],
)
def test_what_a_paper_must_tell(changed: dict[str, Any], wrong: set[str]) -> None:
    """Evidence with a hole in it is no help on the day it is asked for."""
    assert set(paper_mistakes(replace(GOOD, **changed), now=NOW)) == wrong


@pytest.mark.parametrize(
    ("age", "band", "below"),
    [(14, None, True), (15, None, False), (None, "13_14", True), (None, "15_17", False),
     (None, None, True), (16, "under_13", False)],
)  # fmt: skip
def test_who_is_below_the_age(age: int | None, band: str | None, below: bool) -> None:
    """In doubt, somebody looks."""
    assert below_age(POLICIES[0], age, band) is below
    assert policy_on(date(2000, 1, 1)) is POLICIES[0]


def test_taking_back_covers_the_whole_minute_but_never_the_future() -> None:
    """A stop in the same minute as the yes is a stop."""
    assert withdrawal_moment("2026-11-03T13:00", NOW) == NOW
    assert withdrawal_moment("2026-11-03T12:59", NOW) == NOW - timedelta(milliseconds=1)
    assert withdrawal_moment("2026-11-03T13:01", NOW) is None
    assert withdrawal_moment("nå", NOW) is None


def test_every_printed_text_is_as_it_was_printed() -> None:
    """A text that is changed after it was signed makes every signature on it a lie."""
    told = {
        one.id: (
            one.effective_from,
            one.title,
            one.before,
            one.after,
            one.signature,
            [(text.purpose, text.body) for text in one.texts],
        )
        for one in EDITIONS
    }
    printed = {its_id: sha256(str(one).encode())[:16] for its_id, one in told.items()}

    assert printed == {"2019-1.nb": "70f9c2b83d4ad2a3", "2019-1.en": "4d9dc0b907b957a7"}
    assert all({text.purpose for text in one.texts} == set(BY_CODE) for one in EDITIONS)
