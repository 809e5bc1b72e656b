"""Mails in the shapes that Microsoft Graph documents, and the headers that Exchange Online adds."""

import json
from typing import Any, Final

from bots.outlook.convert import MARK

Json = dict[str, Any]

MAILBOX: Final = "ute@kommunen.example"
MAYA: Final = "maya.kanari@post.example"
WORDS: Final = "Jeg tør ikke gå hjem"
SUBJECT: Final = "Kan noen hjelpe meg litt"
TENANT: Final = "84bd8158-6d4d-4958-8b9f-9d6445542f95"
CLIENT: Final = "2b1c5b9e-0000-4a00-9a00-1f0e6f2f7c11"
SECRET: Final = "kanari~client-hemmelighet"
TOKEN: Final = "eyJ0eXAiOiJKV1QiLCJub25jZSI6ImthbmFyaSJ9.kanari"
ID: Final = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0AkanariImmutable0001AAA="
OURS: Final = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0AkanariImmutable0002AAA="
FILE: Final = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0Akanari0001AAABEgAQ="
AT: Final = "2026-11-23T09:00:00Z"
MSGID: Final = "<CAK1@mail.post.example>"

SECRETS: Final = (WORDS, SUBJECT, MAYA, SECRET, TOKEN)
"""What no log line may hold."""

PASSED: Final = (
    "spf=pass (sender IP is 203.0.113.50) smtp.mailfrom=post.example; dkim=pass (signature was"
    " verified) header.d=post.example;dmarc=pass action=none"
    " header.from=post.example;compauth=pass reason=100"
)


def headers(results: str | None = PASSED, **more: str) -> list[Json]:
    """Top first. An underscore in a name is a hyphen."""
    told = [] if results is None else [("Authentication-Results", results)]
    told += [(name.replace("_", "-"), value) for name, value in more.items()]
    return [{"name": name, "value": value} for name, value in told]


def person(address: str, name: str = "") -> Json:
    return {"emailAddress": {"name": name or address, "address": address}}


def body(text: str, kind: str = "text") -> Json:
    return {"contentType": kind, "content": text}


def mail(text: str = WORDS, *, kind: str = "text", **about: Any) -> Json:
    """A mail from Maya, with no subject and nothing quoted."""
    return {
        "@odata.etag": 'W/"CQAAABYAAAB"',
        "id": ID,
        "receivedDateTime": AT,
        "sentDateTime": AT,
        "hasAttachments": False,
        "internetMessageId": MSGID,
        "subject": "",
        "bodyPreview": text[:255],
        "conversationId": "AAQkAGI=",
        "isDraft": False,
        "body": body(text, kind),
        "uniqueBody": body(text, kind),
        "from": person(MAYA, "Maya"),
        "sender": person(MAYA, "Maya"),
        "toRecipients": [person(MAILBOX, "Utekontakten")],
        "ccRecipients": [],
        "bccRecipients": [],
        "replyTo": [],
        "internetMessageHeaders": headers(),
        "attachments": [],
    } | about


def attachment(
    name: str, mime: str | None, size: int = 4, kind: str = "file", **about: Any
) -> Json:
    return {
        "@odata.type": f"#microsoft.graph.{kind}Attachment",
        "id": FILE, "name": name, "contentType": mime, "size": size, "isInline": False,
    } | about  # fmt: skip


def sent(text: str = WORDS, *to: str, mark: str | None = None, **about: Any) -> Json:
    """A mail in Sent Items."""
    told = [] if mark is None else [{"id": MARK, "value": mark}]
    return mail(text, subject="SV: Hei", singleValueExtendedProperties=told, **about) | {
        "from": person(MAILBOX),
        "toRecipients": [person(each) for each in to or (MAYA,)],
        "internetMessageHeaders": None,
    }


def kept(message: object, *, folder: str = "inbox", answers: str | None = None) -> bytes:
    """As it is put on disk."""
    about = None if answers is None else {"id": answers}
    told = {"mailbox": MAILBOX, "folder": folder, "message": message, "answers": about}
    return json.dumps(told).encode()
