"""Notes as bytes, and what they say. Pure; no other module here knows the platform's JSON."""

import json
from datetime import UTC, datetime
from typing import Any

from bots.values import depth, number, said
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Edited, Fact, File, Inbound, Said
from bridge.ports import Unreadable


def inbound(body: bytes) -> Inbound:
    letter = _letter(body)
    note, youth, at = said(letter, "note"), said(letter, "from"), number(letter, "at")
    if not note or not youth or at is None or not 0 <= at < 2**33:
        raise Unreadable("no note")
    return Inbound(
        address=Address(youth), at=datetime.fromtimestamp(at, UTC), fact=_fact(Ref(note), letter)
    )


def _fact(ref: Ref, letter: dict[str, Any]) -> Fact:
    text, box, answers = said(letter, "text"), said(letter, "box"), said(letter, "answers")
    match said(letter, "kind"):
        case "note" if text or box:
            files = (File(ref=box, name="eske", type="application/octet-stream", size=None),)
            return Said(
                ref=ref,
                text=text,
                files=files if box else (),
                answers=Ref(answers) if answers else None,
            )
        case "reworded":
            return Edited(ref=ref, text=text)
    return Said(ref=ref, text="", placeholder="unknown")


def outbound(to: Address, text: str) -> bytes:
    return json.dumps({"to": to, "text": text}).encode()


def note(answer: bytes) -> Ref:
    return Ref(said(_letter(answer), "note"))


def _letter(body: bytes) -> dict[str, Any]:
    try:
        letter = json.loads(body) if depth(body) < 16 else None
    except (ValueError, RecursionError):
        letter = None
    if not isinstance(letter, dict):
        raise Unreadable("no letter") from None
    return letter
