"""What the rules want to know of a proposal, found in the database."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from casestore.access.relations import cases_for
from casestore.access.rules import Action
from casestore.cases.tables import Case
from casestore.edge import Writing
from casestore.joins.rules import Facts, Status, number_in
from casestore.joins.tables import Join
from casestore.joins.words import typed_of
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.times import day_of
from casestore.users.rules import employed
from casestore.users.sessions import Visitor, role_today
from casestore.users.tables import User


async def facts_of(writing: Writing, join: Join, *, said_yes: bool = False) -> Facts:
    """Find all that decides about it now; its case is found anew."""
    owners = await persons_of(writing, [join.thread, join.into])
    person = owners.get(join.into)
    standing = await _joined(writing, join)
    case = await _case(writing, join)
    join.case = None if case is None else case.id
    own = case is not None and person is not None and await _root(writing, case) == person
    return Facts(
        into=join.into,
        thread_is_in=next((row.into for row in standing if row.thread == join.thread), None),
        into_is_in=next((row.into for row in standing if row.thread == join.into), None),
        thread_has=any(row.into == join.thread for row in standing),
        persons=(owners.get(join.thread), person),
        case=own,
        may_see=own and await _may_see(writing, join),
        said_yes=said_yes,
    )


async def persons_of(writing: Writing, threads: Sequence[str]) -> dict[str, str | None]:
    """Give whose each thread is, as the one they were merged into; None for nobody's."""
    rows = await writing.session.execute(
        select(Thread.id, func.coalesce(Person.merged_into, Person.id))
        .outerjoin(Person, Person.id == Thread.person)
        .where(Thread.id.in_(threads))
    )
    return dict(rows.all())


async def _joined(writing: Writing, join: Join) -> Sequence[Join]:
    """The others that stand joined, and have to do with either of the two."""
    both = (join.thread, join.into)
    found = await writing.session.scalars(
        select(Join).where(
            Join.status == Status.JOINED,
            Join.id != join.id,
            or_(Join.thread.in_(both), Join.into.in_(both)),
        )
    )
    return found.all()


async def _case(writing: Writing, join: Join) -> Case | None:
    number = number_in(await typed_of(writing, join))
    case: Case | None = await writing.session.scalar(
        select(Case).where(Case.team == writing.team, Case.number == number)
    )
    return case


async def _root(writing: Writing, case: Case) -> str | None:
    found: str | None = await writing.session.scalar(
        select(func.coalesce(Person.merged_into, Person.id)).where(Person.id == case.person)
    )
    return found


async def _may_see(writing: Writing, join: Join) -> bool:
    """Whether the proposer may read the case today, in the role they have today."""
    user = await writing.session.get_one(User, join.proposed_by)
    today = day_of(writing.now)
    if not user.active or not employed(user.employed_from, user.employed_until, today):
        return False
    role = await role_today(writing.session, user, today)
    who = Visitor(id=user.id, name=user.name, role=role, team=user.team, secret="")
    found = await writing.session.scalar(
        select(Case.id).where(Case.id == join.case, cases_for(writing, who, Action.CASE_READ))
    )
    return found is not None
