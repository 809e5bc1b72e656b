"""
Where a request meets the table of `casestore.access.rules`.

Every route says what it asks for with `asks(…)`; who may never do that is turned away at the
door. What is asked for of something in particular is decided again, by `permit`, when it is
known whose it is.
"""

from typing import Annotated, Final, Never

from fastapi import Depends, Request
from typing_extensions import override

from casestore.access.rules import Action, Answer, Relation, decide, ever
from casestore.edge import StoreNow, bridge_only
from casestore.problems import Problem
from casestore.users.sessions import ArrivingNow, Visitor, VisitorNow, arriving, visitor

STATUS: Final = {Answer.REFUSED: (403, "not-allowed"), Answer.INVISIBLE: (404, "not-found")}


async def employee_or_bridge(request: Request, store: StoreNow) -> Visitor | None:
    """Give who is logged in, or None when it is the bridge that asks."""
    if "authorization" not in request.headers:
        return await visitor(await arriving(request, store))
    bridge_only(request, store)
    return None


class Asks:
    """The dependency of a route that asks for any of these actions; gives who is asking."""

    def __init__(self, *actions: Action) -> None:
        self.actions = actions

    async def __call__(self, request: Request, who: VisitorNow) -> Visitor:
        """Turn away who may do none of it, to anything."""
        request.state.who = self._let_in(who)
        return who

    def _let_in(self, who: Visitor) -> Visitor:
        answers = {ever(who.role, action) for action in self.actions}
        if Answer.ALLOWED not in answers:
            _turn_away(Answer.REFUSED if Answer.REFUSED in answers else Answer.INVISIBLE)
        return who


class AsksAtTheDoor(Asks):
    """The same, of a route that is open to who is not logged in all the way yet."""

    @override
    async def __call__(self, request: Request, who: ArrivingNow) -> Visitor:
        """Turn away who may do none of it; who still has a step to take is let in."""
        request.state.who = self._let_in(who)
        return who


class AsksOrIsTheBridge(Asks):
    """The same, of a route that is open to the bridge too, which is nobody in particular."""

    @override
    async def __call__(  # type: ignore[override]  # nobody is also an answer
        self, request: Request, who: Annotated[Visitor | None, Depends(employee_or_bridge)]
    ) -> Visitor | None:
        """Turn away whom neither a session nor the credential lets in."""
        return None if who is None else self._let_in(who)


def permit(who: Visitor, action: Action, relation: Relation = Relation.TEAM) -> None:
    """Let through what the table allows; raise a 403 or a 404 otherwise."""
    answer = decide(who.role, action, relation)
    if answer is not Answer.ALLOWED:
        _turn_away(answer)


def may(who: Visitor, action: Action, relation: Relation = Relation.TEAM) -> bool:
    """Say whether the table allows it: for what a page offers."""
    return decide(who.role, action, relation) is Answer.ALLOWED


def ever_may(who: Visitor, action: Action) -> bool:
    """Say whether the table ever allows it to somebody of this role: for menus."""
    return ever(who.role, action) is Answer.ALLOWED


def _turn_away(answer: Answer) -> Never:
    status, code = STATUS[answer]
    raise Problem(status, code)
