"""
Outlook as a channel: a shared mailbox that a youth writes to, and those of single employees.

Words go as plain text, to the youth's address alone, whatever the mail that is answered asks for
(Reply-To, copies). What is erased is our own copy; the one in her mailbox is hers, and out of
our reach.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from bots.calling import whole_body
from bots.outlook import convert, drafts
from bots.outlook.boxes import Box, Party, party, placed
from bots.outlook.errors import NOT_ERASED, before_it_is_sent, in_our_words
from bots.outlook.graph import Graph, judged
from bots.pieces import pieces, units
from bots.values import listed, said, whole
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref, Room
from bridge.domain.messages import Inbound, Outbound
from bridge.ports import Clock, SendFailed

CAPABILITIES: Final = Capabilities(
    max_text=10_000,  # our own choice: a mail has no limit that a person would meet
    max_file=35 * 1024 * 1024,  # «Exchange Online limits», message size, as a mailbox is made
    buttons=Support.REFUSED,
    edit_ours=Support.REFUSED,
    erase_ours=Support.LOST,  # ours alone, and restorable; the youth's own copy stays
    erase_theirs=Support.LOST,
    erase_within=None,
    reread=Support.NONE,
    sees_unsend=Support.NONE,
    reads=Support.NONE,
    answer_within=None,
    answer_late=None,
    keeps_for=None,
    per_chat=timedelta(seconds=2),  # «Exchange Online limits», 30 messages a minute
    per_second=1,
)

NEW_SUBJECT: Final = "Melding til deg"
"""Where there is nothing to answer: a phone shows it to whoever looks at it."""

LAG: Final = timedelta(minutes=10)
"""For so long what was sent may not yet lie in Sent Items (immutable ids, «sending mail»)."""

DOWNLOAD: Final = 120.0
Mark = Mapping[str, str]

EARLIEST: Final = "1970-01-01T00:00:00Z"

_ID: Final = re.compile(r"[A-Za-z0-9_=+/-]{1,512}")

log = logging.getLogger(__name__)


class OutlookChannel:
    name: Final = "outlook"
    capabilities: Final = CAPABILITIES

    def __init__(
        self,
        graph: Graph,
        *,
        mailbox: str,
        clock: Clock,
        own: Sequence[Box] = (),
        shelf: Room | None = None,
    ) -> None:
        """
        `own`: the mailboxes of single employees; `shelf`: the room in which what comes to the
        shared one is read first, where that is not the team's.
        """
        self._graph, self._clock = graph, clock
        self.box: Final = Box(mailbox=mailbox)
        self.own: Final = tuple(own)
        self._shelf = shelf
        self._sent: dict[Ref, datetime] = {}
        """What may still be on its way to Sent Items."""

    def read(self, body: bytes) -> Inbound:
        inbound = convert.read(body)
        return inbound if inbound.room is not None else replace(inbound, room=self._shelf)

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, CAPABILITIES.max_text)

    async def send(self, to: Address, what: Outbound) -> Ref:
        """
        A draft, so that its id is known beforehand; then its words; then it goes.

        Whatever goes wrong before the last step has sent nothing. An address that nobody vouches
        for is answered by a person only: the bot would write to whoever was pretended to be. It
        goes out from the mailbox that was written to, or not at all.
        """
        there = party(to)
        box, address = self._box(there), there.address
        if box is None or what.buttons or not (there.proved or what.by_person):
            raise SendFailed(Reason.NOT_ALLOWED, retry=False)
        if units(what.text) > CAPABILITIES.max_text:
            raise SendFailed(Reason.TOO_LONG, retry=False)
        mark = drafts.mark(self._clock.now())
        with before_it_is_sent():
            draft = await self._draft(box, address, what, mark)
        try:
            with before_it_is_sent():
                await self._graph.call("PATCH", self.at(draft), _letter(address, what, mark))
        except SendFailed:
            await self._discard(draft)
            raise
        await self._go(draft)
        self._remember(draft)
        log.debug("sent units=%d", units(what.text))
        return draft

    def _box(self, there: Party) -> Box | None:
        """None for an employee's that is no longer among ours."""
        if there.mailbox is None:
            return self.box
        return next((each for each in self.own if each.mailbox == there.mailbox), None)

    async def _go(self, draft: Ref) -> None:
        try:
            with in_our_words():
                await self._graph.call("POST", f"{self.at(draft)}/send")
        except SendFailed as failed:
            if failed.reason is not Reason.NO_ANSWER:
                await self._discard(draft)
            raise

    async def _draft(self, box: Box, address: str, what: Outbound, mark: Mark) -> Ref:
        """
        An answer to what they wrote last, so that it stands below it in their app; or a new.

        What is answered may be quoted in it: it bears our mark before it has words of ours.
        """
        ours = {"singleValueExtendedProperties": [mark]}
        answered = what.answers or await self._last_from(box, address)
        made: Mapping[str, Any] | None = None
        if answered is not None:
            try:
                with in_our_words():
                    made = await self._graph.call(
                        "POST", f"{self.at(answered)}/createReply", {"message": ours}
                    )
            except SendFailed as failed:
                if failed.reason not in {Reason.GONE, Reason.TOO_LARGE}:
                    raise
        if made is None:
            body = {"subject": NEW_SUBJECT, "toRecipients": _to(address), **ours}
            made = await self._graph.call("POST", f"{box.root}/messages", body)
        ref = said(made, "id")
        if not ref:
            raise SendFailed(Reason.UNREACHABLE, retry=True)
        return box.numbered(ref)

    async def _last_from(self, box: Box, address: str) -> Ref | None:
        """What orders must be filtered by first (List messages, «Using filter and orderby»)."""
        asked = {
            "$filter": f"receivedDateTime ge {EARLIEST} and "
            f"from/emailAddress/address eq '{address.replace(chr(39), chr(39) * 2)}'",
            "$orderby": "receivedDateTime desc", "$top": "1", "$select": "id",
        }  # fmt: skip
        answer = await self._graph.call("GET", f"{box.root}/messages", query=asked)
        found = [said(each, "id") for each in listed(answer, "value")]
        return box.numbered(found[0]) if found and found[0] else None

    async def _discard(self, draft: Ref) -> None:
        """A draft that never went holds words, too. What is not reached now, `clear` reaches."""
        with suppress(SendFailed), in_our_words():
            await self._graph.call("POST", f"{self.at(draft)}/permanentDelete")

    async def clear(self, box: Box) -> None:
        """Drafts of ours that were left when something broke. What fails is for the next round."""
        try:
            with in_our_words():
                left = await drafts.left(self._graph, box, self._clock.now())
        except SendFailed as failed:
            log.warning("drafts not cleared reason=%s", failed.reason.value)
            return
        for draft in left:
            await self._discard(box.numbered(draft))

    def _remember(self, ref: Ref) -> None:
        now = self._clock.now()
        self._sent = {each: at for each, at in self._sent.items() if now - at < LAG}
        self._sent[ref] = now

    async def edit(self, to: Address, ref: Ref, text: str) -> None:  # noqa: ARG002  (refused)
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def erase(
        self,
        to: Address,  # noqa: ARG002  (by reference alone)
        refs: Sequence[Ref],
    ) -> Mapping[Ref, Erasure]:
        """When Graph says «not now» or cannot be reached, the rest get that answer unasked."""
        answers: dict[Ref, Erasure] = {}
        trouble: Erasure | None = None
        for ref in refs:
            answers[ref] = trouble or await self._erased(ref)
            if answers[ref] in (Erasure.BUSY, Erasure.UNREACHABLE) and ref not in self._sent:
                trouble = answers[ref]
        return answers

    async def _erased(self, ref: Ref) -> Erasure:
        """
        Out of the mailbox; the tenant keeps it until its retention ends (permanentDelete).

        What was sent just now may not have come to Sent Items yet: then it is looked for again.
        """
        try:
            with in_our_words():
                await self._graph.call("POST", f"{self.at(ref)}/permanentDelete")
        except SendFailed as failed:
            sent = self._sent.get(ref)
            if failed.reason is Reason.GONE and sent and self._clock.now() - sent < LAG:
                return Erasure.BUSY
            return NOT_ERASED.get(failed.reason, Erasure.UNREACHABLE)
        self._sent.pop(ref, None)
        return Erasure.RESTORABLE

    async def answer(self, press: str) -> None:
        """There are no buttons."""

    async def fetch(self, file: str, *, limit: int) -> bytes:
        """Nothing is changed by reading: it may be tried again. Raises `SendFailed`."""
        mailbox, rest = placed(file)
        message, _, attachment = rest.partition("/")
        if not _ID.fullmatch(attachment):
            raise SendFailed(Reason.GONE, retry=False)
        where = self.at(Ref(message if mailbox is None else f"{mailbox}/{message}"))
        path = f"{where}/attachments/{quote(attachment, safe='')}/$value"
        with before_it_is_sent():
            return await self._bytes(path, min(limit, CAPABILITIES.max_file))

    async def _bytes(self, path: str, limit: int) -> bytes:
        for fresh in (False, True):
            async with self._graph.asked("GET", path, fresh=fresh, within=DOWNLOAD) as response:
                if response.status == 401 and not fresh:
                    continue
                body = await whole_body(response, limit)
                if response.status != 200:
                    judged(response, body)
                    raise SendFailed(Reason.UNREACHABLE, retry=True)
                return body
        raise AssertionError("two tries")

    async def alive(self, box: Box | None = None) -> None:
        """Whether Graph answers, knows us, and lets us into the mailbox. Raises `SendFailed`."""
        root = (box or self.box).root
        with in_our_words():
            asked = {"$select": "id"}
            await self._graph.call("GET", f"{root}/mailFolders/inbox", query=asked)

    async def opens_all(self) -> bool:
        """Whether we could read every mailbox in the municipality. Raises `SendFailed`."""
        return any(role.startswith("Mail.") for role in await self._graph.roles())

    def at(self, ref: Ref) -> str:
        """Where a mail is, for Graph. Raises `SendFailed` for what is no id of Graph's."""
        mailbox, known = placed(ref)
        if not _ID.fullmatch(known):
            raise SendFailed(Reason.GONE, retry=False)
        # Also one that is no longer ours: what lies there is still to be erased, if it may.
        box = self.box if mailbox is None else Box(mailbox=mailbox)
        return f"{box.root}/messages/{quote(known, safe='')}"


def _to(address: str) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": address}}]


def _letter(address: str, what: Outbound, mark: Mark) -> dict[str, Any]:
    """The whole of what goes: nothing that was quoted, nobody who was copied."""
    letter: dict[str, Any] = {
        "body": {"contentType": "text", "content": whole(what.text)},
        "toRecipients": _to(address), "ccRecipients": [], "bccRecipients": [], "replyTo": [],
        "singleValueExtendedProperties": [mark],
    }  # fmt: skip
    if what.delivery is not None:
        delivery = {"id": convert.MARK, "value": what.delivery}
        letter["singleValueExtendedProperties"].append(delivery)
    return letter
