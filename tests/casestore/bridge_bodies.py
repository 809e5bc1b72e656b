"""Whole bodies as the bridge sends them, under ids that are new each time, or were used before."""

import re
from collections.abc import Mapping
from random import Random
from typing import Any, Final

from casestore.joins.deciding import order
from casestore.registrations.rules import GRACE, Why
from tests.casestore.api_reader import NothingThere, Reader, Whole
from tests.casestore.joining import join_body
from tests.casestore.registering import form, writes_down
from tests.casestore.stage import (
    consent_body,
    contact_body,
    copies_event,
    copy_event,
    file_part,
    sha256,
    transcript_body,
    withdrawal_body,
)

CODE: Final = re.compile(r"Koden er </span>(\w{4})<span[^>]*> </span>(\w{4})")


def _new(chance: Random, kind: str) -> str:
    # Few enough that the same one comes again, with the same body and with another.
    return f"{kind}_{chance.randrange(200):03d}"


async def consent(r: Reader) -> tuple[Mapping[str, str], Any]:
    answer = r.chance.choice(["yes", "no", "dont_know"])
    return {"consent_id": _new(r.chance, "s")}, consent_body(
        r.world.stage, r.thing.ids["thread"], answer
    )


async def withdrawal(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"withdrawal_id": _new(r.chance, "w")}, withdrawal_body(
        r.world.stage, _new(r.chance, "t")
    )


async def contact(r: Reader) -> tuple[Mapping[str, str], Any]:
    its_id = _new(r.chance, "k")
    return {"conversation": its_id}, contact_body(r.world.stage, its_id)


async def transcript(r: Reader) -> tuple[Mapping[str, str], Any]:
    its_id = _new(r.chance, "c")
    told = transcript_body(
        r.world.stage,
        its_id,
        thread=r.thing.ids["thread"],
        consent=r.thing.ids["consent"],
        author=r.world.arne.id,
    )
    return {"conversation": its_id}, told


async def request(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"request_id": _new(r.chance, "r")}, {
        "thread": r.thing.ids["thread"],
        "alias": "Blå rev",
        "channel": "telegram",
        "kind": r.chance.choice(["access", "deletion", "taken_back"]),
        "asked_at": r.world.stage.at(),
    }


async def join(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = {"thread": r.thing.ids["thread"], "into": _new(r.chance, "t")}
    return {"join_id": _new(r.chance, "j")}, join_body(r.world.stage, r.world.arne, **told)


async def join_confirmed(r: Reader) -> tuple[Mapping[str, str], Any]:
    async with r.world.stage.writing() as writing:
        await order(writing, r.thing.ids["thread"], "t_x", joined=r.chance.random() < 0.5)
    told = await r.get("bridge/joins")
    return {"order": r.one_of(told["joins"])["id"]}, None


async def join_lapsed(r: Reader) -> tuple[Mapping[str, str], Any]:
    path, _ = await join_confirmed(r)
    return path, {"why": r.chance.choice(["forgotten_there", "not_possible"])}


async def written(r: Reader) -> tuple[Mapping[str, str], Any]:
    """Something that an employee has written down, and that is due."""
    its_id = _new(r.chance, "reg")
    answer = await writes_down(r.world.arne, form(r.world.stage, its_id))
    assert answer.status_code == 303, answer.text
    r.world.stage.clock.move(GRACE)
    return {"registration_id": its_id}, None


async def asked(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, _ = await written(r)
    await r.http.put(f"/api/bridge/registrations/{ids['registration_id']}/asked", json={})
    return ids, None


async def not_taken(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, _ = await asked(r)
    return ids, {"why": r.chance.choice(list(Why)).value}


async def stuck(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"stuck_id": _new(r.chance, "stuck")}, {
        "kind": "reply",
        "conversation": r.thing.ids["conversation"],
        "alias": "Blå rev",
        "since": r.world.stage.at(-60),
        "resolved_at": r.chance.choice([None, r.world.stage.at()]),
        "reason": "no_answer",
    }


async def event(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = r.chance.choice(
        [
            {
                "kind": "sealed",
                "at": r.world.stage.at(),
                "by": r.world.arne.id,
                "filing": "journal",
            },
            {"kind": "handed_on", "at": r.world.stage.at(), "by": r.world.arne.id, "to": "team"},
            {"kind": "read_back", "at": r.world.stage.at(), "digest": "0" * 64},
            {"kind": "forgotten", "at": r.world.stage.at(), "count": 2},
            {"kind": "not_delivered", "at": r.world.stage.at(), "seq": 2, "reason": "gone"},
            copy_event(r.world.stage, _new(r.chance, "copy"), "gone"),
            copies_event(r.world.stage, _new(r.chance, "copy"), _new(r.chance, "copy")),
        ]
    )
    ids = {"conversation": r.thing.ids["conversation"], "event_id": _new(r.chance, "ev")}
    return ids, told


async def events(r: Reader) -> tuple[Mapping[str, str], Any]:
    each = [await event(r) for _ in range(r.chance.randrange(1, 4))]
    told = [
        {"conversation": ids["conversation"], "id": ids["event_id"], "event": said}
        for ids, said in each
    ]
    return {}, {"events": told}


async def file(r: Reader) -> tuple[Mapping[str, str], Any]:
    raw = r.chance.randbytes(r.chance.randrange(1, 50))
    ids = {"conversation": _new(r.chance, "c"), "attachment_id": _new(r.chance, "a")}
    return ids | {"x-sha256": sha256(raw)}, raw


async def files(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids = {_new(r.chance, "a") for _ in range(3)}
    parts = (file_part(i, r.chance.randbytes(r.chance.randrange(50))) for i in sorted(ids))
    return {"conversation": _new(r.chance, "c")}, b"".join(parts)


async def confirmed(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.get("bridge/deletions?since=0")
    return {"deletion_id": r.one_of(told["deletions"])["id"]}, None


async def contact_digest(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, body = await contact(r)
    await r.http.put(f"/api/bridge/contacts/{ids['conversation']}", json=body)
    return ids, None


async def contacts(r: Reader) -> tuple[Mapping[str, str], Any]:
    each = [await contact(r) for _ in range(r.chance.randrange(1, 4))]
    return {}, {"contacts": [body for _, body in each]}


async def contacts_digests(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, _ = await contact_digest(r)
    return {"of": f"{ids['conversation']},{_new(r.chance, 'c')}"}, None


async def link(r: Reader) -> tuple[Mapping[str, str], Any]:
    someone = r.chance.choice(list(r.world.people.values()))
    code = CODE.search((await someone.sends("/slack/code")).text)
    if code is None:
        raise NothingThere
    return {}, {"code": code[1] + code[2], "slack_user": f"U{someone.id[2:14].upper()}"}


WHOLES: Final[Mapping[tuple[str, str], Whole]] = {
    ("PUT", "/api/bridge/consents/{consent_id}"): consent,
    ("PUT", "/api/bridge/withdrawals/{withdrawal_id}"): withdrawal,
    ("PUT", "/api/bridge/contacts/{conversation}"): contact,
    ("PUT", "/api/bridge/contacts"): contacts,
    ("PUT", "/api/bridge/transcripts/{conversation}"): transcript,
    ("PUT", "/api/bridge/transcripts/{conversation}/attachments/{attachment_id}"): file,
    ("PUT", "/api/bridge/transcripts/{conversation}/attachments"): files,
    ("PUT", "/api/bridge/requests/{request_id}"): request,
    ("PUT", "/api/bridge/joins/{join_id}"): join,
    ("PUT", "/api/bridge/joins/{order}/confirmed"): join_confirmed,
    ("PUT", "/api/bridge/joins/{order}/lapsed"): join_lapsed,
    ("PUT", "/api/bridge/registrations/{registration_id}/asked"): written,
    ("PUT", "/api/bridge/registrations/{registration_id}/taken"): asked,
    ("PUT", "/api/bridge/registrations/{registration_id}/refused"): not_taken,
    ("PUT", "/api/bridge/stuck/{stuck_id}"): stuck,
    ("PUT", "/api/bridge/transfers/{conversation}/events/{event_id}"): event,
    ("PUT", "/api/bridge/transfers/events"): events,
    ("PUT", "/api/bridge/deletions/{deletion_id}/confirmed"): confirmed,
    ("GET", "/api/bridge/contacts/{conversation}/digest"): contact_digest,
    ("GET", "/api/bridge/contacts/digests"): contacts_digests,
    ("POST", "/api/bridge/links"): link,
}
