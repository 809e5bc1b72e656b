"""Which mailbox somebody wrote to stands in their address, and nobody can write it there."""

import pytest

from bots.outlook.boxes import UNPROVED, Box, Party, party, placed
from bots.outlook.channel import OutlookChannel
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Room
from bridge.domain.messages import Outbound
from bridge.ports import SendFailed
from tests.bots.outlook.shapes import MAILBOX, MAYA
from tests.bots.outlook.tenant import tenant

TEAM, ANNA = Box(mailbox=MAILBOX), Box(mailbox="anna@kommunen.example", room=Room("C0ANNA"))


@pytest.mark.parametrize("proved", [True, False])
@pytest.mark.parametrize("box", [TEAM, ANNA])
def test_an_address_tells_who_and_to_whom(box: Box, *, proved: bool) -> None:
    """An answer to the wrong mailbox's thread is an answer to somebody else's youth."""
    told = box.addressed(MAYA, proved=proved)

    to = None if box is TEAM else ANNA.mailbox
    assert party(told) == Party(address=MAYA, proved=proved, mailbox=to)


def test_what_came_to_the_team_goes_by_what_it_always_did() -> None:
    """Whoever wrote before there were other mailboxes must not be a stranger after."""
    assert TEAM.addressed(MAYA) == MAYA
    assert TEAM.addressed(MAYA, proved=False) == f"{MAYA}{UNPROVED}"
    assert TEAM.numbered("AAkALg1") == "AAkALg1"


def test_a_number_tells_which_mailbox_it_is_in() -> None:
    """By the number alone a mail is erased; in the wrong mailbox it would be «not found»."""
    assert placed(ANNA.numbered("AAkALg1")) == (ANNA.mailbox, "AAkALg1")
    assert placed(ANNA.numbered("AAkALg1/AAkB")) == (ANNA.mailbox, "AAkALg1/AAkB")
    assert placed(TEAM.numbered("AAkALg1/AAkB")) == (None, "AAkALg1/AAkB")


async def test_nothing_is_sent_from_a_mailbox_that_is_no_longer_ours() -> None:
    """It would go out from the team's, and tell her that others read what she told Anna."""
    async with tenant() as here:
        channel = OutlookChannel(here.graph, mailbox=MAILBOX, clock=here.clock)

        with pytest.raises(SendFailed) as refused:
            await channel.send(Address(ANNA.addressed(MAYA)), Outbound(text="hei", by_person=True))

        assert (refused.value.reason, refused.value.retry) == (Reason.NOT_ALLOWED, False)
        assert here.standin.mailbox.items == {}
