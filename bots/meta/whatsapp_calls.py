"""
What a call about WhatsApp holds, event by event.

«messages webhook reference»: `entry[].changes[].value`, with `messages` from youths and
`statuses` of what we have sent. The name a youth has given her account goes no further.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Final

from bots.values import Json, held, listed, said

SOURCE: Final = "whatsapp"

log = logging.getLogger(__name__)


def parts(entry: object, number: str) -> Iterator[tuple[str, str, bytes]]:
    """The channel, the event's id, and the event as it is to be accepted."""
    for change in listed(entry, "changes"):
        value = held(change, "value")
        if said(change, "field") != "messages" or value is None:
            continue
        if said(held(value, "metadata"), "phone_number_id") != number:
            log.warning("not our number")
            continue
        for message in listed(value, "messages"):
            about = said(message, "from_user_id") or said(message, "from")
            yield SOURCE, _id("message", message), _kept(value, about, message=message)
        for status in listed(value, "statuses"):
            about = said(status, "recipient_user_id") or said(status, "recipient_id")
            yield SOURCE, _id("status", status), _kept(value, about, status=status)
        if failures := listed(value, "errors"):
            log.warning("the platform tells of errors count=%d", len(failures))


def _kept(value: Json, about: str, **event: object) -> bytes:
    contact = _contact(value, about)
    ids = {key: contact[key] for key in ("user_id", "wa_id") if said(contact, key)}
    return json.dumps({"contact": ids, **event}, sort_keys=True).encode()


def _contact(value: Json, about: str) -> dict[str, str]:
    """Whose event it is: of several, the one who goes by that name; of one, that one."""
    contacts = [
        {"user_id": said(each, "user_id"), "wa_id": said(each, "wa_id")}
        for each in listed(value, "contacts")
    ]
    named = [each for each in contacts if about and about in each.values()]
    return next(iter(named or (contacts if len(contacts) == 1 else [])), {})


def _id(kind: str, event: object) -> str:
    """The same for the same thing told twice; hashed, for a `wamid` holds a telephone number."""
    told = f"{kind} {said(event, 'id')} {said(event, 'status')}"
    if not said(event, "id"):
        told = json.dumps(event, sort_keys=True)
    return hashlib.sha256(f"{SOURCE} {told}".encode("utf-8", "replace")).hexdigest()[:40]
