"""
What somebody has written down of a youth's message, as bytes to be accepted and back. Pure.

The form is ours, so that what is registered and what is imported are taken in by the same door
as what a platform tells.
"""

import json
from datetime import datetime
from typing import Any

from bots.values import held, listed, number, said
from bridge.domain.ids import Address, EmployeeId, Ref
from bridge.domain.messages import Echoed, File, Inbound, Said
from bridge.ports import Unreadable


def written(inbound: Inbound, fact: Said | Echoed) -> bytes:
    """The opposite of `read`."""
    said_by_youth = isinstance(fact, Said)
    told: dict[str, Any] = {
        "address": inbound.address,
        "at": inbound.at.isoformat(),
        "ref": fact.ref,
        "text": fact.text,
        "by": fact.by if isinstance(fact, Said) else None,
        "placeholder": fact.placeholder if isinstance(fact, Said) else None,
        "files": [
            {"ref": file.ref, "name": file.name, "type": file.type, "size": file.size}
            for file in fact.files
        ],
    }
    kind = "said" if said_by_youth else "echoed"
    return json.dumps({kind: told}, ensure_ascii=False).encode()


def read(body: bytes) -> Inbound:
    """Raises `Unreadable`, and nothing else."""
    whole = _parsed(body)
    ours = held(whole, "echoed")
    told = ours if ours is not None else held(whole, "said")
    address, ref = said(told, "address"), said(told, "ref")
    if told is None or not address or not ref:
        raise Unreadable("nobody's")
    files = tuple(_file(each) for each in listed(told, "files"))
    fact: Said | Echoed = Said(
        ref=Ref(ref),
        text=said(told, "text"),
        by=EmployeeId(said(told, "by")) if said(told, "by") else None,
        placeholder=said(told, "placeholder") or None,
        files=files,
    )
    if ours is not None:
        fact = Echoed(ref=Ref(ref), text=said(told, "text"), files=files)
    return Inbound(address=Address(address), at=_time(said(told, "at")), fact=fact)


def _file(told: object) -> File:
    if not said(told, "ref"):
        raise Unreadable("a file without a place")
    return File(
        ref=said(told, "ref"),
        name=said(told, "name") or "fil",
        type=said(told, "type") or "application/octet-stream",
        size=number(told, "size"),
    )


def _time(told: str) -> datetime:
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        raise Unreadable("no time") from None
    if at.tzinfo is None:
        raise Unreadable("no time zone")
    return at


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
