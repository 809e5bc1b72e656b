"""Deletion: only the team leader, in two steps, of exactly what was shown, and for good."""

import asyncio
import json
import re
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import LargeBinary, func, select
from sqlalchemy.engine import make_url

from casestore.concerns.tables import Concern
from casestore.contacts.tables import Contact
from casestore.deletions.carrying_out import carry_out
from casestore.deletions.erasing import erase
from casestore.deletions.extent import extent_of_person
from casestore.deletions.tables import Decision, Deletion
from casestore.edge import Store
from casestore.journal.tables import Entry, Note
from casestore.keys_rotating import keep, rotate
from casestore.opening import opened_store
from casestore.people.tables import Person as Youth
from casestore.tables import ALL
from casestore.threads.tables import DataKey
from casestore.users.rules import Role
from casestore.users.sessions import Visitor
from tests.casestore.accounts import grants
from tests.casestore.deleting import (
    CANARIES,
    carries_out,
    confirms,
    deletes,
    everything,
    filed,
    made,
    proposes,
)
from tests.casestore.deleting_reasons import REASONS, follows_up, reasons
from tests.casestore.opened_by_force import all_cells, keys_in, readable
from tests.casestore.own_journal import code_for, types
from tests.casestore.people import audited, sends_json, youth, youth_with_case
from tests.casestore.stage import Person, Stage, consent_body, transcript_body, withdrawal_body
from tests.casestore.test_merging import merges
from tests.casestore.test_paper_consents import pdf, registers

ALL_CANARIES = {**CANARIES, **REASONS}
WRITTEN = set(CANARIES) - {"why deleted", "held"}
REMOVED = {
    "case_closings.words", "case_parties.details", "journal_additions.words",
    "journal_attachments.fingerprint", "journal_attachments.words",
    "journal_attachments.wrapped", "journal_codes.code_hash", "journal_codes.secret_hash",
    "journal_entries.header", "journal_messages.words", "journal_notes.words",
    "person_files.about", "person_files.words", "search_marks.mark", "data_keys.wrapped",
}  # fmt: skip
EMPTIED = {
    "case_handovers.reason", "cases.title", "decisions.reason", "disclosures.words",
    "holds.reason", "journal_moves.reason", "merges.reason", "persons.details",
    "shares.reason", "stuck.alias", "thread_joins.alias", "thread_joins.into_alias",
    "thread_joins.typed", "tasks.alias", "tasks.note", "thread_ties.broken_reason",
    "thread_ties.reason", "transfers.alias", "transfers.document", "kept_answers.answer",
}  # fmt: skip


def at_once(store: Store) -> Store:
    return replace(store, settings=replace(store.settings, backup_days=0))


async def head(stage: Stage) -> Person:
    return await stage.person("dag", Role.DEPARTMENT_HEAD)


async def deputy(stage: Stage, leader: Person) -> Person:
    siri = await stage.person("siri")
    assert (await grants(leader, siri.id, "2026-11-03", "2026-11-30")).status_code == 303
    return siri


async def of(stage: Stage) -> set[str]:
    """What a thief could read of the canaries, with all that is on this machine."""
    cells = await all_cells(stage.store.database)
    found = readable(cells, keys_in(stage.settings.keyring), ALL_CANARIES.values())
    return {name for name, word in ALL_CANARIES.items() if word in found}


async def still_empty(stage: Stage, columns: Collection[str]) -> set[str]:
    """Those of the columns that hold nothing."""
    empty = set()
    async with stage.reading() as reading:
        for name in columns:
            table, column = name.split(".")
            cell = ALL.tables[table].c[column]
            if not await reading.session.scalar(select(func.count(cell))):
                empty.add(name)
    return empty


async def count(stage: Stage, table: Any) -> int:
    async with stage.reading() as reading:
        return int(await reading.session.scalar(select(func.count()).select_from(table)) or 0)


async def concern_about(stage: Stage, berit: Person, person: str) -> None:
    said = {
        "id": "con_kanari",
        "person": person,
        "receiver": "child_welfare",
        "sent_at": stage.at(-60),
        "about": "Slik er det.",
        "what": "Vi er bekymret.",
        "told": True,
    }
    await made(berit, "/api/concerns", said)


async def test_after_a_person_is_deleted_nobody_can_read_anything_of_them(stage: Stage) -> None:
    """The promise itself: every word, name, alias and file, tried with every key that is left."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await everything(stage, berit)
    await reasons(stage, tove, berit, await stage.person("siri"), person, case)
    scan = await registers(berit, person, pdf(b"<< /Type /Catalog >>"), "papir.pdf")
    assert scan.status_code == 303, scan.text
    await types(await stage.browser(), await code_for(berit, person))
    stopped = withdrawal_body(stage) | {"alias": CANARIES["alias"]}
    assert (await stage.bridge.put("withdrawals/w_kanari", stopped)).status_code == 201
    await follows_up(tove)
    held = {"id": "hold_kanari", "person": person, "reason": CANARIES["held"]}
    await made(tove, "/api/deletions/holds", held)
    await made(tove, "/api/deletions/holds/hold_kanari/lift", {}, 200)
    assert (await proposes(tove, person)).status_code == 201
    assert await still_empty(stage, REMOVED | EMPTIED) == set()
    assert await of(stage) == set(ALL_CANARIES)  # the search itself finds what is there
    stolen = await all_cells(stage.store.database)

    assert (await carries_out(tove)).status_code == 200

    assert await of(stage) == set()
    # And a copy from before is opened by nothing that is left, once its time is out.
    await rotate(at_once(stage.store))
    assert readable(stolen, keys_in(stage.settings.keyring), ALL_CANARIES.values()) == set()
    if stage.store.database.engine.dialect.name == "sqlite":
        lying = Path(make_url(stage.settings.database_url).database or "").parent
        raw = b"".join(path.read_bytes() for path in sorted(lying.iterdir()))
        assert not [word for word in ALL_CANARIES.values() if word.encode() in raw]
    noted = str(await audited(stage, "deletion.carried_out"))
    assert not [word for word in ALL_CANARIES.values() if word in noted]


async def test_a_column_of_ciphertext_has_a_fate_that_somebody_has_decided(stage: Stage) -> None:
    """A table that is added later must not be what was forgotten when a youth is deleted."""
    columns = {
        f"{table.name}.{column.name}"
        for table in ALL.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    without_its_key = {"consents.evidence", "withdrawals.evidence"}
    outlives_the_person = {"concerns.words", "incidents.words"}
    of_the_team = {
        "access_changes.reason", "grants.reason", "reviews.comment", "transfer_copies.link",
        "link_codes.code_hash", "link_codes.used_by", "sessions.secret_hash",
        "slack_links.slack_hash", "slack_links.slack_user", "users.totp",
        "oidc_attempts.state_hash", "oidc_attempts.browser_hash", "oidc_attempts.session_hash",
    }  # fmt: skip
    hashes_of_what_is_gone = {
        "consents.fingerprint", "requests.fingerprint", "stuck.fingerprint",
        "thread_joins.fingerprint", "transfer_events.fingerprint", "transfers.fingerprint",
        "withdrawals.fingerprint",
        "chain_head.mark", "audit_head.mark", "kept_answers.content", "kept_answers.key",
    }  # fmt: skip

    assert columns == (
        REMOVED | EMPTIED | without_its_key | outlives_the_person | of_the_team
        | hashes_of_what_is_gone
    )  # fmt: skip


async def test_what_must_be_kept_stays(stage: Stage) -> None:
    """A report of concern is never deleted with the youth, and the statistics name nobody."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await everything(stage, berit)
    await concern_about(stage, berit, person)
    contacts = await count(stage, Contact)

    told = await deletes(tove, person)

    assert await count(stage, Concern) == 1
    assert "Vi er bekymret." in await tove.sees("/concerns/con_kanari")
    assert await count(stage, Contact) == contacts > 0
    async with stage.reading() as reading:
        stub = await reading.session.get_one(Youth, person)
        assert stub.details is None
        assert stub.deleted_at == stage.clock.now()
    certificate = (await tove.http.get(f"/api/deletions/{told['id']}")).json()["certificate"]
    assert certificate["kept"] == {"concerns": 1}
    assert certificate["ids"]["cases"] == [case]


async def test_the_certificate_says_what_went_and_nothing_of_whom(stage: Stage) -> None:
    """It is shown to inspectors for years: it must prove the deletion and give nobody away."""
    tove, berit, dag = await stage.leader(), await stage.person("berit"), await head(stage)
    person, _ = await everything(stage, berit)
    told = await deletes(tove, person)

    page = await dag.sees(f"/deletions/{told['id']}")
    listed = await dag.sees("/deletions")
    certificate = (await dag.http.get(f"/api/deletions/{told['id']}")).json()["certificate"]

    for text in (page, listed, json.dumps(certificate)):
        assert not [word for word in CANARIES.values() if word in text]
    assert certificate["counts"]["entries"] == 1
    assert certificate["counts"]["messages"] == 2
    assert certificate["counts"]["attachments"] == 1
    assert certificate["counts"]["notes"] == 1
    assert list(certificate["digests"]) == ["c_1"]
    assert len(certificate["keys_destroyed"]) == 2
    assert certificate["backups_until"] == "2026-12-03"
    assert "03.12.2026" in page
    async with stage.reading() as reading:
        left = set(await reading.session.scalars(select(DataKey.id)))
    assert not left & set(certificate["keys_destroyed"])


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


async def test_one_transcript_goes_and_the_rest_stays(stage: Stage) -> None:
    """A sister's words in a brother's journal: they go, and nothing of his goes with them."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await everything(stage, berit)
    await filed(stage, berit, case, "c_2")

    told = await deletes(tove, "c_1", of="entry")

    assert told["counts"]["entries"] == 1
    assert (await berit.http.get("/journal/c_1")).status_code == 404
    assert CANARIES["said"] in await berit.sees("/journal/c_2")
    assert CANARIES["note"] in await berit.sees("/notes/n_kanari")
    assert CANARIES["statement"] not in await berit.sees("/journal/c_2/additions")
    certificate = (await tove.http.get(f"/api/deletions/{told['id']}")).json()["certificate"]
    assert certificate["keys_destroyed"] == []
    again = await stage.bridge.put("transcripts/c_1", transcript_body(stage, consent="s_t_rev"))
    assert again.json()["type"] == "urn:utebru:consent-withdrawn"
    # The consent itself stands: the next conversation is filed.
    await filed(stage, berit, case, "c_3")
    assert person in await tove.sees(f"/people/{person}/deletion")


async def test_one_note_goes_and_a_draft_is_nobody_elses(stage: Stage) -> None:
    """A note in the wrong case, and a draft that the leader must not learn of."""
    tove, berit = await stage.leader(), await stage.person("berit")
    _, case = await everything(stage, berit)
    draft = {"id": "n_draft", "kind": "street", "at": stage.at(-60), "minutes": 5,
             "words": "Utkast", "finish": False}  # fmt: skip
    await made(berit, f"/api/cases/{case}/notes", draft)
    assert (await tove.http.get("/notes/n_draft/deletion")).status_code == 404
    assert (await proposes(tove, "n_draft", of="note")).status_code == 404

    await deletes(tove, "n_kanari", of="note")

    assert (await berit.http.get("/notes/n_kanari")).status_code == 404
    assert await count(stage, Note) == 1
    assert CANARIES["said"] in await berit.sees("/journal/c_1")


async def test_a_transcript_that_was_moved_away_survives(stage: Stage) -> None:
    """It was never this youth's, and the other youth must not lose it."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await everything(stage, berit)
    other, _ = await youth_with_case(stage, berit, alias="Elv")
    await filed(stage, berit, case, "c_2")
    moved = {"person": other, "case": None, "reason": "Søsteren"}
    await made(berit, "/api/journal/c_2/move", moved, 200)
    digest = (await stage.bridge.get("transcripts/c_2/digest")).json()["digest"]

    await deletes(tove, person)

    assert (await stage.bridge.get("transcripts/c_2/digest")).json()["digest"] == digest
    assert CANARIES["said"] in await tove.sees("/journal/c_2")
    deleted = await stage.bridge.get("transcripts/c_1/digest")
    assert (deleted.status_code, deleted.json()["type"]) == (410, "urn:utebru:deleted")
    async with stage.reading() as reading:
        told = list(await reading.session.scalars(select(Deletion.conversation)))
    assert "c_1" in told
    assert "c_2" not in told


async def test_those_merged_into_a_person_go_with_them(stage: Stage) -> None:
    """Two registrations of one youth are one youth, also when they ask to be deleted."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    into = await youth(berit, alias="Elv", name="Annet kanarinavn")
    assert (await merges(tove, into, person)).status_code == 303

    await deletes(tove, into)

    assert await of(stage) == set()
    async with stage.reading() as reading:
        rows = await reading.session.scalars(select(Youth).where(Youth.id.in_((person, into))))
        assert all(row.deleted_at and row.details is None for row in rows)


async def test_what_the_bridge_still_holds_of_a_deleted_thread_is_not_filed(stage: Stage) -> None:
    """With its key the consent has lost its evidence: the contact is counted, the words go."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    await deletes(tove, person)
    late = transcript_body(stage, "c_late", author=berit.id, consent="s_t_rev")

    answer = await stage.bridge.put("transcripts/c_late", late)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:utebru:consent-withdrawn")
    # A youth who comes back and says yes anew has a journal anew, and nobody's old one.
    stage.clock.move(timedelta(minutes=1))
    yes = consent_body(stage, "t_rev") | {"conversation": "c_new"}
    assert (await stage.bridge.put("consents/s_new", yes)).status_code == 201
    new = transcript_body(stage, "c_new", author=berit.id, consent="s_new")
    assert (await stage.bridge.put("transcripts/c_new", new)).status_code == 201
    assert (await stage.bridge.get("transcripts/c_new/digest")).status_code == 200
    assert "er det noen der?" in await berit.sees("/journal/c_new")


async def test_what_is_not_proved_yet_is_waited_for(stage: Stage) -> None:
    """Between put and read back the bridge still holds the words, and would be told a riddle."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    body = transcript_body(stage, "c_2", author=berit.id, consent="s_t_rev")
    assert (await stage.bridge.put("transcripts/c_2", body)).status_code == 201

    assert (await proposes(tove, person)).json()["blocks"] == ["unproved"]
    assert (await carries_out(tove)).status_code == 409


async def test_the_bridge_is_told_and_confirms(stage: Stage) -> None:
    """A deletion that stops at the case store's door is half a deletion."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    told = await deletes(tove, person)

    asked = (await stage.bridge.get("deletions?since=")).json()["deletions"]
    assert {(each["thread"], each["conversation"]) for each in asked} == {
        ("t_rev", None), (None, "c_1"), (None, "c_of_t_rev"),
    }  # fmt: skip
    for each in asked:
        for _ in range(2):
            path = f"deletions/{each['id']}/confirmed"
            assert (await stage.bridge.put(path, {})).status_code == 200
    assert (await stage.bridge.get("deletions?since=")).json()["deletions"] == []
    assert len((await stage.bridge.get("deletions?since=0")).json()["deletions"]) == 3
    assert (await stage.bridge.put("deletions/del_none/confirmed", {})).status_code == 404
    assert "3 av 3" in await tove.sees(f"/deletions/{told['id']}")


async def test_two_clicks_at_once_carry_out_once(stage: Stage) -> None:
    """Two certificates for one deletion would be one too many to believe."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    assert (await proposes(tove, person)).status_code == 201
    seen = (await tove.http.get("/api/deletions/dec_kanari")).json()["seen"]

    answers = await asyncio.gather(*(carries_out(tove, seen=seen) for _ in range(3)))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(await audited(stage, "deletion.carried_out")) == 1
    assert await count(stage, Deletion) == 3


async def test_a_crash_before_the_key_is_changed_is_made_up_for(stage: Stage) -> None:
    """The deletion is committed, and the power goes: the key must be changed all the same."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    assert (await proposes(tove, person)).status_code == 201
    # What the request does, without what comes after its answer.
    before = stage.store.ring.current
    seen = (await tove.http.get("/api/deletions/dec_kanari")).json()["seen"]
    who = Visitor(id=tove.id, name="Tove", role=Role.TEAM_LEADER, team="oslo", secret="")
    async with stage.writing() as writing:
        await carry_out(writing, who, "dec_kanari", seen=seen)
    assert stage.store.ring.current == before

    async with opened_store(stage.settings, stage.clock.now) as again:
        await keep(at_once(again))
        assert before not in again.ring.keys
        after = again.ring.current
        await keep(at_once(again))
        assert again.ring.current == after  # and once is enough


async def test_a_deletion_that_fails_leaves_everything(stage: Stage) -> None:
    """Half a deletion would be a record that lies about what it holds."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await everything(stage, berit)
    who = Visitor(id=tove.id, name="Tove", role=Role.TEAM_LEADER, team="oslo", secret="")

    async def fails() -> None:
        async with stage.writing() as writing:
            row = await writing.session.get_one(Youth, person)
            await erase(writing, who, await extent_of_person(writing, row))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fails()

    assert await of(stage) == WRITTEN
    assert CANARIES["said"] in await berit.sees("/journal/c_1")


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


async def test_every_page_goes_on_without_them(stage: Stage) -> None:
    """A stub that breaks a list would take every other youth's case away from the team."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await everything(stage, berit)
    await concern_about(stage, berit, person)
    await deletes(tove, person)

    for who in (tove, berit):
        for path in (
            "/people", "/people/duplicates", "/cases", "/tasks", "/unassigned", "/transfers",
            "/transfers/c_1", "/transfers/c_of_t_rev", "/concerns", "/search?q=kanari",
        ):  # fmt: skip
            answer = await who.http.get(path)
            assert answer.status_code in {200, 403}, (who.login, path, answer.status_code)
            assert not [word for word in CANARIES.values() if word in answer.text], path
        assert (await who.http.get(f"/cases/{case}")).status_code in {200, 404}
        for path in ("", "/edit", "/consents", "/disclosures", "/journal-access"):
            assert (await who.http.get(f"/people/{person}{path}")).status_code in {403, 404}
    more = {"id": "n_late", "kind": "street", "at": stage.at(-60), "minutes": 5,
            "words": "For sent", "finish": True}  # fmt: skip
    late = await sends_json(berit, f"/api/cases/{case}/notes", more)
    assert late.status_code in {404, 409}
    party = {"id": "party_late", "name": "For sen", "role": "guardian", "contact": ""}
    assert (await berit.sends(f"/cases/{case}/parties", **party)).status_code in {403, 404, 409}
