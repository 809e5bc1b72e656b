"""What an operator types does what it says, or says plainly why it does not."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx import AsyncClient

from bots.sandbox.meta import MetaStandIn, WhatsAppStandIn
from bots.sandbox.outlook import OutlookStandIn
from bots.sandbox.server import serve
from bots.sandbox.telegram import TelegramStandIn
from bots.telegram import webhook
from bots.telegram.channel import TelegramChannel
from bots.telegram.commands import COMMANDS
from bridge.chance import Dice, WallClock
from bridge.domain.catalogue.words import heard
from bridge.domain.delivery import record_lane
from bridge.domain.ids import Address, ThreadId
from bridge.domain.threads import Thread
from bridge.health import Health
from bridge.keyring import FileKeyRing
from bridge.serving import listening
from bridge.settings import Settings
from bridge.vault.sql import open_vault
from bridge.web import create_web
from bridge.wiring import assembled, deciding, settings_of
from tests.bots.carried.zips import zipped
from tests.support.softhsm import Hsm

ROOT = Path(__file__).parents[2]
PASSWORD = "fire-lange-ord-til-doeren"
TOKEN = "7:kanari-tg"


def utebru(place: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in a place with nothing in it."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("UTEBRU_")}
    told |= {f"UTEBRU_{name}": value for name, value in env.items()} | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "bridge", *words],
        cwd=place, env=told, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def settings(place: Path, **more: str) -> Settings:
    env: Mapping[str, str] = {
        "UTEBRU_DATA_DIR": str(place / "data"),
        "UTEBRU_KEYRING": str(place / "keys" / "keyring.json"),
        **{f"UTEBRU_{name}": value for name, value in more.items()},
    }
    return settings_of(env)


def test_a_wrong_setting_is_named_and_nothing_is_traced(tmp_path: Path) -> None:
    """A traceback tells an operator that it broke, and nothing of why."""
    for command in (("casestore",), ("serve",), ("admin", "stuck"), ("setup", "telegram")):
        done = utebru(tmp_path, *command, LOG_LEVEL="loud")
        assert done.returncode == 2 or "doctor" in command
        if command[0] != "setup":
            assert "UTEBRU_LOG_LEVEL must be one of" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_doctor_fails_where_something_must_be_mended(tmp_path: Path) -> None:
    """Whatever runs it before a start must be able to stop the start."""
    bare, wrong = utebru(tmp_path, "doctor"), utebru(tmp_path, "doctor", PORT="nei")

    assert (bare.returncode, wrong.returncode) == (1, 1)
    assert "✗ Er ikke satt opp." in bare.stdout
    assert "UTEBRU_PORT must be" in wrong.stdout
    assert "Traceback" not in bare.stderr + wrong.stderr


def test_a_token_is_made_ready_by_somebody_and_never_by_a_start(tmp_path: Path, hsm: Hsm) -> None:
    """In the wrong token every youth would be a stranger; nobody begins there by accident."""
    told = {name.removeprefix("UTEBRU_"): value for name, value in hsm.settings.items()}
    told["TEAM"] = "commanded"
    early = utebru(tmp_path, "admin", "stuck", **told)
    made = utebru(tmp_path, "setup", "hsm", **told)
    there = utebru(tmp_path, "admin", "stuck", **told)

    assert (early.returncode, "utebru setup hsm" in early.stderr) == (2, True)
    assert (made.returncode, made.stdout) == (0, "Tokenet er klart.\n")
    assert there.returncode == 0
    assert not (tmp_path / "keys").exists()
    for each in (early, made, there):
        assert "Traceback" not in each.stderr
        assert hsm.pin not in each.stdout + each.stderr


def test_slacks_manifest_can_be_put_in_a_file(tmp_path: Path) -> None:
    """What is pasted into Slack must be what Slack can read, and nothing more."""
    socket = utebru(tmp_path, "setup", "slack")
    signed = utebru(tmp_path, "setup", "slack", "--url", "https://bro.example")

    assert json.loads(socket.stdout)["settings"]["socket_mode_enabled"] is True
    asked = json.loads(signed.stdout)["settings"]["event_subscriptions"]["request_url"]
    assert asked == "https://bro.example/slack/events"
    assert "UTEBRU_SLACK__APP_TOKEN" in socket.stderr
    assert "UTEBRU_SLACK__SIGNING_SECRET" in signed.stderr


def test_accounts_are_made_changed_and_closed(tmp_path: Path) -> None:
    """Somebody who has left must not be able to log in on Monday."""
    first = utebru(tmp_path, "admin", "first-leader", "turid", "Turid", PASSWORD=PASSWORD)
    again = utebru(tmp_path, "admin", "first-leader", "tor", "Tor", PASSWORD=PASSWORD)
    amir = utebru(tmp_path, "admin", "account", "amir", "Amir", PASSWORD=PASSWORD)
    changed = utebru(tmp_path, "admin", "password", "amir", PASSWORD=PASSWORD + "s")
    closed = utebru(tmp_path, "admin", "close-account", "amir")
    last = utebru(tmp_path, "admin", "close-account", "turid")
    listed = utebru(tmp_path, "admin", "accounts")

    assert [done.returncode for done in (first, amir, changed, closed)] == [0, 0, 0, 0]
    assert [done.returncode for done in (again, last)] == [2, 2]
    assert "siste teamlederen" in last.stderr
    assert listed.stdout.split() == ["amir", "saksbehandler", "lukket", "turid", "teamleder"]


async def test_what_stands_is_listed_without_its_words_and_decided_on(tmp_path: Path) -> None:
    """Only a person may let a youth's words go unread, and must be able to."""
    here = settings(tmp_path)
    async with deciding(here) as decide:
        vault = decide._vault
        for number in ("1", "2", "3"):
            await vault.accept("telegram", number, f"kanari {number}".encode())
        stood: list[str] = []
        for _ in range(2):
            async with vault.begin() as tx:
                (arrived,) = await tx.inbox.next(datetime.now(UTC))
                await tx.inbox.set_aside(arrived.id, "unreadable")
                stood.append(arrived.id)

    listed = utebru(tmp_path, "admin", "stuck")
    kept = utebru(tmp_path, "admin", "stuck", "drop", stood[0])
    retried = utebru(tmp_path, "admin", "stuck", "retry", stood[0])
    dropped = utebru(tmp_path, "admin", "stuck", "drop", stood[1], "--yes")
    twice = utebru(tmp_path, "admin", "stuck", "drop", stood[1], "--yes")
    after = utebru(tmp_path, "admin", "stuck")

    assert all(event in listed.stdout for event in stood)
    assert "unreadable" in listed.stdout
    assert "kanari" not in listed.stdout
    assert kept.returncode == 1
    assert [retried.returncode, dropped.returncode, twice.returncode] == [0, 0, 2]
    assert "Ingenting står fast." in after.stdout
    async with deciding(here) as decide, decide._vault.begin() as tx:
        assert await tx.inbox.waiting() == 2
        assert await tx.outbox.in_lane(record_lane(None)) == 2
        told = await tx.outbox.claim(datetime.now(UTC), lease=here.undo, limit=9)
        paths = [str(delivery.params["path"]) for delivery in told]
        assert paths == [f"stuck/{stood[0]}"]
        assert '"resolved_at":null' not in str(told[0].words)


async def test_telegram_is_told_where_to_send_and_what_the_menu_says(tmp_path: Path) -> None:
    """A webhook left behind, and the bot is deaf; no menu, and nobody knows the words."""
    telegram = TelegramStandIn(clock=lambda: datetime.now(UTC), token=TOKEN)
    async with serve(telegram.app) as url:
        env = {"TELEGRAM__TOKEN": TOKEN, "TELEGRAM__API_URL": url}
        public = {
            "PUBLIC_URL": "https://bro.example/",
            "TELEGRAM__MODE": "webhook",
            "TELEGRAM__WEBHOOK_SECRET": "kanari-hemmelig-nok",
        }
        async with TelegramChannel(TOKEN, api_url=url) as channel:
            for more, expected in (
                (public, "https://bro.example/telegram/webhook"),
                ({}, ""),
            ):
                done = await _in_thread(tmp_path, **env, **more)
                assert done.returncode == 0, done.stderr
                assert (await webhook.registered(channel)).url == expected
    menus = telegram.calls_of("setmycommands") or telegram.calls_of("setMyCommands")
    assert len(menus) == 4
    assert TOKEN not in done.stdout + done.stderr


async def test_meta_is_told_what_we_listen_for_and_the_rest_is_printed(tmp_path: Path) -> None:
    """A field that nobody subscribed to is a youth's edit that nobody sees."""
    meta = MetaStandIn(
        page="100200300",
        token="EAAkanari",
        app_secret="kanari-app",
        clock=lambda: datetime.now(UTC),
    )
    async with serve(meta.app) as url:
        env = {
            "PUBLIC_URL": "https://bro.example",
            "META__PAGE_ID": "100200300",
            "META__PAGE_TOKEN": "EAAkanari",
            "META__APP_SECRET": "kanari-app",
            "META__VERIFY_TOKEN": "kanari-verify",
            "META__GRAPH_URL": f"{url}/v25.0",
        }
        done = await _in_thread(tmp_path, "meta", **env)
        meta.token = "EAAnew"
        refused = await _in_thread(tmp_path, "meta", **env)

    assert done.returncode == 0, done.stderr
    assert "https://bro.example/meta/webhook" in done.stdout
    assert "https://bro.example/meta/data-deletion" in done.stdout
    assert {"messages", "message_echoes", "standby"} <= set(meta.fields)
    assert (refused.returncode, "utebru doctor" in refused.stderr) == (2, True)
    assert "kanari" not in done.stdout + done.stderr + refused.stdout + refused.stderr


async def test_whatsapp_is_subscribed_to_and_its_webhook_is_named(tmp_path: Path) -> None:
    whatsapp = WhatsAppStandIn(
        number="106540352242922",
        account="102290129340398",
        token="EAAkanari",
        app_secret="kanari-app",
        clock=lambda: datetime.now(UTC),
    )
    async with serve(whatsapp.app) as url:
        done = await _in_thread(
            tmp_path,
            "meta",
            PUBLIC_URL="https://bro.example",
            META__WHATSAPP_NUMBER_ID="106540352242922",
            META__WHATSAPP_ACCOUNT_ID="102290129340398",
            META__WHATSAPP_TOKEN="EAAkanari",
            META__APP_SECRET="kanari-app",
            META__VERIFY_TOKEN="kanari-verify",
            META__GRAPH_URL=f"{url}/v25.0",
        )

    assert done.returncode == 0, done.stderr
    assert whatsapp.subscribed
    assert "«WhatsApp Business Account»" in done.stdout
    assert "«Page»" not in done.stdout


async def test_the_administrator_is_told_what_to_type_and_whether_it_took(tmp_path: Path) -> None:
    """Typed from memory it opens every mailbox in the municipality."""
    outlook = OutlookStandIn(mailbox="ute@kommunen.example", clock=lambda: datetime.now(UTC))
    outlook.opens("kari@kommunen.example")
    async with serve(outlook.app) as url:
        env = {
            "PUBLIC_URL": "https://bro.example",
            "OUTLOOK__TENANT_ID": outlook.entra.tenant,
            "OUTLOOK__CLIENT_ID": outlook.entra.client,
            "OUTLOOK__CLIENT_SECRET": outlook.entra.secret,
            "OUTLOOK__MAILBOX": "ute@kommunen.example",
            "OUTLOOK__MAILBOXES": "kari@kommunen.example=C02",
            "OUTLOOK__SINCE": "2026-11-01",
            "OUTLOOK__GRAPH_URL": f"{url}/v1.0",
            "OUTLOOK__AUTHORITY": url,
        }
        first = await _in_thread(tmp_path, "outlook")
        done = await _in_thread(tmp_path, "outlook", **env)
        outlook.entra.revoke()
        refused = await _in_thread(tmp_path, "outlook", **env)

    assert (first.returncode, "<POSTKASSE>" in first.stdout) == (0, True)
    assert done.returncode == 0, done.stderr
    assert (
        "-RecipientRestrictionFilter \"PrimarySmtpAddress -eq 'ute@kommunen.example'"
        " -or PrimarySmtpAddress -eq 'kari@kommunen.example'\""
    ) in done.stdout
    assert f"-AppId {outlook.entra.client}" in done.stdout
    assert "https://bro.example/outlook/notifications" in done.stdout
    assert "Vi kommer inn i alle." in done.stdout
    assert (refused.returncode, "utebru doctor" in refused.stderr) == (2, True)
    assert outlook.entra.secret not in done.stdout + done.stderr + refused.stdout + refused.stderr


async def _in_thread(
    place: Path, platform: str = "telegram", **env: str
) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(utebru, place, "setup", platform, **env)


def test_every_word_in_the_menu_is_understood() -> None:
    """A menu that the bot does not understand is worse than none."""
    for commands in COMMANDS.values():
        assert all(heard(f"/{command}") for command in commands)


async def test_a_webhook_left_behind_does_not_make_polling_deaf(tmp_path: Path) -> None:
    """From webhook to polling and back: nobody remembers to clear up."""
    telegram = TelegramStandIn(clock=lambda: datetime.now(UTC), token=TOKEN)
    async with serve(telegram.app) as url, TelegramChannel(TOKEN, api_url=url) as channel:
        await webhook.register(channel, "https://gammel.example/", "kanari-hemmelig-nok")
        told = settings(
            tmp_path,
            TELEGRAM__TOKEN=TOKEN,
            TELEGRAM__API_URL=url,
            SLACK__BOT_TOKEN="xoxb-kanari",
            SLACK__SIGNING_SECRET="kanari-signing",
            SLACK__ROOM="C1",
            SLACK__API_URL="http://127.0.0.1:9",
        )
        async with (
            assembled(
                told, casestore_url="http://127.0.0.1:9", casestore_token="x", poll_wait=0
            ) as ready,
            ready.listening(),
        ):
            assert (await webhook.registered(channel)).url == ""


async def test_telegram_being_away_does_not_keep_the_bridge_from_starting(tmp_path: Path) -> None:
    """The team's side must work, whatever the other side does."""
    set_up = settings(
        tmp_path,
        TELEGRAM__TOKEN=TOKEN,
        TELEGRAM__API_URL="http://127.0.0.1:9",
        SLACK__BOT_TOKEN="xoxb-kanari",
        SLACK__SIGNING_SECRET="kanari-signing",
        SLACK__ROOM="C1",
        SLACK__API_URL="http://127.0.0.1:9",
    )
    async with (
        assembled(set_up, casestore_url="http://127.0.0.1:9", casestore_token="x") as ready,
        ready.listening(),
    ):
        assert ready.platforms["telegram"].ask is not None


async def test_a_listener_does_not_say_what_it_is_made_of() -> None:
    """Whoever looks for a weak version must at least ask."""

    async def health() -> Health:
        raise AssertionError("nobody asked how it is")

    async with listening(create_web(health=health), "127.0.0.1", 0) as url, AsyncClient() as http:
        answer = await http.get(f"{url}/livez")

    assert answer.status_code == 200
    assert "server" not in answer.headers
    assert "date" in answer.headers  # the doctor compares clocks by it


@pytest.mark.parametrize("command", ["serve", "doctor", "casestore", "demo"])
def test_every_command_says_what_it_does(tmp_path: Path, command: str) -> None:
    """In the language of those who run it."""
    done = utebru(tmp_path, command, "--help")

    assert done.returncode == 0
    assert len(done.stdout) > 100


def test_an_export_is_taken_in_and_only_counted(tmp_path: Path) -> None:
    """What scrolls past on a screen in an office is read by whoever stands there."""
    words = "det ingen skal lese over skulderen"
    one = {"From": "maya_2011", "Media Type": "TEXT", "Created": "2026-11-20 12:00:00 UTC",
           "Content": words, "IsSender": False}  # fmt: skip
    path = zipped(tmp_path, chat={"maya_2011": [one, {}], "ola": [one]})
    env = {"SNAPCHAT__NAME": "utekontakten"}

    async def known() -> str:
        there = settings(tmp_path, **env)
        keys = FileKeyRing.open(there.keyring, data_dir=there.data_dir)
        there.data_dir.mkdir(exist_ok=True)
        async with (
            open_vault(
                there.database_url, keys=keys, clock=WallClock(), mint=Dice(), team=there.team
            ) as vault,
            vault.begin() as tx,
        ):
            thread = Thread(id=ThreadId("t_1"), team=there.team, channel="snapchat",
                            alias="Blå rev", address=Address("registered"))  # fmt: skip
            await tx.threads.add(thread)
            return thread.alias

    alias = asyncio.run(known())
    command = ("admin", "import-snapchat", str(path), "--alias")
    off = utebru(tmp_path, *command, alias, "--chat", "1")
    many = utebru(tmp_path, *command, alias, **env)
    nobody = utebru(tmp_path, *command, "Grønn elv", "--chat", "1", **env)
    tried = utebru(tmp_path, *command, alias, "--chat", "1", "--dry-run", **env)
    done = utebru(tmp_path, *command, "blå  rev", "--chat", "1", **env)
    again = utebru(tmp_path, *command, alias, "--chat", "1", **env)

    assert (off.returncode, "UTEBRU_SNAPCHAT__NAME" in off.stderr) == (2, True)
    assert (many.returncode, many.stdout.count("meldinger")) == (2, 2)
    assert (nobody.returncode, "Ingen på Snapchat" in nobody.stderr) == (2, True)
    assert "Nye: 1. Kjent fra før: 0." in tried.stdout
    assert "Tatt inn: 1. Kjent fra før: 0." in done.stdout
    assert "Ikke til å lese: 1." in done.stdout
    assert "Tatt inn: 0. Kjent fra før: 1." in again.stdout
    for each in (off, many, nobody, tried, done, again):
        assert words not in each.stdout + each.stderr
        assert "maya" not in each.stdout + each.stderr
        assert "Traceback" not in each.stderr
    assert words.encode() not in b"".join(f.read_bytes() for f in (tmp_path / "data").iterdir())
