"""
Slack as the Workspace port: one room thread for each conversation.

Whoever the youth is, Slack is never told. Every post is without unfurling, so that Slack's
crawler fetches nothing a youth has sent, and carries an opaque key in its metadata, so
that a post whose outcome is unknown can be looked for.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, tzinfo
from types import TracebackType
from typing import Final, Self
from zoneinfo import ZoneInfo

from bots.slack import convert, downloads, erasing, posts, registering, texts, uploads
from bots.slack.calls import ask, client, do, error_of, pages, session
from bots.slack.cards import note as written
from bots.slack.cards import render
from bots.slack.forms import message, view
from bots.slack.keys import keyed, keys
from bots.slack.look import Look
from bots.slack.payload import Json, dig, items_at, need, ref_of, split, stamp, text_at
from bots.slack.posts import Me
from bridge.domain.cards import Card, Form, Note
from bridge.domain.copies import Erasure, Whose
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref, Room
from bridge.domain.registering import Registration
from bridge.domain.speech import Event, Post
from bridge.ports import SendFailed, Unreadable, Uploaded

Shown = Form | Registration | Note | None

log: Final = logging.getLogger(__name__)

EVENT_TYPE: Final = "utebru"
PAGE: Final = 200
SLACKBOT: Final = "USLACKBOT"


class SlackWorkspace:
    """`admin_token`: of a dedicated account in every room; it deletes what people have typed."""

    def __init__(
        self,
        bot_token: str,
        *,
        admin_token: str | None,
        api_url: str | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._tokens, self._api = (bot_token, admin_token), api_url
        self._zone = zone or ZoneInfo("Europe/Oslo")
        self._me = Me()
        self._bots: dict[str, bool] = {}
        self._cleaner: str | None = None
        self._drawing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Begins also when Slack does not answer: who we are is then asked for again."""
        self._session = session()
        bot, admin = self._tokens
        self._bot = client(bot, self._api, self._session)
        self._admin = client(admin, self._api, self._session) if admin else None
        try:
            await self.introduce()
        except SendFailed as failed:
            log.warning("slack does not say who we are reason=%s", failed.reason.value)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    @property
    def me(self) -> Me:
        return self._me

    async def introduce(self) -> Me:
        """Ask Slack who we are, once. Raises `SendFailed`."""
        if self._me.user is None:
            told = await ask(self._bot.auth_test)
            self._me = Me(
                user=text_at(told, "user_id"),
                bot=text_at(told, "bot_id"),
                name=text_at(told, "user"),
                home=text_at(told, "url"),
            )
        return self._me

    def read(self, body: bytes) -> Event:
        return convert.read(body, self._me)

    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        shown = render(card, self._look)
        answer = await do(
            self._bot.chat_postMessage,
            channel=room,
            text=shown.text,
            blocks=shown.blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": keyed(key, also)},
            unfurl_links=False,
            unfurl_media=False,
            **_in(root),
        )
        try:
            return ref_of(room, need(answer, "ts"))
        except Unreadable:
            raise SendFailed(Reason.NO_ANSWER, retry=False) from None

    async def renew(self, ref: Ref, card: Card) -> None:
        room, ts = split(ref)
        shown = render(card, self._look)
        await do(self._bot.chat_update, channel=room, ts=ts, text=shown.text, blocks=shown.blocks)

    async def upload(
        self,
        room: Room,
        root: Ref | None,
        name: str,  # noqa: ARG002  (a youth's own file name goes nowhere)
        mime: str,
        body: bytes,
        *,
        key: str,
    ) -> Uploaded:
        return await uploads.upload(
            self._bot, room, root, mime, body, key=key, drawing=self._drawing
        )

    async def find(self, room: Room, root: Ref | None, key: str) -> Ref | None:
        me = await self.introduce()
        async for each in self._messages(room, root, include_all_metadata=True):
            found = key in keys(dig(each, "metadata")) or uploads.held(each, key)
            if posts.own(each, me) and found:
                return ref_of(room, need(each, "ts"))
        return None

    async def find_file(self, room: Room, root: Ref, key: str) -> Uploaded | None:
        me = await self.introduce()
        async for each in self._messages(room, root):
            file = uploads.held(each, key) if posts.own(each, me) else None
            if file is not None:
                return Uploaded(file=ref_of(room, file), message=ref_of(room, need(each, "ts")))
        return None

    async def shown_by(self, file: Ref) -> Ref | None:
        return await uploads.shown_by(self._bot, file)

    async def whisper(self, room: Room, root: Ref | None, user: str, note: Note) -> None:
        await do(
            self._bot.chat_postEphemeral, channel=room, user=user, text=written(note), **_in(root)
        )

    async def replies(
        self, room: Room, root: Ref | None, *, since: datetime | None = None
    ) -> Sequence[Post]:
        me = await self.introduce()
        after = {} if since is None else {"oldest": stamp(since), "inclusive": True}
        found: dict[Ref, Post] = {}
        async for each in self._messages(room, root, **after):
            if posts.own(each, me) or dig(each, "subtype") == "tombstone":
                continue
            try:
                post = posts.post(each, room, me, late=True)
            except Unreadable:
                log.warning("slack post set aside room=%s", room)
                continue
            found[post.ref] = post
        return sorted(found.values(), key=lambda post: post.at)

    async def standing(self, room: Room, root: Ref) -> frozenset[Ref]:
        try:
            return frozenset(
                [
                    ref_of(room, need(each, "ts"))
                    async for each in self._messages(room, root)
                    if erasing.stands(each)
                ]
            )
        except SendFailed as failed:
            if error_of(failed) in erasing.NO_SUCH:
                return frozenset()
            raise

    async def erase(self, ref: Ref, whose: Whose) -> Erasure:
        return await erasing.erase(ref, whose, self._bot, self._admin)

    async def erase_file(self, ref: Ref) -> Erasure:
        return await erasing.erase_file(ref, self._bot, self._admin)

    async def link(self, ref: Ref) -> str | None:
        room, ts = split(ref)
        try:
            found = await ask(self._bot.chat_getPermalink, channel=room, message_ts=ts)
        except SendFailed:
            return None
        return text_at(found, "permalink")

    async def readers(self, room: Room) -> frozenset[str]:
        if self._admin is not None and self._cleaner is None:
            # The account that deletes is in every room and is nobody.
            self._cleaner = text_at(await ask(self._admin.auth_test), "user_id")
        members = [
            user
            async for page in pages(self._bot.conversations_members, channel=room, limit=PAGE)
            for user in items_at(page, "members")
            if isinstance(user, str) and user != self._cleaner
        ]
        return frozenset([user for user in members if not await self._is_bot(user)])

    async def open(self, trigger: str, form: Form) -> None:
        await do(self._bot.views_open, trigger_id=trigger, view=view(form))

    async def wait(self, trigger: str) -> str:
        """Open an empty form at once, to be filled in: the trigger lapses in three seconds."""
        opened = await do(self._bot.views_open, trigger_id=trigger, view=message(texts.WAIT))
        try:
            return need(opened, "view", "id")
        except Unreadable:
            raise SendFailed(Reason.NO_ANSWER, retry=False) from None

    async def fill(self, opened: str, form: Shown) -> None:
        """Put a form, or why there is none, where `wait` opened an empty one."""
        match form:
            case Form():
                shown = view(form)
            case Registration():
                shown = registering.view(form, self._look)
            case Note():
                shown = message(written(form))
            case None:
                shown = message(texts.CANNOT_OPEN)
        await do(self._bot.views_update, view_id=opened, view=shown)

    def drawn(self, form: Registration) -> Json:
        """A form as it is shown in place of one that was sent in."""
        return registering.view(form, self._look)

    async def fetch(self, file: Ref, *, limit: int) -> bytes:
        return await downloads.fetched(self._bot, file, limit=limit)

    @property
    def _look(self) -> Look:
        return Look(zone=self._zone, home=self._me.home)

    async def _messages(self, room: Room, root: Ref | None, **rest: object) -> AsyncIterator[Json]:
        if root is None:
            found = pages(self._bot.conversations_history, channel=room, limit=PAGE, **rest)
        else:
            found = pages(
                self._bot.conversations_replies,
                channel=room, ts=split(root)[1], limit=PAGE, **rest,
            )  # fmt: skip
        async for page in found:
            for each in erasing.messages(page):
                yield each

    async def _is_bot(self, user: str) -> bool:
        if user == SLACKBOT:
            return True
        if user not in self._bots:
            self._bots[user] = await self._said_to_be_bot(user)
        return self._bots[user]

    async def _said_to_be_bot(self, user: str) -> bool:
        try:
            found = await ask(self._bot.users_info, user=user)
        except SendFailed as failed:
            if failed.reason is Reason.GONE:
                return False  # unknown here (another organisation's): reads like a person
            raise
        return dig(found, "user", "is_bot") is True


def _in(root: Ref | None) -> dict[str, str]:
    return {} if root is None else {"thread_ts": split(root)[1]}
