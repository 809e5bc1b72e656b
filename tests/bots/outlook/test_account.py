"""The mailbox with its ears, opened as the bridge opens it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bots.outlook.account import PATH, OutlookAccount
from bots.outlook.tokens import App
from bridge.ports import Call, Ears
from tests.bots.outlook.shapes import MAILBOX, WORDS
from tests.bots.outlook.tenant import NOON, Tenant, tenant


@pytest.fixture
async def here() -> AsyncIterator[Tenant]:
    async with tenant() as there:
        yield there


def account(here: Tenant, hook: str | None) -> OutlookAccount:
    entra = here.standin.entra
    return OutlookAccount(
        app=App(
            tenant=entra.tenant, client=entra.client, secret=entra.secret, authority=here.url
        ),
        mailbox=MAILBOX, since=NOON - timedelta(days=1), graph_url=f"{here.url}/v1.0", hook=hook,
    )  # fmt: skip


def ears(here: Tenant, reported: list[str | None]) -> Ears:
    async def report(trouble: str | None) -> None:
        reported.append(trouble)

    return Ears(accept=here.disk.accept, clock=here.clock, report=report)


async def test_it_listens_until_the_block_ends(here: Tenant) -> None:
    """Whoever stops the bridge waits for no mail, and loses none."""
    reported: list[str | None] = []
    known = here.writes(WORDS)

    async with account(here, None).opened(ears(here, reported)) as opened:
        assert opened.hooks == {}
        assert opened.last_event_at() is None
        assert opened.listening is not None
        async with opened.listening():
            # Two folders are asked for, and the mail between them.
            await here.standin.changes.until(lambda: len(here.standin.asked) >= 3)
        assert opened.last_event_at() == here.clock.now()

    assert list(here.disk.kept) == [known]
    assert reported == []


async def test_it_is_called_where_the_settings_say(here: Tenant) -> None:
    """And by nobody else: the secret that Graph repeats to us is of our own key."""
    async with account(here, f"https://bro.example{PATH}").opened(ears(here, [])) as opened:
        hook = opened.hooks["POST", PATH]
        asked = {"validationToken": "er du der?"}
        proof = await hook(Call(method="POST", query=asked, headers={}, body=b""))
        forged = await hook(Call(method="POST", query={}, headers={}, body=b'{"value": [{}]}'))

    assert (proof.status, proof.body) == (200, b"er du der?")
    assert forged.status == 401


def test_who_we_are_is_not_shown(here: Tenant) -> None:
    assert here.standin.entra.secret not in repr(account(here, None))
