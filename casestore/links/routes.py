"""Employees as the bridge may know them, and the tie between one and a Slack account."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import select
from starlette.responses import JSONResponse

from casestore.access.rules import Action, Answer, decide
from casestore.answers import Given, JsonRoute, also
from casestore.edge import Reading, ReadingNow, Writing, WritingNow, bridge_only
from casestore.keyring import seal, unseal
from casestore.links.answers import Employees, EmployeeTold, LinkState
from casestore.links.rules import Guesses, as_typed, guessed_wrong, too_many
from casestore.links.tables import LinkCode, LinkGuard, SlackLink
from casestore.problems import problem_response
from casestore.received import Agreed, Received, received
from casestore.threads.keys import TEAM, fingerprint, known_key, owned_key
from casestore.times import day_of
from casestore.users.rules import Role, employed
from casestore.users.sessions import role_today
from casestore.users.tables import User

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)


class Tie(Agreed):
    """The code that an employee has typed in Slack, and where they typed it."""

    code: str = Field(min_length=1, max_length=20, repr=False)
    slack_user: str = Field(pattern=r"^[A-Z0-9]{1,40}$", repr=False)


@router.get("/employees")
async def employees(reading: ReadingNow) -> Given[Employees]:
    """Give ids, roles today and Slack ids; names never leave. Active is employed today (R50)."""
    rows = await reading.session.execute(
        select(User, SlackLink)
        .outerjoin(SlackLink, SlackLink.user == User.id)
        .order_by(User.created_at, User.id)
    )
    found = list(rows)
    key = await known_key(reading, TEAM)
    return Given(
        Employees(
            employees=[
                EmployeeTold(
                    id=user.id,
                    role=await _role(reading, user),
                    active=await _active(reading, user),
                    slack_user=_slack_user(key, link),
                )
                for user, link in found
            ]
        )
    )


@router.post("/links", responses=also(404, 429))
async def tie(
    body: Annotated[Received[Tie], Depends(received(Tie))], writing: WritingNow
) -> Given[LinkState] | JSONResponse:
    """Tie a Slack account to the employee whose code it is; wrong codes are counted."""
    session = writing.session
    guard = (await session.execute(select(LinkGuard).with_for_update())).scalar_one()
    guesses = Guesses(since=guard.since, wrong=guard.wrong)
    if too_many(guesses, writing.now):
        return problem_response(429, "too-many-codes", headers={"Retry-After": "600"})
    slack_hash = fingerprint(writing.store, b"slack", body.said.slack_user.encode())
    code = await session.get(LinkCode, _code_hash(writing, body.said.code))
    user = await session.get(User, code.user) if code else None
    active = user is not None and await _active(writing, user)
    usable = active and code is not None and writing.now < code.expires_at
    if code is None or user is None or not usable or code.used_by not in {None, slack_hash}:
        after = guessed_wrong(guesses, writing.now)
        guard.since, guard.wrong = after.since, after.wrong
        return problem_response(404, "unknown-code")
    if not await _tied(writing, user, body.said.slack_user, slack_hash):
        return problem_response(409, "already-linked")
    code.used_by = slack_hash
    return Given(LinkState(employee=user.id, role=await _role(writing, user)))


async def _active(asking: Reading | Writing, user: User) -> bool:
    """Say whether somebody may speak with a youth today: employed (R50), and in such a role."""
    today = day_of(asking.now)
    if not user.active or not employed(user.employed_from, user.employed_until, today):
        return False
    role = await role_today(asking.session, user, today)
    return decide(role, Action.CONTACT_REGISTER) is Answer.ALLOWED


async def _role(asking: Reading | Writing, user: User) -> Role:
    """Give the role as the bridge knows roles: who stands in for the team leader leads."""
    role = await role_today(asking.session, user, day_of(asking.now))
    return Role.TEAM_LEADER if role is Role.DEPUTY else role


async def _tied(writing: Writing, user: User, slack_user: str, slack_hash: bytes) -> bool:
    taken = await writing.session.scalar(
        select(SlackLink).where((SlackLink.slack_hash == slack_hash) | (SlackLink.user == user.id))
    )
    if taken is not None:
        return taken.user == user.id and taken.slack_hash == slack_hash
    key = await owned_key(writing, TEAM)
    writing.session.add(
        SlackLink(
            user=user.id,
            team=writing.team,
            slack_user=seal(key, slack_user.encode(), bound_to=f"slack_links/{user.id}"),
            slack_hash=slack_hash,
            linked_at=writing.now,
        )
    )
    return True


def _slack_user(key: bytes, link: SlackLink | None) -> str | None:
    if link is None:
        return None
    return unseal(key, link.slack_user, bound_to=f"slack_links/{link.user}").decode()


def _code_hash(writing: Writing, code: str) -> bytes:
    return fingerprint(writing.store, b"code", as_typed(code).encode())
