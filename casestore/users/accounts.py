"""Logging in with a password; failures are counted and lock the account for a while."""

from sqlalchemy import select

from casestore.edge import Writing
from casestore.users.passwords import NOBODY, matches
from casestore.users.rules import Attempts, as_login, failed, locked
from casestore.users.tables import User


async def log_in(writing: Writing, *, login: str, password: str) -> User | None:
    """Give whose password it is, or `None`. A locked account refuses the right one too."""
    found = await writing.session.execute(
        select(User).where(User.login == (as_login(login) or "")).with_for_update()
    )
    user = found.scalar_one_or_none()
    right = await matches(user.password if user else NOBODY, password)
    if user is None or not user.active:
        return None
    attempts = Attempts(failures=user.failures, locked_until=user.locked_until)
    if locked(attempts, writing.now):
        return None
    after = Attempts() if right else failed(attempts, writing.now)
    user.failures, user.locked_until = after.failures, after.locked_until
    return user if right else None
