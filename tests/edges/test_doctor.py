"""Whoever runs it is told what is wrong and what to do, and never a secret."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bots.registry import MetaAccount
from bots.sandbox.meta import MetaStandIn, WhatsAppStandIn
from bots.sandbox.outlook import OutlookStandIn
from bots.sandbox.outlook.entra import certified
from bots.sandbox.server import serve
from bots.sandbox.slack import Room, SlackStandIn, User
from bots.sandbox.telegram import TelegramStandIn
from bots.telegram import webhook
from bots.telegram.channel import TelegramChannel
from bridge.doctor import asked, described
from bridge.doctor.facts import (
    Account,
    AtMeta,
    Database,
    Facts,
    Hook,
    Keys,
    MunicipalLogIn,
    Outlook,
    Slack,
    Store,
    Telegram,
)
from bridge.doctor.promises import PROMISES, promises
from bridge.doctor.rules import RULES, Level, findings
from bridge.domain.delivery import Reason
from bridge.serving import listening
from bridge.wiring import settings_of
from casestore.app import create_app
from casestore.settings import Settings as StoreSettings
from casestore.users.commands import create_first_team_leader
from tests.casestore.municipality import SECRET, Answers, client_of, municipality
from tests.support.clock import StoppedClock

TELEGRAM, BOT, ADMIN, APP = "7:kanari-tg", "xoxb-kanari", "xoxp-kanari", "xapp-kanari"
CREDENTIAL, SIGNING = "kanari-credential-1", "kanari-signing"
SECRETS = (TELEGRAM, BOT, ADMIN, APP, CREDENTIAL, SIGNING)

WELL = Facts(
    database=Database(kind="postgresql"),
    keys=Keys(),
    store=Store(skew=timedelta(seconds=1), leaders=1, linked=3),
    telegram=Telegram(polls=True),
    slack=Slack(
        bot=Account(),
        cleaner=Account(admin=True),
        socket=True,
        strangers=0,
        retention=date(2026, 11, 1),
    ),
)
TG, SL, ST = WELL.telegram, WELL.slack, WELL.store
assert TG is not None
assert SL is not None
NO_ADMIN = replace(SL, cleaner=None)

ILL: Mapping[str, tuple[Facts, str]] = {
    "no database": (replace(WELL, database=Database(kind="sqlite", closed=True)), "Svarer ikke"),
    "a forgetful database": (
        replace(WELL, database=Database(kind="postgresql", weak="fsync = off")),
        "miste ord",
    ),
    "keys for all to read": (replace(WELL, keys=Keys(exposed=True)), "leses av andre"),
    "no key file of ours": (replace(WELL, keys=Keys(unreadable=True)), "ikke lese som"),
    "a wrong credential": (replace(WELL, store=Store(trouble="credential")), "godtar ikke"),
    "no case store": (replace(WELL, store=Store(trouble="no-answer")), "venter kryptert"),
    "clocks apart": (
        replace(WELL, store=replace(ST, skew=timedelta(minutes=-3))),
        "minutter feil",
    ),
    "nobody leads": (replace(WELL, store=replace(ST, leaders=0)), "Ingen teamleder"),
    "nobody may answer": (replace(WELL, store=replace(ST, linked=0)), "ingen kan svare"),
    "no telegram": (replace(WELL, telegram=None), "ikke satt opp"),
    "telegram shut": (
        replace(WELL, telegram=Telegram(polls=True, trouble=Reason.REVOKED)),
        "@BotFather",
    ),
    "telegram away": (
        replace(WELL, telegram=Telegram(polls=True, trouble=Reason.UNREACHABLE)),
        "nettet ut",
    ),
    "a webhook in the way": (
        replace(WELL, telegram=Telegram(polls=True, hook=Hook.ELSEWHERE)),
        "webhook",
    ),
    "no webhook": (replace(WELL, telegram=Telegram(polls=False)), "setup telegram"),
    "another's webhook": (
        replace(WELL, telegram=Telegram(polls=False, hook=Hook.ELSEWHERE)),
        "Sender ikke til adressen",
    ),
    "a webhook that fails": (
        replace(WELL, telegram=Telegram(polls=False, hook=Hook.HERE, hook_fails=True)),
        "Når oss ikke",
    ),
    "messenger shut": (
        replace(WELL, messenger=AtMeta(trouble=Reason.REVOKED)),
        "tatt fra oss en tillatelse",
    ),
    "messenger away": (
        replace(WELL, messenger=AtMeta(trouble=Reason.UNREACHABLE)),
        "UTEBRU_META__GRAPH_URL",
    ),
    "instagram shut": (
        replace(WELL, instagram=AtMeta(trouble=Reason.REVOKED)),
        "UTEBRU_META__INSTAGRAM_ID",
    ),
    "instagram away": (
        replace(WELL, instagram=AtMeta(trouble=Reason.UNREACHABLE)),
        "UTEBRU_META__GRAPH_URL",
    ),
    "instagram deaf": (
        replace(WELL, instagram=AtMeta(subscribed=False)),
        "setup meta",
    ),
    "whatsapp shut": (
        replace(WELL, whatsapp=AtMeta(trouble=Reason.REVOKED)),
        "WHATSAPP_NUMBER_ID",
    ),
    "whatsapp away": (
        replace(WELL, whatsapp=AtMeta(trouble=Reason.UNREACHABLE)),
        "UTEBRU_META__GRAPH_URL",
    ),
    "whatsapp deaf": (
        replace(WELL, whatsapp=AtMeta(subscribed=False)),
        "setup meta",
    ),
    "messenger half deaf": (
        replace(WELL, messenger=AtMeta(subscribed=False)),
        "setup meta",
    ),
    "the mailbox shut": (replace(WELL, outlook=Outlook(trouble=Reason.REVOKED)), "slipper oss"),
    "the mailbox away": (
        replace(WELL, outlook=Outlook(trouble=Reason.UNREACHABLE)),
        "UTEBRU_OUTLOOK__GRAPH_URL",
    ),
    "a certificate that has run out": (
        replace(WELL, outlook=Outlook(expires=timedelta())),
        "har gått ut",
    ),
    "every mailbox open": (replace(WELL, outlook=Outlook(opens_all=True)), "alle postkasser"),
    "no slack": (replace(WELL, slack=None), "setup slack"),
    "slack shut": (
        replace(WELL, slack=replace(SL, bot=Account(trouble=Reason.REVOKED))),
        "botens nøkkel",
    ),
    "slack away": (
        replace(WELL, slack=replace(SL, bot=Account(trouble=Reason.UNREACHABLE))),
        "Svarer ikke",
    ),
    "a bot that may too little": (
        replace(WELL, slack=replace(SL, bot=Account(missing=("files:write",)))),
        "mangler rettigheter",
    ),
    "a deaf socket": (
        replace(WELL, slack=replace(SL, deaf=Reason.REVOKED)),
        "connections:write",
    ),
    "deaf altogether": (replace(WELL, slack=replace(SL, socket=False)), "Hører ingenting"),
    "an administrator who is none": (
        replace(WELL, slack=replace(SL, cleaner=Account(admin=False))),
        "får ikke lov",
    ),
    "an administrator shut out": (
        replace(WELL, slack=replace(SL, cleaner=Account(trouble=Reason.REVOKED))),
        "administratorkontoens nøkkel",
    ),
    "an administrator outside": (
        replace(WELL, slack=replace(SL, cleaner=Account(admin=True, in_room=False))),
        "kan ikke slette noe der",
    ),
    "a bot outside": (
        replace(WELL, slack=replace(SL, bot=Account(in_room=False))),
        "/invite @utebru",
    ),
    "a stranger in the room": (
        replace(WELL, slack=replace(SL, strangers=1)),
        "ikke er koblet til som ansatt",
    ),
    "nobody knows who reads": (replace(WELL, slack=replace(SL, strangers=None)), "ikke se hvem"),
}
NOTED: Mapping[str, tuple[Facts, str]] = {
    "no keys yet": (replace(WELL, keys=Keys(there=False)), "første start"),
    "a password alone": (
        replace(WELL, store=replace(ST, here=True, two_factors=False)),
        "bare passord",
    ),
    "one process": (replace(WELL, store=replace(ST, here=True)), "samme prosess"),
    "clocks a little apart": (
        replace(WELL, store=replace(ST, skew=timedelta(seconds=9))),
        "noen sekunder",
    ),
    "a day to answer in": (replace(WELL, messenger=AtMeta()), "et døgn"),
    "never more than a day": (replace(WELL, whatsapp=AtMeta()), "en annen vei"),
    "a mailbox that nobody calls from": (
        replace(WELL, outlook=Outlook(called=False)),
        "UTEBRU_PUBLIC_URL",
    ),
    "a certificate that runs out": (
        replace(WELL, outlook=Outlook(expires=timedelta(days=29))),
        "under en måned",
    ),
    "a secret for the mailbox": (
        replace(WELL, outlook=Outlook(certified=False)),
        "sertifikat",
    ),
    "carried by hand": (replace(WELL, by_hand=("snapchat",)), "slettes for hånd"),
    "no administrator": (replace(WELL, slack=NO_ADMIN), "Svar-knappen"),
    "retention not confirmed": (
        replace(WELL, slack=replace(SL, retention=None)),
        "hente tilbake",
    ),
    "keys in a file": (WELL, "gjennom filsystemet"),
    "a silent municipal log-in": (
        replace(WELL, store=replace(ST, log_in=MunicipalLogIn.SILENT)),
        "OIDC_ISSUER",
    ),
}
FINE = (
    WELL,
    replace(WELL, telegram=Telegram(polls=False, hook=Hook.HERE)),
    replace(WELL, messenger=AtMeta(late=True)),
    replace(WELL, telegram=None, messenger=AtMeta(late=True)),
    replace(WELL, telegram=None, instagram=AtMeta(late=True)),
    replace(WELL, telegram=None, whatsapp=AtMeta()),
    replace(WELL, telegram=None, outlook=Outlook(expires=timedelta(days=31))),
    replace(WELL, telegram=None, by_hand=("snapchat",)),
    replace(WELL, slack=replace(SL, socket=False, signed=True)),
    replace(WELL, store=replace(ST, log_in=MunicipalLogIn.ANSWERS)),
)


@pytest.mark.parametrize("illness", ILL)
def test_what_breaks_a_promise_is_red_and_says_what_to_do(illness: str) -> None:
    """A part-time operator has an hour, and a youth is waiting."""
    facts, said = ILL[illness]

    reds = [finding for finding in findings(facts) if finding.level is Level.RED]

    assert any(said in f"{finding.says} {finding.do}" for finding in reds)
    assert all(finding.do for finding in reds)
    assert described(facts)[1]


@pytest.mark.parametrize("case", NOTED)
def test_what_is_only_weaker_is_said_without_alarm(case: str) -> None:
    """Whoever is alarmed by everything is alarmed by nothing."""
    facts, said = NOTED[case]

    report, red = described(facts)

    assert said in report
    assert not red


@pytest.mark.parametrize("facts", FINE)
def test_where_all_is_well_nothing_is_red(facts: Facts) -> None:
    """A doctor who never says «well» is not listened to."""
    report, red = described(facts)

    assert not red
    assert Level.RED not in report


def test_every_rule_speaks_up_somewhere() -> None:
    """A rule that never applies guards nobody."""
    every = [*FINE, *(facts for facts, _ in (*ILL.values(), *NOTED.values()))]

    assert [finding.says for when, finding in RULES if not any(map(when, every))] == []


def test_a_promise_is_weaker_where_it_is_and_says_why() -> None:
    """«Deleted» must not be promised to a youth by a set-up that cannot keep it."""
    every = [facts for facts, _ in (*ILL.values(), *NOTED.values())]

    assert [p.number for p in promises(WELL)] == list(range(1, 12))
    assert [p.number for p in promises(WELL) if p.because] == [8]
    assert [p.number for p in promises(replace(WELL, slack=NO_ADMIN)) if p.because] == [6, 8]
    for number, (_, weaknesses) in enumerate(PROMISES, start=1):
        for when, because in weaknesses:
            weaker = [facts for facts in every if when(facts)]
            assert weaker, because
            assert because in promises(weaker[0])[number - 1].because


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """A town with everything in place, for the doctor to look at."""

    telegram: TelegramStandIn
    slack: SlackStandIn
    room: Room
    kari: User
    store: StoreSettings
    store_url: str
    env: Mapping[str, str]

    async def look(self, **changed: str) -> Facts:
        env = {**self.env, **{f"UTEBRU_{name}": value for name, value in changed.items()}}
        settings = settings_of({name: value for name, value in env.items() if value})
        return await asked(
            settings,
            casestore_url=self.store_url,
            casestore_token=settings.casestore.token or "",
        )


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    def now() -> datetime:
        return datetime.now(UTC)

    telegram = TelegramStandIn(clock=now, token=TELEGRAM)
    slack = SlackStandIn(
        clock=now, bot_token=BOT, app_token=APP, admin_token=ADMIN, signing_secret=SIGNING
    )
    kari = slack.add_user("Kari")
    room = slack.add_room("ungdom-innboks", kari)
    store = StoreSettings(
        token=CREDENTIAL,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'store' / 'casestore.db'}",
        keyring=tmp_path / "store-keys" / "casestore.keys",
    )
    (tmp_path / "store").mkdir()
    await create_first_team_leader(
        store, login="turid", name="Turid", password="fire-lange-ord-til-doeren"
    )
    async with AsyncExitStack() as stack:
        tg_url = await stack.enter_async_context(serve(telegram.app))
        slack_url = await stack.enter_async_context(serve(slack.app))
        store_url = await stack.enter_async_context(listening(create_app(store), "127.0.0.1", 0))
        yield Ward(
            telegram=telegram,
            slack=slack,
            room=room,
            kari=kari,
            store=store,
            store_url=store_url,
            env={
                "UTEBRU_DATA_DIR": str(tmp_path / "data"),
                "UTEBRU_KEYRING": str(tmp_path / "keys" / "keyring.json"),
                "UTEBRU_CASESTORE__URL": store_url,
                "UTEBRU_CASESTORE__TOKEN": CREDENTIAL,
                "UTEBRU_TELEGRAM__TOKEN": TELEGRAM,
                "UTEBRU_TELEGRAM__API_URL": tg_url,
                "UTEBRU_SLACK__API_URL": f"{slack_url}/api/",
                "UTEBRU_SLACK__BOT_TOKEN": BOT,
                "UTEBRU_SLACK__ADMIN_TOKEN": ADMIN,
                "UTEBRU_SLACK__APP_TOKEN": APP,
                "UTEBRU_SLACK__ROOM": room.id,
            },
        )


async def test_everything_is_really_asked(ward: Ward) -> None:
    """A doctor who believes the settings finds what was meant, not what is."""
    facts = await ward.look()

    assert facts.database == Database(kind="sqlite")
    assert facts.keys == Keys(there=False)
    assert (facts.store.trouble, facts.store.leaders, facts.store.linked) == (None, 1, 0)
    assert facts.store.skew is not None
    assert abs(facts.store.skew) < timedelta(seconds=5)
    assert facts.store.log_in is MunicipalLogIn.OFF
    assert facts.telegram == Telegram(polls=True)
    assert facts.slack is not None
    assert facts.slack.bot.trouble is None
    assert facts.slack.bot.in_room
    assert facts.slack.cleaner is not None
    assert facts.slack.cleaner.admin
    assert facts.slack.deaf is None
    assert facts.slack.strangers == 1


async def test_what_is_wrong_is_seen(ward: Ward, tmp_path: Path) -> None:
    """Each of these looks, from inside, like a quiet day."""
    key = tmp_path / "keys" / "keyring.json"
    key.parent.mkdir(exist_ok=True)
    key.write_text("{}")
    key.chmod(0o644)
    ward.slack.revoked[ADMIN] = "account_inactive"

    facts = await ward.look(
        CASESTORE__TOKEN="kanari-another-one",
        TELEGRAM__TOKEN="8:kanari-other",
        SLACK__APP_TOKEN="xapp-kanari-other",
        SLACK__ROOM="C0NOWHERE",
    )

    assert facts.keys.exposed
    assert facts.store.trouble == "credential"
    assert facts.telegram == Telegram(polls=True, trouble=Reason.REVOKED)
    assert facts.slack is not None
    assert not facts.slack.bot.in_room
    assert facts.slack.cleaner is not None
    assert facts.slack.cleaner.trouble is Reason.REVOKED
    assert facts.slack.deaf is Reason.REVOKED
    assert facts.slack.strangers is None


@pytest.mark.parametrize(
    ("mode", "hook", "found"),
    [
        ("polling", "https://bro.example/telegram/webhook", Hook.HERE),
        ("polling", "https://andre.example/", Hook.ELSEWHERE),
        ("webhook", "https://bro.example/telegram/webhook", Hook.HERE),
        ("webhook", "", Hook.NOWHERE),
    ],
)
async def test_where_telegram_sends_is_seen(ward: Ward, mode: str, hook: str, found: Hook) -> None:
    """A forgotten webhook, and nothing that a youth writes ever comes."""
    settings = {
        "PUBLIC_URL": "https://bro.example",
        "TELEGRAM__MODE": mode,
        "TELEGRAM__WEBHOOK_SECRET": "kanari-hemmelig-nok",
    }
    if hook:
        url = ward.env["UTEBRU_TELEGRAM__API_URL"]
        async with TelegramChannel(TELEGRAM, api_url=url) as channel:
            await webhook.register(channel, hook, "kanari-hemmelig-nok")

    facts = await ward.look(**settings)

    assert facts.telegram == Telegram(polls=mode == "polling", hook=found)


async def test_nothing_answers_and_the_doctor_still_does(ward: Ward, tmp_path: Path) -> None:
    """The worst day is the day it is asked."""
    nobody = "http://127.0.0.1:9"
    facts = await replace(ward, store_url=nobody).look(
        TELEGRAM__API_URL=nobody,
        SLACK__API_URL=nobody,
        DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'bridge.db'}",
    )

    report, red = described(facts)

    assert red
    assert facts.database.closed
    assert facts.store.trouble == "no-answer"
    assert report.count("✗") >= 5


async def test_the_municipal_log_in_is_asked_from_where_the_case_store_is(ward: Ward) -> None:
    """A firewall between the zone and the provider is found before the employees find it."""
    async with municipality(StoppedClock()) as there:
        store = replace(ward.store, oidc=client_of(there))
        async with listening(create_app(store), "127.0.0.1", 0) as url:
            known = replace(ward, store_url=url)
            assert (await known.look()).store.log_in is MunicipalLogIn.ANSWERS
            there.instead["/jwks"] = fails
            facts = await known.look()

    assert facts.store.log_in is MunicipalLogIn.SILENT
    assert "Ansatte logger inn med passord" in described(facts)[0]
    assert SECRET not in repr(facts)


async def fails(_request: Request, _right: Answers) -> Response:
    return Response("", 500)


async def test_the_report_gives_nothing_away(ward: Ward) -> None:
    """It is pasted into tickets by people who are in a hurry."""
    for changed in ({}, {"SLACK__APP_TOKEN": "xapp-kanari-other"}):
        facts = await ward.look(**changed)
        report, _ = described(facts)

        for secret in (*SECRETS, "xapp-kanari-other", ward.kari.id, "Kari", os.sep + "keys"):
            assert secret not in report
            assert secret not in repr(facts)


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
