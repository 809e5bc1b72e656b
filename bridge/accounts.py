"""
Whom the bridge speaks with besides the youths, and as whom: the case store, the workspace, and
what keeps its keys.

A channel reads its own (`bridge.ports.platform`). Slack is off (None) when nothing of it is set;
of which something is set and something else is missing, it is a mistake, for silence would look
like a quiet day.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bridge.domain.ids import Room
from bridge.environment import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    bot_token: str = field(repr=False)
    room: Room
    leader_room: Room | None = None
    """Where the team leader reads what is given to them."""
    app_token: str | None = field(default=None, repr=False)
    """Socket Mode when set; signed HTTP otherwise."""
    signing_secret: str | None = field(default=None, repr=False)
    admin_token: str | None = field(default=None, repr=False)
    """Without it replies are modal-only, and what people type is deleted by hand."""
    api_url: str = "https://slack.com/api/"
    retention_confirmed_on: date | None = None
    """When the operator checked that the workspace keeps no revisions; None: it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStoreSettings:
    url: str | None = None
    """None: the case store runs in this process."""
    token: str | None = field(default=None, repr=False)
    ca: Path | None = None
    """Who vouches for its certificate, when not the system's own list."""
    two_factors: bool = True
    """Whether one in this process asks team leaders for a code as well as a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    """The PKCS#11 token that keeps the keys, where no file does."""

    module: Path
    """The library through which it is reached; its maker's."""
    token: str
    pin: str = field(repr=False)


def read_token(e: Environment) -> TokenSettings | None:
    """All of it or nothing: keys would else be made in a file, and nobody would know."""
    module, token, pin = e.text("HSM__MODULE"), e.text("HSM__TOKEN"), e.secret("HSM__PIN")
    if not (module or token or pin or e.any("HSM__")):
        return None
    why = "something else for PKCS#11 is set"
    if module is not None and not Path(module).is_file():
        e.wrong("HSM__MODULE", "names a file that is not there")
    return TokenSettings(
        module=Path(e.needed("HSM__MODULE", module, why)),
        token=e.needed("HSM__TOKEN", token, why),
        pin=e.needed("HSM__PIN", pin, why),
    )


def read_casestore(e: Environment) -> CaseStoreSettings:
    url, token, ca = e.url("CASESTORE__URL"), e.secret("CASESTORE__TOKEN"), e.text("CASESTORE__CA")
    if url is not None:
        e.needed("CASESTORE__TOKEN", token, "the case store at UTEBRU_CASESTORE__URL asks for it")
    if ca is not None and not Path(ca).is_file():
        e.wrong("CASESTORE__CA", "names a file that is not there")
    second = e.one_of("CASESTORE__SECOND_FACTOR", ("required", "optional"), "required")
    return CaseStoreSettings(
        url=url, token=token, ca=Path(ca) if ca else None, two_factors=second == "required"
    )


def read_slack(e: Environment) -> SlackSettings | None:
    bot, admin = e.secret("SLACK__BOT_TOKEN"), e.secret("SLACK__ADMIN_TOKEN")
    app, signing = e.secret("SLACK__APP_TOKEN"), e.secret("SLACK__SIGNING_SECRET")
    if not (bot or admin or app or signing or e.any("SLACK__")):
        return None
    if app is None and signing is None:
        e.wrong("SLACK__APP_TOKEN", "or UTEBRU_SLACK__SIGNING_SECRET is missing: nothing is heard")
    why = "something else for Slack is set"
    leader, room = e.text("SLACK__LEADER_ROOM"), e.needed("SLACK__ROOM", e.text("SLACK__ROOM"), why)
    if leader == room:
        e.wrong("SLACK__LEADER_ROOM", "must be another room than UTEBRU_SLACK__ROOM")
    return SlackSettings(
        bot_token=e.needed("SLACK__BOT_TOKEN", bot, why),
        room=Room(room),
        leader_room=Room(leader) if leader else None,
        app_token=app,
        signing_secret=signing,
        admin_token=admin,
        # The client joins method names to it as they are.
        api_url=(e.url("SLACK__API_URL") or "https://slack.com/api").rstrip("/") + "/",
        retention_confirmed_on=e.day("SLACK__RETENTION_CONFIRMED_ON"),
    )
