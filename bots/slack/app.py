"""
Everything that Slack tells us, by either road, comes through one door.

Bolt carries it here in its one middleware. There it is put on disk, and only then
answered: if that fails there is no answer, and Slack says it again. What it means is
worked out later. Only what a person would otherwise wait for in vain happens at once:
forms are opened, and a form sent in too late is given back with its words.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Final, Protocol

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from typing_extensions import override

from bots.slack import convert, registering, texts
from bots.slack.calls import hush
from bots.slack.convert import ACCEPTED_AT, WORDS, typed
from bots.slack.forms import view
from bots.slack.identity import identity
from bots.slack.payload import Json, items_at, stamp, text_at
from bots.slack.plain import visible
from bots.slack.posts import Me
from bridge.domain.cards import Form, FormKind, Note
from bridge.domain.registering import Registered, Registration
from bridge.ports import Accept, Clock, SendFailed, Unreadable

log: Final = logging.getLogger(__name__)

SOURCE: Final = "slack"
OPENS_FORM: Final = frozenset({"reply", "end", "join", "misplaced"})
HAS_WORDS: Final = frozenset({FormKind.REPLY.value, FormKind.ENDED.value})
PATIENCE: Final = 1.5
"""Seconds to wait for what to show instead of closing; Slack wants its answer within three."""


Shown = Form | Registration | Note | None


class Forms(Protocol):
    """What the bridge wants shown to whoever pressed."""

    async def form(self, action: str, value: str, user: str) -> Shown:
        """The form that a button opens, or why it does not."""
        ...

    async def standing(self, registered: Registered) -> Registration | None:
        """What to show before it is taken: something stands in that minute; None: nothing."""
        ...

    async def kept(self, about: str, text: str) -> Form | None:
        """What to show instead of closing when the talk has ended; None: it has not."""
        ...


class Screen(Protocol):
    async def wait(self, trigger: str) -> str: ...

    async def fill(self, opened: str, form: Shown) -> None: ...

    def drawn(self, form: Registration) -> Json: ...


class Door(AsyncMiddleware):
    """Nothing comes behind it: whatever it is, it is stored and answered here."""

    def __init__(self, accept: Accept, *, forms: Forms, screen: Screen, clock: Clock) -> None:
        self._accept, self._forms, self._screen, self._clock = accept, forms, screen, clock
        self._tasks: set[asyncio.Task[None]] = set()

    @override
    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        return await self.answer(req.body)

    async def answer(self, payload: Json) -> BoltResponse:
        """200 when it is on disk, 500 when it is not. Never raises."""
        try:
            return await self.take(payload)
        except Exception as error:  # no answer: Slack says it again
            log.error("slack event not accepted error=%s", type(error).__name__)
            return BoltResponse(status=500, body="")

    async def take(self, payload: Json) -> BoltResponse:
        """Raises whatever `Accept` raises; then Slack must not be answered."""
        form = text_at(payload, "view", "callback_id")
        if payload.get("type") == "view_submission" and form in registering.FORMS:
            return await self._register(payload)
        submitted = payload.get("type") == "view_submission" and form in HAS_WORDS
        if submitted and not visible(typed(payload)):
            # Not stored: the same form with words in it will have the same identity.
            errors = {WORDS: texts.NOTHING_TO_SEND}
            return _answer({"response_action": "errors", "errors": errors})
        fresh = await self._accept(SOURCE, identity(payload), self._stored(payload))
        if fresh:
            self._open_form(payload)
        if submitted and form == FormKind.REPLY:
            return await self._given_back(payload)
        return _answer(None)

    async def close(self) -> None:
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _stored(self, payload: Json) -> bytes:
        kept = {name: value for name, value in payload.items() if name != "token"}
        return json.dumps(kept | {ACCEPTED_AT: stamp(self._clock.now())}).encode()

    def _open_form(self, payload: Json) -> None:
        trigger, wish = text_at(payload, "trigger_id"), _wish(payload)
        user = text_at(payload, "user", "id") or text_at(payload, "user_id")
        if trigger and wish and user:
            self._begin(self._opened(trigger, *wish, user))

    async def _register(self, payload: Json) -> BoltResponse:
        """
        Asked about while the form still stands, with its words; taken as any other event.

        What cannot be asked in time is taken unasked: twice is better than not at all.
        """
        try:
            told = convert.read(self._stored(payload), Me())
        except Unreadable:
            told = None  # stored as it is, and set aside where a person sees it
        if isinstance(told, Registered):
            if errors := registering.wrong(told):
                return _answer({"response_action": "errors", "errors": errors})
            if (form := await self._already(told)) is not None:
                return _answer({"response_action": "update", "view": self._screen.drawn(form)})
        await self._accept(SOURCE, identity(payload), self._stored(payload))
        return _answer(None)

    async def _already(self, told: Registered) -> Registration | None:
        try:
            return await asyncio.wait_for(self._forms.standing(told), PATIENCE)
        except Exception as error:
            log.warning("registered unasked error=%s", type(error).__name__)
            return None

    async def _opened(self, trigger: str, action: str, value: str, user: str) -> None:
        try:
            opened = await self._screen.wait(trigger)
            await self._screen.fill(opened, await self._form(action, value, user))
        except SendFailed as failed:
            log.warning("form not opened action=%s reason=%s", action, failed.reason.value)

    async def _form(self, action: str, value: str, user: str) -> Shown:
        try:
            return await self._forms.form(action, value, user)
        except Exception as error:  # someone is looking at an empty form
            log.warning("no form action=%s error=%s", action, type(error).__name__)
            return None

    async def _given_back(self, payload: Json) -> BoltResponse:
        about, words = text_at(payload, "view", "private_metadata") or "", typed(payload)
        try:
            form = await asyncio.wait_for(self._forms.kept(about, words), PATIENCE)
        except Exception as error:  # it is stored; the form may close
            log.warning("form closed unasked error=%s", type(error).__name__)
            form = None
        if form is None:
            return _answer(None)
        shown = view(replace(form, text=words))
        return _answer({"response_action": "update", "view": shown})

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class SlackApp:
    """The door, and Bolt in front of it."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.bolt = AsyncApp(
            name="utebru",
            logger=hush(),
            # Before Bolt's own authorisation, which answers 200 for what it could not check.
            before_authorize=door,
            authorize=_nobody,
            process_before_response=False,
            ignoring_self_events_enabled=False,
            # Signatures are checked on the raw bytes, before Bolt: see `http`.
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )

    async def dispatch(self, payload: Json) -> BoltResponse:
        """200 when it is on disk, 500 when it is not. Never raises."""
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=dict(payload))
        except Exception as error:  # Bolt looks into what it gets without asking
            log.warning("payload of unknown shape error=%s", type(error).__name__)
            return await self._door.answer(payload)
        return await self.bolt.async_dispatch(request)

    async def close(self) -> None:
        await self._door.close()


def build(accept: Accept, *, forms: Forms, screen: Screen, clock: Clock) -> SlackApp:
    return SlackApp(Door(accept, forms=forms, screen=screen, clock=clock))


def _wish(payload: Json) -> tuple[str, str] | None:
    """Which form somebody asks for, and about what."""
    action = (items_at(payload, "actions") or [None])[0]
    name, value = text_at(action, "action_id"), text_at(action, "value")
    if payload.get("type") == "block_actions":
        return (name, value) if name in OPENS_FORM and name and value else None
    asked = text_at(payload, "callback_id") or ""
    if payload.get("type") == "shortcut" and asked.startswith(registering.SHORTCUT):
        return registering.REGISTER, asked.removeprefix(registering.SHORTCUT)
    channel = registering.COMMANDS.get((text_at(payload, "text") or "").strip().casefold())
    return (registering.REGISTER, channel) if "command" in payload and channel else None


async def _nobody() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=None)


def _answer(body: dict[str, object] | None) -> BoltResponse:
    return BoltResponse(
        status=200,
        body="" if body is None else json.dumps(body),
        headers={"content-type": ["application/json"]} if body else None,
    )
