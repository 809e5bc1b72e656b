"""Who we are at the dovecote, as the environment says, and it as one line of the registry."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from bridge.ports import Asked, Call, Ears, Opened, Platform, Reply
from tests.toy.pigeon.channel import PigeonChannel

PATH: Final = "/pigeon/letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class PigeonAccount:
    token: str = field(repr=False)
    secret: str = field(repr=False)
    url: str

    @asynccontextmanager
    async def opened(self, ears: Ears) -> AsyncIterator[Opened]:
        async def letters(call: Call) -> Reply:
            seal = hmac.new(self.secret.encode(), call.body, hashlib.sha256).hexdigest()
            if not hmac.compare_digest(call.headers.get("x-feather", "").encode(), seal.encode()):
                return Reply(status=401)
            # A letter has no id of its own: what says the same is the same.
            event = hashlib.sha256(call.body).hexdigest()[:40]
            await ears.accept("pigeon", event, call.body)
            return Reply(status=200)

        async with aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=aiohttp.ClientTimeout(total=20),
        ) as http:
            channel = PigeonChannel(http, url=self.url)
            yield Opened(channels=(channel,), hooks={("POST", PATH): letters})


def read(e: Asked) -> PigeonAccount | None:
    secrets = {name: e.secret(name) for name in PIGEON.secrets}
    if not any(secrets.values()):
        return None
    why = "something else for pigeons is set"
    return PigeonAccount(
        token=e.needed("PIGEON__TOKEN", secrets["PIGEON__TOKEN"], why),
        secret=e.needed("PIGEON__SECRET", secrets["PIGEON__SECRET"], why),
        url=e.needed("PIGEON__URL", e.url("PIGEON__URL"), why).rstrip("/"),
    )


PIGEON: Final = Platform(name="pigeon", secrets=("PIGEON__TOKEN", "PIGEON__SECRET"), read=read)
