"""Events in the shapes that the WhatsApp Business Platform documents."""

import json
from typing import Any, Final

from tests.bots.meta import shapes
from tests.bots.meta.shapes import SECRETS as MESSENGERS
from tests.bots.meta.shapes import WORDS, Json

NUMBER: Final = "106540352242922"
ACCOUNT: Final = "102290129340398"
MAYA: Final = "NO.7700112233440001"
PHONE: Final = "4799000001"
WAMID: Final = "wamid.HBgKNDc5OTAwMDAwMRUCABIYFDNBNEE2NTk5QUVFMDM4MTAxNDQ0RgA="
"""Holds `PHONE`, for anybody who can read base64."""
ASKED: Final = "wamid.HBgKNDc5OTAwMDAwMRUCABEYEjdEQkUwRkI5M0YzREU2OEE1MAA="
AT: Final = 1_772_000_000
MEDIA: Final = "1003383421387256"

SECRETS: Final = (*MESSENGERS, MAYA, PHONE, WAMID, ASKED)


def message(kind: str, about: object = None, **more: Any) -> Json:
    told = {"from": PHONE, "from_user_id": MAYA, "id": WAMID, "timestamp": str(AT), "type": kind}
    return told | ({} if about is None else {kind: about}) | more


def text(body: str = WORDS, **more: Any) -> Json:
    return message("text", {"body": body}, **more)


def status(told: str, **more: Any) -> Json:
    return {"id": ASKED, "status": told, "timestamp": str(AT), "recipient_id": PHONE,
            "recipient_user_id": MAYA, **more}  # fmt: skip


def failed(*codes: int, **more: Any) -> Json:
    errors = [{"code": code, "title": "x", "error_data": {"details": WORDS}} for code in codes]
    return status("failed", errors=errors, **more)


def kept(**event: object) -> bytes:
    """As it is put on disk."""
    return json.dumps({"contact": {"user_id": MAYA, "wa_id": PHONE}, **event}).encode()


def call(*messages: Json, statuses: tuple[Json, ...] = (), number: str = NUMBER) -> bytes:
    shown = {"display_phone_number": "4721800000", "phone_number_id": number}
    contact = {"profile": {"name": "Maya Kanari"}, "wa_id": PHONE, "user_id": MAYA}
    value: Json = {"messaging_product": "whatsapp", "metadata": shown, "contacts": [contact]}
    value |= {"messages": list(messages)} if messages else {}
    value |= {"statuses": list(statuses)} if statuses else {}
    entry = {"id": ACCOUNT, "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


signed = shapes.signed
