"""What to send to each route when the access table is tried, by the name of the field."""

import base64
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final, Protocol

from casestore.consents.texts import newest_first
from tests.casestore.matrix_world import PICTURE, Thing, World

NOT_THERE: Final = "x_not_there_00000000"
_number = count()


class Asked(Protocol):
    """As much of a route as is needed to say what to send to it."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...


Value = Callable[[World, Thing], Any]


def of(name: str) -> Value:
    """The id of this name, of the youth in question."""
    return lambda _, thing: thing.ids.get(name, NOT_THERE)


def alone(name: str) -> Value:
    """The id of something that is no youth's."""
    return lambda world, _: world.alone.get(name, NOT_THERE)


def always(value: Any) -> Value:
    return lambda _world, _thing: value


def fresh(_world: World, _thing: Thing) -> str:
    """An id that nothing has yet."""
    return f"x_{next(_number):024d}"


PATH: Final[Mapping[str, Value]] = {
    "case_id": of("case"),
    "person_id": of("person"),
    "conversation": of("conversation"),
    "attachment_id": of("attachment"),
    "thread": of("thread"),
    "note_id": of("note"),
    "share_id": of("share"),
    "party_id": of("party"),
    "concern_id": of("concern"),
    "decision_id": of("decision"),
    "hold_id": of("hold"),
    "join_id": of("join"),
    "merge_id": of("merge"),
    "omission_id": of("omission"),
    "registration_id": of("registration"),
    "picture_id": of("picture"),
    "file_id": of("file"),
}
"""The names in addresses, and those of fields, that point at a youth."""

BODY: Final[Mapping[tuple[str, str, str], Value]] = {
    ("POST", "/cases", "person"): of("person"),
    ("POST", "/api/cases", "person"): of("person"),
    ("GET", "/people/{its_id}", "its_id"): of("person"),
    ("GET", "/people/{its_id}/edit", "its_id"): of("person"),
    ("POST", "/people/{its_id}/edit", "its_id"): of("person"),
    ("GET", "/people/{its_id}/merge", "its_id"): of("person"),
    ("POST", "/people/{its_id}/merge", "its_id"): of("person"),
    ("POST", "/people/{its_id}/merges/{merge_id}/undo", "its_id"): of("person"),
    ("POST", "/people/{its_id}/threads/{thread}/untie", "its_id"): of("person"),
    ("POST", "/api/deletions", "target"): of("note"),
    ("POST", "/api/deletions/restrictions", "person"): of("person"),
    ("POST", "/api/deletions/holds", "person"): of("person"),
}
"""Where one name means another thing on this route only."""

FILES: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("POST", "/people/{person_id}/consents"): {
        "id": "x_paper_0000000000000001", "edition": "", "purpose": "journal",
        "signed_on": "2026-11-02",
    },
    ("POST", "/registrations"): {
        "id": "x_by_hand_00000000000001", "whose": "new", "by": "youth",
        "said_at": "2026-11-03T12:00", "text": "Er det noen der?",
    },
}  # fmt: skip
"""Forms that carry a file, with what else stands in them."""

TIME: Final = "2026-11-02T12:00:00.000Z"

FIELDS: Final[Mapping[str, Value]] = {
    "about": always("Rev"),
    "about_whom": always("Rev"),
    "affected": of("person"),
    "again": always("et nytt og langt passord"),
    "age": always(16),
    "age_band": always(None),
    "alias": always("Rød rev"),
    "answers": always(""),
    "at": always("2026-11-02T12:00"),
    "at_once": always(""),
    "basis": always("duty_to_report"),
    "begins": always("2026-11-03"),
    "born": always("2010-05-17"),
    "case": of("case"),
    "chain": always("audit"),
    "channel": always("phone"),
    "code": always("123456"),
    "comment": always("Gått gjennom."),
    "consent": always(None),
    "contact": always("ringes"),
    "contact_id": alone("contact"),
    "corrects": always(None),
    "day": always("2026-11-03"),
    "deed": always("unlock"),
    "digits": always("0" * 64),
    "do": always("finish"),
    "edition": always(newest_first()[0].id),
    "ends": always("2026-12-31"),
    "entry": always(""),
    "file": always(base64.b64encode(PICTURE).decode()),
    "file_name": always("samtykke.png"),
    "finish": always(True),
    "found_at": always(TIME),
    "from_day": always("2026-11-03"),
    "grant": alone("grant"),
    "guardian": always(None),
    "happened": always("En telefon ble borte."),
    "happened_at": always(TIME),
    "hour": always(10),
    "how": always("paper"),
    "id": fresh,
    "identity": always("known"),
    "incident_id": alone("incident"),
    "its_id": fresh,
    "kind": always("talk"),
    "language": always(""),
    "login": always("nina"),
    "maturity": always("Hun forstår hva det gjelder."),
    "minutes": always(20),
    "n": always("1"),
    "name": always("Kari"),
    "new": always("et nytt og langt passord"),
    "note": always("Snakket med ungdommen."),
    "of": of("note"),
    "old": always("et gammelt passord"),
    "open_case": always(""),
    "other": of("person"),
    "other_version": always(1),
    "password": always("korrekt hest batteri"),
    "person": of("person"),
    "position": always(""),
    "purpose": always("journal"),
    "purposes": always(["journal"]),
    "query": always("skole"),
    "reason": always("Fordi det trengs."),
    "receiver": always("child_welfare"),
    "reference": always(""),
    "role": always("school"),
    "said": always("Han sa stopp."),
    "same": always("no"),
    "seen": always("0" * 64),
    "sent": always(""),
    "sent_at": always("2026-11-02T12:00"),
    "severity": always("risk"),
    "signed_at": always(None),
    "signed_on": always("2026-11-02"),
    "step": always("note"),
    "target_kind": always("note"),
    "task_id": alone("task"),
    "text": always("rev"),
    "title": always("Skole"),
    "to": alone("colleague"),
    "told": always("yes"),
    "topics": always(["school"]),
    "understood": always("yes"),
    "until_day": always("2026-11-10"),
    "user": alone("colleague"),
    "version": always(1),
    "ways": always(""),
    "what": always("Det som ble sendt."),
    "why": always("Skrivefeil."),
    "why_not": always(""),
    "words": always("Vi snakket litt."),
}

JSON: Final[Mapping[str, Value]] = {
    "affected": lambda world, thing: [of("person")(world, thing)],
    "at": always(TIME),
    "other": always(""),
    "same": always(False),
    "sent_at": always(TIME),
    "told": always(True),
    "ways": always([]),
}
"""Where JSON wants another shape than a form."""

DELETE: Final[Mapping[str, Value]] = {
    "kind": always("delete_mistake"),
    "basis": always("wrong_person"),
}
RESTRICT: Final[Mapping[str, Value]] = {
    "kind": always("restrict"),
    "basis": always("accuracy_contested"),
}

ONLY: Final[Mapping[tuple[str, str], Mapping[str, Value]]] = {
    ("POST", "/api/people/{person_id}/consents"): {
        "purposes": always({"journal": None}),
        "guardian": always({"needed": False, "who": "", "how": ""}),
        "signed_at": always(""),
    },
    ("POST", "/journal/{conversation}/case"): {"to": of("case"), "case_id": of("case")},
    ("POST", "/journal/{conversation}/move"): {"to": of("person")},
    ("POST", "/notes/{note_id}/additions"): {"kind": always("statement")},
    ("POST", "/api/notes/{note_id}/additions"): {"kind": always("statement")},
    ("POST", "/api/deletions"): DELETE,
    ("POST", "/journal/{conversation}/deletion"): DELETE,
    ("POST", "/notes/{note_id}/deletion"): DELETE,
    ("POST", "/people/{person_id}/deletion"): DELETE,
    ("POST", "/people/{person_id}/restriction"): RESTRICT,
    ("POST", "/api/deletions/restrictions"): RESTRICT,
    ("POST", "/people/{person_id}/journal-access/omissions"): {
        "of": of("conversation"),
        "position": always("0"),
        "reason": always("private"),
    },
    ("POST", "/api/people/{person_id}/withdrawals"): {"words": always("")},
    ("POST", "/api/concerns"): {"person": always(None), "conversation": always(None)},
    ("POST", "/concerns"): {"person": always(""), "other": always("")},
    ("POST", "/api/people/{person_id}/merge"): {"other": of("person")},
    ("POST", "/api/cases/{case_id}/shares"): {"reason": always("Vikarierer.")},
}
"""Where one route wants something else under a name."""


def fill(route: Asked, name: str, world: World, thing: Thing) -> Any:
    """Give what to send; a field that nobody has said anything of stops the test."""
    only = ONLY.get((route.method, route.path), {})
    value = only.get(name) or BODY.get((route.method, route.path, name))
    if value is None and f"{{{name}}}" in route.path:
        value = PATH.get(name, FIELDS.get(name))
    elif value is None and route.path.startswith("/api/"):
        value = JSON.get(name)
    value = value or FIELDS.get(name) or PATH.get(name)
    if value is None:
        raise LookupError(f"say what to send as {name!r} to {route.method} {route.path}")
    return value(world, thing)
