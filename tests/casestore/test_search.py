"""Search: only in what the asker may read, with no word of it in the clear anywhere."""

import json
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, select, text

from casestore.audit.tables import AuditEvent
from casestore.journal.tables import Addition, Entry
from casestore.opening import opened_store
from casestore.own_journal.gathering import gathered
from casestore.people.tables import Person as Youth
from casestore.search.marking import mark_of, search_key
from casestore.search.tables import Mark
from casestore.search.words import asked_for, begins, snippets, words_in
from casestore.threads.keys import known_key
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import Person, Stage, message, transcript_body, withdrawal_body
from tests.casestore.test_at_rest import found_in


async def filed(
    stage: Stage, by: Person, said: str, *, conversation: str = "c_1", thread: str = "t_rev",
    known: bool = False, **changed: Any,
) -> None:  # fmt: skip
    """A transcript in which this employee took part."""
    consent = f"s_{thread}" if known else await stage.agreed(thread, f"s_{thread}")
    body = transcript_body(
        stage, conversation, thread=thread, consent=consent, author=by.id,
        messages=[message(1, said), message(2, "Skjønner. Vil du møtes?", author=by.id)],
    ) | changed  # fmt: skip
    answer = await stage.bridge.put(f"transcripts/{conversation}", body)
    assert answer.status_code == 201, answer.text


async def asks(person: Person, query: str) -> dict[str, list[str]]:
    """What a search finds, by kind: ids."""
    answer = await sends_json(person, "/api/search", {"query": query})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return {kind: [hit["id"] for hit in found[kind]] for kind in ("persons", "cases", "texts")}


async def texts(person: Person, query: str) -> list[str]:
    return (await asks(person, query))["texts"]


async def searches(person: Person, query: str) -> httpx.Response:
    return await person.sends("/search", query=query)


NOTHING: dict[str, list[str]] = {"persons": [], "cases": [], "texts": []}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Hei, er det noen der?", {"hei", "er", "det", "noen", "der"}),
        ("ÆØÅ blåbær", {"æøå", "blåbær"}),
        (unicodedata.normalize("NFD", "blåbær på Å"), {"blåbær", "på"}),
        ("STRASSE Straße", {"strasse"}),
        ("ﬁn Ｆｕｌｌ", {"fin", "full"}),
        ("kl 14:30, 7. mars", {"kl", "14", "30", "mars"}),
        ("👍🏽👩‍👧hjelp😭😭", {"hjelp"}),
        ("hjem\u00adme", {"hjemme"}),
        ("a b å 1", set()),
        ("en_to <b>tre</b>", {"en", "to", "tre"}),
        ("ИВАН سلام", {"иван", "سلام"}),
        ("", set()),
    ],
)
def test_a_word_is_the_same_word_however_it_is_written(said: str, words: set[str]) -> None:
    """A youth's phone and a caseworker's computer do not write å with the same bytes."""
    assert words_in(said) == words
    assert set(asked_for(said)) == words


def test_names_are_found_by_how_they_begin_and_snippets_show_each_word_once() -> None:
    """What is around a word says whether it was the one."""
    assert begins(["Kari Nordmann", "Blå rev"], ("kar", "nord"))
    assert not begins(["Kari Nordmann"], ("ari",))
    assert not begins(["Kari"], ())
    long = "x " * 100 + "Skolen og bråk på skolen" + " y" * 100

    (first, second) = snippets(["hei", long, "bråk igjen, bråk", "mor"], {"skolen", "bråk", "mor"})

    assert [piece.text for piece in first if piece.found] == ["Skolen", "bråk", "skolen"]
    assert first[0].text == "… "
    assert first[-1].text.endswith(" …")
    assert [piece.text for piece in second if piece.found] == ["mor"]


async def test_a_caseworker_finds_words_in_what_is_theirs_and_only_whole_words(
    stage: Stage,
) -> None:
    """A word from a talk last spring is often all that is remembered of it."""
    berit = await stage.person("berit")
    await filed(stage, berit, "Pappa kasta meg ut i går. BLÅBÆR!")

    assert await texts(berit, "pappa") == ["c_1"]
    assert await texts(berit, unicodedata.normalize("NFD", "blåbær")) == ["c_1"]
    assert await texts(berit, "går pappa") == ["c_1"]
    assert await texts(berit, "pappa mamma") == []
    assert await texts(berit, "papp") == []
    assert await texts(berit, "møtes") == ["c_1"], "what the caseworker said is found too"
    page = (await searches(berit, "KASTA")).text
    assert "Pappa <mark>kasta</mark> meg ut i går" in page
    assert 'href="/journal/c_1"' in page


async def test_a_colleague_who_is_not_shared_with_finds_nothing_at_all(stage: Stage) -> None:
    """
    Not by words, name, alias or number, and nothing tells that there was something to find.

    R52: what is not shared is invisible, also in search and counts.
    """
    berit, arne, tove = (
        await stage.person("berit"),
        await stage.person("arne"),
        await stage.leader(),
    )
    person, case = await youth_with_case(
        stage, berit, alias="Gul sol", name="Kari Nordmann", thread="t_rev"
    )
    await filed(stage, berit, "Jeg orker ikke skolen mer", known=True, alias="Gul sol")
    number = (await tove.http.get(f"/api/cases/{case}")).json()["number"]
    everything = {"persons": [person], "cases": [case], "texts": []}
    assert await asks(berit, "kari nord") == everything
    assert await texts(tove, "orker") == ["c_1"]
    empty = (await searches(arne, "finnesikke")).text.replace("finnesikke", "")

    for query in ("orker", "skolen ikke", "kari", "nordmann", "gul sol", number):
        assert await asks(arne, query) == NOTHING, query
        assert (await searches(arne, query)).text.replace(query, "") == empty
    assert (await asks(berit, number))["cases"] == [case]
    assert (await asks(tove, number))["cases"] == [case]


async def test_a_share_lets_its_colleague_find_for_as_long_as_it_holds(stage: Stage) -> None:
    """A share ends by itself, and so must what it let somebody find."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit, name="Kari Nordmann", thread="t_rev")
    await filed(stage, berit, "Jeg orker ikke skolen mer", known=True)
    await written(stage, berit, case, "Møtte ungdommen ved kiosken.")
    today = stage.clock.now().date()
    shared = await sends_json(
        berit,
        f"/api/cases/{case}/shares",
        {
            "id": "share_1",
            "user": arne.id,
            "from_day": today.isoformat(),
            "until_day": (today + timedelta(days=2)).isoformat(),
            "reason": "ferie",
        },
    )
    assert shared.status_code == 201, shared.text
    assert "n_1" in await texts(arne, "kiosken")
    assert (await asks(arne, "kari"))["cases"] == [case]

    stage.clock.move(timedelta(days=4))
    await arne.logs_in()

    assert await asks(arne, "kiosken") == NOTHING
    assert await asks(arne, "kari") == NOTHING


async def written(
    stage: Stage, by: Person, case: str, words: str, *, its_id: str = "n_1", finish: bool = True
) -> None:
    said = {"kind": "talk", "at": stage.at(), "minutes": 20, "words": words}
    body = {"id": its_id, "finish": finish, **said}
    answer = await sends_json(by, f"/api/cases/{case}/notes", body)
    assert answer.status_code == 201, answer.text


async def test_notes_are_found_and_a_draft_only_by_its_author(stage: Stage) -> None:
    """A draft is nobody's but its author's: not the team leader's either."""
    berit, tove = await stage.person("berit"), await stage.leader()
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await written(stage, berit, case, "Møtte ungdommen ved kiosken.")
    await written(stage, berit, case, "Kladd om kiosken", its_id="n_2", finish=False)

    assert set(await texts(berit, "kiosken")) == {"n_1", "n_2"}
    assert await texts(tove, "kiosken") == ["n_1"]
    assert await texts(tove, "kladd") == []
    assert "Utkast" in (await searches(berit, "kladd")).text
    deleted = await sends_json(berit, "/api/notes/n_2/delete", {"version": 1})
    assert deleted.status_code < 300, deleted.text
    assert await texts(berit, "kladd") == []
    async with stage.reading() as reading:
        left = await reading.session.scalar(select(func.count()).where(Mark.of == "n_2"))
    assert left == 0


async def test_after_a_withdrawal_nothing_is_found_and_no_mark_is_left(stage: Stage) -> None:
    """A youth who says stop is promised that only the contact is counted."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await filed(stage, berit, "Jeg orker ikke skolen mer")
    said = {"id": "add_entry_1", "words": "Det gjaldt svømming"}
    assert (await berit.sends("/journal/c_1/additions", **said)).status_code == 303
    assert await texts(tove, "orker") == ["c_1"]

    answer = await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))
    assert answer.status_code == 201

    assert await asks(tove, "orker") == NOTHING
    assert await asks(berit, "orker") == NOTHING
    async with stage.reading() as reading:
        for table in (Mark, Addition):
            assert await reading.session.scalar(select(func.count()).select_from(table)) == 0


async def test_no_word_is_on_the_disk_in_the_audit_or_in_the_log(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever carries off the disk must not be able to ask it for a word."""
    word = "solsikkekanari"
    caplog.set_level(0)
    berit = await stage.person("berit")
    await filed(stage, berit, f"Jeg heter {word.upper()} hjemme")

    assert await texts(berit, word) == ["c_1"]
    page = await searches(berit, word)

    assert word not in str(page.request.url)
    assert word.upper() in page.text
    assert word not in caplog.text.casefold()
    async with stage.reading() as reading:
        events = list(await reading.session.scalars(select(AuditEvent.event)))
        marks = list(await reading.session.scalars(select(Mark.mark)))
        key = await known_key(reading, "thread:t_rev")
    noted = [json.loads(event) for event in events if '"search"' in event]
    assert [(each["by"], each["hits"], each["shown"]) for each in noted] == [
        (berit.id, 1, ["c_1"])
    ] * 2
    assert len([each for each in events if '"search.read"' in each]) == 2
    assert word not in "".join(events).casefold()
    assert all(len(mark) == 8 for mark in marks)
    assert mark_of(search_key(key), word) in marks
    async with stage.store.database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return  # its files are the same for all tests: test_at_rest.py looks there
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert found_in(files, "Berit"), "the scan must find what does lie there"
    assert not found_in(files, word)
    assert not found_in(files, word.upper())


async def test_the_same_word_of_two_youths_has_two_marks(stage: Stage) -> None:
    """Who has only the database must not see that two youths talk of the same."""
    berit = await stage.person("berit")
    await filed(stage, berit, "skolen skolen Skolen")
    await filed(stage, berit, "skolen", conversation="c_2", thread="t_elv", alias="Stille elv")

    async with stage.reading() as reading:
        one, two = [
            set(await reading.session.scalars(select(Mark.mark).where(Mark.of == of)))
            for of in ("c_1", "c_2")
        ]
    assert one
    assert not one & two
    assert set(await texts(berit, "skolen")) == {"c_1", "c_2"}


async def test_once_the_key_is_gone_the_marks_are_noise_and_find_nothing(stage: Stage) -> None:
    """Destroying the key must be enough, also for a copy of the marks that nobody thought of."""
    tove, berit = await stage.leader(), await stage.person("berit")
    await filed(stage, berit, "Jeg orker ikke skolen mer")
    async with stage.store.database.migrating() as connection:
        other = "zz" + "0" * 20
        await connection.execute(
            text("UPDATE data_keys SET owner = :o WHERE owner = 'thread:t_rev'"), {"o": other}
        )

    assert await asks(tove, "orker") == NOTHING


async def test_a_mark_that_only_looks_like_the_word_is_no_hit(stage: Stage) -> None:
    """Eight bytes may be equal by chance, or put there; what is shown has been read."""
    berit = await stage.person("berit")
    await filed(stage, berit, "Jeg orker ikke skolen mer")
    async with stage.writing() as writing:
        key = search_key(await known_key(writing, "thread:t_rev"))
        writing.session.add(
            Mark(mark=mark_of(key, "løgn"), of="c_1", owner="thread:t_rev", team=writing.team)
        )

    assert await asks(berit, "løgn") == NOTHING


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "a",
        "å 1 b",
        "👍",
        "%",
        "_",
        "'; DROP TABLE search_marks; --",
        '" OR 1=1 /*',
        "<script>alert(1)</script>",
        "\x00\x01",
        "orker*",
        "x" * 201,
        " ".join(f"{n:02}" for n in range(12)),
        " ".join(f"{n:02}" for n in range(13)),
        " ".join(f"{n:02}" for n in range(66)),
        "😀" * 200,
        "e\u0301" * 100,
    ],
)
async def test_no_query_does_anything_but_find_or_not(stage: Stage, query: str) -> None:
    """What is typed is words, and is never anything else on the way."""
    berit = await stage.person("berit")
    await filed(stage, berit, "Jeg orker ikke skolen mer")

    answer = await searches(berit, query)

    assert answer.status_code in {200, 422}
    assert (answer.status_code == 422) == (not 0 < len(asked_for(query)) <= 12 or len(query) > 200)
    assert "<script>" not in answer.text.split("</head>")[1]
    if answer.status_code == 422:
        assert 'role="alert"' in answer.text
    assert await texts(berit, "orker") == ["c_1"]


async def test_what_a_youth_has_written_is_shown_as_text_and_never_as_a_page(stage: Stage) -> None:
    """A youth may write anything, also HTML."""
    berit = await stage.person("berit")
    await filed(stage, berit, 'orker <script>alert("x")</script> <b>ikke</b>')

    page = (await searches(berit, "alert ikke")).text

    assert "&lt;script&gt;<mark>alert</mark>(&#34;x&#34;)&lt;/script&gt;" in page
    assert "&lt;b&gt;<mark>ikke</mark>&lt;/b&gt;" in page


async def test_what_was_filed_before_there_were_marks_is_found_from_the_next_start(
    stage: Stage,
) -> None:
    """Half a search that says nothing was found is worse than none."""
    berit = await stage.person("berit")
    for number in range(3):
        await filed(
            stage, berit, f"orker nummer {number}", conversation=f"c_{number}", known=number > 0
        )
    async with stage.writing() as writing:
        await writing.session.execute(delete(Mark).where(Mark.of != "c_1"))
        (await writing.session.get_one(Entry, "c_2")).header = b"damaged beyond reading, truly so"
    assert await texts(berit, "orker") == ["c_1"]

    async with opened_store(stage.settings, stage.clock.now):
        pass

    assert set(await texts(berit, "orker")) == {"c_0", "c_1"}


async def test_a_moved_transcript_is_found_under_its_new_person(stage: Stage) -> None:
    """The words have another key after the move, and so have their marks."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await youth_with_case(stage, berit, alias="Blå rev", thread="t_rev")
    other, case = await youth_with_case(stage, berit, alias="Stille elv")
    await filed(stage, berit, "Jeg orker ikke skolen mer", known=True)
    async with stage.reading() as reading:
        before = set(await reading.session.scalars(select(Mark.mark)))
    body = {"person": other, "case": case, "reason": "feil ungdom"}
    moved = await sends_json(tove, "/api/journal/c_1/move", body)
    assert moved.status_code < 300, moved.text

    assert await texts(berit, "orker") == ["c_1"]
    async with stage.reading() as reading:
        after = set(await reading.session.scalars(select(Mark.mark)))
        owners = set(await reading.session.scalars(select(Mark.owner)))
    assert owners == {f"person:{other}"}
    assert not before & after


async def test_many_hits_are_told_without_being_counted_out(stage: Stage) -> None:
    """The newest thirty are enough to see that one more word is needed."""
    berit = await stage.person("berit")
    for number in range(32):
        await filed(stage, berit, "orker ikke", conversation=f"c_{number:02}", known=number > 0)
        stage.clock.move(timedelta(seconds=1))

    found = await texts(berit, "orker")
    page = (await searches(berit, "orker")).text

    assert found == [f"c_{number:02}" for number in range(31, 1, -1)]
    assert "Det er flere treff i eldre tekst" in page


async def added(by: Person, path: str, its_id: str, words: str, why: str = "") -> None:
    kind = "correction" if why else "statement"
    body = {"id": its_id, "kind": kind, "words": words, "why": why}
    answer = await sends_json(by, path, body)
    assert answer.status_code == 201, answer.text


async def test_what_is_added_to_a_text_is_found_as_part_of_it(stage: Stage) -> None:
    """What was wrong and what the youth says themself must not be what nobody finds again."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await filed(stage, berit, "Jeg orker ikke skolen mer", known=True)
    await written(stage, berit, case, "Møtte ungdommen ved kiosken.")
    await added(
        berit, "/api/notes/n_1/additions", "add_note_1", "Det var ved stranden", "Skrivefeil"
    )
    said = {"id": "add_entry_1", "words": "Det gjaldt svømming"}
    assert (await berit.sends("/journal/c_1/additions", **said)).status_code == 303

    assert await texts(berit, "stranden") == ["n_1"]
    assert await texts(berit, "skrivefeil") == ["n_1"]
    assert await texts(berit, "kiosken stranden") == ["n_1"], "one word in each is one text"
    assert await texts(berit, "svømming skolen") == ["c_1"]
    assert await texts(berit, "svømming kiosken") == []
    assert "ved <mark>stranden</mark>" in (await searches(berit, "stranden")).text
    for word in ("stranden", "svømming"):
        assert await asks(arne, word) == NOTHING


async def test_what_was_added_before_it_was_marked_is_found_from_the_next_start(
    stage: Stage,
) -> None:
    """Half a search that says nothing was found is worse than none."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await filed(stage, berit, "Jeg orker ikke skolen mer", known=True)
    await written(stage, berit, case, "Møtte ungdommen ved kiosken.")
    await added(
        berit, "/api/notes/n_1/additions", "add_note_1", "Det var ved stranden", "Skrivefeil"
    )
    said = {"id": "add_entry_1", "words": "Det gjaldt svømming"}
    assert (await berit.sends("/journal/c_1/additions", **said)).status_code == 303
    async with stage.writing() as writing:
        await writing.session.execute(delete(Mark).where(Mark.of.like("add_%")))
    assert await asks(berit, "stranden") == await asks(berit, "svømming") == NOTHING

    async with opened_store(stage.settings, stage.clock.now):
        pass

    assert await texts(berit, "stranden") == ["n_1"]
    assert await texts(berit, "svømming") == ["c_1"]


async def test_an_addition_to_a_moved_transcript_is_found_under_its_new_person(
    stage: Stage,
) -> None:
    """The words have another key after the move, and so have their marks."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await youth_with_case(stage, berit, alias="Blå rev", thread="t_rev")
    other, case = await youth_with_case(stage, berit, alias="Stille elv")
    await filed(stage, berit, "Jeg orker ikke skolen mer", known=True)
    said = {"id": "add_entry_1", "words": "Det gjaldt svømming"}
    assert (await berit.sends("/journal/c_1/additions", **said)).status_code == 303
    body = {"person": other, "case": case, "reason": "feil ungdom"}
    moved = await sends_json(tove, "/api/journal/c_1/move", body)
    assert moved.status_code < 300, moved.text

    assert await texts(berit, "svømming skolen") == ["c_1"]
    async with stage.reading() as reading:
        owners = set(await reading.session.scalars(select(Mark.owner)))
    assert owners == {f"person:{other}"}


async def titled(by: Person, case: str, title: str, party: str) -> None:
    version = (await by.http.get(f"/api/cases/{case}")).json()["version"]
    fields = {"title": title, "version": str(version)}
    assert (await by.sends(f"/cases/{case}/title", **fields)).status_code == 303
    who = {"id": f"party_{case}", "name": party, "role": "school", "contact": "55 12 34 56"}
    assert (await by.sends(f"/cases/{case}/parties", **who)).status_code == 303


async def test_a_case_is_found_by_its_title_and_by_who_else_is_in_it(stage: Stage) -> None:
    """«Hun med læreren som heter Solveig» is how a case is remembered; only by who may read it."""
    berit, arne, tove = (
        await stage.person("berit"),
        await stage.person("arne"),
        await stage.leader(),
    )
    _, case = await youth_with_case(stage, berit, alias="Gul sol", thread="t_rev")
    await titled(berit, case, "Fravær på <b>skolen</b>", "Solveig Lærer")

    for query in ("fravær", "solve", "fravær solveig", "gul fravær"):
        for who in (berit, tove):
            assert (await asks(who, query))["cases"] == [case], query
        assert await asks(arne, query) == NOTHING
    assert (await asks(berit, "fravær stranden"))["cases"] == []
    page = (await searches(berit, "fravær solveig")).text
    assert "Fravær på &lt;b&gt;skolen&lt;/b&gt;" in page
    assert "Solveig Lærer" in page
    told = (await sends_json(berit, "/api/search", {"query": "gul"})).json()
    assert told["cases"][0]["named"] == [], "what was not searched for is not shown"
    gone = {"version": "1"}
    assert (
        await berit.sends(f"/cases/{case}/parties/party_{case}/remove", **gone)
    ).status_code == 303
    assert await asks(berit, "solveig") == NOTHING


async def test_what_a_search_shows_is_read_and_the_youth_is_told(stage: Stage) -> None:
    """A snippet is the youth's own words, and who has seen them is theirs to know."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    await filed(stage, berit, "Jeg orker ikke skolen mer", known=True)
    await written(stage, berit, case, "Vi gikk til stranden.")
    await titled(berit, case, "Fravær", "Solveig Lærer")

    for query in ("orker", "stranden", "solveig", "blå", "finnesikke"):
        await searches(tove, query)

    async with stage.reading() as reading:
        youth = await reading.session.get_one(Youth, person)
        reads = (await gathered(reading, youth)).reads
    seen = {(read.by, read.of) for read in reads if read.what == "search.read"}
    assert seen == {("Tove", "c_1"), ("Tove", "n_1"), ("Tove", case)}
    assert {read.said for read in reads if read.what == "search.read"} == {"Litt av det, i et søk"}
    entry = await berit.sees("/journal/c_1")
    assert "Tove" in entry.split("Hvem har lest")[1]
