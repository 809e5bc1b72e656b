"""
What has come to the mailbox, asked of Graph folder by folder; each mail is put on disk once.

A round asks what has changed since the last («Get incremental changes to messages in a folder»).
Where it had got to is kept in memory only: after a restart everything of the last days is asked
for anew, and what is known is left, by the id that stays the same wherever a mail is moved.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from bots.outlook import convert, senders
from bots.outlook.boxes import Box
from bots.outlook.channel import OutlookChannel
from bots.outlook.errors import in_our_words
from bots.outlook.graph import Graph, Refusal
from bots.values import Json, listed, said
from bridge.domain.delivery import Reason
from bridge.ports import Accept, Clock, SendFailed

FOLDERS: Final = ("inbox", convert.SENT)

REMEMBERED: Final = timedelta(days=13)
"""Older mails are left: that an event has been seen is forgotten after 14 days."""

PAGES: Final = 500
"""So many at the most in a round; then it goes on in the next."""

FORGOTTEN: Final = frozenset({
    "SyncStateNotFound", "SyncStateInvalid", "resyncRequired", "ErrorInvalidSyncStateData",
})  # fmt: skip
"""Graph no longer knows where we had got to (with 410 or 400): all is asked for anew."""

BODIES: Final = ("body", "uniqueBody")
ASKED: Final[Sequence[str]] = (
    "id", "receivedDateTime", "sentDateTime", "subject", "bodyPreview", *BODIES, "from", "sender",
    "toRecipients", "ccRecipients", "bccRecipients", "isDraft", "internetMessageHeaders",
)  # fmt: skip
MARKED: Final = f"singleValueExtendedProperties($filter=id eq '{convert.MARK}')"
WITH: Final = f"attachments($select=id,name,contentType,size,isInline),{MARKED}"

_MESSAGE_ID: Final = re.compile(r"<[^<>\s']{1,500}>")

log = logging.getLogger(__name__)


class Trouble(StrEnum):
    """Why no mail is coming in, for whoever raises the alarm."""

    REVOKED = "revoked"
    UNREACHABLE = "unreachable"
    NOT_KEPT = "not_kept"  # they come, and cannot be put on disk


class Mailbox:
    def __init__(
        self,
        graph: Graph,
        channel: OutlookChannel,
        *,
        accept: Accept,
        clock: Clock,
        since: datetime,
        box: Box | None = None,
    ) -> None:
        """`box`: one employee's; None: the team's."""
        self._graph, self._channel, self._accept, self._clock = graph, channel, accept, clock
        self._box = box or channel.box
        self._since = since
        self._links: dict[str, str] = {}
        self._kept: dict[str, datetime] = {}
        """What is on disk, as far as this process knows, by when it came."""
        self.passed: Counter[str] = Counter()
        """What no person has written to us, by how that is known."""
        self.last_event_at: datetime | None = None

    def resync(self) -> None:
        """Ask for everything anew in the next round; what is known is left."""
        self._links.clear()

    async def turn(self) -> tuple[Trouble | None, timedelta | None]:
        """One question for each folder, and what came of it; how long to wait, if Graph said so."""
        trouble: Trouble | None = None
        try:
            with in_our_words():
                for folder in FOLDERS:
                    trouble = await self._round(folder) or trouble
        except SendFailed as failed:
            revoked = failed.reason is Reason.REVOKED
            return (Trouble.REVOKED if revoked else Trouble.UNREACHABLE), failed.after
        return trouble, None

    async def tidy(self) -> None:
        """Nothing is heard by it; what does not succeed is no trouble, and is tried again."""
        await self._channel.clear(self._box)

    async def _round(self, folder: str) -> Trouble | None:
        try:
            changes, link = await self._changes(folder)
        except Refusal as refusal:
            if refusal.status != 410 and refusal.code not in FORGOTTEN:
                raise
            log.info("asked for anew folder=%s", folder)
            self._links.pop(folder, None)
            changes, link = await self._changes(folder)
        oldest = self._oldest()
        self._kept = {known: at for known, at in self._kept.items() if at >= oldest}
        if not await self._keep(folder, changes):
            return Trouble.NOT_KEPT  # asked for again from where we were
        self._links[folder] = link
        return None

    async def _changes(self, folder: str) -> tuple[Sequence[Json], str]:
        """What is new, oldest first (Graph promises no order), and the link that goes on."""
        link, changes = self._links.get(folder, ""), dict[str, Json]()
        for _ in range(PAGES):
            page = await (self._graph.call("GET", link) if link else self._first(folder))
            changes |= {said(each, "id"): _object(each) for each in listed(page, "value")}
            link = said(page, "@odata.nextLink")
            if not link:
                break
        link = link or said(page, "@odata.deltaLink")
        if not link:
            raise SendFailed(Reason.UNREACHABLE, retry=True)
        oldest = self._oldest()
        new = [
            each for known, each in changes.items()
            if known and known not in self._kept and "@removed" not in each
            and each.get("isDraft") is not True and _came(each) >= oldest
        ]  # fmt: skip
        return sorted(new, key=_came), link

    async def _first(self, folder: str) -> dict[str, Any]:
        asked = {
            "$select": "id,receivedDateTime,isDraft",
            "$filter": f"receivedDateTime ge {self._oldest():%Y-%m-%dT%H:%M:%SZ}",
        }
        path = f"{self._box.root}/mailFolders/{folder}/messages/delta"
        return await self._graph.call("GET", path, query=asked)

    async def _keep(self, folder: str, changes: Sequence[Json]) -> bool:
        """Whether all of them are on disk, or gone. One that cannot be had stops nobody else."""
        all_of_them = True
        for change in changes:
            known = said(change, "id")
            try:
                message = await self._message(known)
                new = message is not None and await self._take(folder, message)
            except SendFailed as failed:
                if failed.reason in {Reason.REVOKED, Reason.BUSY, Reason.UNREACHABLE}:
                    raise
                log.warning("not had reason=%s", failed.reason.value)
                all_of_them = False
                continue
            except Exception as error:
                # Whatever keeps it from the disk: Graph still has it, and is asked again.
                log.warning("not kept error=%s", type(error).__name__)
                all_of_them = False
                continue
            self._kept[known] = _came(change)
            if new:
                self.last_event_at = self._clock.now()
        return all_of_them

    async def _take(self, folder: str, message: Json) -> bool:
        why = None if folder == convert.SENT else convert.passed_over(message, self._box)
        if self._box.room is not None and why is not None and not senders.undelivered(message):
            return self._passed(why)  # it is one person's, and none of ours to keep
        about = None
        if why is None or senders.undelivered(message):
            about = await self._answered(message)
        body = {
            "mailbox": self._box.mailbox, "room": self._box.room, "folder": folder,
            "message": message, "answers": about,
        }  # fmt: skip
        known = self._box.numbered(said(message, "id"))
        new = await self._accept(
            self._channel.name, known, json.dumps(body, sort_keys=True).encode()
        )
        if new and why is not None:
            self._passed(why)
        return new

    def _passed(self, why: str) -> bool:
        self.passed[why] += 1
        log.info("passed over why=%s count=%d", why, self.passed[why])
        return False

    async def _message(self, known: str) -> Json | None:
        """The whole of it, or its beginning if that is too much; None if it is gone meanwhile."""
        path, names = self._channel.at(self._box.numbered(known)), ASKED
        for _ in range(2):
            asked = {"$select": ",".join(names), "$expand": WITH}
            try:
                with in_our_words():
                    return await self._graph.call("GET", path, query=asked)
            except SendFailed as failed:
                if failed.reason is Reason.GONE:
                    return None
                if failed.reason is not Reason.TOO_LARGE:
                    raise
                names = tuple(name for name in ASKED if name not in BODIES)
        raise SendFailed(Reason.TOO_LARGE, retry=False)

    async def _answered(self, message: Json) -> Json | None:
        """The mail that it answers or is about: our id of it, to whom it went, and our mark."""
        told = next(iter(senders.headers(message, "in-reply-to")), "").strip()
        if not _MESSAGE_ID.fullmatch(told):
            return None
        asked = {
            "$filter": f"internetMessageId eq '{told}'", "$select": "id,from,toRecipients",
            "$expand": MARKED, "$top": "1",
        }  # fmt: skip
        try:
            with in_our_words():
                path = f"{self._box.root}/messages"
                answer = await self._graph.call("GET", path, query=asked)
        except SendFailed as failed:
            if failed.reason in {Reason.REJECTED, Reason.GONE}:
                return None
            raise
        return next((_object(each) for each in listed(answer, "value")), None) or None

    def _oldest(self) -> datetime:
        return max(self._since, self._clock.now() - REMEMBERED)


def _came(change: Json) -> datetime:
    """What has no time is taken to be new."""
    try:
        at = datetime.fromisoformat(said(change, "receivedDateTime"))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _object(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}
