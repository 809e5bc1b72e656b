"""Who deletes, in two steps, and what is never deleted unseen."""

import re

import httpx

from casestore.deletions.tables import Decision
from casestore.journal.tables import Entry
from tests.casestore.accounts import grants
from tests.casestore.deleted import WRITTEN, count, head, of
from tests.casestore.deleting import (
    CANARIES,
    carries_out,
    confirms,
    everything,
    filed,
    made,
    proposes,
)
from tests.casestore.people import audited, sends_json, youth
from tests.casestore.stage import Person, Stage


async def deputy(stage: Stage, leader: Person) -> Person:
    siri = await stage.person("siri")
    assert (await grants(leader, siri.id, "2026-11-03", "2026-11-30")).status_code == 303
    return siri


PATHS = ("/people/{person}/deletion", "/journal/c_1/deletion", "/notes/n_kanari/deletion")


async def test_nobody_but_the_team_leader_deletes_on_any_path(stage: Stage) -> None:
    """R53: a caseworker, a deputy and the department head are refused, and a stranger sees none."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne, dag, siri = await stage.person("arne"), await head(stage), await deputy(stage, tove)
    person, _ = await everything(stage, berit)
    assert (await proposes(tove, person)).status_code == 201
    seen = (await tove.http.get("/api/deletions/dec_kanari")).json()["seen"]
    proposal = {"id": "dec_other", "kind": "delete_mistake", "basis": "no_basis",
                "reason": "x"}  # fmt: skip
    hold = {"id": "hold_other", "reason": "x"}
    restriction = {"id": "dec_third", "kind": "restrict", "basis": "objection", "reason": "x"}
    for who in (berit, arne, siri, dag):
        answers: list[httpx.Response] = []
        for path in PATHS:
            address = path.format(person=person)
            answers += [await who.http.get(address), await who.sends(address, **proposal)]
        answers.append(await who.sends(f"/people/{person}/holds", **hold))
        answers.append(await who.sends(f"/people/{person}/restriction", **restriction))
        answers.append(
            await who.sends("/deletions/dec_kanari/carry-out", seen=seen, understood="yes")
        )
        answers.append(await who.sends("/deletions/dec_kanari/cancel"))
        answers.append(await carries_out(who, seen=seen))
        answers.append(await proposes(who, person, its_id="dec_fourth"))
        answers.append(await sends_json(who, "/api/deletions/dec_kanari/cancel", {}))
        api = {"id": "hold_api_1", "person": person, "reason": "x"}
        answers.append(await sends_json(who, "/api/deletions/holds", api))
        api = {"id": "dec_fifth", "person": person, "kind": "restrict", "basis": "objection",
               "reason": "x"}  # fmt: skip
        answers.append(await sends_json(who, "/api/deletions/restrictions", api))
        assert {answer.status_code for answer in answers} <= {403, 404}, who.login
        if who is arne:  # the door is shut before anybody asks whose it is
            assert {answer.status_code for answer in answers} == {403}
    assert await count(stage, Decision) == 1
    assert await of(stage) >= WRITTEN
    for who in (berit, arne):
        for path in ("/deletions", "/deletions/dec_kanari", "/api/deletions"):
            assert (await who.http.get(path)).status_code == 403


async def test_it_takes_two_steps_and_the_first_takes_nothing(stage: Stage) -> None:
    """One wrong click must not cost a youth everything they have told."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    page = await tove.sees(f"/people/{person}/deletion")
    minted = re.search(r'name="id" value="(dec_\w+)"', page)
    assert minted is not None

    sent = await tove.sends(
        f"/people/{person}/deletion",
        id=minted[1], kind="delete_mistake", basis="duplicate", reason="To ganger",
    )  # fmt: skip
    assert (sent.status_code, sent.headers["location"]) == (303, f"/people/{person}/deletion")
    shown = await tove.sees(f"/people/{person}/deletion")
    assert "Dette blir borte" in shown
    assert "Samtaler i journalen" in shown
    assert await of(stage) >= WRITTEN
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', shown)
    assert seen is not None
    form = f"/deletions/{minted[1]}/carry-out"
    unticked = await tove.sends(form, seen=seen[1])
    assert unticked.status_code == 422
    assert "Ingenting er slettet" in unticked.text
    assert await of(stage) >= WRITTEN

    done = await tove.sends(form, seen=seen[1], understood="yes")

    assert (done.status_code, done.headers["location"]) == (303, f"/deletions/{minted[1]}")
    assert await of(stage) == set()
    again = await tove.sends(form, seen=seen[1], understood="yes")
    assert again.headers["location"] == f"/deletions/{minted[1]}"
    gone = (f"/people/{person}", f"/people/{person}/deletion", "/journal/c_1", "/notes/n_kanari")
    for path in gone:
        assert (await tove.http.get(path)).status_code == 404


async def test_what_has_come_since_it_was_shown_is_not_deleted_unseen(stage: Stage) -> None:
    """The leader decided on what was on the page, not on what a colleague wrote meanwhile."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await everything(stage, berit)
    assert (await proposes(tove, person)).status_code == 201
    seen = (await tove.http.get("/api/deletions/dec_kanari")).json()["seen"]
    await filed(stage, berit, case, "c_2")

    answer = await tove.sends("/deletions/dec_kanari/carry-out", seen=seen, understood="yes")

    assert answer.status_code == 409
    assert "Ingenting er slettet" in answer.text
    assert await count(stage, Entry) == 2
    assert (await carries_out(tove)).status_code == 200


async def test_what_is_held_back_is_not_deleted_by_anybody(stage: Stage) -> None:
    """A court that has asked for a record must not be told that it was deleted on the Friday."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    form = {"id": "hold_kanari", "reason": CANARIES["held"]}
    for _ in range(2):  # a double click sets one
        assert (await tove.sends(f"/people/{person}/holds", **form)).status_code == 303
    page = await tove.sees(f"/people/{person}/deletion")
    assert page.count(CANARIES["held"]) == 1
    for of_what, target in (("person", person), ("entry", "c_1"), ("note", "n_kanari")):
        its_id = f"dec_{of_what}"
        told = (await proposes(tove, target, its_id=its_id, of=of_what)).json()
        assert told["blocks"] == ["hold"]
        assert (await carries_out(tove, its_id)).status_code == 409
    assert await of(stage) >= WRITTEN

    assert (await tove.sends("/holds/hold_kanari/lift")).status_code == 303

    assert (await carries_out(tove, "dec_person")).status_code == 200


async def test_disposal_takes_another_person_who_sees_no_content(stage: Stage) -> None:
    """Kassasjon is for good: one person alone must not be able to decide on it (domain.md §2.4)."""
    tove, berit, dag = await stage.leader(), await stage.person("berit"), await head(stage)
    person, _ = await everything(stage, berit)
    told = (await proposes(tove, person, kind="dispose")).json()
    assert (told["status"], told["blocks"]) == ("waits", ["not_confirmed"])
    assert (await carries_out(tove)).status_code == 409
    assert (await confirms(tove)).status_code == 409
    assert (await confirms(berit, seen=told["seen"])).status_code == 403
    assert "Bekreft kassasjonen" not in await tove.sees("/deletions")
    page = await dag.sees("/deletions")
    assert "Bekreft kassasjonen" in page
    assert not [word for word in CANARIES.values() if word in page]

    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert seen is not None
    sent = await dag.sends("/deletions/dec_kanari/confirm", seen=seen[1])

    assert (sent.status_code, sent.headers["location"]) == (303, "/deletions")
    assert (await carries_out(dag)).status_code == 404
    assert (await carries_out(tove)).status_code == 200
    page = await tove.sees("/deletions/dec_kanari")
    assert "Vedtak 26/1234" in page
    assert "Vedtak 26/1234" not in await dag.sees("/deletions/dec_kanari")
    assert await of(stage) == set()


async def test_a_confirmation_is_of_what_was_seen(stage: Stage) -> None:
    """Two persons must have agreed to let the same things go."""
    tove, berit, dag = await stage.leader(), await stage.person("berit"), await head(stage)
    person, case = await everything(stage, berit)
    assert (await proposes(tove, person, kind="dispose")).status_code == 201
    assert (await confirms(dag)).status_code == 200
    await filed(stage, berit, case, "c_2")

    assert (await carries_out(tove)).status_code == 409
    told = (await tove.http.get("/api/deletions/dec_kanari")).json()
    assert told["blocks"] == ["changed_since"]
    assert (await confirms(dag)).status_code == 200

    assert (await carries_out(tove)).status_code == 200


async def test_a_journal_is_not_disposed_of_without_a_decision(stage: Stage) -> None:
    """The duty to archive goes before art. 17; «Vurderes senere» is the default (Q7)."""
    tove, berit, dag = await stage.leader(), await stage.person("berit"), await head(stage)
    person, _ = await everything(stage, berit)
    plain = {"basis": "consent_withdrawn", "reference": ""}
    told = (await proposes(tove, person, kind="dispose", **plain)).json()
    assert told["blocks"] == ["no_reference", "not_confirmed"]
    assert (await confirms(dag)).status_code == 409
    assert "eget vedtak" in await tove.sees(f"/people/{person}/deletion")
    assert (await tove.sends("/deletions/dec_kanari/cancel")).status_code == 303

    # Somebody of whom nothing is filed has no archive to keep.
    empty = await youth(berit, alias="Stille elv")
    told = (await proposes(tove, empty, its_id="dec_empty_1", kind="dispose", **plain)).json()
    assert told["blocks"] == ["not_confirmed"]
    assert (await confirms(dag, "dec_empty_1")).status_code == 200
    assert (await carries_out(tove, "dec_empty_1")).status_code == 200


async def test_restricting_hides_and_lifting_shows_again(stage: Stage) -> None:
    """Art. 18: kept, and read by nobody in daily use, until it is decided."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await everything(stage, berit)
    paths = (f"/people/{person}", f"/cases/{case}", "/journal/c_1", "/notes/n_kanari")
    form = {"id": "dec_restrict", "kind": "restrict", "basis": "objection", "reason": "Uenig"}

    for _ in range(2):
        assert (await tove.sends(f"/people/{person}/restriction", **form)).status_code == 303

    for path in paths:
        assert (await berit.http.get(path)).status_code == 404
    assert CANARIES["alias"] not in await berit.sees("/people")
    await tove.sees(f"/people/{person}")
    late = await tove.sends(f"/people/{person}/restriction", **form | {"id": "dec_restrict2"})
    assert late.status_code == 409
    lift = form | {"id": "dec_lift_1", "kind": "unrestrict", "basis": "reason_gone"}
    assert (await tove.sends(f"/people/{person}/restriction", **lift)).status_code == 303
    for path in paths:
        await berit.sees(path)
    assert [each["of"] for each in await audited(stage, "person.restricted")] == [person]


async def test_a_deputy_meets_nothing_of_a_restricted_youth(stage: Stage) -> None:
    """GDPR art. 18: who stands in for daily use has no more use for it than anybody else."""
    tove, berit = await stage.leader(), await stage.person("berit")
    siri = await deputy(stage, tove)
    person, case = await everything(stage, berit)
    pages = [
        f"/people/{person}", f"/cases/{case}", "/journal/c_1", "/notes/n_kanari",
        f"/people/{person}/journal-access", f"/people/{person}/disclosures",
        f"/api/people/{person}", f"/api/cases/{case}", "/journal/c_1/attachments/a_1",
    ]  # fmt: skip
    lists = ["/people", "/cases?which=all", "/api/people", "/api/cases?which=all"]
    word = CANARIES["note"]

    async def meets(who: Person) -> tuple[set[int], list[bool]]:
        opened = {(await who.http.get(page)).status_code for page in pages}
        listed = [
            person in text or case in text for text in [await who.sees(page) for page in lists]
        ]
        found = await sends_json(who, "/api/search", {"query": word})
        named = await sends_json(who, "/api/search", {"query": CANARIES["alias"]})
        return opened, [*listed, "n_kanari" in found.text, person in named.text]

    assert await meets(siri) == ({200}, [True] * 6)
    why = {"id": "dec_sperr", "person": person, "kind": "restrict", "basis": "objection",
           "reason": "Har protestert."}  # fmt: skip
    await made(tove, "/api/deletions/restrictions", why)

    assert await meets(siri) == ({404}, [False] * 6)
    assert await meets(tove) == ({200}, [True] * 6)


async def test_reasons_and_references_are_text_and_too_much_is_refused(stage: Stage) -> None:
    """What a person types is shown as typed, and kept when it is sent back."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    form = {"id": "dec_html_1", "kind": "dispose", "basis": "disposal_decision",
            "reason": "<script>alert(1)</script>", "reference": "=1+1<b>"}  # fmt: skip
    path = f"/people/{person}/deletion"
    for wrong in (
        {"kind": ""}, {"kind": "restrict"}, {"basis": "no_basis"}, {"basis": "x"},
        {"reason": "  "}, {"reference": " "}, {"reason": "x" * 4001}, {"reference": "x" * 201},
    ):  # fmt: skip
        answer = await tove.sends(path, **form | wrong)
        assert answer.status_code == 422, wrong
        assert "<script>" not in answer.text
        assert 'role="alert"' in answer.text
    assert await count(stage, Decision) == 0

    assert (await tove.sends(path, **form)).status_code == 303

    page = await tove.sees(path)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    another = await tove.sends(path, **form | {"id": "dec_html_2"})
    assert another.status_code == 409
    assert "forslag fra før" in another.text
