"""What an operator writes, what the bridge makes of it, and what it refuses to begin with."""

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.registry import PLATFORMS, Mode, OutlookAccount, TelegramAccount
from bots.sandbox.outlook.entra import certified
from bridge.environment import BadSettings
from bridge.settings import SECRETS, Settings, with_secrets
from bridge.wiring import settings_of

SECRET = "canary-secret-0123456789"
EVERY_SECRET = (*SECRETS, *(name for each in PLATFORMS for name in each.secrets))
FULL: Mapping[str, str] = {
    "UTEBRU_DATABASE_URL": f"postgresql+psycopg://bridge:{SECRET}@db/bridge",
    "UTEBRU_KEYRING": "/keys/ring.json",
    "UTEBRU_HSM__MODULE": sys.executable,
    "UTEBRU_HSM__TOKEN": "utebru",
    "UTEBRU_HSM__PIN": SECRET,
    "UTEBRU_DATA_DIR": "/data",
    "UTEBRU_HOST": "10.0.0.1",
    "UTEBRU_PORT": "80",
    "UTEBRU_PUBLIC_URL": "https://bro.example.no",
    "UTEBRU_TEAM": "utekontakten-nord",
    "UTEBRU_LOG_LEVEL": "DEBUG",
    "UTEBRU_HOURS": "mon-thu 09:00-15:30, fri 09:00-14:00",
    "UTEBRU_TIMEZONE": "Europe/Oslo",
    "UTEBRU_CRISIS__NUMBERS": "113=nødtelefon; 112=politiet; 116 111=Alarmtelefonen",
    "UTEBRU_CRISIS__VERIFIED_ON": "2026-10-01",
    "UTEBRU_UNDO_SECONDS": "5",
    "UTEBRU_COOLING_OFF_DAYS": "14",
    "UTEBRU_FORGET_ADDRESS_DAYS": "60",
    "UTEBRU_PATIENCE__QUIET_HOURS": "12",
    "UTEBRU_PATIENCE__WARNING_HOURS": "2",
    "UTEBRU_PATIENCE__BEFORE_DEADLINE_HOURS": "10",
    "UTEBRU_AGEING__UNANSWERED_HOURS": "2.5",
    "UTEBRU_AGEING__UNANSWERED_DAY_HOURS": "7.5",
    "UTEBRU_AGEING__UNTRANSFERRED_HOURS": "20",
    "UTEBRU_AGEING__UNTRANSFERRED_LONG_HOURS": "60",
    "UTEBRU_AGEING__BEFORE_SHUT_HOURS": "6",
    "UTEBRU_CASESTORE__URL": "http://casestore:8701",
    "UTEBRU_CASESTORE__TOKEN": SECRET,
    "UTEBRU_TELEGRAM__TOKEN": f"1:{SECRET}",
    "UTEBRU_TELEGRAM__API_URL": "http://127.0.0.1:9000/",
    "UTEBRU_TELEGRAM__MODE": "webhook",
    "UTEBRU_TELEGRAM__WEBHOOK_SECRET": SECRET,
    "UTEBRU_META__PAGE_ID": "100200300",
    "UTEBRU_META__PAGE_TOKEN": SECRET,
    "UTEBRU_META__APP_SECRET": SECRET,
    "UTEBRU_META__VERIFY_TOKEN": SECRET,
    "UTEBRU_META__INSTAGRAM_ID": "17841400008460056",
    "UTEBRU_META__HUMAN_AGENT": "on",
    "UTEBRU_META__COMMENTS": "on",
    "UTEBRU_META__WHATSAPP_NUMBER_ID": "106540352242922",
    "UTEBRU_META__WHATSAPP_ACCOUNT_ID": "102290129340398",
    "UTEBRU_META__WHATSAPP_TOKEN": SECRET,
    "UTEBRU_META__GRAPH_URL": "http://127.0.0.1:9000/v25.0/",
    "UTEBRU_OUTLOOK__TENANT_ID": "kommunen.onmicrosoft.com",
    "UTEBRU_OUTLOOK__CLIENT_ID": "2b1c5b9e-0000-4a00-9a00-1f0e6f2f7c11",
    "UTEBRU_OUTLOOK__CLIENT_SECRET": SECRET,
    "UTEBRU_OUTLOOK__MAILBOX": "Ute@Kommunen.example",
    "UTEBRU_OUTLOOK__MAILBOXES": "Anna@Kommunen.example=C02, berit@kommunen.example=C03",
    "UTEBRU_OUTLOOK__SHELF": "leader",
    "UTEBRU_OUTLOOK__SINCE": "2026-11-01",
    "UTEBRU_OUTLOOK__GRAPH_URL": "http://127.0.0.1:9000/v1.0/",
    "UTEBRU_OUTLOOK__AUTHORITY": "http://127.0.0.1:9000",
    "UTEBRU_SNAPCHAT__NAME": "utekontakten",
    "UTEBRU_SLACK__BOT_TOKEN": f"xoxb-{SECRET}",
    "UTEBRU_SLACK__APP_TOKEN": f"xapp-{SECRET}",
    "UTEBRU_SLACK__SIGNING_SECRET": SECRET,
    "UTEBRU_SLACK__ADMIN_TOKEN": f"xoxp-{SECRET}",
    "UTEBRU_SLACK__ROOM": "C01",
    "UTEBRU_SLACK__LEADER_ROOM": "C04",
    "UTEBRU_SLACK__API_URL": "http://127.0.0.1:9001/api",
    "UTEBRU_SLACK__RETENTION_CONFIRMED_ON": "2026-09-01",
}


def mistakes(env: Mapping[str, str]) -> str:
    with pytest.raises(BadSettings) as caught:
        settings_of(env)
    assert len(set(caught.value.mistakes)) == len(caught.value.mistakes)
    return "\n".join(caught.value.mistakes)


def test_with_nothing_set_it_is_a_bridge_with_its_doors_closed() -> None:
    """Whoever tries it out needs no token, and cannot reach a youth by accident."""
    settings = settings_of({"PATH": "/bin"})

    assert settings.platforms == {}
    assert settings.slack is None
    assert settings.casestore.url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8700)
    assert settings.database_url == "sqlite+aiosqlite:///data/bridge.db"
    assert settings.keyring == Path("keys/keyring.json")
    assert settings.hours.open == {day: (time(9), time(15, 30)) for day in range(5)}
    assert settings.hours.zone.key == "Europe/Oslo"
    assert settings.undo == timedelta(seconds=10)
    assert settings.cooling_off == timedelta(days=30)
    assert ("116 111", "Alarmtelefonen for barn og unge, hele døgnet") in settings.numbers.crisis


def test_everything_set_is_everything_taken() -> None:
    """A setting that is read and not used is a promise to an operator, broken."""
    settings = settings_of(FULL)
    plain = settings_of({})

    for each in fields(Settings):
        assert getattr(settings, each.name) != getattr(plain, each.name), each.name
    assert settings.hours.open[4] == (time(9), time(14))
    assert settings.hours.open[3] == (time(9), time(15, 30))
    assert settings.numbers.crisis[2] == ("116 111", "Alarmtelefonen")
    assert settings.numbers.verified_on == "2026-10-01"
    assert settings.limits.unanswered == timedelta(hours=2, minutes=30)
    assert settings.limits.before_shut == timedelta(hours=6)
    assert settings.patience.before_deadline == timedelta(hours=10)
    assert settings.casestore.url == "http://casestore:8701"
    assert settings.casestore.token == SECRET
    assert settings.token is not None
    assert (settings.token.token, settings.token.pin) == ("utebru", SECRET)
    telegram, slack = settings.platforms["telegram"], settings.slack
    assert isinstance(telegram, TelegramAccount)
    assert slack is not None
    assert telegram.mode is Mode.WEBHOOK
    assert telegram.api_url == "http://127.0.0.1:9000"
    assert slack.api_url == "http://127.0.0.1:9001/api/"
    assert slack.room == "C01"
    assert slack.leader_room == "C04"
    outlook = settings.platforms["outlook"]
    assert isinstance(outlook, OutlookAccount)
    assert [(box.mailbox, box.room) for box in outlook.own] == [
        ("anna@kommunen.example", "C02"),
        ("berit@kommunen.example", "C03"),
    ]
    assert slack.retention_confirmed_on == date(2026, 9, 1)


def test_no_secret_shows_when_settings_are_printed() -> None:
    """Settings are printed by everybody who is stuck, into chats and tickets."""
    settings = settings_of(FULL)

    assert is_dataclass(settings)
    assert SECRET not in repr(settings)


def test_all_mistakes_are_told_at_once_and_none_tells_a_secret() -> None:
    """Whoever runs this part-time gets one list, and may paste it anywhere."""
    said = mistakes(
        {
            "UTEBRU_DATABASE_URL": f"mysql://root:{SECRET}@db/x",
            "UTEBRU_PORT": "http",
            "UTEBRU_PUBLIC_URL": "bro.example.no",
            "UTEBRU_LOG_LEVEL": "loud",
            "UTEBRU_HOURS": "mon-fri 9-15",
            "UTEBRU_TIMEZONE": "Europe/Atlantis",
            "UTEBRU_CRISIS__NUMBERS": "113",
            "UTEBRU_UNDO_SECONDS": "-1",
            "UTEBRU_PATIENCE__QUIET_HOURS": "0",
            "UTEBRU_CASESTORE__URL": "ftp://store",
            "UTEBRU_TELEGRAM__MODE": "push",
            "UTEBRU_TELEGRAM__WEBHOOK_SECRET": f"{SECRET} with blanks",
            "UTEBRU_SLACK__RETENTION_CONFIRMED_ON": "last week",
            "UTEBRU_SLAKC__ROOM": "C01",
        }
    )

    for name in (
        "DATABASE_URL", "PORT", "PUBLIC_URL", "LOG_LEVEL", "HOURS", "TIMEZONE",
        "CRISIS__NUMBERS", "UNDO_SECONDS", "PATIENCE__QUIET_HOURS", "CASESTORE__URL",
        "CASESTORE__TOKEN", "TELEGRAM__MODE", "TELEGRAM__TOKEN", "TELEGRAM__WEBHOOK_SECRET",
        "SLACK__RETENTION_CONFIRMED_ON", "SLACK__BOT_TOKEN", "SLACK__ROOM", "SLACK__APP_TOKEN",
        "SLAKC__ROOM",
    ):  # fmt: skip
        assert f"UTEBRU_{name} " in said, name
    assert SECRET not in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"KEYRING": "/data/keys/ring.json"}, "KEYRING must lie outside"),
        ({"KEYRING": "/keys/../data/ring.json"}, "KEYRING must lie outside"),
        ({"DATABASE_URL": "sqlite+aiosqlite:////keys/x.db"}, "KEYRING must lie outside"),
        ({"HSM__MODULE": "/no/such/library.so"}, "HSM__MODULE names a file"),
        ({"HSM__MODULE": ""}, "HSM__MODULE is missing"),
        ({"HSM__TOKEN": ""}, "HSM__TOKEN is missing"),
        ({"HSM__PIN": ""}, "HSM__PIN is missing"),
        ({"TELEGRAM__WEBHOOK_SECRET": ""}, "TELEGRAM__WEBHOOK_SECRET is missing"),
        ({"TELEGRAM__WEBHOOK_SECRET": "short"}, "TELEGRAM__WEBHOOK_SECRET must be 16"),
        ({"PUBLIC_URL": " "}, "PUBLIC_URL is missing"),
        ({"TELEGRAM__TOKEN": ""}, "TELEGRAM__TOKEN is missing"),
        ({"TELEGRAM__TOKEN": "two words"}, "TELEGRAM__TOKEN has characters"),
        ({"SLACK__APP_TOKEN": "", "SLACK__SIGNING_SECRET": ""}, "SLACK__SIGNING_SECRET is missing"),
        ({"SLACK__BOT_TOKEN": ""}, "SLACK__BOT_TOKEN is missing"),
        ({"SLACK__ROOM": ""}, "SLACK__ROOM is missing"),
        ({"CASESTORE__TOKEN": ""}, "CASESTORE__TOKEN is missing"),
        ({"CASESTORE__CA": "/no/such/file.pem"}, "CASESTORE__CA names a file"),
        ({"CRISIS__VERIFIED_ON": ""}, "CRISIS__VERIFIED_ON is missing"),
        ({"CRISIS__NUMBERS": "113=a; 112=b; SMS=c"}, "CRISIS__NUMBERS must be"),
        ({"AGEING__UNTRANSFERRED_LONG_HOURS": "1"}, "AGEING__UNTRANSFERRED_LONG_HOURS must not"),
        ({"AGEING__UNANSWERED_DAY_HOURS": "1"}, "AGEING__UNANSWERED_DAY_HOURS must not"),
        ({"HOURS": "mon-fri 09:00-15:30, fri 09:00-14:00"}, "HOURS must read"),
        ({"HOURS": "fri-mon 09:00-15:30"}, "HOURS must read"),
        ({"HOURS": "mon 15:30-09:00"}, "HOURS must read"),
        ({"HOURS": "mon 25:00-26:00"}, "HOURS must read"),
        ({"HOURS": "man-fre 09:00-15:30"}, "HOURS must read"),
        ({"PORT": "65536"}, "PORT must be"),
        ({"UNDO_SECONDS": "١٠"}, "UNDO_SECONDS must be"),
        ({"CASESTORE__URL": "https://user:word@store"}, "CASESTORE__URL must be"),
        ({"CASESTORE__URL": "https://store:notaport"}, "CASESTORE__URL must be"),
        ({"META__PAGE_ID": "siden"}, "META__PAGE_ID must be a number"),
        ({"META__PAGE_ID": ""}, "META__PAGE_ID is missing"),
        ({"META__PAGE_TOKEN": ""}, "META__PAGE_TOKEN is missing"),
        ({"META__APP_SECRET": ""}, "META__APP_SECRET is missing"),
        ({"META__VERIFY_TOKEN": ""}, "META__VERIFY_TOKEN is missing"),
        ({"META__HUMAN_AGENT": "ja"}, "META__HUMAN_AGENT must be one of"),
        ({"META__COMMENTS": "ja"}, "META__COMMENTS must be one of"),
        ({"META__INSTAGRAM_ID": "@utekontakten"}, "META__INSTAGRAM_ID must be a number"),
        ({"META__WHATSAPP_NUMBER_ID": "+47 218"}, "META__WHATSAPP_NUMBER_ID must be a number"),
        ({"META__WHATSAPP_NUMBER_ID": ""}, "META__WHATSAPP_NUMBER_ID is missing"),
        ({"META__WHATSAPP_ACCOUNT_ID": ""}, "META__WHATSAPP_ACCOUNT_ID is missing"),
        (
            {"META__WHATSAPP_TOKEN": "", "META__PAGE_TOKEN": ""},
            "META__WHATSAPP_TOKEN is missing",
        ),
        ({"OUTLOOK__TENANT_ID": "kommunen"}, "OUTLOOK__TENANT_ID must be an id or a domain"),
        ({"OUTLOOK__CLIENT_ID": "1234"}, "OUTLOOK__CLIENT_ID must be the application's id"),
        ({"OUTLOOK__CLIENT_SECRET": ""}, "OUTLOOK__CLIENT_SECRET is missing"),
        ({"OUTLOOK__CERTIFICATE": "-----BEGIN"}, "OUTLOOK__CLIENT_SECRET and UTEBRU_OUTLOOK"),
        (
            {"OUTLOOK__CERTIFICATE": "-----BEGIN", "OUTLOOK__CLIENT_SECRET": ""},
            "OUTLOOK__CERTIFICATE must hold",
        ),
        ({"OUTLOOK__MAILBOX": "ute"}, "OUTLOOK__MAILBOX must be the mailbox's address"),
        ({"OUTLOOK__MAILBOX": ""}, "OUTLOOK__MAILBOX is missing"),
        ({"OUTLOOK__MAILBOXES": "anna@k.example"}, "OUTLOOK__MAILBOXES must be addresses with"),
        ({"OUTLOOK__MAILBOXES": "anna=C02"}, "OUTLOOK__MAILBOXES must be addresses with"),
        ({"OUTLOOK__MAILBOXES": "a@k.example=#anna"}, "OUTLOOK__MAILBOXES must be addresses with"),
        ({"OUTLOOK__MAILBOXES": "ute@kommunen.example=C02"}, "OUTLOOK__MAILBOXES names a mailbox"),
        ({"OUTLOOK__MAILBOXES": "a@k.example=C2,b@k.example=C2"}, "OUTLOOK__MAILBOXES gives a"),
        ({"OUTLOOK__MAILBOXES": "a@k.example=C01"}, "OUTLOOK__MAILBOXES gives a"),
        ({"OUTLOOK__MAILBOXES": "a@k.example=C04"}, "OUTLOOK__MAILBOXES gives a"),
        ({"OUTLOOK__SHELF": "hylla"}, "OUTLOOK__SHELF must be"),
        ({"SLACK__LEADER_ROOM": ""}, "OUTLOOK__SHELF is the leader's"),
        ({"SLACK__LEADER_ROOM": "C01"}, "SLACK__LEADER_ROOM must be another room"),
        ({"OUTLOOK__SINCE": ""}, "OUTLOOK__SINCE is missing"),
        ({"OUTLOOK__SINCE": "i går"}, "OUTLOOK__SINCE must be a date"),
        ({"OUTLOOK__GRAPH_URL": "http://graph.example/v1.0"}, "OUTLOOK__GRAPH_URL must begin"),
        ({"OUTLOOK__AUTHORITY": "http://login.example"}, "OUTLOOK__AUTHORITY must begin"),
        ({"TELEGRAM__API_URL": "https://["}, "TELEGRAM__API_URL must be"),
        ({"TELEGRAM__TOKN": "x"}, "TELEGRAM__TOKN is no setting we know"),
    ],
)
def test_it_does_not_begin_with_a_promise_it_cannot_keep(
    changed: Mapping[str, str], said: str
) -> None:
    """Better no bridge than one that hears nobody, or keeps its key beside its data."""
    told = mistakes({**FULL, **{f"UTEBRU_{name}": text for name, text in changed.items()}})

    assert f"UTEBRU_{said}" in told
    assert len(told.splitlines()) <= 2


def test_a_key_ring_behind_a_link_into_the_data_is_found_out(tmp_path: Path) -> None:
    """A link would put the key into every copy of the data all the same."""
    (tmp_path / "data").mkdir()
    (tmp_path / "keys").symlink_to(tmp_path / "data")

    assert "UTEBRU_KEYRING must lie outside" in mistakes(
        {
            "UTEBRU_DATA_DIR": str(tmp_path / "data"),
            "UTEBRU_KEYRING": str(tmp_path / "keys" / "ring.json"),
        }
    )


ELSEWHERE = ("CASESTORE__D", "CASESTORE__O", "OUTLOOK__CERTIFICATE")
"""The case store's own, and the one that stands in another's place."""


@pytest.mark.parametrize("name", [name for name in EVERY_SECRET if not name.startswith(ELSEWHERE)])
def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    """Secrets in the environment are shown by `docker inspect`; files are not."""
    file = tmp_path / "secret"
    file.write_text(FULL[f"UTEBRU_{name}"] + "\n")
    env = {key: text for key, text in FULL.items() if key != f"UTEBRU_{name}"}
    by_file = {**env, f"UTEBRU_{name}_FILE": str(file)}

    assert settings_of(by_file) == settings_of(FULL)
    assert settings_of(with_secrets(by_file, PLATFORMS)) == settings_of(FULL)
    assert f"{name} and UTEBRU_{name}_FILE are both set" in mistakes(
        {**FULL, f"UTEBRU_{name}_FILE": str(file)}
    )
    file.unlink()
    assert f"UTEBRU_{name}_FILE names a file that cannot be read" in mistakes(by_file)
    with pytest.raises(BadSettings):
        with_secrets(by_file, PLATFORMS)


def test_a_certificate_takes_the_place_of_the_secret(tmp_path: Path) -> None:
    """It has many lines, and never leaves the house; what Microsoft has opens nothing."""
    pem, file = certified(), tmp_path / "pem"
    file.write_text(pem)
    env = {key: text for key, text in FULL.items() if key != "UTEBRU_OUTLOOK__CLIENT_SECRET"}
    by_file = {**env, "UTEBRU_OUTLOOK__CERTIFICATE_FILE": str(file)}

    account = settings_of(by_file).platforms["outlook"]

    assert isinstance(account, OutlookAccount)
    assert account.app.certificate == pem.strip()
    assert account.mailbox == "ute@kommunen.example"
    assert account.hook == "https://bro.example.no/outlook/notifications"
    assert pem.splitlines()[1] not in repr(account)


def test_a_certificate_of_another_key_is_found_out_before_anybody_writes() -> None:
    """Microsoft would refuse it, each time, and say no more than that."""
    key, other = certified().partition("-----BEGIN CERTIFICATE-----"), certified()
    mixed = key[0] + "".join(other.partition("-----BEGIN CERTIFICATE-----")[1:])
    env = {key: text for key, text in FULL.items() if key != "UTEBRU_OUTLOOK__CLIENT_SECRET"}

    assert "OUTLOOK__CERTIFICATE must hold" in mistakes(
        {**env, "UTEBRU_OUTLOOK__CERTIFICATE": mixed}
    )


def test_the_case_store_gets_its_secrets_without_knowing_of_files(tmp_path: Path) -> None:
    """It shares no code with the bridge, and reads plain variables."""
    file = tmp_path / "url"
    file.write_text("sqlite+aiosqlite:////srv/a b/store.db\n")
    path = "UTEBRU_CASESTORE__DATABASE_URL"

    assert with_secrets({"X": "1", f"{path}_FILE": str(file)}) == {
        "X": "1",
        path: "sqlite+aiosqlite:////srv/a b/store.db",
    }


def test_an_empty_secret_file_is_a_secret_not_set(tmp_path: Path) -> None:
    """The one token that is optional may have an empty file in a compose set-up."""
    file = tmp_path / "admin"
    file.write_text("\n")
    env = {key: text for key, text in FULL.items() if key != "UTEBRU_SLACK__ADMIN_TOKEN"}

    slack = settings_of({**env, "UTEBRU_SLACK__ADMIN_TOKEN_FILE": str(file)}).slack

    assert slack is not None
    assert slack.admin_token is None


def test_a_platform_whose_secret_files_are_empty_is_off(tmp_path: Path) -> None:
    """The compose file names every secret; a team without Telegram leaves those files empty."""
    (tmp_path / "empty").touch()
    named = {f"UTEBRU_{name}_FILE": str(tmp_path / "empty") for name in EVERY_SECRET}

    settings = settings_of(named)

    assert (settings.platforms, settings.slack) == ({}, None)
    assert "TELEGRAM__TOKEN is missing" in mistakes({**named, "UTEBRU_TELEGRAM__MODE": "webhook"})
    assert "SLACK__BOT_TOKEN is missing" in mistakes({**named, "UTEBRU_SLACK__ROOM": "C01"})


# No environment holds a nought byte or half a character.
WRITTEN = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(st.sampled_from(sorted(FULL)), WRITTEN, max_size=6))
def test_whatever_is_written_the_answer_is_settings_or_a_list(odd: Mapping[str, str]) -> None:
    """A traceback instead of a list leaves a part-time operator with nothing."""
    told: tuple[str, ...] = ()
    try:
        settings_of({**FULL, **odd})
    except BadSettings as error:
        told = error.mistakes

    assert SECRET not in "".join(told)
    assert all(each.startswith("UTEBRU_") for each in told)
