"""
Logging in: the password, the code of the second factor, and one's own new password.

Every wrong guess counts, of whichever of them, and locks the account for a while. The count ends
only with a log-in that is complete, so that who has the password cannot guess the code at leisure.
Rows of accounts are locked before the audit's head, here as everywhere.
"""

from sqlalchemy import ColumnElement, select

from casestore.audit.chain import note
from casestore.edge import Writing
from casestore.texts.phrases import _
from casestore.times import day_of
from casestore.users.passwords import NOBODY, hashed, matches
from casestore.users.rules import (
    AccountRefused,
    Attempts,
    Step,
    Way,
    as_login,
    employed,
    failed,
    locked,
    password_mistake,
)
from casestore.users.second_factor import begin_enrolment, enrolled, take_code
from casestore.users.sessions import WAY, LogInFirst, Visitor, begin, end, end_all
from casestore.users.tables import User


async def log_in(writing: Writing, *, login: str, password: str) -> User | None:
    """Give whose password it is, or `None`. A locked account refuses the right one too."""
    user = await locked_row(writing, User.login == (as_login(login) or ""))
    right = await matches(user.password if user else NOBODY, password)
    if user is None or not await let_in(writing, user, right=right, way=Way.PASSWORD):
        return None
    return user


async def let_in(writing: Writing, user: User, *, right: bool, way: Way) -> bool:
    """Say whether an account takes a log-in that is `right`, by whatever way it came."""
    if not user.active or not employed(
        user.employed_from, user.employed_until, day_of(writing.now)
    ):
        return False
    complete = way is Way.PROVIDER_STRONG or not enrolled(user)
    if not await tried(writing, user, right=right, complete=complete):
        return False
    if complete:
        await _noted(writing, user, second_factor=False, way=way)
    return True


async def give_code(writing: Writing, who: Visitor, code: str) -> str | None:
    """Complete a log-in, and give the secret of the session that takes over; `None` is refused."""
    user = await _own(writing, who)
    if who.step is not Step.CODE:
        raise LogInFirst("/")
    if not await tried(writing, user, right=await _code(writing, user, code), complete=True):
        return None
    await end(writing, who.secret)
    await _noted(writing, user, second_factor=True, way=who.way)
    return begin(writing, user.id, second_factor=True, way=who.way)


async def set_up(writing: Writing, who: Visitor) -> None:
    """Make the secret of a second factor; of one that is in use already nothing is changed."""
    user = await _own(writing, who)
    _not_before(who, Step.ENROL)
    if not enrolled(user):
        await begin_enrolment(writing, user)


async def put_to_use(writing: Writing, who: Visitor, code: str) -> str | None:
    """Ask for codes from now on, once one is right; give the secret of the session taking over."""
    user = await _own(writing, who)
    _not_before(who, Step.ENROL)
    if enrolled(user) or not await take_code(writing, user, code):
        return None
    user.totp_since = writing.now
    await end(writing, who.secret)
    await note(writing, "account.second_factor_on", by=user.id, of=user.id)
    return begin(writing, user.id, second_factor=True, way=who.way)


async def change_password(writing: Writing, who: Visitor, *, old: str, new: str, again: str) -> str:
    """Set one's own password; every session ends, and the secret of a new one is given."""
    user = await _own(writing, who)
    _not_before(who, Step.PASSWORD)
    right = await matches(user.password, old)
    if not await tried(writing, user, right=right, complete=right):
        raise AccountRefused(_("Passordet stemmer ikke, eller kontoen er låst en stund."), "old")
    if mistake := password_mistake(new, login=user.login):
        raise AccountRefused(mistake, "new")
    if new == old:
        raise AccountRefused(_("Det nye passordet må være et annet enn det gamle."), "new")
    if new != again:
        raise AccountRefused(_("De to nye passordene er ikke like."), "again")
    user.password, user.password_temporary = await hashed(new), False
    await end_all(writing, user.id)
    await note(writing, "account.password_changed", by=user.id, of=user.id)
    return begin(writing, user.id, second_factor=enrolled(user), way=who.way)


async def password_again(writing: Writing, who: Visitor, password: str) -> bool:
    """Say whether who is logged in knows their password still; a wrong one counts as ever."""
    user = await _own(writing, who)
    right = await matches(user.password, password)
    return await tried(writing, user, right=right, complete=right)


ORDER = (Step.CODE, Step.PASSWORD, Step.ENROL)


def _not_before(who: Visitor, step: Step) -> None:
    """Lead on who must take an earlier step first."""
    if who.step is not None and ORDER.index(who.step) < ORDER.index(step):
        raise LogInFirst(WAY[who.step])


async def _noted(writing: Writing, user: User, *, second_factor: bool, way: Way) -> None:
    await note(
        writing, "account.log_in", by=user.id, of=user.id, second_factor=second_factor, way=way
    )


async def _code(writing: Writing, user: User, code: str) -> bool:
    # A locked account does not even use the code up.
    shut = locked(_attempts(user), writing.now)
    return not shut and await take_code(writing, user, code)


async def tried(writing: Writing, user: User, *, right: bool, complete: bool) -> bool:
    """Count an attempt, and say whether it is let through."""
    attempts = _attempts(user)
    if locked(attempts, writing.now):
        return False
    if right and not complete:
        return True
    after = Attempts() if right else failed(attempts, writing.now)
    user.failures, user.locked_until = after.failures, after.locked_until
    if after.locked_until is not None:
        await note(writing, "account.locked", by=user.id, of=user.id)
    return right


def _attempts(user: User) -> Attempts:
    return Attempts(failures=user.failures, locked_until=user.locked_until)


async def _own(writing: Writing, who: Visitor) -> User:
    user = await locked_row(writing, User.id == who.id)
    if user is None or not user.active:
        raise LogInFirst
    return user


async def locked_row(writing: Writing, which: ColumnElement[bool]) -> User | None:
    """Give an account, locked until the transaction ends."""
    # Without the key: what others write meanwhile may still point at the account.
    found = await writing.session.execute(select(User).where(which).with_for_update(key_share=True))
    return found.scalar_one_or_none()
