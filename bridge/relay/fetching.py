"""Files a youth sends: brought home before they lapse, kept encrypted, shown to the team."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

from bridge.domain.delivery import Delivery, Reason
from bridge.domain.errands import Errands
from bridge.domain.ids import ConversationId, Ref
from bridge.domain.inline import inlined, is_inline
from bridge.domain.messages import Attachment
from bridge.ports import Releases, SendFailed, Surroundings, TakenBack, Transaction
from bridge.relay.belated import Sent

Known = TypeVar("Known")


class Fetching:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def fetch(self, delivery: Delivery) -> Sent:
        """Raises `SendFailed`; what cannot be had is said so, to the team and the youth."""
        if delivery.words is None:
            return Sent()  # taken back, while the platform had us wait
        announced = json.loads(delivery.words)
        async with self._around.vault.begin() as tx:
            thread = await tx.threads.get(_known(delivery.thread))
            here = await self._is_here(tx, delivery)
        channel = self._around.channels[thread.channel]
        if announced.get("pictured"):
            await self._picture(delivery, announced, here=here)
            return Sent()
        if not here:
            limit = self._around.practice.max_file
            await self._keep(
                delivery, announced, await channel.fetch(announced["ref"], limit=limit)
            )
        if isinstance(channel, Releases):
            await channel.release(announced["ref"])
        return Sent()

    async def _picture(
        self, delivery: Delivery, announced: Mapping[str, str], *, here: bool
    ) -> None:
        """It shows a name: it is kept, never posted, and goes from where a colleague put it."""
        ref = Ref(announced["ref"])
        if not here:
            limit = self._around.practice.max_file
            body = await self._pictured(ref, limit=limit)
            await self._keep(delivery, announced, body, shown=False)
        async with self._around.vault.begin() as tx:
            for copy in await tx.copies.by_ref(ref):
                await tx.copies.save(replace(copy, due_at=self._around.clock.now()))

    async def _pictured(self, ref: Ref, *, limit: int) -> bytes:
        if not is_inline(ref):
            return await self._around.workspace.fetch(ref, limit=limit)
        try:
            body = inlined(ref)
        except ValueError:
            raise SendFailed(Reason.GONE, retry=False) from None
        if len(body) > limit:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
        return body

    async def _is_here(self, tx: Transaction, delivery: Delivery) -> bool:
        """We died after it was kept: the platform may not have it any longer."""
        entry = await tx.words.entry(_known(delivery.conversation), _known(delivery.seq))
        return _name_of(delivery) in {a.id for a in entry.attachments}

    async def _keep(
        self, delivery: Delivery, announced: Mapping[str, str], body: bytes, *, shown: bool = True
    ) -> None:
        attachment = Attachment(
            id=_name_of(delivery),
            name=announced["name"],
            type=announced["type"],
            size=len(body),
            sha256=sha256(body).hexdigest(),
        )
        async with self._around.vault.begin() as tx:
            if await self._is_here(tx, delivery):
                return
            conversation, seq = _known(delivery.conversation), _known(delivery.seq)
            entry = await tx.words.entry(conversation, seq)
            try:
                await tx.words.attach(entry, attachment, body)
            except TakenBack:
                return
            errands = Errands(
                new=self._around.mint.new,
                now=self._around.clock.now(),
                team=self._around.practice.team,
                thread=delivery.thread,
            )
            if shown:
                await tx.outbox.add(errands.file(conversation, seq, attachment.id))

    async def upload(self, delivery: Delivery) -> Sent:
        conversation: ConversationId = _known(delivery.conversation)
        async with self._around.vault.begin() as tx:
            talk = await tx.threads.conversation(conversation)
            entry = await tx.words.entry(conversation, _known(delivery.seq))
            wanted = str(delivery.params["attachment"])
            attachment = next((a for a in entry.attachments if a.id == wanted), None)
            if attachment is None:
                raise SendFailed(Reason.GONE, retry=False)  # taken back since
            body = await tx.words.body(attachment.id)
        uploaded = await self._around.workspace.upload(
            talk.room or self._around.practice.room,
            Ref(_known(talk.root)),
            attachment.name,
            attachment.type,
            body,
            key=delivery.id,
        )
        return Sent(ref=uploaded.message, file=uploaded.file)

    async def find(self, delivery: Delivery) -> Sent | None:
        """An upload that nobody answered for, if it is there. Raises `SendFailed`."""
        async with self._around.vault.begin() as tx:
            talk = await tx.threads.conversation(_known(delivery.conversation))
        room = talk.room or self._around.practice.room
        found = await self._around.workspace.find_file(room, Ref(_known(talk.root)), delivery.id)
        return None if found is None else Sent(ref=found.message, file=found.file)


def _name_of(delivery: Delivery) -> str:
    """The same whenever it is fetched: a crash in between must not file it twice."""
    return f"f_{delivery.id}"


def _known(value: Known | None) -> Known:
    if value is None:
        raise LookupError("a file without its place")
    return value
