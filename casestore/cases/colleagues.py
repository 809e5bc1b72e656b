"""The employees of a team: their names, and who of them a case can be shared with or handed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from casestore.access.rules import Action, Answer, Relation, decide
from casestore.edge import Reading, Writing
from casestore.users.rules import Role, employed
from casestore.users.tables import User

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Everybody who has or has had an account."""

    users: Mapping[str, User]

    def name(self, user: str) -> str:
        """Give somebody's name, or their id when they are not of this team."""
        return self.users[user].name if user in self.users else user

    def can_read(self, responsible: str, day: date) -> list[User]:
        """Give whom a case can be shared with from a day on."""
        return self._who(responsible, day, Action.CASE_READ, Relation.SHARED)

    def can_have(self, responsible: str, day: date) -> list[User]:
        """Give whom a case can be handed to on a day."""
        return self._who(responsible, day, Action.CASE_WRITE, Relation.OWN)

    def at_work(self, user: str, day: date) -> bool:
        """Say whether somebody is still one of us on a day."""
        found = self.users.get(user)
        return (
            found is not None
            and found.active
            and employed(found.employed_from, found.employed_until, day)
        )

    def _who(self, responsible: str, day: date, action: Action, relation: Relation) -> list[User]:
        return [
            user
            for user in self.users.values()
            if user.id != responsible
            and self.at_work(user.id, day)
            and decide(Role(user.role), action, relation) is Answer.ALLOWED
        ]


async def team_of(asking: Asking, team: str) -> Team:
    """Fetch the employees of a team, by name."""
    found = await asking.session.scalars(
        select(User).where(User.team == team).order_by(User.name, User.id)
    )
    return Team(users={user.id: user for user in found})


def away(today: date) -> ColumnElement[bool]:
    """Keep the accounts that let nobody in today: closed, or outside the employment (R50)."""
    return or_(User.active.is_(False), User.employed_from > today, User.employed_until < today)
