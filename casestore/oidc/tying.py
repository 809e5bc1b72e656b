"""
Which account is whose at the municipality's log-in.

An employee ties their own, once, by going there; nobody is matched by name or e-mail, and no
account is made. What is kept is a keyed hash of issuer and subject: it recognises them again, it
is unique, and it tells nobody who reads the table anything. Another issuer knows nobody here.
"""

from sqlalchemy import select

from casestore.access.changing import By, changed, locked_team, one_of
from casestore.edge import Store, Writing
from casestore.oidc.attempts import Back
from casestore.oidc.rules import NotLetIn, Proved, Refusal
from casestore.oidc.settings import OidcSettings
from casestore.texts.phrases import _
from casestore.threads.keys import fingerprint
from casestore.users.accounts import let_in, locked_row
from casestore.users.rules import AccountRefused, Role, Way
from casestore.users.sessions import LogInFirst, Visitor, end_all, logged_in, step_of
from casestore.users.tables import User


def mark_of(store: Store, settings: OidcSettings, proved: Proved) -> str:
    """Recognise somebody again."""
    parts = (b"oidc", settings.issuer.encode(), proved.subject.encode("utf-8", "surrogatepass"))
    return fingerprint(store, *parts).hex()


async def let_in_tied(writing: Writing, mark: str, *, strong: bool) -> tuple[User, Way]:
    """Give whose account is tied to whom the provider has proved; raises `NotLetIn`."""
    way = Way.PROVIDER_STRONG if strong else Way.PROVIDER
    user = await locked_row(writing, User.oidc_subject == mark)
    if user is None or user.team != writing.team:
        raise NotLetIn(Refusal.UNKNOWN)
    if not await let_in(writing, user, right=True, way=way):
        raise NotLetIn(Refusal.SHUT)
    return user, way


async def tie(writing: Writing, back: Back, mark: str) -> None:
    """Tie the account of who began it, who must be logged in still; raises `NotLetIn`."""
    await locked_team(writing, By())
    try:
        row, user = await logged_in(writing.session, back.session_hash, writing.now)
    except LogInFirst:
        raise NotLetIn(Refusal.LEFT) from None
    if await step_of(writing, user, row) is not None:
        raise NotLetIn(Refusal.LEFT)
    taken = await writing.session.scalar(select(User.id).where(User.oidc_subject == mark))
    if taken is not None or user.oidc_subject is not None:
        raise NotLetIn(Refusal.TAKEN)
    user.oidc_subject, user.oidc_since = mark, writing.now
    who = Visitor(id=user.id, name=user.name, role=Role(user.role), team=user.team, secret="")
    await changed(writing, By(who=who), user, "account.tied")


async def untie(writing: Writing, by: By, user: str) -> None:
    """Take somebody's tie away, and log them out everywhere."""
    await _loosened(writing, by, one_of(await locked_team(writing, by), user))


async def untie_own(writing: Writing, who: Visitor, reason: str) -> None:
    """Take one's own tie away, and log out everywhere else."""
    by = By(who=who, reason=reason.strip())
    team = await locked_team(writing, By())
    if not by.reason:
        raise AccountRefused(_("Skriv hvorfor."), "reason")
    await _loosened(writing, by, one_of(team, who.id), but=who)


async def _loosened(writing: Writing, by: By, user: User, *, but: Visitor | None = None) -> None:
    if user.oidc_subject is None:
        return
    user.oidc_subject, user.oidc_since = None, None
    await end_all(writing, user.id, but=but)
    await changed(writing, by, user, "account.untied")
