"""Asking about the rooms: whether we are in them, and who can read them besides."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bots.registry import OutlookAccount, SlackProbe, SlackStanding, SlackWorkspace
from bridge.accounts import SlackSettings
from bridge.chance import WallClock
from bridge.doctor.facts import Account, Aside, Slack
from bridge.domain.delivery import Reason
from bridge.domain.ids import Room
from bridge.ports import Employee, SendFailed
from bridge.settings import Settings


async def asides(
    settings: Settings, slack: Slack | None, employees: tuple[Employee, ...]
) -> tuple[Aside, ...]:
    """Each mailbox of one person's, with its room; and the team leader's room."""
    told, mail = settings.slack, settings.platforms.get("outlook")
    if told is None or slack is None or slack.bot.trouble is not None:
        return ()
    own = mail.own if isinstance(mail, OutlookAccount) else ()
    boxes: list[tuple[int | None, Room]] = [
        (number, box.room) for number, box in enumerate(own, start=1) if box.room is not None
    ]
    if told.leader_room is not None:
        boxes.append((None, told.leader_room))
    troubles = await _let_in(mail)
    found = [await _aside(told, number, room, employees) for number, room in boxes]
    return tuple(replace(each, trouble=troubles.get(each.mailbox or 0)) for each in found)


async def _let_in(mail: object) -> Mapping[int, Reason]:
    """By number: why we do not come into the mailboxes that we do not come into."""
    troubles: dict[int, Reason] = {}
    if not isinstance(mail, OutlookAccount):
        return troubles
    async with mail.channel(WallClock()) as channel:
        for number, box in enumerate(mail.own, start=1):
            try:
                await channel.alive(box)
            except SendFailed as failed:
                troubles[number] = failed.reason
    return troubles


async def _aside(
    told: SlackSettings, mailbox: int | None, room: Room, employees: tuple[Employee, ...]
) -> Aside:
    async with SlackProbe.opened(api_url=told.api_url) as probe:
        bot = await account(lambda: probe.bot(told.bot_token, room))
        admin = told.admin_token
        cleaner = admin and await account(lambda: probe.administrator(admin, told.bot_token, room))
    there = Aside(
        mailbox=mailbox, in_room=bot.in_room, cleaned=not cleaner or cleaner.in_room, readers=None
    )
    if not bot.in_room:
        return there
    try:
        async with SlackWorkspace(
            told.bot_token, admin_token=admin, api_url=told.api_url
        ) as workspace:
            readers = await workspace.readers(room)
    except SendFailed:
        return there
    linked = {each.user for each in employees}
    return replace(there, readers=len(readers), strangers=len(readers - linked))


async def account(ask: Callable[[], Awaitable[SlackStanding]]) -> Account:
    try:
        standing = await ask()
    except SendFailed as failed:
        return Account(trouble=failed.reason, in_room=False)
    return Account(
        admin=standing.admin, in_room=standing.in_room, missing=tuple(sorted(standing.missing))
    )
