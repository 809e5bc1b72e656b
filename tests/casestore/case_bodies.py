"""Whole bodies about a case, as an employee sends them who has just read what they change."""

from collections.abc import Mapping
from typing import Any, Final

from tests.casestore.api_reader import Reader, Whole, seen_as
from tests.casestore.people import sends_json


def note(r: Reader) -> dict[str, Any]:
    return {
        "id": r.new("note"), "kind": "talk", "at": r.world.stage.at(-3600),
        "minutes": 30, "words": "Vi snakket.", "finish": True,
    }  # fmt: skip


async def draft(r: Reader) -> Any:
    case = await r.open_case()
    return await r.post(f"cases/{case['id']}/notes", note(r) | {"finish": False})


async def post_note(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"case_id": (await r.open_case())["id"]}, note(r)


async def put_note(r: Reader) -> tuple[Mapping[str, str], Any]:
    kept = await draft(r)
    told = {name: value for name, value in note(r).items() if name != "id"}
    return {"note_id": kept["id"], **seen_as(kept["version"])}, told


async def delete_note(r: Reader) -> tuple[Mapping[str, str], Any]:
    kept = await draft(r)
    return {"note_id": kept["id"], **seen_as(kept["version"])}, None


async def close(r: Reader) -> tuple[Mapping[str, str], Any]:
    case = await r.open_case()
    told = {"id": r.new("x"), "words": "Det gikk bra."}
    return {"case_id": case["id"], **seen_as(case["version"])}, told


async def title(r: Reader) -> tuple[Mapping[str, str], Any]:
    case = await r.open_case()
    return {"case_id": case["id"], **seen_as(case["version"])}, {"title": "Skole"}


async def share(r: Reader) -> tuple[Mapping[str, str], Any]:
    day = f"2027-{r.chance.randrange(1, 13):02d}-{r.chance.randrange(1, 29):02d}"
    told = {
        "id": r.new("x"), "user": r.world.alone["colleague"], "from_day": day, "until_day": day,
        "reason": "Vikarierer.",
    }  # fmt: skip
    return {"case_id": (await r.open_case())["id"]}, told


async def party(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = {"id": r.new("x"), "name": "Mor", "role": "school", "contact": ""}
    return {"case_id": (await r.open_case())["id"]}, told


async def _party(r: Reader) -> tuple[Any, Any]:
    ids, told = await party(r)
    return {"id": ids["case_id"]}, await r.post(f"cases/{ids['case_id']}/parties", told)


async def put_party(r: Reader) -> tuple[Mapping[str, str], Any]:
    case, one = await _party(r)
    told = {"name": "Far", "role": "school", "contact": ""}
    return {"case_id": case["id"], "party_id": one["id"], **seen_as(one["version"])}, told


async def remove_party(r: Reader) -> tuple[Mapping[str, str], Any]:
    case, one = await _party(r)
    return {"case_id": case["id"], "party_id": one["id"], **seen_as(one["version"])}, None


async def hand_over(r: Reader) -> tuple[Mapping[str, str], Any]:
    case = await r.open_case()
    told = {"id": r.new("x"), "to": r.world.alone["colleague"], "reason": "Slutter."}
    return {"case_id": case["id"], **seen_as(case["version"])}, told


async def hand_back(r: Reader) -> tuple[Mapping[str, str], Any]:
    arne = r.world.arne
    made = await sends_json(arne, "/api/people", {"alias": f"Rev {r.new('x')}", "case": True})
    case = made.json()["case"]["id"]
    told = {"id": r.new("x"), "to": r.me, "reason": "Ferie.", "version": 1}
    await sends_json(arne, f"/api/cases/{case}/handover", told)
    return {"case_id": case, **seen_as(2)}, {"id": r.new("x"), "reason": "Tilbake."}


WHOLES: Final[Mapping[tuple[str, str], Whole]] = {
    ("POST", "/api/cases/{case_id}/notes"): post_note,
    ("PUT", "/api/notes/{note_id}"): put_note,
    ("POST", "/api/notes/{note_id}/delete"): delete_note,
    ("POST", "/api/cases/{case_id}/close"): close,
    ("POST", "/api/cases/{case_id}/title"): title,
    ("POST", "/api/cases/{case_id}/shares"): share,
    ("POST", "/api/cases/{case_id}/parties"): party,
    ("PUT", "/api/cases/{case_id}/parties/{party_id}"): put_party,
    ("POST", "/api/cases/{case_id}/parties/{party_id}/remove"): remove_party,
    ("POST", "/api/cases/{case_id}/handover"): hand_over,
    ("POST", "/api/cases/{case_id}/hand-back"): hand_back,
}
