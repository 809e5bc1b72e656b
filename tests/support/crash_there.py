"""Steps of the crash walk on two channels, the second of which tells more of what becomes of it."""

from datetime import timedelta

from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref
from bridge.domain.messages import Receipt
from bridge.ports import SendFailed
from tests.support.crash_world import THERE, Life

AWAY = SendFailed(Reason.BUSY, retry=True, after=timedelta(seconds=20))
"""Slack takes nothing for so long."""


async def she_has_written(at: Life) -> None:
    at.world.maya_says("m1 er det noen der?")
    await at.rests()


async def she_is_on_messenger_too(at: Life) -> None:
    """Known there by what belongs to no talk that is counted here."""
    await she_has_written(at)
    at.world.others[0].says(THERE, "hei fra en annen telefon")
    await at.rests()


async def they_are_joined(at: Life) -> None:
    await she_is_on_messenger_too(at)
    await at.decides(joined=True)
    await at.bridge.tend()
    at.world.maya_says_there("m2 jeg skriver her nå")
    await at.rests()


async def it_is_the_same_maya(at: Life) -> None:
    await at.decides(joined=True)
    await at.bridge.tend()
    await at.rests()
    at.world.maya_says_there("m2 jeg skriver her nå")
    at.world.amir_replies("r2 så fint")
    await at.rests()


async def it_is_not_the_same_maya(at: Life) -> None:
    await at.decides(joined=False)
    await at.bridge.tend()
    await at.rests()


async def she_writes_on_both(at: Life) -> None:
    at.world.maya_says("m3 er du der?")
    at.world.maya_says_there("m4 eller her?")
    await at.rests()


async def she_takes_it_back(at: Life) -> None:
    """Reworded first, and so in two places."""
    there, said = at.world.others[0], "m2 jeg skriver her nå"
    there.rewords(THERE, _ref(at, said), "m2b det var han")
    there.unsends(THERE, _ref(at, "m2b det var han"))
    at.world.said[at.world.said.index(said)] = ""
    at.world.regretted += [said, "m2b det var han"]
    await at.rests()


async def she_has_said_several(at: Life) -> None:
    """Slack was away, and what she has said stands in one post."""
    await they_are_joined(at)
    at.world.workspace.trouble.append(AWAY)
    for text in ("m3 hun er her nå", "m4 det var han", "m5 jeg går ut"):
        at.world.maya_says_there(text)
    await at.rests()


async def she_takes_one_back(at: Life) -> None:
    """The others were said, and are to be read still."""
    there, said = at.world.others[0], "m4 det var han"
    there.unsends(THERE, _ref(at, said))
    at.world.said[at.world.said.index(said)] = ""
    at.world.regretted.append(said)
    await at.rests()


async def it_is_told_before_it_came(at: Life) -> None:
    """What is taken back reaches us ahead of what it takes back."""
    there = at.world.others[0]
    ref = there.says(THERE, "m2c glem det")
    there.unsends(THERE, ref)
    there.outbox.reverse()
    at.world.regretted.append("m2c glem det")
    await at.rests()


async def somebody_answers_past_us(at: Life) -> None:
    """In Business Suite; and she says more."""
    at.world.others[0].echoes(THERE, "e1 jeg ringer deg klokka ett")
    at.world.past_us.append("e1 jeg ringer deg klokka ett")
    at.world.maya_says_there("m5 takk")
    await at.rests()


async def a_reply_is_with_her_there(at: Life) -> None:
    await they_are_joined(at)
    at.world.amir_replies("r1 jeg er her")
    await at.rests()


async def nobody_knows_whether_it_came(at: Life) -> None:
    """The platform has taken it, and its answer has got lost."""
    await they_are_joined(at)
    at.world.others[0].lost = 1
    at.world.lost = 1
    at.world.amir_replies("r1 jeg er her")
    await at.rests()


async def it_comes_back(at: Life) -> None:
    """As an echo of our own, which tells that it arrived."""
    at.world.others[0].tells_of_ours(THERE, "r1 jeg er her", marked=True)
    at.world.lost, at.world.ends_as = 0, "sent"
    await at.rests()


async def it_is_delivered_and_read(at: Life) -> None:
    there, ref = at.world.others[0], _ref(at, "r1 jeg er her")
    there.sees_to(THERE, Receipt.DELIVERED, ref)
    there.sees_to(THERE, Receipt.READ, upto=at.world.clock.now() + timedelta(seconds=1))
    at.world.ends_as = "read"
    await at.rests()


async def it_could_not_be_delivered(at: Life) -> None:
    there = at.world.others[0]
    there.bounces(THERE, _ref(at, "r1 jeg er her"), Reason.REJECTED)
    at.world.ends_as = "failed"
    await at.rests()


def _ref(at: Life, text: str) -> Ref:
    return next(b.ref for b in at.world.others[0].sees(THERE) if b.text == text)
