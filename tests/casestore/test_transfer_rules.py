"""Where a transfer has come to: a table, computed anew from all that is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casestore.journal.rules import Age, age, case_number
from casestore.own_journal.rules import COPY_SAID
from casestore.transfers.chain import links_of
from casestore.transfers.phrases import VERDICT, event_said, said, verdict_said
from casestore.transfers.rules import Known, Status, Verdict, status, took
from tests.casestore.stage import Stage, contact_body, copy_event, digest_of, transcript_body

A, B = "a" * 64, "b" * 64
NOW = datetime(2026, 11, 3, tzinfo=UTC)


KNOWN = Known(
    stored=True, refused=False, digest=A, read_back=A, forgotten=False, verdicts=frozenset()
)


def known(**changed: Any) -> Known:
    return replace(KNOWN, **changed)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (known(stored=False, digest=None, read_back=None), Status.UNDER_WAY),
        (known(stored=False, digest=None, read_back=None, refused=True), Status.REFUSED),
        (known(stored=False, digest=None), Status.UNDER_WAY),
        (known(read_back=None), Status.STORED),
        (known(read_back=None, refused=True), Status.STORED),
        (known(), Status.READ_BACK),
        (known(read_back=B), Status.MISMATCH),
        (known(read_back=B, forgotten=True), Status.MISMATCH),
        (known(forgotten=True), Status.WIPED),
        (known(forgotten=True, verdicts=frozenset({"gone", "pending"})), Status.FORGOTTEN),
        (known(forgotten=True, verdicts=frozenset({"gone", "unknown"})), Status.WIPED),
        (known(verdicts=frozenset({"pending"})), Status.READ_BACK),
    ],
)
def test_where_a_transfer_has_come_to(what: Known, expected: Status) -> None:
    """The log must never say more than is known."""
    assert status(what) == expected


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2026/0012", "2026/0012"),
        (" 2026/1 ", "2026/1"),
        ("26/1", None),
        ("2026-1", None),
        ("٢٠٢٦/1", None),
        ("2026/1234567", None),
        ("", None),
    ],
)
def test_what_a_case_number_is(typed: str, number: str | None) -> None:
    """An entry tied to a number that no case has is lost."""
    assert case_number(typed) == number


def test_an_untied_entry_grows_old() -> None:
    """What nobody ties must not go unseen."""
    days = {0: Age.NEW, 2: Age.NEW, 3: Age.OLD, 6: Age.OLD, 7: Age.LATE, 400: Age.LATE}

    assert {d: age(NOW, NOW + timedelta(days=d)) for d in days} == days


def test_how_long_a_step_took() -> None:
    """Two clocks may disagree a little; no step took less than nothing."""
    assert took(NOW, NOW + timedelta(seconds=6)) == timedelta(seconds=6)
    assert took(NOW, NOW - timedelta(seconds=1)) == timedelta()
    assert took(None, NOW) is None
    assert took(NOW, None) is None


def test_a_verdict_never_says_deleted_when_that_is_not_known() -> None:
    """The team leader tells the youth what the log says."""
    assert verdict_said("gone", "reread", None) == "Borte – lest på nytt, ikke funnet"
    assert verdict_said("unknown", None, None) == "Vet ikke om den er borte"
    assert verdict_said("recoverable", None, NOW).endswith("til 03.11.2026 kl. 01:00")
    assert verdict_said("refused", "no_rights", None).endswith("no rights")
    # What an older line says, and what is said now, of a message that Meta has no call for.
    assert verdict_said("refused", "refused", None).startswith("Plattformen nektet å slette")
    assert verdict_said("out_of_reach", "no_call", None).startswith("Kan ikke slettes av oss")
    assert {str(one) for one in Verdict} <= {*VERDICT} & {*COPY_SAID}
    assert said({}, None) == "–"
    assert event_said({"kind": "stuck", "what": "crisis", "resolved_at": "x"}).endswith("løst")
    assert event_said({"kind": "something_new"}) == "something new"


async def test_events_in_any_order_end_in_the_same_place(stage: Stage) -> None:
    """The bridge tells what it can when it can; the log must not depend on luck."""
    tove = await stage.leader()
    document = contact_body(stage, "c_1")
    events = {
        "ev_0": {"kind": "handed_on", "at": stage.at(-9), "by": "e_berit", "to": "leader"},
        "ev_1": {"kind": "sealed", "at": stage.at(-5), "by": "e_berit", "filing": "contact"},
        "ev_2": {"kind": "read_back", "at": stage.at(1), "digest": digest_of(document)},
        "ev_3": {"kind": "forgotten", "at": stage.at(2), "count": 5},
        "ev_5": copy_event(stage, "k_1", "gone", evidence="confirmed") | {"at": stage.at(9)},
        "ev_4": copy_event(stage, "k_1", "pending") | {"at": stage.at(3)},
    }
    for its_id, event in reversed(events.items()):
        assert (await stage.bridge.tells("c_1", its_id, event)).status_code == 201
    assert (await stage.bridge.put("contacts/c_1", document)).status_code == 201

    page = await tove.sees("/transfers/c_1")

    assert "s-wiped" in page
    assert "plattformen har bekreftet" in page
    assert "6 s etter forsegling" in page
    assert "Gitt videre av den ansatte som fikk den" in page


async def test_what_is_told_of_many_copies_at_once_is_known_of_each(stage: Stage) -> None:
    """The newest that is known of each holds, whichever way and in whichever order it came."""
    tove = await stage.leader()
    link = "https://slack.test/p1"
    many = [
        copy_event(stage, "k_1", "pending"),
        copy_event(stage, "k_2", "by_hand", whose="caseworker", link=link),
        copy_event(stage, "k_3", "recoverable", place="bridge", until=stage.at(3600)),
    ]
    told = {
        "kind": "copies",
        "at": stage.at(3),
        "copies": [{k: v for k, v in one.items() if k not in ("kind", "at")} for one in many],
    }
    gone = copy_event(stage, "k_1", "gone", evidence="confirmed") | {"at": stage.at(9)}
    assert (await stage.bridge.tells("c_1", "ev_2", gone)).status_code == 201
    assert (await stage.bridge.tells("c_1", "ev_1", told)).status_code == 201

    page = await tove.sees("/transfers/c_1")

    assert "plattformen har bekreftet" in page
    assert link in page
    assert "Kopier som er kjent: 3" in page
    async with stage.reading() as reading:
        assert link not in str([each.event for each in await links_of(reading.session, "c_1")])


async def test_another_digest_read_back_is_shown_as_what_it_is(stage: Stage) -> None:
    """A record that differs from what was said must be looked at by a person."""
    tove = await stage.leader()
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))

    await stage.bridge.tells("c_1", "ev", {"kind": "read_back", "at": stage.at(), "digest": B})

    assert "Avvik" in await tove.sees("/transfers")
    assert B in await tove.sees("/transfers/c_1")
