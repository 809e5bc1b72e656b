"""A town whose youths write on WhatsApp."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bots.sandbox.meta import Handset, WhatsAppStandIn
from tests.support.stage import MORNING
from tests.support.stage_meta import SECRET, OnMeta, beside

NUMBER: Final = "106540352242922"
ACCOUNT: Final = "102290129340398"
TOKEN: Final = "EAAstandInNumberToken"


@dataclass(slots=True, kw_only=True)
class WhatsApp(OnMeta[WhatsAppStandIn, Handset]):
    """The town, and Maya with WhatsApp on her phone."""


ENV: Final = {
    "UTEBRU_META__WHATSAPP_NUMBER_ID": NUMBER,
    "UTEBRU_META__WHATSAPP_ACCOUNT_ID": ACCOUNT,
    "UTEBRU_META__WHATSAPP_TOKEN": TOKEN,
}


@asynccontextmanager
async def on_whatsapp(place: Path, *, template: Path) -> AsyncIterator[WhatsApp]:
    meta = WhatsAppStandIn(
        number=NUMBER, account=ACCOUNT, token=TOKEN, app_secret=SECRET, clock=lambda: MORNING
    )
    async with beside(meta, place, template, ENV) as (stage, http):
        maya = meta.youth("Maya")
        yield WhatsApp(stage=stage, channel="whatsapp", meta=meta, http=http, maya=maya)
