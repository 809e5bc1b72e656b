"""The doctor really asks: the disk, the case store, Telegram, Slack and the log-in."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bots.telegram import webhook
from bots.telegram.channel import TelegramChannel
from bridge.doctor import described
from bridge.doctor.facts import (
    Database,
    Hook,
    Keys,
    MunicipalLogIn,
    Telegram,
)
from bridge.domain.delivery import Reason
from bridge.serving import listening
from casestore.web import create_app
from tests.casestore.municipality import SECRET, client_of, municipality
from tests.edges.ward import ADMIN, APP, BOT, CREDENTIAL, SIGNING, TELEGRAM, Ward, fails, ward
from tests.support.clock import StoppedClock
from tests.support.softhsm import Hsm

__all__ = ["ward"]  # pytest finds the fixtures here


SECRETS = (TELEGRAM, BOT, ADMIN, APP, CREDENTIAL, SIGNING)


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


async def test_a_token_is_asked_whether_it_lets_us_in(ward: Ward, hsm: Hsm) -> None:
    """A bridge whose keys do not answer takes nothing in, and says so nowhere a youth can see."""
    told = {name.removeprefix("UTEBRU_"): value for name, value in hsm.settings.items()}
    bare = await ward.look(TEAM="doctored", **told)
    hsm.prepare("doctored")
    well = await ward.look(TEAM="doctored", **told)
    lost = await ward.look(TEAM="doctored", **told | {"HSM__TOKEN": "another"})

    assert bare.keys == Keys(token=True, there=False)
    assert well.keys == Keys(token=True)
    assert lost.keys == Keys(token=True, silent=True)


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


async def test_the_report_gives_nothing_away(ward: Ward) -> None:
    """It is pasted into tickets by people who are in a hurry."""
    for changed in ({}, {"SLACK__APP_TOKEN": "xapp-kanari-other"}):
        facts = await ward.look(**changed)
        report, _ = described(facts)

        for secret in (*SECRETS, "xapp-kanari-other", ward.kari.id, "Kari", os.sep + "keys"):
            assert secret not in report
            assert secret not in repr(facts)
