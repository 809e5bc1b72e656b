"""Deletion: only the team leader, in two steps, of exactly what was shown, and for good."""

import json
from collections.abc import Collection
from pathlib import Path

from sqlalchemy import LargeBinary, func, select
from sqlalchemy.engine import make_url

from casestore.concerns.tables import Concern
from casestore.contacts.tables import Contact
from casestore.deletions.tables import Deletion
from casestore.journal.tables import Note
from casestore.keys_rotating import rotate
from casestore.people.tables import Person as Youth
from casestore.tables import ALL
from casestore.threads.tables import DataKey
from tests.casestore.deleted import ALL_CANARIES, at_once, count, head, of
from tests.casestore.deleting import (
    CANARIES,
    carries_out,
    deletes,
    everything,
    filed,
    made,
    proposes,
)
from tests.casestore.deleting_reasons import follows_up, reasons
from tests.casestore.opened_by_force import all_cells, keys_in, readable
from tests.casestore.own_journal import code_for, types
from tests.casestore.people import audited, sends_json, youth, youth_with_case
from tests.casestore.stage import Person, Stage, transcript_body, withdrawal_body
from tests.casestore.test_merging import merges
from tests.casestore.test_paper_consents import pdf, registers

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
    # Gone when the bridge has them, when their writer takes them away, or with the youth.
    in_passing = {"registrations.words", "registration_pictures.body"}

    assert columns == (
        REMOVED | EMPTIED | without_its_key | outlives_the_person | of_the_team
        | hashes_of_what_is_gone | in_passing
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
