"""Asking for what has come: everything once, nothing twice, and nobody held up by another."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bots.outlook import graph
from bots.outlook.channel import OutlookChannel
from bots.outlook.graph import Graph
from bots.outlook.mailbox import REMEMBERED, Trouble
from bots.outlook.tokens import App
from bots.sandbox.faults import Fault
from bots.sandbox.outlook.entra import certified
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed
from tests.bots.outlook.script import ROOT
from tests.bots.outlook.shapes import MAILBOX, WORDS
from tests.bots.outlook.tenant import NOON, Tenant, tenant


@pytest.fixture
async def here() -> AsyncIterator[Tenant]:
    async with tenant() as there:
        yield there


async def test_page_after_page_comes_oldest_first(here: Tenant) -> None:
    """What a youth wrote second must not be read as if it were first."""
    here.standin.mailbox.page = 2
    for ago in (1, 5, 3, 4, 2):
        here.writes(f"for {ago} timer siden", ago=timedelta(hours=ago))

    assert await here.opened().turn() == (None, None)
    assert here.disk.texts() == [f"for {ago} timer siden" for ago in (5, 4, 3, 2, 1)]


async def test_what_is_known_is_asked_for_once(here: Tenant) -> None:
    """Each mail is a call to Graph; and a team that sees it again stops reading."""
    mailbox = here.opened()
    known = here.writes(WORDS)
    await mailbox.turn()
    here.standin.mailbox.touch(here.standin.mailbox.find(known))
    before = len(here.standin.asked)

    await mailbox.turn()

    assert here.disk.asked == [known]
    assert not any(known in each for each in here.standin.asked[before:])


async def test_after_a_restart_nothing_is_new_and_nothing_is_lost(here: Tenant) -> None:
    known = here.writes("før")
    await here.opened().turn()
    late = here.writes("mens vi var nede")

    await here.opened().turn()

    assert sorted(here.disk.kept) == sorted([known, late])


async def test_a_mail_keeps_its_name_when_somebody_moves_it(here: Tenant) -> None:
    """A colleague who tidies up must not make it come again, nor be out of our reach."""
    known = here.writes(WORDS)
    await here.opened().turn()
    here.standin.mailbox.move(here.standin.mailbox.find(known), "arkiv")
    here.standin.mailbox.move(here.standin.mailbox.find(known), "inbox")

    await here.opened().turn()

    assert list(here.disk.kept) == [known]


async def test_when_graph_has_forgotten_where_we_were_all_is_asked_for_anew(here: Tenant) -> None:
    mailbox = here.opened()
    here.writes("før")
    await mailbox.turn()
    here.standin.mailbox.forget_tokens()
    here.writes("etter")

    assert await mailbox.turn() == (None, None)
    assert here.disk.texts() == ["før", "etter"]


async def test_what_came_before_we_took_over_is_left(here: Tenant) -> None:
    """On the first day a hundred old mails would become a hundred new threads."""
    here.writes("gammel", ago=timedelta(days=3))
    here.writes("ny")

    await here.opened(since=NOON - timedelta(days=1)).turn()

    assert here.disk.texts() == ["ny"]


async def test_what_may_have_been_forgotten_is_never_asked_for_again(here: Tenant) -> None:
    """That a mail has been seen is forgotten after two weeks; it may still lie in the mailbox."""
    known = here.writes(WORDS)
    mailbox = here.opened()
    await mailbox.turn()
    here.clock.move(REMEMBERED + timedelta(hours=1))
    for _ in range(2):
        here.standin.mailbox.touch(here.standin.mailbox.find(known))
        await mailbox.turn()
    await here.opened().turn()

    assert here.disk.asked == [known]


async def test_one_that_cannot_be_kept_stops_nobody_and_comes_again(here: Tenant) -> None:
    mailbox = here.opened()
    bad, good = here.writes("full disk", ago=timedelta(hours=1)), here.writes(WORDS)
    here.disk.refused = {bad}

    assert await mailbox.turn() == (Trouble.NOT_KEPT, None)
    assert list(here.disk.kept) == [good]
    here.disk.refused = set()
    assert await mailbox.turn() == (None, None)
    assert list(here.disk.kept) == [good, bad]


async def test_of_a_mail_that_is_too_large_its_beginning_is_taken(
    here: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One mail of ten megabytes must neither fill our memory nor be lost."""
    monkeypatch.setattr(graph, "LARGEST_ANSWER", 20_000)
    here.writes(WORDS + "!" * 30_000)

    assert await here.opened().turn() == (None, None)
    (kept,) = here.disk.kept.values()
    assert kept["message"]["bodyPreview"].startswith(WORDS)
    assert "body" not in kept["message"]


async def test_a_mail_that_is_gone_meanwhile_is_no_trouble(here: Tenant) -> None:
    here.writes(WORDS)
    here.standin.faults.next(Fault.BAD_GATEWAY, method="message")
    mailbox = here.opened()
    assert (await mailbox.turn())[0] is Trouble.NOT_KEPT
    for item in here.standin.mailbox.items.values():
        here.standin.mailbox.move(item, "purges")

    assert await mailbox.turn() == (None, None)
    assert here.disk.kept == {}


async def test_what_no_person_wrote_is_counted(here: Tenant) -> None:
    """Somebody who looks must be able to see that it was passed over, and why."""
    here.maya.writes("borte", headers=(("Auto-Submitted", "auto-replied"),))
    here.maya.writes("nytt", headers=(("List-Id", "<a.example>"),))
    mailbox = here.opened()

    await mailbox.turn()
    await mailbox.turn()

    assert mailbox.passed == {"auto-submitted": 1, "list-id": 1}


async def test_what_is_answered_is_known_by_our_own_name_for_it(here: Tenant) -> None:
    """«Ja» means something only together with the question."""
    ours = here.standin.a_colleague_writes(here.maya, "Er det greit?")
    known = here.maya.answers("Ja")

    await here.opened().turn()

    assert here.disk.kept[known]["answers"]["id"] == ours


async def test_a_name_that_is_none_is_not_looked_for(here: Tenant) -> None:
    """It is written by whoever sent the mail, and would go into a question of ours."""
    known = here.maya.writes("Ja", answers="<a' or id ne 'b>")

    assert await here.opened().turn() == (None, None)
    assert here.disk.kept[known]["answers"] is None
    assert f"GET {ROOT}/messages" not in here.standin.asked


@pytest.mark.parametrize(
    ("fault", "trouble", "after"),
    [
        (Fault.RATE_LIMITED, Trouble.UNREACHABLE, timedelta(seconds=1)),
        (Fault.BAD_GATEWAY, Trouble.UNREACHABLE, None),
        (Fault.TRUNCATED, Trouble.UNREACHABLE, None),
    ],
)
async def test_a_trouble_is_said_and_passes(
    here: Tenant, fault: Fault, trouble: Trouble, after: timedelta | None
) -> None:
    mailbox = here.opened()
    here.writes(WORDS)
    here.standin.faults.next(fault, method="delta")

    assert await mailbox.turn() == (trouble, after)
    assert await mailbox.turn() == (None, None)
    assert here.disk.texts() == [WORDS]


async def test_a_permission_that_is_taken_back_is_said_to_be_that(here: Tenant) -> None:
    here.standin.permitted = False

    assert await here.opened().turn() == (Trouble.REVOKED, None)


async def test_never_more_than_four_at_once(here: Tenant) -> None:
    """Graph refuses the fifth, and then the youths wait for each other."""
    standin = here.standin
    standin.gate.clear()
    asking = asyncio.gather(*(here.channel.alive() for _ in range(20)))
    await standin.changes.until(lambda: standin.most_at_once >= 4)
    entra = standin.entra
    app = App(tenant=entra.tenant, client=entra.client, secret=entra.secret, authority=here.url)
    async with Graph(app, url=f"{here.url}/v1.0") as another:
        with pytest.raises(SendFailed) as fifth:
            await OutlookChannel(another, mailbox=MAILBOX, clock=here.clock).alive()
    standin.gate.set()
    await asking

    assert fifth.value.reason is Reason.BUSY
    assert standin.most_at_once == 5  # four of ours, and the stranger


async def test_a_key_is_asked_for_once_and_again_when_it_has_run_out(here: Tenant) -> None:
    for _ in range(3):
        await here.channel.alive()
    assert len(here.standin.entra.given) == 1
    here.standin.entra.lapse()

    await here.channel.alive()

    assert len(here.standin.entra.given) == 2


async def test_a_certificate_opens_and_another_does_not() -> None:
    """The key never leaves the house; Entra has only what it was uploaded."""
    pem = certified()
    async with tenant(pem) as there:
        await there.channel.alive()
        entra = there.standin.entra
        other = App(
            tenant=entra.tenant, client=entra.client, certificate=certified(), authority=there.url
        )
        async with Graph(other, url=f"{there.url}/v1.0") as stranger:
            channel = OutlookChannel(stranger, mailbox=MAILBOX, clock=there.clock)
            with pytest.raises(SendFailed) as failed:
                await channel.alive()

    assert (failed.value.reason, failed.value.retry) == (Reason.REVOKED, True)
    assert pem.split("\n")[1] not in repr(other)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"secret": "gjettet"}, Reason.REVOKED),
        ({"tenant": "00000000-0000-0000-0000-000000000000"}, Reason.REVOKED),
        ({"client": "00000000-0000-0000-0000-000000000000"}, Reason.REVOKED),
        ({"authority": "http://127.0.0.1:1"}, Reason.UNREACHABLE),
    ],
)
async def test_without_a_key_the_queue_is_kept(
    here: Tenant, change: dict[str, str], reason: Reason
) -> None:
    entra = here.standin.entra
    told = {"tenant": entra.tenant, "client": entra.client, "secret": entra.secret,
            "authority": here.url} | change  # fmt: skip
    async with Graph(App(**told), url=f"{here.url}/v1.0") as other:
        channel = OutlookChannel(other, mailbox=MAILBOX, clock=here.clock)
        with pytest.raises(SendFailed) as failed:
            await channel.alive()

    assert (failed.value.reason, failed.value.retry) == (reason, True)
