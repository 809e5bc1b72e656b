"""The town heard by webhook and signed HTTP events, as where a proxy stands in front of us."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bots.telegram import webhook
from bots.telegram.channel import TelegramChannel
from tests.support.stage import Stage, stage_in
from tests.support.stage_channel import NOWHERE, heard_at

SECRET: Final = "a-webhook-secret-for-tests"
ENV: Final = {
    "UTEBRU_TELEGRAM__MODE": "webhook",
    "UTEBRU_TELEGRAM__WEBHOOK_SECRET": SECRET,
    "UTEBRU_PUBLIC_URL": NOWHERE,
    "UTEBRU_SLACK__APP_TOKEN": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The bridge's own listener, and what a stranger can send to it."""

    stage: Stage
    http: httpx.AsyncClient

    async def telegram(
        self, body: bytes, *, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """As Telegram sends it, unless other headers are given."""
        told = {"X-Telegram-Bot-Api-Secret-Token": SECRET} if headers is None else headers
        return await self.http.post("/telegram/webhook", content=body, headers=told)

    async def slack(
        self, body: bytes, *, change: Mapping[str, str] | None = None, age: int = 0
    ) -> httpx.Response:
        """As Slack sends it, signed `age` seconds ago, with some headers changed afterwards."""
        headers = self.signed(body, age=age) | dict(change or {})
        raw = [(name.encode(), value.encode("utf-8")) for name, value in headers.items()]
        return await self.http.post("/slack/events", content=body, headers=raw)

    def signed(self, body: bytes, *, age: int = 0) -> dict[str, str]:
        stamp = str(int(self.stage.clock.now().timestamp()) - age)
        secret = self.stage.town.sandbox.tokens.slack_signing_secret.encode()
        mac = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={mac.hexdigest()}",
        }

    def update(self, words: str, *, number: int, chat: int = 4_400_001) -> bytes:
        """A message from a youth nobody has met, as the Bot API writes it."""
        person = {"id": chat, "type": "private", "first_name": "Kim"}
        message = {
            "message_id": number, "date": int(self.stage.clock.now().timestamp()), "text": words,
            "chat": person, "from": {"id": chat, "is_bot": False, "first_name": "Kim"},
        }  # fmt: skip
        return json.dumps({"update_id": number, "message": message}).encode()


@asynccontextmanager
async def on_the_web(place: Path, *, template: Path) -> AsyncIterator[Web]:
    async with (
        stage_in(place, template=template, env=ENV) as stage,
        heard_at(stage, patience=60) as http,
    ):
        url = str(http.base_url).rstrip("/")
        telegram = stage.town.bridge.around.channels["telegram"]
        assert isinstance(telegram, TelegramChannel)
        await webhook.register(telegram, f"{url}/telegram/webhook", SECRET)
        stage.town.sandbox.slack.http_mode(f"{url}/slack/events")
        yield Web(stage=stage, http=http)
