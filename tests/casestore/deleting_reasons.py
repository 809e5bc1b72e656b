"""What is written *about* a youth's record, beside it: why it was shared, given, moved, closed."""

from typing import Any, Final

from tests.casestore.deleting import made, proved
from tests.casestore.people import talked_to, youth_with_case
from tests.casestore.stage import Person, Stage, consent_body, digest_of, message, transcript_body

REASONS: Final = {
    "shared": "bestemor-ringer-kanari",
    "given": "bytter-saksbehandler-kanari",
    "closed": "flyttet-til-far-kanari",
    "tied": "hun-viste-telefonen-kanari",
    "untied": "det-var-broren-kanari",
    "moved": "lånte-telefonen-kanari",
    "merged": "samme-bursdag-kanari",
    "stuck": "Grønnkanari",
    "follow-up": "snakket-med-henne-kanari",
}


async def reasons(
    stage: Stage, leader: Person, owner: Person, colleague: Person, person: str, case: str
) -> None:
    """Everything that is done to a record by people who say why; the case is open afterwards."""
    shared = {
        "id": "sh_kanari",
        "user": colleague.id,
        "from_day": stage.at(86_400)[:10],
        "until_day": stage.at(3 * 86_400)[:10],
        "reason": REASONS["shared"],
    }
    await made(owner, f"/api/cases/{case}/shares", shared)
    await _is_given_and_given_back(leader, owner, colleague, case)
    version = await _version(owner, f"cases/{case}")
    closed = {"id": "cl_kanari", "words": REASONS["closed"], "version": version}
    await made(owner, f"/api/cases/{case}/close", closed, 200)
    await made(owner, f"/api/cases/{case}/reopen", {}, 200)
    await _is_tied_and_untied(stage, owner, person)
    await _is_moved_here(stage, owner, person)
    await _is_merged_into(stage, leader, owner, person)
    stuck = {
        "kind": "uncertain_reply",
        "conversation": "c_1",
        "alias": REASONS["stuck"],
        "since": stage.at(),
        "resolved_at": None,
        "reason": "timeout",
    }
    assert (await stage.bridge.put("stuck/x_kanari", stuck)).status_code == 201


async def follows_up(leader: Person) -> None:
    """The oldest task that waits; a withdrawal has opened it."""
    waiting = (await leader.http.get("/api/tasks")).json()["tasks"]
    await made(leader, f"/api/tasks/{waiting[0]['id']}/done", {"note": REASONS["follow-up"]}, 200)


async def _is_given_and_given_back(
    leader: Person, owner: Person, colleague: Person, case: str
) -> None:
    for n, to in enumerate((colleague, owner)):
        given = {
            "id": f"ho_kanari{n}",
            "to": to.id,
            "reason": REASONS["given"],
            "version": await _version(leader, f"cases/{case}"),
        }
        await made(leader, f"/api/cases/{case}/handover", given)


async def _is_tied_and_untied(stage: Stage, owner: Person, person: str) -> None:
    await talked_to(stage, owner, "t_elg", alias="Trøtt elg")
    tied = {"thread": "t_elg", "reason": REASONS["tied"]}
    await made(owner, f"/api/people/{person}/threads", tied)
    untied = {"reason": REASONS["untied"]}
    await made(owner, f"/api/people/{person}/threads/t_elg/untie", untied, 200)
    await proved(stage, "c_of_t_elg", None)


async def _is_moved_here(stage: Stage, owner: Person, person: str) -> None:
    _, wrong = await youth_with_case(stage, owner, alias="Snok", thread="t_snok")
    await proved(stage, "c_of_t_snok", None)
    yes = consent_body(stage, "t_snok") | {"alias": "Snok"}
    assert (await stage.bridge.put("consents/s_t_snok2", yes)).status_code == 201
    said = [message(1, "hei, det er meg"), message(2, "Hei!", author=owner.id)]
    body = transcript_body(
        stage, "c_2", thread="t_snok", consent="s_t_snok2", alias="Snok", author=owner.id,
        messages=said,
    )  # fmt: skip
    assert (await stage.bridge.put("transcripts/c_2", body)).status_code == 201
    await proved(stage, "c_2", digest_of(body))
    await made(owner, "/api/journal/c_2/case", {"case": wrong, "reason": "Samme."}, 200)
    moved = {"person": person, "case": None, "reason": REASONS["moved"]}
    await made(owner, "/api/journal/c_2/move", moved, 200)


async def _is_merged_into(stage: Stage, leader: Person, owner: Person, person: str) -> None:
    other, _ = await youth_with_case(stage, owner, alias="Elv")
    merged = {
        "other": other,
        "other_version": await _version(leader, f"people/{other}"),
        "version": await _version(leader, f"people/{person}"),
        "reason": REASONS["merged"],
    }
    await made(leader, f"/api/people/{person}/merge", merged)


async def _version(who: Person, path: str) -> Any:
    return (await who.http.get(f"/api/{path}")).json()["version"]
