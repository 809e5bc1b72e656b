"""The call that a delivery is: one to the platform, the workspace or the record it goes to."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bridge.domain.cards import Note
from bridge.domain.copies import RETRY
from bridge.domain.delivery import Delivery, Reason, What
from bridge.domain.ids import Address, Ref, Room
from bridge.ports import Channel, SendFailed, Surroundings
from bridge.relay.belated import Sent
from bridge.relay.compose import Content, ToRoom, ToYouth
from bridge.relay.fetching import Fetching
from bridge.relay.linking import Linking
from bridge.relay.strangers import Strangers


class Calling:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._fetching = Fetching(around)
        self._elsewhere: Mapping[What, Callable[[Delivery], Awaitable[Sent]]] = {
            What.WHISPER: self._whisper,
            What.RECORD: self._record,
            What.LINK: Linking(around).link,
            What.INVITE: Strangers(around).invite,
            What.FETCH: self._fetching.fetch,
            What.FILE: self._fetching.upload,
        }

    async def made(self, delivery: Delivery, content: Content) -> Sent:
        """Raises `SendFailed`, `RecordUnreachable` and `RecordRefused`."""
        match content:
            case ToYouth() as to:
                return await self._to_youth(delivery, to)
            case ToRoom() as to_room:
                return await self._to_room(delivery, to_room)
            case None:
                return await self._elsewhere[delivery.what](delivery)

    async def found(self, delivery: Delivery, content: Content) -> Sent | None:
        """What an earlier call has left, if anything. Raises `SendFailed`."""
        if not isinstance(content, ToRoom):
            return await self._fetching.find(delivery)
        ref = await self._around.workspace.find(content.room, content.root, delivery.id)
        return None if ref is None else Sent(ref=ref)

    async def _to_youth(self, delivery: Delivery, to: ToYouth) -> Sent:
        channel = self._around.channels[to.channel]
        match delivery.what:
            case What.REPLY_EDIT:
                pieces = channel.pieces(to.outbound.text)
                for ref, piece in zip(to.refs, pieces, strict=False):
                    await channel.edit(to.to, ref, piece)
                return await self._erase(channel, to.to, to.refs[len(pieces) :])
            case What.REPLY_ERASE:
                return await self._erase(channel, to.to, to.refs)
            case _:
                return Sent(ref=await channel.send(to.to, to.outbound))

    async def _erase(self, channel: Channel, to: Address, refs: Sequence[Ref]) -> Sent:
        erased = await channel.erase(to, refs) if refs else {}
        if RETRY & set(erased.values()):
            raise SendFailed(Reason.BUSY, retry=True)
        return Sent(erased=erased)

    async def _to_room(self, delivery: Delivery, to: ToRoom) -> Sent:
        if to.renew is not None:
            await self._around.workspace.renew(to.renew, to.card)
            return Sent()
        ref = await self._around.workspace.show(
            to.room, to.root, to.card, key=delivery.id, also=to.also
        )
        return Sent(ref=ref)

    async def _whisper(self, delivery: Delivery) -> Sent:
        params = delivery.params
        root = params.get("root")
        await self._around.workspace.whisper(
            Room(str(params["room"])),
            Ref(str(root)) if root else None,
            str(params["user"]),
            Note(str(params["note"])),
        )
        return Sent()

    async def _record(self, delivery: Delivery) -> Sent:
        await self._around.record.put(
            str(delivery.params["path"]), json.loads(delivery.words or "{}")
        )
        return Sent()
