"""A youth with everything in their journal, and the browser in which they read it."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import Person, Stage, copy_event, message, sha256, transcript_body

PNG = b"\x89PNG\r\n\x1a\n" + b"et bilde av skolen" * 20
NASTY = "<script>alert(1)</script> #set text(red) *fet* 👋🏽 سلام\n\nneste linje"
SECRET = "Ida i klassen ruser seg"


@dataclass(slots=True, kw_only=True)
class Youth:
    """What was put in the case store about one youth."""

    person: str
    case: str
    conversation: str
    note: str
    words: list[str] = field(repr=False)


async def full_journal(
    stage: Stage, berit: Person, *, tag: str = "1", alias: str = "Blå rev"
) -> Youth:
    """A transcript with a file, a note with a correction, a statement, a disclosure, copies."""
    thread, conversation, its_note = f"t_{tag}", f"c_{tag}", f"n_{tag}"
    person, case = await youth_with_case(stage, berit, alias=alias, name="Maja", thread=thread)
    picture = {
        "id": f"a_{tag}",
        "name": "skolen <3.png",
        "type": "image/png",
        "size": len(PNG),
        "sha256": sha256(PNG),
    }
    said = [
        message(1, f"hei fra {tag}: {NASTY}", attachments=[picture]),
        message(2, f"Hei! Jeg er her ({tag}).", author=berit.id),
        message(3, f"{SECRET} ({tag})"),
    ]
    assert (await stage.bridge.put_file(conversation, f"a_{tag}", PNG)).status_code == 201
    body = transcript_body(
        stage,
        conversation,
        thread=thread,
        consent=f"s_{thread}",
        author=berit.id,
        messages=said,
        alias=alias,
    )
    assert (await stage.bridge.put(f"transcripts/{conversation}", body)).status_code == 201
    tied = await berit.sends(f"/journal/{conversation}/case", to=case, case_id="case_x")
    assert tied.status_code == 303, tied.text
    event = copy_event(stage, f"k_{tag}", "by_hand")
    assert (await stage.bridge.tells(conversation, f"ev_{tag}", event)).status_code == 201
    await _noted(stage, berit, case, its_note, tag)
    told = {
        "id": f"d_{tag}",
        "what": f"at vi møtes {tag}",
        "to": "Skolen",
        "why": "",
        "basis": "duty_to_avert",
        "consent": None,
        "case": case,
        "corrects": None,
        "at": stage.at(-60),
    }
    done = await sends_json(berit, f"/api/people/{person}/disclosures", told)
    assert done.status_code == 201, done.text
    words = [f"Vi gikk en tur {tag}", f"Det var {tag} timer", f"Jeg mente {tag}", f"møtes {tag}"]
    return Youth(person=person, case=case, conversation=conversation, note=its_note, words=words)


async def _noted(stage: Stage, berit: Person, case: str, its_id: str, tag: str) -> None:
    written = {
        "id": its_id,
        "kind": "talk",
        "at": stage.at(-3600),
        "minutes": 40,
        "words": f"Vi gikk en tur {tag}.",
        "finish": True,
    }
    assert (await sends_json(berit, f"/api/cases/{case}/notes", written)).status_code == 201
    for added in (
        {"id": f"x_{tag}", "kind": "correction", "words": f"Det var {tag} timer", "why": "feil"},
        {"id": f"y_{tag}", "kind": "statement", "words": f"Jeg mente {tag}", "why": ""},
    ):
        answer = await sends_json(berit, f"/api/notes/{its_id}/additions", added)
        assert answer.status_code == 201, answer.text


async def code_for(caseworker: Person, person: str, **fields: str) -> str:
    """Have the caseworker hand out a code."""
    sent = {"identity": "known", **fields}
    answer = await caseworker.sends(f"/people/{person}/journal-access", **sent)
    assert answer.status_code == 200, answer.text
    found = re.search(r"Koden er </span>(\w{4})<span[^>]*> </span>(\w{4})", answer.text)
    assert found is not None
    return found[1] + found[2]


async def types(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    """Type a code on the youth's page."""
    return await browser.post("/min-journal", data={"code": code})


async def reading(stage: Stage, caseworker: Person, person: str) -> httpx.AsyncClient:
    """A browser in which the youth has opened their journal."""
    browser = await stage.browser()
    assert (await types(browser, await code_for(caseworker, person))).status_code == 303
    return browser


async def leaves_out(
    caseworker: Person, youth: Youth, of: str, position: int | None = None, reason: str = "private"
) -> httpx.Response:
    """Have the caseworker leave something out."""
    fields = {"of": of, "reason": reason}
    if position is not None:
        fields["position"] = str(position)
    return await caseworker.sends(f"/people/{youth.person}/journal-access/omissions", **fields)


HALF_AN_HOUR = timedelta(minutes=30)
