"""Which copies a delivery is about to make: written down before the call that makes them."""

from collections.abc import Sequence

from bridge.domain.copies import Copy, Place, Verdict, Whose, of_file
from bridge.domain.delivery import SAYS, Delivery, What
from bridge.domain.ids import ConversationId, CopyId, DeliveryId
from bridge.domain.phrases import STAYS
from bridge.relay.compose import Content, ToRoom, ToYouth


def copy_id(delivery: Delivery) -> CopyId:
    """One for each attempt, because each attempt may have left something behind."""
    return CopyId(f"k_{delivery.id}_{delivery.attempts}")


def made_by(copy: CopyId) -> DeliveryId | None:
    """The delivery whose attempt it is; None where somebody else has made it."""
    delivery, _, attempt = copy.removeprefix("k_").rpartition("_")
    return DeliveryId(delivery) if delivery and attempt.isdecimal() else None


def expected(delivery: Delivery, content: Content) -> Sequence[Copy]:
    conversation = _conversation(delivery)
    if conversation is None or delivery.thread is None:
        return ()
    if isinstance(content, ToYouth) and delivery.what in SAYS:
        stays = str(delivery.params.get("phrase")) in STAYS
        # Where people carry it, the same chat lies on the team's own telephone.
        keep = stays and not content.our_end_only and not content.by_hand
        return (_copy(delivery, conversation, Place.CHANNEL, channel=content.channel, keep=keep),)
    if isinstance(content, ToRoom) and content.renew is None:
        return (_copy(delivery, conversation, Place.WORKSPACE),)
    if delivery.what is What.FILE:
        return (
            _copy(delivery, conversation, Place.WORKSPACE_FILE),
            _copy(delivery, conversation, Place.WORKSPACE),
        )
    return ()


def _conversation(delivery: Delivery) -> ConversationId | None:
    about = delivery.conversation or delivery.params.get("conversation")
    return ConversationId(str(about)) if about else None


def _copy(
    delivery: Delivery,
    conversation: ConversationId,
    place: Place,
    *,
    channel: str | None = None,
    keep: bool = False,
) -> Copy:
    if delivery.thread is None:
        raise LookupError(delivery.id)
    copy = copy_id(delivery)
    return Copy(
        id=of_file(copy) if place is Place.WORKSPACE_FILE else copy,
        thread=delivery.thread,
        conversation=conversation,
        seq=delivery.seq,
        place=place,
        channel=channel,
        whose=Whose.BOT,
        keep=keep,
        verdict=Verdict.LEFT_WITH_YOUTH if keep else Verdict.PENDING,
    )
