"""Asking everything around us how it is. Each check says what went wrong, and none raises."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy.exc import SQLAlchemyError

from bots.registry import (
    MetaAccount,
    MetaChannel,
    Mode,
    OutlookAccount,
    SlackProbe,
    SlackWorkspace,
    TelegramAccount,
    TelegramChannel,
    telegram_webhook,
)
from bridge.accounts import SlackSettings
from bridge.casefile import open_case_record
from bridge.chance import WallClock
from bridge.doctor.around import account, asides
from bridge.doctor.facts import (
    AtMeta,
    Database,
    Facts,
    Hook,
    MunicipalLogIn,
    Outlook,
    Slack,
    Store,
    Telegram,
)
from bridge.doctor.keys import keys
from bridge.domain.delivery import Reason
from bridge.ports import Employee, RecordRefused, RecordUnreachable, SendFailed
from bridge.settings import Settings
from bridge.vault.database import NotDurable, examined

LEADER = "team_leader"

T = TypeVar("T")


async def asked(settings: Settings, *, casestore_url: str, casestore_token: str) -> Facts:
    """Everything at once; `casestore_url` is the settings', or that of one in this process."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database, (store, employees), telegram, meta, outlook, slack = await asyncio.gather(
        _database(settings.database_url),
        _store(settings, casestore_url, casestore_token),
        _telegram(settings.platforms.get("telegram")),
        _meta(settings.platforms.get("meta")),
        _outlook(settings.platforms.get("outlook")),
        _slack(settings.slack),
    )
    around = await asides(settings, slack, employees)
    return Facts(
        database=database,
        keys=keys(settings),
        store=store,
        telegram=telegram,
        messenger=meta.get("messenger"),
        instagram=meta.get("instagram"),
        whatsapp=meta.get("whatsapp"),
        outlook=outlook,
        asides=around,
        by_hand=tuple(name for name in ("snapchat",) if name in settings.platforms),
        slack=slack and await _with_strangers(slack, settings, employees),
    )


async def _database(url: str) -> Database:
    kind = url.partition("+")[0]
    try:
        await examined(url)
    except NotDurable as weak:
        return Database(kind=kind, weak=str(weak))
    except (SQLAlchemyError, OSError):
        return Database(kind=kind, closed=True)
    return Database(kind=kind)


async def _store(settings: Settings, url: str, token: str) -> tuple[Store, tuple[Employee, ...]]:
    here = settings.casestore.url is None
    try:
        async with open_case_record(url, token, ca=settings.casestore.ca) as record:
            employees = tuple(await record.employees())
    except RecordUnreachable as trouble:
        return Store(here=here, trouble=str(trouble)), ()
    except RecordRefused as refused:
        return Store(here=here, trouble=refused.refusal.value), ()
    active = tuple(each for each in employees if each.active)
    store = Store(
        here=here,
        skew=await _skew(url, settings.casestore.ca),
        leaders=sum(each.role == LEADER for each in active),
        linked=sum(each.user is not None for each in active),
        two_factors=not here or settings.casestore.two_factors,
        log_in=await _log_in(url, token, settings.casestore.ca),
    )
    return store, active


async def _skew(url: str, ca: Path | None) -> timedelta | None:
    """From the Date of any answer (RFC 9110, 6.6.1): to the second."""
    verify = ssl.create_default_context(cafile=ca)
    try:
        async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=10) as http:
            answer = await http.get(f"{url.rstrip('/')}/livez")
        return parsedate_to_datetime(answer.headers["date"]) - datetime.now(UTC)
    except (httpx.HTTPError, LookupError, ValueError, TypeError):
        return None


async def _log_in(url: str, token: str, ca: Path | None) -> MunicipalLogIn:
    """The case store asks, for the way out is from where it is."""
    verify = ssl.create_default_context(cafile=ca)
    credential = {"Authorization": f"Bearer {token}"}
    try:
        async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=30) as http:
            answer = await http.get(f"{url.rstrip('/')}/api/bridge/provider", headers=credential)
        return MunicipalLogIn(answer.json()["provider"])
    except (httpx.HTTPError, LookupError, ValueError, TypeError):
        return MunicipalLogIn.UNKNOWN


async def _telegram(told: object) -> Telegram | None:
    if not isinstance(told, TelegramAccount):
        return None
    polls = told.mode is Mode.POLLING
    try:
        async with TelegramChannel(told.token, api_url=told.api_url) as channel:
            await channel.alive()
            found = await telegram_webhook.registered(channel)
    except SendFailed as failed:
        return Telegram(polls=polls, trouble=failed.reason)
    hook = Hook.HERE if found.url == told.hook else Hook.ELSEWHERE if found.url else Hook.NOWHERE
    return Telegram(polls=polls, hook=hook, hook_fails=found.failing)


async def _meta(told: object) -> Mapping[str, AtMeta]:
    """Each of Meta's channels that is set, by name."""
    if not isinstance(told, MetaAccount):
        return {}
    late = told.page is not None and told.page.human_agent
    async with told.channels() as channels:
        return {
            name: await _at_meta(channel, late=late and name != "whatsapp")
            for name, channel in channels.items()
        }


async def _at_meta(channel: MetaChannel, *, late: bool) -> AtMeta:
    try:
        await channel.alive()
        subscribed = await channel.subscribed()
    except SendFailed as failed:
        return AtMeta(trouble=failed.reason, late=late)
    return AtMeta(subscribed=subscribed, late=late)


async def _outlook(told: object) -> Outlook | None:
    if not isinstance(told, OutlookAccount):
        return None
    called, ends = told.hook is not None, told.app.expires_at()
    expires = None if ends is None else ends - WallClock().now()
    well = Outlook(called=called, certified=ends is not None, expires=expires)
    try:
        async with told.channel(WallClock()) as channel:
            await channel.alive()
            opens_all = await channel.opens_all()
    except SendFailed as failed:
        return replace(well, trouble=failed.reason)
    return replace(well, opens_all=opens_all)


async def _slack(told: SlackSettings | None) -> Slack | None:
    if told is None:
        return None
    admin, app = told.admin_token, told.app_token
    async with SlackProbe.opened(api_url=told.api_url) as slack:
        return Slack(
            bot=await account(lambda: slack.bot(told.bot_token, told.room)),
            cleaner=None
            if admin is None
            else await account(lambda: slack.administrator(admin, told.bot_token, told.room)),
            socket=app is not None,
            deaf=None if app is None else await _trouble(lambda: slack.socket(app)),
            signed=told.signing_secret is not None,
            retention=told.retention_confirmed_on,
        )


async def _trouble(ask: Callable[[], Awaitable[None]]) -> Reason | None:
    try:
        await ask()
    except SendFailed as failed:
        return failed.reason
    return None


async def _with_strangers(
    slack: Slack, settings: Settings, employees: tuple[Employee, ...]
) -> Slack:
    """Who else can read the room: only their number, for the report may be passed on."""
    told = settings.slack
    if told is None or slack.bot.trouble is not None or not slack.bot.in_room:
        return slack
    linked = {each.user for each in employees}
    try:
        async with SlackWorkspace(
            told.bot_token, admin_token=told.admin_token, api_url=told.api_url
        ) as workspace:
            readers = await workspace.readers(told.room)
    except SendFailed:
        return slack
    return replace(slack, strangers=len(readers - linked))
