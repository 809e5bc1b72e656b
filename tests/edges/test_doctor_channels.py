"""The doctor asks the channels that may be there: Meta's and the mailbox."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bots.registry import MetaAccount
from bots.sandbox.meta import MetaStandIn, WhatsAppStandIn
from bots.sandbox.outlook import OutlookStandIn
from bots.sandbox.outlook.entra import certified
from bots.sandbox.server import serve
from bridge.doctor.facts import AtMeta, Outlook
from bridge.domain.delivery import Reason
from bridge.wiring import settings_of
from tests.edges.ward import Ward, ward

__all__ = ["ward"]  # pytest finds the fixtures here


async def test_messenger_is_asked_whether_it_knows_us_and_calls_us(ward: Ward) -> None:
    """A page that is not subscribed is, from inside, a quiet day."""
    meta = MetaStandIn(
        page="100200300",
        token="EAAkanari",
        app_secret="kanari-app",
        clock=lambda: datetime.now(UTC),
    )
    async with serve(meta.app) as url:
        told = {
            "PUBLIC_URL": "https://bro.example",
            "META__PAGE_ID": "100200300",
            "META__PAGE_TOKEN": "EAAkanari",
            "META__APP_SECRET": "kanari-app",
            "META__VERIFY_TOKEN": "kanari-verify",
            "META__GRAPH_URL": f"{url}/v25.0",
        }
        deaf = await ward.look(**told)
        await _subscribed(ward, told)
        hears = await ward.look(**told, META__HUMAN_AGENT="on")
        both = await ward.look(**told, META__INSTAGRAM_ID=meta.instagram)
        answers = await ward.look(**told, META__COMMENTS="on")
        every = {**told, "META__COMMENTS": "on", "META__INSTAGRAM_ID": meta.instagram}
        await _subscribed(ward, every)
        all_of_it = await ward.look(**every)
        strange = await ward.look(**told, META__INSTAGRAM_ID="42")
        meta.permitted = False
        shut = await ward.look(**told)

    assert deaf.messenger == AtMeta(subscribed=False)
    assert hears.messenger == AtMeta(late=True)
    assert shut.messenger == AtMeta(trouble=Reason.REVOKED)
    assert (both.messenger, both.instagram) == (AtMeta(), AtMeta())
    assert answers.messenger == AtMeta(subscribed=False)
    assert (all_of_it.messenger, all_of_it.instagram) == (AtMeta(), AtMeta())
    assert strange.instagram == AtMeta(trouble=Reason.REJECTED)
    assert meta.profile == {"get_started": {"payload": "START"}}


async def _subscribed(ward: Ward, told: Mapping[str, str]) -> None:
    """As `utebru setup meta` does it: every channel that is set, in turn."""
    env = {**ward.env, **{f"UTEBRU_{name}": value for name, value in told.items()}}
    account = settings_of(env).platforms["meta"]
    assert isinstance(account, MetaAccount)
    async with account.channels() as channels:
        for channel in channels.values():
            await channel.subscribe()


async def test_whatsapp_is_asked_by_its_own_token_beside_the_page_or_alone(ward: Ward) -> None:
    """A number nobody calls us for is, from inside, a quiet day."""
    whatsapp = WhatsAppStandIn(
        number="106540352242922",
        account="102290129340398",
        token="EAAkanari-wa",
        app_secret="kanari-app",
        clock=lambda: datetime.now(UTC),
    )
    async with serve(whatsapp.app) as url:
        told = {
            "PUBLIC_URL": "https://bro.example",
            "META__WHATSAPP_NUMBER_ID": "106540352242922",
            "META__WHATSAPP_ACCOUNT_ID": "102290129340398",
            "META__WHATSAPP_TOKEN": "EAAkanari-wa",
            "META__APP_SECRET": "kanari-app",
            "META__VERIFY_TOKEN": "kanari-verify",
            "META__GRAPH_URL": f"{url}/v25.0",
        }
        deaf = await ward.look(**told)
        whatsapp.subscribed = True
        hears = await ward.look(**told)
        whatsapp.token = "EAAnew"
        shut = await ward.look(**told)

    assert (deaf.messenger, deaf.whatsapp) == (None, AtMeta(subscribed=False))
    assert hears.whatsapp == AtMeta()
    assert shut.whatsapp == AtMeta(trouble=Reason.REVOKED)


async def test_the_mailbox_is_asked_whether_it_lets_us_in_and_how_far(ward: Ward) -> None:
    """A permission for one mailbox that is one for all is found by nobody who does not look."""
    outlook = OutlookStandIn(mailbox="ute@kommunen.example", clock=lambda: datetime.now(UTC))
    async with serve(outlook.app) as url:
        told = {
            "PUBLIC_URL": "https://bro.example",
            "OUTLOOK__TENANT_ID": outlook.entra.tenant,
            "OUTLOOK__CLIENT_ID": outlook.entra.client,
            "OUTLOOK__CLIENT_SECRET": outlook.entra.secret,
            "OUTLOOK__MAILBOX": "ute@kommunen.example",
            "OUTLOOK__SINCE": "2026-11-01",
            "OUTLOOK__GRAPH_URL": f"{url}/v1.0",
            "OUTLOOK__AUTHORITY": url,
        }
        lets_in = await ward.look(**told)
        outlook.entra.roles = ("Mail.ReadWrite", "Mail.Send")
        wide = await ward.look(**told)
        outlook.permitted = False
        shut = await ward.look(**told)

    assert lets_in.outlook == Outlook(certified=False)
    assert wide.outlook == Outlook(certified=False, opens_all=True)
    assert shut.outlook == Outlook(certified=False, trouble=Reason.REVOKED)


async def test_a_certificate_is_looked_at_before_it_runs_out(ward: Ward) -> None:
    """It runs out on a day that nobody remembers, and with it every mail."""
    pem = certified()
    outlook = OutlookStandIn(
        mailbox="ute@kommunen.example", clock=lambda: datetime.now(UTC), certificate=pem
    )
    async with serve(outlook.app) as url:
        looked = await ward.look(
            PUBLIC_URL="https://bro.example",
            OUTLOOK__TENANT_ID=outlook.entra.tenant,
            OUTLOOK__CLIENT_ID=outlook.entra.client,
            OUTLOOK__CERTIFICATE=pem,
            OUTLOOK__MAILBOX="ute@kommunen.example",
            OUTLOOK__SINCE="2026-11-01",
            OUTLOOK__GRAPH_URL=f"{url}/v1.0",
            OUTLOOK__AUTHORITY=url,
        )

    assert looked.outlook is not None
    assert (looked.outlook.trouble, looked.outlook.certified) == (None, True)
    assert looked.outlook.expires is not None
    assert timedelta(days=364) < looked.outlook.expires <= timedelta(days=365)
