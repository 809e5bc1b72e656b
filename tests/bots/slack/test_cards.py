"""What the team sees: within Slack's limits, nobody's words where they do not belong."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.models.blocks import Block

from bots.slack import texts
from bots.slack.blocks import WORDS
from bots.slack.cards import note, render
from bots.slack.look import Look
from bridge.domain.cards import (
    Alarm,
    AlarmCard,
    Card,
    FormKind,
    Note,
    Notice,
    NoticeCard,
    ReplyCard,
    RootCard,
    SeveralCard,
    WordsCard,
)
from bridge.domain.catalogue import nb
from bridge.domain.consent import Standing
from bridge.domain.delivery import Reason, State
from bridge.domain.ids import ConversationId, DeliveryId, Ref, ThreadId
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import REACTION, Kind
from bridge.domain.together import LENGTH, MOST
from bridge.domain.windows import Window

ALIAS = "Blå rev"
AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
LOOK = Look(zone=ZoneInfo("Europe/Oslo"), home="https://laget.slack.com/")
CONVERSATION, DELIVERY = ConversationId("c_1"), DeliveryId("d_1")
PARAMS: Mapping[str, str | int] = {
    "user": "U1KARI",
    "count": 3,
    "hours": 4,
    "since": "2026-11-23T13:05:00+00:00",
    "after": "2026-11-21T13:05:00+00:00",
    "until": "2026-11-23T14:05:00+00:00",
    "keeps": 24,
    "at": "2026-11-23T13:05:00+00:00",
    "phrase": "greeting",
    "channel": "messenger",
    "link": "https://laget.slack.com/archives/C1/p1",
}
INJECTIONS = [
    "<!channel> <!here> <!everyone>",
    "<!subteam^S1>",
    "<@U1> <#C1>",
    "<http://evil.example|nav.no>",
    "<!date^1392734382^{date}|x>",
    "&lt;!here&gt;",
    "`kode` *fett* _skrått_ ~strøket~",
    ":wave: :skull:",
    "https://evil.example/?q=1",
    "=cmd|' /C calc'!A0",
    "javascript:alert(1)",
    "\u202egnirps",
    "\x00\x1b[31mrød",
    "\ud800 alene",
    "<svg onload=alert(1)>",
    "linje\n" * 400,
]


def root(
    *,
    alias: str = ALIAS,
    standing: Standing = Standing.ASKED,
    stage: Stage = Stage.OPEN,
    owner: str | None = None,
    ending: bool = False,
    left: bool = False,
    waits_since: datetime | None = None,
    window: Window = Window.OPEN,
    answer_by: datetime | None = None,
    channel: str = "telegram",
    others: tuple[tuple[ThreadId, str], ...] = (),
) -> RootCard:
    return RootCard(
        conversation=CONVERSATION,
        alias=alias,
        others=others,
        channel=channel,
        standing=standing,
        stage=stage,
        owner=owner,
        ending=ending,
        left=left,
        waits_since=waits_since,
        window=window,
        answer_by=answer_by,
    )


def said(
    text: str,
    kind: Kind = Kind.SAID,
    *,
    of: Ref | None = None,
    of_at: datetime | None = None,
    placeholder: str | None = None,
    crisis: bool = False,
) -> WordsCard:
    return WordsCard(
        alias=ALIAS,
        kind=kind,
        at=AT,
        text=text,
        of=of,
        of_at=of_at,
        placeholder=placeholder,
        crisis=crisis,
    )


def several(*texts: str) -> SeveralCard:
    return SeveralCard(said=tuple(said(text) for text in texts))


def replied(
    state: State,
    *,
    reason: Reason | None = None,
    until: datetime | None = None,
    text: str | None = None,
    late: bool = False,
    kept: bool = False,
) -> ReplyCard:
    return ReplyCard(
        delivery=DELIVERY,
        alias=ALIAS,
        state=state,
        reason=reason,
        until=until,
        author="U1KARI",
        text=text,
        late=late,
        kept=kept,
    )


def every_card() -> Iterator[Card]:
    for standing, stage, owner, flag in product(Standing, Stage, (None, "U1KARI"), (False, True)):
        yield root(
            standing=standing,
            stage=stage,
            owner=owner,
            ending=flag,
            left=flag,
            waits_since=AT if flag else None,
        )
    for window, by in product(Window, (None, AT)):
        yield root(window=window, answer_by=by, channel="messenger")
    for kind, crisis, placeholder in product(
        Kind, (False, True), (None, "location", "x9", REACTION)
    ):
        of = Ref("C1/1700000000.000100")
        yield said("hei", kind, crisis=crisis, placeholder=placeholder, of=of)
    for state, reason, late in product(State, (None, *Reason), (False, True)):
        yield replied(state, reason=reason, late=late, until=AT, text="hei")
        yield replied(state, reason=reason, kept=late)
    for notice in Notice:
        yield NoticeCard(notice=notice, alias=ALIAS, conversation=CONVERSATION, params=PARAMS)
        yield NoticeCard(notice=notice, alias=ALIAS)
    for alarm in Alarm:
        yield AlarmCard(alarm=alarm, alias=ALIAS, root=Ref("C1/1.000001"), params=PARAMS)
        yield AlarmCard(alarm=alarm)
    for text in (*INJECTIONS, "", " ", "x" * 4096, "🏳️‍🌈" * 1000, "x" * 50_000):
        yield said(text)
        yield replied(State.SENT, text=text)
    yield several("jeg er her", "er du der?")
    for long in ("x" * (LENGTH // MOST), "æ 🙂 " * (LENGTH // MOST // 4)):
        yield several(*[long] * MOST)
    yield several("x" * (LENGTH - MOST + 1), *["x"] * (MOST - 1))


def texts_in(of: object, *, kind: str | None = None) -> list[str]:
    """Every text object's text, or only those of one type."""
    if isinstance(of, list):
        return [text for each in of for text in texts_in(each, kind=kind)]
    if not isinstance(of, dict):
        return []
    own = [of["text"]] if isinstance(of.get("text"), str) else []
    mine = own if kind is None or of.get("type") == kind else []
    return mine + [text for each in of.values() for text in texts_in(each, kind=kind)]


def buttons(card: Card) -> dict[str, str]:
    return {
        element["action_id"]: element["text"]["text"]
        for block in json.loads(json.dumps(render(card, LOOK).blocks))
        if block["type"] == "actions"
        for element in block["elements"]
    }


def every_button(card: Card) -> list[dict[str, Any]]:
    rows = [b for b in render(card, LOOK).blocks if b["type"] == "actions"]
    return [button for row in rows for button in cast("list[dict[str, Any]]", row["elements"])]


def shown(card: Card) -> str:
    return "\n".join(texts_in(render(card, LOOK).blocks))


def test_every_card_is_one_that_slack_takes() -> None:
    """A card that Slack refuses is a youth that nobody reads."""
    for card in every_card():
        blocks = render(card, LOOK).blocks
        parsed = Block.parse_all(json.loads(json.dumps(blocks)))

        assert 0 < len(parsed) == len(blocks) <= 50
        for block in parsed:
            block.validate_json()
        assert all(0 < len(text) <= 3000 for text in texts_in(blocks))
        assert sum(map(len, texts_in(blocks))) < 13_200


def test_a_lock_screen_never_shows_what_a_youth_said() -> None:
    """A phone on a café table must not tell who needs help with what."""
    for card in every_card():
        text = render(card, LOOK).text
        assert text in {f"Ny melding fra {ALIAS}", f"Nytt om {ALIAS}", texts.ALARM}


def test_buttons_carry_ids_and_nothing_else() -> None:
    """Values travel in the open and lie in Slack's logs."""
    for card in every_card():
        for block in json.loads(json.dumps(render(card, LOOK).blocks)):
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                assert element["value"] in {CONVERSATION, DELIVERY}


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_youths_words_are_only_words(text: str) -> None:
    """`<!channel>` from a youth would wake the whole team, and a link would be followed."""
    for card in (said(text), replied(State.SENT, text=text)):
        blocks = json.loads(json.dumps(render(card, LOOK).blocks))
        literal = [block for block in blocks if block["type"] == "rich_text"]
        markup = texts_in(blocks, kind="mrkdwn") + texts_in(blocks, kind="plain_text")

        assert literal
        assert all(
            element["type"] == "text" and set(element) == {"type", "text"}
            for block in literal
            for part in block["elements"]
            for element in part["elements"]
        )
        assert not [one for one in markup if text.strip()[:12] in one]
        json.dumps(blocks, ensure_ascii=False).encode()


def test_an_alias_that_is_not_ours_is_still_only_a_name() -> None:
    """Aliases are made here; should one come from elsewhere it must not become markup."""
    evil = "<!channel> & *co*"

    for card in (root(alias=evil), NoticeCard(notice=Notice.CLOSING, alias=evil)):
        rendered = render(card, LOOK)
        assert "<!channel>" not in rendered.text
        assert "<!" not in "".join(texts_in(rendered.blocks, kind="mrkdwn"))


def test_long_words_are_all_there() -> None:
    """A youth's longest message is the one that must not lose its end."""
    for text in ("ord " * 1024, "x" * 4096, "🏳️‍🌈" * 680, "e\u0301" * 2048):
        assert "".join(texts_in(render(said(text), LOOK).blocks, kind="text")) == text


def test_several_messages_are_read_one_under_the_other_each_with_its_time() -> None:
    """What was said when is what tells that she has waited."""
    first, last = said("han er her"), replace(said("hvor er dere?"), at=AT + timedelta(minutes=3))

    read = shown(SeveralCard(said=(first, last)))

    parts = [f"*{ALIAS}* · 14:05", "han er her", f"*{ALIAS}* · 14:08", "hvor er dere?"]
    assert [read.index(part) for part in parts] == sorted(read.index(part) for part in parts)


def test_what_may_be_gone_is_told_by_day_and_hour() -> None:
    """Three days later «kl. 14» says nothing of which."""
    telegram = AlarmCard(alarm=Alarm.MISSED, params={**PARAMS, "channel": "telegram"})
    whatsapp = AlarmCard(alarm=Alarm.MISSED, params={"channel": "whatsapp", "keeps": 168})

    assert "Telegram nådde ikke Utebru på over 24 timer" in shown(telegram)
    assert "fra 21.11. kl. 14.05 til 23.11. kl. 15.05, kan være borte" in shown(telegram)
    assert "WhatsApp nådde ikke Utebru på over 7 døgn" in shown(whatsapp)


def test_words_that_cannot_be_shown_are_visibly_cut() -> None:
    """Never silently: somebody must know that there is more."""
    text = "x" * 40_000

    assert len("".join(texts_in(render(said(text), LOOK).blocks, kind="text"))) == WORDS
    assert texts.SHORTENED in shown(said(text))


def test_the_head_of_a_room_thread_says_what_the_team_must_know() -> None:
    """Alias, channel, consent: and nothing about who it is."""
    assert shown(root()).startswith("Blå rev · Telegram · samtykke: ikke svart")
    assert buttons(root()) == {
        "take": "Ta saken",
        "reply": "Svar",
        "ask_consent": "Be om samtykke",
        "end": "Avslutt",
        "join": "Samme ungdom …",
    }
    assert "<@U1KARI>" in shown(root(owner="U1KARI"))
    assert {"postpone", "dismiss"} < set(buttons(root(owner="U1KARI")))
    assert "ask_consent" not in buttons(root(standing=Standing.YES))
    assert "end" not in buttons(root(ending=True))


def test_what_is_one_persons_says_so_and_asks_before_it_is_handed_on() -> None:
    """One tap on the wrong button, and all of them read what she told one."""
    head = replace(root(), private=True)

    assert "Bare dette rommet ser det, til noen her trykker *Registrer*." in shown(head)
    assert buttons(head)["to_team"] == "Registrer"
    assert not {"join", "to_leader"} & set(buttons(head))
    both = replace(root(), private=True, to_leader=True)
    assert "*Registrer* eller *Gi til teamleder*" in shown(both)
    asked = {b["action_id"]: b["confirm"]["text"]["text"] for b in every_button(both)
             if "confirm" in b}  # fmt: skip
    assert asked.keys() == {"to_team", "to_leader"}
    assert all("kan ikke angres" in text for text in asked.values())
    assert not {"to_team", "to_leader"} & set(buttons(replace(root(), to_leader=True)))


def test_that_something_is_urgent_in_a_room_of_one_says_no_more_than_that() -> None:
    """Whoever is to find a colleague needs the room, and nothing else."""
    named = AlarmCard(alarm=Alarm.ELSEWHERE, params={"place": "C0ANNA"})

    assert "Noe haster i <#C0ANNA>." in shown(named)
    assert "i et personlig rom." in shown(AlarmCard(alarm=Alarm.ELSEWHERE, params={"place": ""}))
    evil = AlarmCard(alarm=Alarm.ELSEWHERE, params={"place": "C1> <!channel"})
    assert "<!" not in shown(evil)


def test_where_a_youth_is_known_on_several_channels_the_head_says_where_answers_go() -> None:
    """A youth in the street reads the one phone app and not the other."""
    three = (("t_2", "messenger"), ("t_3", "whatsapp"))
    head = root(others=tuple((ThreadId(its_id), channel) for its_id, channel in three))

    assert "Svar går på Telegram." in shown(head)
    assert [(b["text"]["text"], b["value"]) for b in every_button(head) if "Svar på" in str(b)] == [
        ("Svar på Messenger", "c_1|t_2"),
        ("Svar på WhatsApp", "c_1|t_3"),
    ]
    assert "join" not in buttons(head)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OPEN])
def test_buttons_vanish_when_the_talk_is_sealed(stage: Stage) -> None:
    """A button that does nothing teaches people to press twice."""
    assert buttons(root(stage=stage)) == {}


def test_a_sealed_talk_that_waits_says_since_when() -> None:
    """Nobody should have to guess whether the record has it."""
    waiting = root(stage=Stage.SEALED_JOURNAL, waits_since=AT)

    assert "Venter på journalsystemet siden 14:05" in shown(waiting)


def test_what_a_colleague_wrote_elsewhere_is_not_the_youths() -> None:
    """A lock screen that says «Ny melding fra» sends somebody running for nothing."""
    card = replace(said("Jeg ringer."), there="messenger")

    assert "Skrevet i Messenger av noen i teamet" in shown(card)
    assert render(card, LOOK).text == f"Nytt om {ALIAS}"


def test_an_edit_shows_what_it_is_an_edit_of() -> None:
    """The first wording may be the true one; both stand."""
    card = said("ny", Kind.EDITED, of=Ref("C1/1795439100.000200"))

    assert "Redigert" in shown(card)
    assert "meldingen fra kl. 14:05" in shown(card)
    assert "https://laget.slack.com/archives/C1/p1795439100000200" in shown(card)


def test_a_message_taken_back_leaves_a_line_and_the_time() -> None:
    """What she did not want said is not said again in the line about it."""
    assert "trakk tilbake en tidligere melding." in shown(said("", Kind.UNSENT))
    assert "trakk tilbake en melding fra kl. 14:05." in shown(said("", Kind.UNSENT, of_at=AT))


@pytest.mark.parametrize("kind", [*texts.CANNOT_BE_SHOWN, "noe_helt_nytt"])
def test_what_cannot_be_shown_leaves_a_mark(kind: str) -> None:
    """Silence would hide that a youth sent where they are."""
    card = said(f"[{kind}]", Kind.PLACEHOLDER, placeholder=kind)

    assert "kan ikke vises her" in shown(card)
    assert kind not in shown(card)


def test_words_beside_what_cannot_be_shown_are_shown() -> None:
    """A caption is words."""
    card = said("se her", Kind.PLACEHOLDER, placeholder="video")

    assert "Video – kan ikke vises her" in shown(card)
    assert "se her" in shown(card)


def test_words_from_nobody_known_are_shown_with_a_warning() -> None:
    """Whoever answers must know that somebody else may have written in the youth's name."""
    card = said("hent meg her", Kind.PLACEHOLDER, placeholder="unproved")

    assert "Avsender ikke bekreftet" in shown(card)
    assert "kan ikke vises her" not in shown(card)
    assert "hent meg her" in shown(card)


def test_a_reaction_is_a_small_line_and_wakes_nobody() -> None:
    """A thumb is no message, and what a platform calls it is no markup."""
    card = said("reagerte med <!channel> 👍", Kind.PLACEHOLDER, placeholder=REACTION, of_at=AT)
    blocks = json.loads(json.dumps(render(card, LOOK).blocks))

    assert texts_in(blocks, kind="plain_text") == [
        "Blå rev reagerte med <!channel> 👍 · meldingen fra kl. 14:05 · 14:05"
    ]
    assert texts_in(blocks, kind="mrkdwn") == []
    assert "en tidligere melding" in shown(replace(card, of_at=None))
    assert render(card, LOOK).text == f"Nytt om {ALIAS}"


def test_a_crisis_is_seen_before_it_is_read() -> None:
    """Someone scrolling past must stop."""
    assert shown(said("…", crisis=True)).startswith("🔴")


@pytest.mark.parametrize(
    ("card", "status", "offered"),
    [
        (replied(State.HELD), "Sendes om 10 s", {"undo": "Angre"}),
        (replied(State.QUEUED, until=AT), "Sendes kl. 14:05:00", {"undo": "Angre"}),
        (replied(State.SENDING), "Sender …", {}),
        (replied(State.SENT), "✓ sendt", {"keep": "La stå hos ungdommen"}),
        (replied(State.DELIVERED), "✓✓ levert", {"keep": "La stå hos ungdommen"}),
        (replied(State.READ), "✓✓ lest", {"keep": "La stå hos ungdommen"}),
        (replied(State.SENT, kept=True), "✓ sendt", {"keep": "Ikke la stå hos ungdommen"}),
        (
            replied(State.UNCERTAIN),
            "⚠ Usikkert om dette kom fram",
            {"again": "Send igjen", "leave": "La være"},
        ),
        (
            replied(State.ASKED, late=True),
            "Skrevet mens Utebru var nede",
            {"again": "Send nå", "leave": "La være"},
        ),
        (
            replied(State.ASKED),
            "Skal det fortsatt sendes?",
            {"again": "Send nå", "leave": "La være"},
        ),
        (replied(State.WITHDRAWN), "Ikke sendt – angret", {}),
        (replied(State.LEFT), "latt være", {}),
        (
            replied(State.FAILED, reason=Reason.BLOCKED),
            "⚠ ikke levert: ungdommen har blokkert oss",
            {"again": "Send igjen"},
        ),
    ],
)
def test_a_reply_says_how_it_is_and_what_can_be_done(
    card: ReplyCard, status: str, offered: Mapping[str, str]
) -> None:
    """A caseworker who believes a reply arrived waits for an answer that never comes."""
    assert status in shown(card)
    assert buttons(card) == offered


@pytest.mark.parametrize(
    ("table", "members"),
    [
        (texts.STANDING, Standing),
        (texts.STAGE, Stage),
        (texts.STATE, State),
        (texts.REASON, Reason),
        (texts.NOTICE, Notice),
        (texts.ALARMS, Alarm),
        (texts.NOTE, Note),
        (texts.TITLE, FormKind),
        (texts.SUBMIT, FormKind),
    ],
)
def test_everything_that_can_be_said_has_a_text(
    table: Mapping[StrEnum, str], members: type[StrEnum]
) -> None:
    """A missing text would be a stop in the middle of somebody's evening."""
    assert set(table) == set(members)
    assert all(text.strip() for text in table.values())


def test_every_service_message_has_a_name_for_the_team() -> None:
    """The team must know what the bot has said on its behalf."""
    assert set(texts.PHRASE) == set(nb.TEXTS)


def test_every_private_note_fits_and_says_whether_it_was_sent() -> None:
    """The hint after a slip is the only thing between a youth and silence."""
    for each in Note:
        assert 0 < len(note(each)) < 3000
    for each in (Note.HOW_TO_REPLY, Note.NOT_LIVE, Note.EDIT_NOT_SENT, Note.MODAL_ONLY):
        assert "*ikke*" in note(each)


def test_no_card_shows_its_words_in_its_repr() -> None:
    """A printed object in a log is a leak."""
    assert "hemmelig" not in repr(render(said("hemmelig"), LOOK))
    assert "hemmelig" not in repr(several("hemmelig", "hemmelig"))
