"""
What is done by somebody who has not written to us: it begins no talk, and we know nobody by it.

Whoever comments in public is answered once, in private, with how to write to us: the next word
is theirs. What they said is not kept, and nothing that anybody has told us is ever part of it.

Whoever asks a platform for deletion is somebody we cannot find by what it tells: a person is
told, with the code that they got.
"""

from bridge.domain.cards import Alarm
from bridge.domain.delivery import Delivery, Reason
from bridge.domain.errands import Errands
from bridge.domain.messages import Commented, DeletionAsked
from bridge.domain.phrases import say
from bridge.ports import Invites, SendFailed, Surroundings, Transaction
from bridge.relay.belated import Sent

INVITATION = "invitation"
LANGUAGE = "nb"
"""Nobody knows yet which is theirs."""


class Strangers:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def take(self, tx: Transaction, channel: str, fact: Commented | DeletionAsked) -> None:
        errands = self._errands()
        match fact:
            case Commented(comment=comment):
                await tx.outbox.add(errands.invite(channel, comment))
            case DeletionAsked(code=code):
                await tx.outbox.add(errands.alarm(Alarm.DELETION_ASKED, code=code))

    async def invite(self, delivery: Delivery) -> Sent:
        """Raises `SendFailed`."""
        channel = self._around.channels[str(delivery.params["channel"])]
        if not isinstance(channel, Invites) or delivery.words is None:
            raise SendFailed(Reason.NOT_ALLOWED, retry=False)
        practice = self._around.practice
        spoken = say(
            INVITATION,
            LANGUAGE,
            hours=practice.hours,
            numbers=practice.numbers,
            now=self._around.clock.now(),
        )
        await channel.invite(delivery.words, spoken.text)
        return Sent()

    def _errands(self) -> Errands:
        around = self._around
        return Errands(new=around.mint.new, now=around.clock.now(), team=around.practice.team)
