"""
With which statuses a route can refuse, from what it depends on.

    asks for an action         401, 503, and what the table of access can answer: 403, 404
    the bridge's credential    401
    the form token, same site  403
    anything that is checked   422
    a JSON body                400, 413, 415, 422
    a file                     413
    the database               503
    a write                    409
    a write that is done once  400, 409, 422
    a version                  412, 428

What only one route can say is said there (`responses=also(…)`). An internal error is no part of
what is agreed, and is not described.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from casestore.access.rules import Action, Answer, decide, ever, relations
from casestore.edge import reading_edge, writing_edge
from casestore.ids import ID_PATTERN
from casestore.openapi.reading_routes import Read
from casestore.users.rules import Role

STATUS: Final = {Answer.REFUSED: 403, Answer.INVISIBLE: 404}


GIVES: Final[Sequence[tuple[Callable[[Read], object], tuple[int, ...]]]] = (
    (lambda read: read.is_the_bridges, (401,)),
    (lambda read: read.actions, (401, 503)),
    (lambda read: read.has_form_token or read.is_guarded_against_other_sites, (403,)),
    (lambda read: read.parameters or read.has_form_token, (422,)),
    (lambda read: read.body, (400, 413, 415, 422)),
    (lambda read: read.file, (413,)),
    (lambda read: {reading_edge, writing_edge} & set(read.calls), (503,)),
    (lambda read: read.writes and writing_edge in read.calls, (409,)),
    (lambda read: read.is_once, (400, 409, 422)),
    (lambda read: read.needs_version, (412, 428)),
)


def refusals(read: Read) -> list[int]:
    """Give the statuses, in order."""
    only_here = (int(status) for status in read.route.responses)
    follows = (status for holds, given in GIVES if holds(read) for status in given)
    return sorted({*follows, *_by_the_table(read), *only_here})


def _by_the_table(read: Read) -> Iterator[int]:
    if not read.actions:
        return
    of_something = "{" in read.route.path or _names_something(read)
    if of_something:
        yield 404
    for action in read.actions:
        for role in Role:
            for answer in _answers(role, action, of_something=of_something):
                if answer in STATUS:
                    yield STATUS[answer]


def _answers(role: Role, action: Action, *, of_something: bool) -> set[Answer]:
    if not of_something:
        return {ever(role, action)}
    return {decide(role, action, relation) for relation in relations(action)}


def _names_something(read: Read) -> bool:
    """Say whether the body names something that may not be there; `id` is minted by the sender."""
    schema = read.body.adapter.json_schema() if read.body else {}
    told = schema.get("properties", {})
    return any(_is_an_id(part) for name, part in told.items() if name != "id")


def _is_an_id(schema: dict[str, Any]) -> bool:
    inside = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]
    return schema.get("pattern") == ID_PATTERN or any(_is_an_id(each) for each in inside)
