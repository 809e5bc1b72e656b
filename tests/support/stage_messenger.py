"""A town whose youths write to a page or its account."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bots.sandbox.meta import MetaStandIn, Phone
from tests.support.stage import MORNING
from tests.support.stage_meta import SECRET, OnMeta, beside

PAGE: Final = "100200300400"
ACCOUNT: Final = "17841400008460056"
TOKEN: Final = "EAAstandInPageToken"


@dataclass(slots=True, kw_only=True)
class Messenger(OnMeta[MetaStandIn, Phone]):
    """The town, and Maya with Messenger or Instagram on her phone."""


ENV: Final = {
    "UTEBRU_META__PAGE_ID": PAGE,
    "UTEBRU_META__PAGE_TOKEN": TOKEN,
    "UTEBRU_META__INSTAGRAM_ID": ACCOUNT,
    "UTEBRU_META__HUMAN_AGENT": "on",
    "UTEBRU_META__COMMENTS": "on",
}


@asynccontextmanager
async def on_messenger(place: Path, *, template: Path) -> AsyncIterator[Messenger]:
    meta = _standin()
    async with beside(meta, place, template, ENV) as (stage, http):
        maya = meta.youth("Maya")
        yield Messenger(stage=stage, channel="messenger", meta=meta, http=http, maya=maya)


@asynccontextmanager
async def on_instagram(place: Path, *, template: Path) -> AsyncIterator[Messenger]:
    meta = _standin()
    async with beside(meta, place, template, ENV) as (stage, http):
        maya = meta.on_instagram("Maya")
        yield Messenger(stage=stage, channel="instagram", meta=meta, http=http, maya=maya)


def _standin() -> MetaStandIn:
    return MetaStandIn(
        page=PAGE, token=TOKEN, app_secret=SECRET, clock=lambda: MORNING, instagram=ACCOUNT
    )
