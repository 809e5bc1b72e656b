"""
What a mail holds: words, files, or something that can pass as neither.

Graph, «message», «fileAttachment», «itemAttachment» and «referenceAttachment».
"""

import re
from dataclasses import dataclass, field
from typing import Final

from bots.names import neutral
from bots.outlook.words import of_html, plain, without_trailers
from bots.values import Json, held, listed, number, said
from bridge.domain.messages import File

REPLY: Final = re.compile(r"\s*(?:re|sv|aw|antw)\s*(?:\[\d+\])?:", re.IGNORECASE)
FORWARD: Final = re.compile(r"\s*(?:fwd?|vs|wg|tr)\s*:", re.IGNORECASE)
"""What an app puts before the subject; VS is «Videresend» in Outlook in Norwegian."""

SEALED: Final = frozenset({
    "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted",
    "application/x-microsoft-rpmsg-message",
})  # fmt: skip
SEAL: Final = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
})  # fmt: skip
"""A signature beside what anybody can read; it says nothing to the team."""

MEETING: Final = "#microsoft.graph.eventmessage"
ITEM: Final = "#microsoft.graph.itemattachment"
REFERENCE: Final = "#microsoft.graph.referenceattachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    text: str = field(repr=False)
    files: tuple[File, ...] = ()
    placeholder: str | None = None
    forwarded: bool = False


def contents(message: Json, *, is_answer: bool) -> Contents:
    """What was sent. Never raises; `is_answer`: to a mail of ours, so its subject is not news."""
    subject, body = said(message, "subject").strip(), _body(message)
    lines = [] if is_answer and REPLY.match(subject) else [subject]
    files, placeholder = [], _whole(message)
    for each in listed(message, "attachments"):
        kind = _cannot_be_shown(each)
        placeholder = placeholder or kind
        if said(each, "@odata.type").lower() == REFERENCE:
            lines.append(said(each, "name"))
        elif kind is None and said(each, "contentType").lower() not in SEAL:
            files.append(_file(said(message, "id"), each))
    text = "\n\n".join(filter(None, [lines[0] if lines else "", body, *lines[1:]]))
    if placeholder is None and not text and not files:
        placeholder = "empty"
    forwarded = bool(FORWARD.match(subject))
    return Contents(text=text, files=tuple(files), placeholder=placeholder, forwarded=forwarded)


def _body(message: Json) -> str:
    """
    What is new in it (`uniqueBody`); all of it where Graph finds nothing new.

    A body that was too large to be taken is told by its beginning (`bodyPreview`).
    """
    for kind in ("uniqueBody", "body"):
        told = held(message, kind)
        written = said(told, "content")
        words = of_html(written) if said(told, "contentType").lower() == "html" else plain(written)
        if words.strip():
            return without_trailers(words)
    return plain(said(message, "bodyPreview")).strip()


def _whole(message: Json) -> str | None:
    """What the whole mail is, where it is no letter."""
    if said(message, "@odata.type").lower().startswith(MEETING):
        return "calendar"
    return "too_long" if held(message, "body") is None else None


def _cannot_be_shown(attachment: object) -> str | None:
    mime, name = said(attachment, "contentType").lower(), said(attachment, "name").lower()
    if said(attachment, "@odata.type").lower() == REFERENCE:
        return "reference"
    if mime in SEALED or name.endswith((".p7m", ".rpmsg")):
        return "sealed"
    if mime in {"application/ms-tnef", "application/vnd.ms-tnef"} or name == "winmail.dat":
        return "winmail"
    return "calendar" if mime == "text/calendar" else None


def _file(message: str, attachment: object) -> File:
    """A mail in the mail is fetched as it was sent (Get attachment, `$value`)."""
    told = said(attachment, "contentType").lower().split(";")[0].strip()
    is_mail = said(attachment, "@odata.type").lower() == ITEM
    name = neutral(said(attachment, "name")) or "fil"
    return File(
        ref=f"{message}/{said(attachment, 'id')}",
        name=f"{name}.eml" if is_mail and not name.endswith(".eml") else name,
        type="message/rfc822" if is_mail else _type(told),
        # What Graph tells is with its wrapping, and for a mail of another form altogether.
        size=None if is_mail else number(attachment, "size"),
    )


def _type(told: str) -> str:
    return told if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", told) else "application/octet-stream"
