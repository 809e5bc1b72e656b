"""
The second factor: six digits that the employee's own telephone reckons out (TOTP, RFC 6238).

The secret lies encrypted under the team's key and is shown only while it is being set up. A
code counts in its own half minute and in the one on either side, and never twice.
"""

import hmac
import re
from datetime import datetime
from typing import Final

import pyotp
from markupsafe import Markup

from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, seal, unseal
from casestore.threads.keys import TEAM, known_key, owned_key
from casestore.users.tables import User

SECONDS: Final = 30
DRIFT: Final = 1
"""In steps of 30 seconds: how far a telephone's clock may be from ours."""
ISSUER: Final = "Utebru"
_CODE: Final = re.compile(r"[0-9]{6}", re.ASCII)


def enrolled(user: User) -> bool:
    """Say whether this account asks for a code; a secret that is only being set up does not."""
    return user.totp_since is not None


def matching_step(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """Give the step that a code is of, when it is near enough to now and later than `after`."""
    typed = re.sub(r"\s", "", code)
    if not _CODE.fullmatch(typed):
        return None
    present = int(now.timestamp()) // SECONDS
    made = pyotp.TOTP(secret, interval=SECONDS)
    found = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if hmac.compare_digest(made.generate_otp(step), typed) and step > after
    ]
    return found[0] if found else None


async def begin_enrolment(writing: Writing, user: User) -> None:
    """Make a new secret; it counts for nothing until a code of it has been given."""
    secret = pyotp.random_base32()
    key = await owned_key(writing, TEAM)
    user.totp = seal(key, secret.encode(), bound_to=_place(user))
    user.totp_since = None


async def take_code(writing: Writing, user: User, code: str) -> bool:
    """Say whether the code is right, and use its step up. The caller has locked the account."""
    secret = await secret_of(writing, user)
    if secret is None:
        return False
    step = matching_step(secret, code, now=writing.now, after=user.totp_step)
    if step is None:
        return False
    user.totp_step = step
    return True


async def secret_of(asking: Reading | Writing, user: User) -> str | None:
    """Decrypt the secret; `None` when there is none, or it is damaged: then no code is right."""
    if user.totp is None:
        return None
    try:
        return unseal(await known_key(asking, TEAM), user.totp, bound_to=_place(user)).decode()
    except Unreadable:
        return None


def forget(user: User) -> None:
    """Take the second factor away. The last step stays, so that no old code comes back."""
    user.totp = user.totp_since = None


def picture(secret: str, login: str) -> Markup:
    """Draw what the telephone reads, as markup for our own page: nothing is fetched."""
    uri = pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=login, issuer_name=ISSUER)
    import segno  # one page draws

    drawn = segno.make_qr(uri, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704  (drawn by the library from an address of our own)


def _place(user: User) -> str:
    return f"users/{user.id}/totp"
