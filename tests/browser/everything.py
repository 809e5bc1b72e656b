"""A case store in which every page has something to show, and where each of its pages is."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import select

from casestore.registrations.tables import RegistrationPicture
from casestore.routers import ROUTERS
from casestore.users.rules import Role
from tests.casestore.deleting import deletes, everything, made, proposes
from tests.casestore.matrix_world import PICTURE
from tests.casestore.people import youth_with_case
from tests.casestore.registering import (
    asks,
    form,
    refuses,
    says_taken,
    writes_down,
    written_down,
)
from tests.casestore.stage import Person, Stage, copy_event
from tests.casestore.test_paper_consents import registers as signs_on_paper

NOT_PAGES: Final = frozenset(
    {
        "/", "/livez", "/transfers/rows", "/readyz", "/metrics", "/transfers/export",
        "/statistics.csv", "/processing.md",
        "/incidents/{incident_id}/affected.csv", "/min-journal/journal.pdf",
        "/min-journal/journal.json", "/min-journal/files/{conversation}/{attachment_id}",
        "/min-journal/papers/{file_id}", "/journal/{conversation}/attachments/{attachment_id}",
        "/people/{person_id}/consents/files/{file_id}",
        "/registrations/{registration_id}/pictures/{picture_id}",
    }
)  # fmt: skip
"""What answers with a file, leads on, is part of a page, or is for machines."""

FOR_NOBODY_IN: Final = ("/login", "/login/code", "/login/provider/back", "/min-journal")
"""
The pages that are seen by who is not logged in, or not all the way.

The way back from the municipality's log-in needs one: it is looked over in its own scene.
"""

WORDS: Final = (
    "blå rev", "purpurkanari", "kanari", "stille elv", "kari", "haugen", "revestreker", "amir",
)  # fmt: skip
"""What of the youths, and of what is written of them, is on these pages."""


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route


def addresses() -> set[str]:
    """Every address that a browser can go to, as the application itself tells."""
    every = (route for router in ROUTERS for route in _routes(router))
    return {
        route.path
        for route in every
        if "GET" in (route.methods or ()) and not route.path.startswith("/api/")
    }


def pages() -> list[str]:
    """Those of them that are pages."""
    return sorted(addresses() - NOT_PAGES)


def filled(path: str, ids: Mapping[str, str]) -> str:
    """An address with ids in it."""
    query = "?other={other}" if path.endswith("/merge") else ""
    return re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], path + query)


async def full_house(stage: Stage) -> dict[str, str]:
    """Amir, who has a youth with everything; Turid, who leads. The ids of it all."""
    amir = await stage.person("amir")
    siri = await stage.person("siri")
    turid = await stage.person("turid", Role.TEAM_LEADER)
    person, case = await everything(stage, amir)
    other, other_case = await youth_with_case(stage, amir, alias="Stille elv", thread="t_elv")
    note = {"kind": "talk", "at": stage.at(-3600), "minutes": 20, "words": "Revestreker."}
    await made(amir, f"/api/cases/{case}/notes", {**note, "id": "n_draft", "finish": False})
    await made(amir, f"/api/cases/{other_case}/notes", {**note, "id": "n_gone", "finish": True})
    event = copy_event(stage, "k_1", "by_hand")
    assert (await stage.bridge.tells("c_1", "ev_1", event)).status_code == 201
    ids = {
        "person_id": person, "its_id": person, "case_id": case, "conversation": "c_1",
        "note_id": "n_kanari", "attachment_id": "a_1", "user": siri.id, "other": other,
        "decision_id": "dec_done", "join_id": "j_1", "registration_id": "reg_1",
    }  # fmt: skip
    await _shares_and_hands_over(stage, amir, siri, case, other_case)
    await _reports(stage, amir, person, ids)
    signed = await signs_on_paper(amir, person, signed_on="2026-11-20")
    assert signed.status_code == 303, signed.text
    ids["picture_id"] = await _writes_down(stage, amir)
    await deletes(turid, "n_gone", its_id="dec_done", of="note", basis="wrong_person")
    answer = await proposes(turid, "n_kanari", its_id="dec_open", of="note", basis="wrong_person")
    assert answer.status_code == 201, answer.text
    return ids


async def _shares_and_hands_over(
    stage: Stage, amir: Person, siri: Person, case: str, other_case: str
) -> None:
    share = {
        "id": "share_1", "user": siri.id, "from_day": "2026-11-23", "until_day": "2026-12-07",
        "reason": "Siri tar uke 49.",
    }  # fmt: skip
    await made(amir, f"/api/cases/{case}/shares", share)
    share |= {"id": "share_2", "user": siri.id}
    await made(amir, f"/api/cases/{other_case}/shares", share)


async def _writes_down(stage: Stage, amir: Person) -> str:
    """Something that waits, with a picture; something taken in; and something that came back."""
    for its_id in ("reg_2", "reg_3"):
        await written_down(stage, amir, its_id=its_id, text="Purpurkanari på Snap.")
        await asks(stage, its_id)
    await says_taken(stage, "reg_2")
    await refuses(stage, "nobody", "reg_3")
    told = form(stage, text="Purpurkanari på Snap.", whose="", alias="Blå rev")
    answer = await writes_down(amir, told, pictures=[PICTURE])
    assert answer.status_code == 303, answer.text
    async with stage.reading() as reading:
        found = select(RegistrationPicture.id).where(RegistrationPicture.registration == "reg_1")
        return str(await reading.session.scalar(found))


async def _reports(stage: Stage, amir: Person, person: str, ids: dict[str, str]) -> None:
    concern = {
        "id": "concern_1", "person": person, "conversation": None, "receiver": "child_welfare",
        "other": "", "sent_at": stage.at(-600), "about": "Rev", "what": "Hun fryser.",
        "told": True, "why_not": "",
    }  # fmt: skip
    await made(amir, "/api/concerns", concern)
    incident = {
        "id": "incident_1", "kind": "wrong_thread", "severity": "risk",
        "happened_at": stage.at(-7200), "found_at": stage.at(-3600),
        "happened": "Et svar gikk i feil tråd.", "at_once": "Slettet.", "affected": [person],
    }  # fmt: skip
    await made(amir, "/api/incidents", incident)
    contact = {
        "id": "contact_1", "kind": "street", "channel": "in_person", "day": "2026-11-23",
        "hour": 9, "minutes": 15, "topics": ["school", "family"],
    }  # fmt: skip
    await made(amir, "/api/contacts", contact)
    ids |= {"concern_id": "concern_1", "incident_id": "incident_1", "contact_id": "contact_1"}
