"""A youth with one of everything in the record, and the steps that take them out of it again."""

import re
from typing import Any

import httpx

from tests.casestore.joining import proposes_join
from tests.casestore.matrix_world import PICTURE
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import Person, Stage, digest_of, message, sha256, transcript_body

CANARIES = {
    "alias": "Purpurkanari",
    "name": "Kari Kanarinavn",
    "said": "jeg-vil-ikke-hjem-kanari",
    "file": "filinnhold-kanari",
    "file name": "hund-kanari.png",
    "note": "vi-gikk-en-tur-kanari",
    "statement": "slik-var-det-ikke-kanari",
    "party": "mamma-kanari",
    "title": "skole-kanari",
    "handed out": "til-legen-kanari",
    "why deleted": "hvorfor-kanari",
    "held": "tilsyn-kanari",
    "other alias": "Gullkanari",
    "typed": "saken-til-kanari",
}
FILE = PICTURE + CANARIES["file"].encode()


async def everything(stage: Stage, berit: Person) -> tuple[str, str]:
    """The ids of a youth and their case, with something in every place there is."""
    person, case = await youth_with_case(
        stage, berit, alias=CANARIES["alias"], name=CANARIES["name"], thread="t_rev"
    )
    await proved(stage, "c_of_t_rev", None)
    await filed(stage, berit, case)
    noted = {
        "id": "n_kanari",
        "kind": "street",
        "at": stage.at(-3600),
        "minutes": 40,
        "words": CANARIES["note"],
        "finish": True,
    }
    await made(berit, f"/api/cases/{case}/notes", noted)
    party = {"id": "party_kanari", "name": CANARIES["party"], "role": "guardian", "contact": ""}
    assert (await berit.sends(f"/cases/{case}/parties", **party)).status_code == 303
    version = re.search(r'name="version" value="(\d+)"', await berit.sees(f"/cases/{case}"))
    assert version is not None
    named = {"title": CANARIES["title"], "version": version[1]}
    assert (await berit.sends(f"/cases/{case}/title", **named)).status_code == 303
    said = {"id": "add_kanari", "words": CANARIES["statement"]}
    assert (await berit.sends("/journal/c_1/additions", **said)).status_code == 303
    handed = {
        "id": "dis_kanari",
        "what": CANARIES["handed out"],
        "to": "Fastlegen",
        "why": "",
        "basis": "duty_to_report",
        "consent": None,
        "case": case,
        "corrects": None,
        "at": stage.at(-60),
    }
    await made(berit, f"/api/people/{person}/disclosures", handed)
    asked = {
        "thread": "t_rev",
        "alias": CANARIES["alias"],
        "channel": "telegram",
        "kind": "deletion",
        "asked_at": stage.at(-10),
    }
    assert (await stage.bridge.put("requests/r_1", asked)).status_code == 201
    names = {"alias": CANARIES["other alias"], "into_alias": CANARIES["alias"]}
    made_known = await proposes_join(stage, berit, thread="t_gull", **names, case=CANARIES["typed"])
    assert made_known.status_code == 201
    return person, case


async def filed(
    stage: Stage, berit: Person, case: str, conversation: str = "c_1", **changed: Any
) -> None:
    """A transcript with a file, proved to be here, and tied to the case."""
    line = {
        "id": "a_1",
        "name": CANARIES["file name"],
        "type": "image/png",
        "size": len(FILE),
        "sha256": sha256(FILE),
    }
    said = [
        message(1, CANARIES["said"], attachments=[line]),
        message(2, "Jeg er her.", author=berit.id),
    ]
    assert (await stage.bridge.put_file(conversation, "a_1", FILE)).status_code == 201
    body = transcript_body(
        stage, conversation, author=berit.id, messages=said, consent="s_t_rev",
        alias=CANARIES["alias"], **changed,
    )  # fmt: skip
    answer = await stage.bridge.put(f"transcripts/{conversation}", body)
    assert answer.status_code == 201, answer.text
    await proved(stage, conversation, digest_of(body))
    await made(berit, f"/api/journal/{conversation}/case", {"case": case, "reason": "Samme."}, 200)


async def proved(stage: Stage, conversation: str, digest: str | None) -> None:
    """The bridge has read it back, and forgotten it."""
    if digest is None:
        digest = (await stage.bridge.get(f"contacts/{conversation}/digest")).json()["digest"]
    back = {"kind": "read_back", "at": stage.at(), "digest": digest}
    gone = {"kind": "forgotten", "at": stage.at(), "count": 2}
    for name, event in (("ev_back", back), ("ev_gone", gone)):
        assert (await stage.bridge.tells(conversation, name, event)).status_code == 201


async def made(who: Person, path: str, body: object, status: int = 201) -> dict[str, Any]:
    answer = await sends_json(who, path, body)
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def proposes(
    who: Person, target: str, *, its_id: str = "dec_kanari", kind: str = "delete_mistake",
    of: str = "person", **changed: Any,
) -> httpx.Response:  # fmt: skip
    body = {
        "id": its_id,
        "kind": kind,
        "target_kind": of,
        "target": target,
        "basis": "no_basis" if kind == "delete_mistake" else "disposal_decision",
        "reason": CANARIES["why deleted"],
        "reference": "" if kind == "delete_mistake" else "Vedtak 26/1234",
    }
    return await sends_json(who, "/api/deletions", body | changed)


async def carries_out(
    who: Person, its_id: str = "dec_kanari", *, seen: str | None = None
) -> httpx.Response:
    if seen is None:
        seen = (await who.http.get(f"/api/deletions/{its_id}")).json()["seen"]
    return await sends_json(who, f"/api/deletions/{its_id}/carry-out", {"seen": seen or "0" * 64})


async def confirms(
    who: Person, its_id: str = "dec_kanari", *, seen: str | None = None
) -> httpx.Response:
    if seen is None:
        seen = (await who.http.get(f"/api/deletions/{its_id}")).json()["seen"]
    return await sends_json(who, f"/api/deletions/{its_id}/confirm", {"seen": seen})


async def deletes(who: Person, target: str, **changed: Any) -> dict[str, Any]:
    """Both steps."""
    answer = await proposes(who, target, **changed)
    assert answer.status_code == 201, answer.text
    answer = await carries_out(who, answer.json()["id"])
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
