"""A misfiled transcript is moved to whom it belongs, with every word and file, or not at all."""

import asyncio

import httpx
import pytest
from sqlalchemy import select

from casestore.journal.moving import move_entry
from casestore.journal.tables import Attachment, Entry, EntryMessage
from casestore.search.tables import Mark
from casestore.threads.tables import DataKey
from casestore.users.rules import Role
from casestore.users.sessions import Visitor
from tests.casestore.people import audited, restricted, sends_json, youth_with_case
from tests.casestore.stage import (
    Person,
    Stage,
    consent_body,
    digest_of,
    message,
    sha256,
    transcript_body,
)

WHY = "Det var lillesøsteren som lånte telefonen."
FILE = b"\x89PNG a drawing"


async def misfiled(stage: Stage, caseworker: Person) -> tuple[str, str, str, str]:
    """A transcript with a file in the wrong youth's case: (wrong, right, right's case, digest)."""
    wrong, case = await youth_with_case(stage, caseworker, alias="Snok", thread="t_rev")
    right, rights = await youth_with_case(stage, caseworker, alias="Elv", name="Lillesøster")
    await stage.bridge.put_file("c_1", "a_1", FILE)
    line = {"id": "a_1", "name": "x.png", "type": "image/png", "size": len(FILE)}
    said = [message(1, "hei, det er meg", attachments=[line | {"sha256": sha256(FILE)}])]
    said.append(message(2, "Hei!", author=caseworker.id))
    await stage.bridge.put("consents/s_t_rev", consent_body(stage))
    body = transcript_body(stage, author=caseworker.id, consent="s_t_rev", messages=said)
    assert (await stage.bridge.put("transcripts/c_1", body)).status_code == 201
    tied = await caseworker.sends("/journal/c_1/case", to=case, case_id="case_x")
    assert tied.status_code == 303
    return wrong, right, rights, digest_of(body)


async def moves(person: Person, to: str, case: str = "", reason: str = WHY) -> httpx.Response:
    return await person.sends("/journal/c_1/move", to=f"{to}/{case}", reason=reason)


async def read_back(stage: Stage) -> str:
    answer = await stage.bridge.get("transcripts/c_1/digest")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["digest"])


async def destroyed(stage: Stage, owner: str) -> None:
    """The key is gone, as when a record is disposed of."""
    async with stage.writing() as writing:
        row = (await writing.session.scalars(select(DataKey).where(DataKey.owner == owner))).one()
        row.wrapped = bytes(60)


async def sealed(stage: Stage) -> list[bytes]:
    async with stage.reading() as reading:
        words = list(await reading.session.scalars(select(EntryMessage.words)))
        entry = await reading.session.get_one(Entry, "c_1")
        wrapped = list(await reading.session.scalars(select(Attachment.wrapped)))
        return [entry.header, *words, *wrapped]


async def test_every_word_and_file_is_the_same_under_the_right_youths_key(stage: Stage) -> None:
    """The sister's words must survive the brother's deletion, and not be changed by a letter."""
    berit = await stage.person("berit")
    wrong, right, case, digest = await misfiled(stage, berit)
    before = await sealed(stage)
    added = {"id": "add_1", "words": "Slik var det ikke."}
    assert (await berit.sends("/journal/c_1/additions", **added)).status_code == 303

    moved = await moves(berit, right, case)

    assert (moved.status_code, moved.headers["location"]) == (303, f"/people/{right}")
    assert not set(before) & set(await sealed(stage))
    async with stage.reading() as reading:
        assert set(await reading.session.scalars(select(Mark.owner))) == {f"person:{right}"}
    await destroyed(stage, "thread:t_rev")
    await destroyed(stage, f"person:{wrong}")
    assert await read_back(stage) == digest
    assert (await berit.http.get("/journal/c_1/attachments/a_1")).content == FILE
    page = await berit.sees("/journal/c_1")
    assert WHY in page
    assert "2026/0002" in page
    assert "Slik var det ikke." in await berit.sees("/journal/c_1/additions")
    assert "/journal/c_1" in await berit.sees(f"/cases/{case}")


async def test_the_move_is_noted_and_says_nothing_of_why(stage: Stage) -> None:
    """The audit must answer who moved what, and outlive both youths' records."""
    berit = await stage.person("berit")
    wrong, right, case, _ = await misfiled(stage, berit)
    await moves(berit, right, case)

    (noted,) = await audited(stage, "entry.moved")

    assert {name: noted[name] for name in ("by", "of", "before", "to", "case")} == {
        "by": berit.id,
        "of": "c_1",
        "before": wrong,
        "to": right,
        "case": case,
    }
    assert "søster" not in str(noted)


async def test_without_a_case_it_waits_among_the_untied_and_is_tied_to_its_new_youth(
    stage: Stage,
) -> None:
    """It may be known whose it is before it is known which case it is for."""
    berit = await stage.person("berit")
    wrong, right, case, digest = await misfiled(stage, berit)
    wrongs = (await berit.http.get(f"/api/people/{wrong}")).json()["cases"][0]["id"]

    for _ in range(2):  # an impatient thumb
        assert (await moves(berit, right)).status_code == 303
    assert "Blå rev" in await berit.sees("/unassigned")
    page = await berit.sees("/journal/c_1")
    assert f'value="{wrongs}"' not in page.split('action="/journal/c_1/move"')[0]
    back = {"to": wrongs, "case_id": "case_x", "reason": WHY}
    assert (await berit.sends("/journal/c_1/case", **back)).status_code == 409
    assert (await berit.sends("/journal/c_1/case", **back | {"to": case})).status_code == 303
    # The thread is where it was, and what is said in it next is not the sister's.
    assert (await stage.bridge.get("threads/t_rev/cases")).json() == {"cases": ["2026/0001"]}
    # And back again.
    assert (await moves(berit, wrong, wrongs)).status_code == 303
    assert await read_back(stage) == digest


async def test_nobody_moves_to_or_from_what_is_not_theirs(stage: Stage) -> None:
    """A move is a way to read; it must not be a way around."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne = await stage.person("arne")
    wrong, right, case, digest = await misfiled(stage, berit)
    arnes, case_of_arne = await youth_with_case(stage, arne, alias="Grevling")

    answers = [
        await moves(berit, arnes, case_of_arne),
        await moves(berit, "p_none", case_of_arne),
        await moves(arne, arnes, case_of_arne),
        await moves(berit, right, case_of_arne),
    ]
    not_hers = await moves(tove, right, case_of_arne)
    same = await moves(berit, wrong)
    silent = await moves(berit, right, case, reason="")
    nobody = await moves(berit, "", reason="Fordi <b>det</b>")

    assert [a.status_code for a in answers] == [404] * 4
    assert answers[0].text == answers[1].text
    assert [a.status_code for a in (not_hers, same)] == [409, 409]
    assert [a.status_code for a in (silent, nobody)] == [422, 422]
    assert f'value="{right}/{case}" selected' in silent.text
    assert "Fordi &lt;b&gt;det&lt;/b&gt;" in nobody.text
    assert arnes not in await berit.sees("/journal/c_1")
    assert await audited(stage, "entry.moved") == []
    assert await read_back(stage) == digest
    await restricted(stage, right)
    assert (await moves(berit, right, case)).status_code == 404
    assert (await moves(tove, arnes, case_of_arne)).status_code == 303
    assert "hei, det er meg" in await arne.sees("/journal/c_1")
    assert (await berit.http.get("/journal/c_1")).status_code == 404


async def test_a_crash_in_the_middle_leaves_it_where_it_was(stage: Stage) -> None:
    """Half under one key and half under another is lost words."""
    berit = await stage.person("berit")
    _, right, case, digest = await misfiled(stage, berit)
    before = await sealed(stage)
    who = Visitor(id=berit.id, name="Berit", role=Role.CASEWORKER, team="oslo", secret="x")

    async def moved_until_the_power_goes() -> None:
        async with stage.writing() as writing:
            await move_entry(writing, who, "c_1", right, case_id=case, reason=WHY)
            raise RuntimeError("the power goes")

    with pytest.raises(RuntimeError):
        await moved_until_the_power_goes()

    assert await sealed(stage) == before
    assert await read_back(stage) == digest
    assert await audited(stage, "entry.moved") == []


async def test_what_cannot_be_read_is_not_moved(stage: Stage) -> None:
    """A damaged message must be found, not carried on as if it were whole."""
    berit = await stage.person("berit")
    _, right, case, _ = await misfiled(stage, berit)
    async with stage.writing() as writing:
        file = await writing.session.get_one(Attachment, ("c_1", "a_1"))
        file.words = file.words[:-1] + bytes([file.words[-1] ^ 1])
    before = await sealed(stage)

    assert (await moves(berit, right, case)).status_code == 409

    assert await sealed(stage) == before
    assert await audited(stage, "entry.moved") == []


async def test_of_two_who_move_at_once_one_is_told(stage: Stage) -> None:
    """Two keys for one transcript would leave it under neither."""
    berit = await stage.person("berit")
    _, right, case, digest = await misfiled(stage, berit)
    third, thirds = await youth_with_case(stage, berit, alias="Grevling")
    path = "/api/journal/c_1/move"

    answers = await asyncio.gather(
        *(
            sends_json(berit, path, {"person": person, "case": its_case, "reason": WHY})
            for person, its_case in ((right, case), (right, case), (third, thirds))
        )
    )

    assert {200} <= {answer.status_code for answer in answers} <= {200, 409}
    assert await read_back(stage) == digest
    made = await audited(stage, "entry.moved")
    async with stage.reading() as reading:
        entry = await reading.session.get_one(Entry, "c_1")
    assert (entry.person, entry.case) == (made[-1]["to"], made[-1]["case"])
    assert len(made) == sum(answer.status_code == 200 for answer in answers)
