"""
Telegram as a channel, over python-telegram-bot.

Everything goes as plain text: no parse mode, so that words cannot become marks or links by
accident, no previews, which would make Telegram fetch a link, and nothing protected, so
that the youth may do with our words as they like.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest, TelegramError

from bots.pieces import pieces, units
from bots.telegram import convert
from bots.telegram.errors import in_our_words, not_erased
from bots.telegram.raw import split
from bots.telegram.request import AiohttpRequest
from bots.values import whole
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Button, Inbound, Outbound
from bridge.ports import SendFailed

MAX_UNITS: Final = 4096
"""UTF-16 code units (Bot API, sendMessage)."""

CAPABILITIES: Final = Capabilities(
    max_text=MAX_UNITS,
    max_file=20 * 1024 * 1024,  # Bot API, getFile: 20 MB
    buttons=Support.FULL,
    edit_ours=Support.FULL,
    erase_ours=Support.FULL,
    erase_theirs=Support.FULL,
    erase_within=timedelta(hours=48),  # Bot API, deleteMessage; from each message's own time
    reread=Support.NONE,
    sees_unsend=Support.NONE,
    reads=Support.NONE,
    answer_within=None,
    answer_late=None,
    keeps_for=timedelta(hours=24),  # Bot API, «Getting updates»
    per_chat=timedelta(seconds=1),  # Bots FAQ, «My bot is hitting limits»
    per_second=30,
)

MAX_DATA: Final = 64
"""Bytes in a button's data (Bot API, InlineKeyboardButton)."""

PUBLIC: Final = "https://api.telegram.org"

_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_GIVE_UP: Final = frozenset({Erasure.BUSY, Erasure.UNREACHABLE})

log = logging.getLogger(__name__)


class TelegramChannel:
    """`async with` opens and closes its connections; nothing is asked of Telegram by that."""

    name: Final = "telegram"
    capabilities: Final = CAPABILITIES

    def __init__(self, token: str, *, api_url: str | None = None) -> None:
        base = (api_url or PUBLIC).rstrip("/")
        self._request = AiohttpRequest()
        self._files = f"{base}/file/bot{token}"
        self.bot: Final = Bot(
            token,
            base_url=lambda token: f"{base}/bot{token}",
            base_file_url=lambda _: self._files,
            request=self._request,
            get_updates_request=self._request,
        )

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._request.shutdown()

    def read(self, body: bytes) -> Inbound:
        return convert.read(body)

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, MAX_UNITS)

    async def send(self, to: Address, what: Outbound) -> Ref:
        keyboard = _keyboard(what.buttons)
        original = None
        if what.answers is not None:
            original = ReplyParameters(_id(what.answers), allow_sending_without_reply=True)
        with in_our_words():
            sent = await self.bot.send_message(
                to,
                _fit(what.text),
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboard,
                reply_parameters=original,
            )
            log.debug("sent units=%d buttons=%d", units(what.text), len(what.buttons))
            return Ref(str(sent.message_id))

    async def edit(self, to: Address, ref: Ref, text: str) -> None:
        """Buttons under it go with the old words."""
        with in_our_words():
            try:
                await self.bot.edit_message_text(
                    _fit(text), to, _id(ref), link_preview_options=_NO_PREVIEW
                )
            except BadRequest as error:
                if "message is not modified" not in str(error).casefold():
                    raise

    async def erase(self, to: Address, refs: Sequence[Ref]) -> Mapping[Ref, Erasure]:
        """
        One call for each, though deleteMessages takes a hundred: that one answers true while
        it skips what it does not find, and fails for all when one is too old, so it cannot
        give every ref an answer of its own.

        When Telegram says «not now» or cannot be reached, the rest get that answer unasked.
        """
        answers: dict[Ref, Erasure] = {}
        trouble: Erasure | None = None
        for ref in refs:
            answers[ref] = trouble or await self._erased(to, ref)
            if answers[ref] in _GIVE_UP:
                trouble = answers[ref]
        log.debug("erased asked=%d confirmed=%d", len(refs), _confirmed(answers))
        return answers

    async def _erased(self, to: Address, ref: Ref) -> Erasure:
        if not ref.isdecimal():
            return Erasure.NOT_FOUND
        try:
            await self.bot.delete_message(to, int(ref))
        except TelegramError as error:
            return not_erased(error)
        return Erasure.CONFIRMED

    async def answer(self, press: str) -> None:
        try:
            await self.bot.answer_callback_query(press)
        except TelegramError as error:
            log.debug("press not answered error=%s", type(error).__name__)

    async def fetch(self, file: str, *, limit: int) -> bytes:
        """
        Nothing is changed by reading, so what may have been lost on the way may be tried again.
        """
        most = min(limit, CAPABILITIES.max_file)
        try:
            with in_our_words():
                found = await self.bot.get_file(file)
                if found.file_size is not None and found.file_size > most:
                    raise SendFailed(Reason.TOO_LARGE, retry=False)
                path = (found.file_path or "").removeprefix(f"{self._files}/")
                return await self._request.download(f"{self._files}/{path}", limit=most)
        except SendFailed as failed:
            if failed.reason is Reason.NO_ANSWER:
                raise SendFailed(Reason.UNREACHABLE, retry=True) from None
            raise

    async def pull(self, offset: int | None, *, wait: int) -> Sequence[bytes]:
        """
        The updates that are waiting, byte for byte, at most 100; if none, wait for `wait` seconds.

        Telegram forgets what is numbered below `offset`. Raises `TelegramError`.
        """
        asked = {"timeout": wait, "allowed_updates": convert.ALLOWED_JSON}
        if offset is not None:
            asked["offset"] = offset
        url = f"{self.bot.base_url}/getUpdates?{urlencode(asked)}"
        return tuple(split(await self._request.retrieve(url, read_timeout=wait + 10)))

    async def alive(self) -> None:
        """Whether Telegram answers and knows our token. Raises `SendFailed`."""
        with in_our_words():
            await self.bot.get_me()


def _fit(text: str) -> str:
    if units(text) > MAX_UNITS:
        raise SendFailed(Reason.TOO_LONG, retry=False)
    return whole(text)


def _id(ref: Ref) -> int:
    if not ref.isdecimal():
        raise SendFailed(Reason.GONE, retry=False)
    return int(ref)


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """One row each, so that no label is cut on a small phone."""
    if any(not 1 <= len(button.data.encode()) <= MAX_DATA for button in buttons):
        raise SendFailed(Reason.REJECTED, retry=False)
    rows = [[InlineKeyboardButton(each.label, callback_data=each.data)] for each in buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _confirmed(answers: Mapping[Ref, Erasure]) -> int:
    return sum(answer is Erasure.CONFIRMED for answer in answers.values())
