"""What Slack says of our tokens: whose they are, what they may, and where they are let in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.slack.calls import ask, client, error_of, pages, session
from bots.slack.manifest import BOT_SCOPES, USER_SCOPES
from bots.slack.payload import dig, items_at, text_at
from bridge.domain.ids import Room
from bridge.ports import SendFailed

SCOPES: Final = "x-oauth-scopes"
SHUT_OUT: Final = frozenset({"channel_not_found", "not_in_channel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whose token it is; `missing`: scopes it was not given, where Slack tells which it was."""

    user: str | None = field(repr=False)
    admin: bool
    in_room: bool
    missing: frozenset[str]


class SlackProbe:
    """Asks, and changes nothing. Everything raises `SendFailed`."""

    @classmethod
    @asynccontextmanager
    async def opened(cls, *, api_url: str) -> AsyncIterator["SlackProbe"]:
        async with session() as opened:
            yield cls(opened, api_url)

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session, self._api = session, api_url

    async def bot(self, token: str, room: Room) -> Standing:
        return await self._standing(token, token, room, frozenset(BOT_SCOPES))

    async def administrator(self, token: str, bot_token: str, room: Room) -> Standing:
        """Seen by the bot, which may read who is who."""
        return await self._standing(token, bot_token, room, frozenset(USER_SCOPES))

    async def socket(self, app_token: str) -> None:
        """Whether Slack would open a connection to us; none is made."""
        app = client(None, self._api, self._session)
        await ask(app.apps_connections_open, app_token=app_token)

    async def _standing(
        self, token: str, bot_token: str, room: Room, wanted: frozenset[str]
    ) -> Standing:
        mine, bot = (client(each, self._api, self._session) for each in (token, bot_token))
        granted: dict[str, str] = {}

        async def asking() -> AsyncSlackResponse:
            answer = await mine.auth_test()
            headers: Mapping[str, str] = answer.headers
            granted.update({name.lower(): value for name, value in headers.items()})
            return answer

        user = text_at(await ask(asking), "user_id")
        person = await ask(bot.users_info, user=user)
        told = granted.get(SCOPES)
        return Standing(
            user=user,
            admin=True in (dig(person, "user", "is_admin"), dig(person, "user", "is_owner")),
            in_room=user in await self._members(bot_token, room),
            missing=frozenset() if told is None else wanted - _listed(told),
        )

    async def _members(self, token: str, room: Room) -> frozenset[object]:
        bot = client(token, self._api, self._session)
        try:
            return frozenset(
                [
                    user
                    async for page in pages(bot.conversations_members, channel=room, limit=200)
                    for user in items_at(page, "members")
                    if isinstance(user, str)
                ]
            )
        except SendFailed as failed:
            if error_of(failed) in SHUT_OUT:
                return frozenset()
            raise


def _listed(scopes: str) -> frozenset[str]:
    return frozenset(scope.strip() for scope in scopes.split(","))
