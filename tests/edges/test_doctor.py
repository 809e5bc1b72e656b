"""Whoever runs it is told what is wrong and what to do, and never a secret."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bridge.doctor import asides, described
from bridge.doctor.facts import (
    Account,
    Aside,
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
from bridge.doctor.findings import Level
from bridge.doctor.promises import PROMISES, promises
from bridge.doctor.rules import RULES, findings
from bridge.domain.delivery import Reason

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
TOKEN = Keys(token=True)

ILL: Mapping[str, tuple[Facts, str]] = {
    "no database": (replace(WELL, database=Database(kind="sqlite", closed=True)), "Svarer ikke"),
    "a forgetful database": (
        replace(WELL, database=Database(kind="postgresql", weak="fsync = off")),
        "miste ord",
    ),
    "keys for all to read": (replace(WELL, keys=Keys(exposed=True)), "leses av andre"),
    "no key file of ours": (replace(WELL, keys=Keys(unreadable=True)), "ikke lese som"),
    "a silent token": (replace(WELL, keys=replace(TOKEN, silent=True)), "slipper oss ikke inn"),
    "an empty token": (replace(WELL, keys=replace(TOKEN, there=False)), "setup hsm"),
    "a key that may leave": (replace(WELL, keys=replace(TOKEN, exposed=True)), "tas ut av det"),
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
    "one person's mailbox shut": (
        replace(WELL, asides=(Aside(mailbox=2, trouble=Reason.REVOKED),)),
        "punkt 7",
    ),
    "one person's mailbox away": (
        replace(WELL, asides=(Aside(mailbox=1, trouble=Reason.UNREACHABLE),)),
        "Microsoft svarer ikke",
    ),
    "a room that we are not in": (
        replace(WELL, asides=(Aside(mailbox=1, in_room=False, readers=None),)),
        "blir ikke lest",
    ),
    "a room that nobody clears": (
        replace(WELL, asides=(Aside(mailbox=1, cleaned=False),)),
        "kan ikke slette der",
    ),
    "a room that does not say who reads": (
        replace(WELL, asides=(Aside(mailbox=1, readers=None),)),
        "Det lot seg ikke se",
    ),
    "a room that nobody reads": (
        replace(WELL, asides=(Aside(mailbox=1, readers=0),)),
        "ingen leser det som kommer",
    ),
    "a room of one that two read": (
        replace(WELL, asides=(Aside(mailbox=1, readers=2),)),
        "Fjern alle andre",
    ),
    "a stranger in the leader's room": (
        replace(WELL, asides=(Aside(mailbox=None, strangers=1),)),
        "Koble dem til",
    ),
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
    "no room for the leader": (
        replace(WELL, asides=(Aside(mailbox=1),)),
        "UTEBRU_SLACK__LEADER_ROOM",
    ),
    "carried by hand": (replace(WELL, by_hand=("snapchat",)), "slettes for hånd"),
    "no administrator": (replace(WELL, slack=NO_ADMIN), "Svar-knappen"),
    "retention not confirmed": (
        replace(WELL, slack=replace(SL, retention=None)),
        "hente tilbake",
    ),
    "keys in a file": (WELL, "gjennom filsystemet"),
    "keys in a token": (replace(WELL, keys=TOKEN), "kopi av det har dem"),
    "a silent municipal log-in": (
        replace(WELL, store=replace(ST, log_in=MunicipalLogIn.SILENT)),
        "OIDC_ISSUER",
    ),
}
FINE = (
    WELL,
    replace(WELL, keys=TOKEN),
    replace(WELL, telegram=Telegram(polls=False, hook=Hook.HERE)),
    replace(WELL, messenger=AtMeta(late=True)),
    replace(WELL, telegram=None, messenger=AtMeta(late=True)),
    replace(WELL, telegram=None, instagram=AtMeta(late=True)),
    replace(WELL, telegram=None, whatsapp=AtMeta()),
    replace(WELL, telegram=None, outlook=Outlook(expires=timedelta(days=31))),
    replace(WELL, asides=(Aside(mailbox=1), Aside(mailbox=None, readers=2))),
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
    rooms = [aside for facts in every for aside in facts.asides]
    silent = [make("").says for when, make in asides.RULES if not any(map(when, rooms))]
    assert silent == []


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
