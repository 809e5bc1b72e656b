"""What Slack sends, and what it means: one line for each shape we know of."""

from dataclasses import dataclass

import pytest

from bots.slack.convert import read
from bots.slack.identity import identity
from bots.slack.posts import Me
from bridge.domain.ids import Ref, Room
from bridge.domain.speech import (
    Changed,
    Clicked,
    Command,
    Deleted,
    Irrelevant,
    Manner,
    Mention,
    Post,
    Submitted,
)
from bridge.ports import Unreadable
from tests.bots.slack.payloads import (
    APP,
    AT_BOT,
    BOT,
    BOT_ID,
    KARI,
    ME,
    ROOM,
    ROOT,
    TS,
    Json,
    body,
    click,
    command,
    deleted,
    edited,
    event,
    quoted,
    rich,
    submission,
    words_in_form,
    written,
)

HEI = f"{AT_BOT} hei"
SHARED = {"attachments": [{"is_share": True, "is_msg_unfurl": True, "text": "hemmelig"}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    label: str
    message: Json
    mention: Mention
    manner: Manner
    text: str


POSTS = [
    Incoming(label="a reply to the youth", message=written(HEI),
             mention=Mention.BEGINS, manner=Manner.PLAIN, text="hei"),
    Incoming(label="with the bot's name in the mention", message=written(f"<@{BOT}|utebru> hei"),
             mention=Mention.BEGINS, manner=Manner.PLAIN, text="hei"),
    Incoming(label="with a comma after the mention", message=written(f"{AT_BOT}, hei"),
             mention=Mention.BEGINS, manner=Manner.PLAIN, text="hei"),
    Incoming(label="with a smiley after the mention", message=written(f"{AT_BOT} :) hei"),
             mention=Mention.BEGINS, manner=Manner.PLAIN, text=":) hei"),
    Incoming(label="over several lines", message=written(f"{AT_BOT}\nhei\n\ndu"),
             mention=Mention.BEGINS, manner=Manner.PLAIN, text="hei\n\ndu"),
    Incoming(label="with a file beside it",
             message=written(HEI, subtype="file_share", files=[{"id": "F1"}]),
             mention=Mention.BEGINS, manner=Manner.PLAIN, text="hei"),
    Incoming(label="talk among colleagues", message=written("hva gjør vi nå?"),
             mention=Mention.NONE, manner=Manner.PLAIN, text="hva gjør vi nå?"),
    Incoming(label="a colleague is mentioned first", message=written(f"<@U9> {HEI}"),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text="en kollega oss hei"),
    Incoming(label="the mention comes last", message=written(f"hei {AT_BOT}"),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text="hei oss"),
    Incoming(label="a space comes before the mention", message=written(f" {HEI}"),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text="oss hei"),
    Incoming(label="formatting comes before the mention", message=written(f"*{HEI}*"),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text="*oss hei*"),
    Incoming(label="the mention is in code", message=written(f"`{HEI}`"),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text="`oss hei`"),
    Incoming(label="the mention alone", message=written(AT_BOT),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text=""),
    Incoming(label="the mention and nothing to see", message=written(f"{AT_BOT} \u200b \u2060"),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text="\u200b \u2060"),
    Incoming(label="the name typed and not chosen", message=written("@Utebru hei"),
             mention=Mention.ELSEWHERE, manner=Manner.PLAIN, text="@Utebru hei"),
    Incoming(label="shown in the room as well", message=written(HEI, subtype="thread_broadcast"),
             mention=Mention.BEGINS, manner=Manner.BROADCAST, text="hei"),
    Incoming(label="a message shared into the thread", message=written(HEI, **SHARED),
             mention=Mention.BEGINS, manner=Manner.FORWARD, text="hei"),
    Incoming(label="shared without a comment", message=written("", **SHARED),
             mention=Mention.NONE, manner=Manner.FORWARD, text=""),
    Incoming(label="the mention is quoted", message=written(f"&gt; {HEI}"),
             mention=Mention.ELSEWHERE, manner=Manner.QUOTE, text="> oss hei"),
    Incoming(label="a quote follows the mention", message=written(f"{HEI}\n&gt; det sa hun"),
             mention=Mention.BEGINS, manner=Manner.QUOTE, text="hei\n> det sa hun"),
    Incoming(label="quoted only in the blocks",
             message=written(HEI, blocks=rich({"type": "rich_text_section"}, quoted("hei"))),
             mention=Mention.BEGINS, manner=Manner.QUOTE, text="hei"),
    Incoming(label="a list inside a quote",
             message=written(HEI, blocks=rich({"type": "rich_text_list", "border": 1})),
             mention=Mention.BEGINS, manner=Manner.QUOTE, text="hei"),
    Incoming(label="a workflow", message=written(HEI, subtype="bot_message", bot_id="B9"),
             mention=Mention.BEGINS, manner=Manner.AUTOMATIC, text="hei"),
    Incoming(label="another app, on somebody's behalf", message=written(HEI, app_id="A9"),
             mention=Mention.BEGINS, manner=Manner.AUTOMATIC, text="hei"),
    Incoming(label="Slackbot", message=written(HEI, user="USLACKBOT"),
             mention=Mention.BEGINS, manner=Manner.AUTOMATIC, text="hei"),
    Incoming(label="/me", message=written(HEI, subtype="me_message"),
             mention=Mention.BEGINS, manner=Manner.AUTOMATIC, text="hei"),
    Incoming(label="somebody has joined", message=written("<@U9> kom", subtype="channel_join"),
             mention=Mention.NONE, manner=Manner.AUTOMATIC, text="en kollega kom"),
    Incoming(label="a kind that does not exist yet", message=written(HEI, subtype="hologram"),
             mention=Mention.BEGINS, manner=Manner.AUTOMATIC, text="hei"),
    Incoming(label="written to the bot itself", message=written(HEI, channel_type="im"),
             mention=Mention.BEGINS, manner=Manner.DIRECT, text="hei"),
    Incoming(label="a room of a few, the bot among them", message=written("hei",
             channel_type="mpim"), mention=Mention.NONE, manner=Manner.DIRECT, text="hei"),
    Incoming(label="edited before it was told", message=written(HEI, edited={"user": KARI}),
             mention=Mention.BEGINS, manner=Manner.ADDED, text="hei"),
]  # fmt: skip


@pytest.mark.parametrize("case", POSTS, ids=lambda case: case.label)
def test_a_post_is_read_for_what_it_is(case: Incoming) -> None:
    """A post taken for another kind is either sent by accident or never answered."""
    post = read(body(event(case.message)), ME)

    assert isinstance(post, Post)
    assert (post.mention, post.manner, post.text) == (case.mention, case.manner, case.text)


def test_a_post_knows_its_room_thread_its_author_and_its_time() -> None:
    """A reply placed in the wrong thread reaches the wrong youth."""
    post = read(body(event(written(HEI, files=[{"id": "F1"}, {"id": "F2"}]))), ME)

    assert isinstance(post, Post)
    assert (post.room, post.ref, post.root) == (Room(ROOM), Ref(f"{ROOM}/{TS}"), f"{ROOM}/{ROOT}")
    assert (post.user, post.files, post.late) == (KARI, ("F1", "F2"), False)
    assert post.at.isoformat() == "2023-11-14T22:15:00.000200+00:00"


@pytest.mark.parametrize("more", [{"thread_ts": None}, {"thread_ts": TS}])
def test_a_post_in_the_room_itself_stands_in_no_thread(more: Json) -> None:
    """Only a room thread is one youth's; the room is everybody's."""
    post = read(body(event(written("hei") | more)), ME)

    assert isinstance(post, Post)
    assert post.root is None


@pytest.mark.parametrize("mark", [{"user": BOT}, {"bot_id": BOT_ID}, {"app_id": APP}])
def test_our_own_posts_are_nobodys(mark: Json) -> None:
    """A bot that hears itself answers itself."""
    assert read(body(event(written(HEI) | mark)), ME) == Irrelevant()


def test_that_our_own_post_was_deleted_is_told() -> None:
    """The team leader must see that somebody took the youth's words away in Slack."""
    found = read(body(event(deleted())), ME)

    assert isinstance(found, Deleted)
    assert found.ref == f"{ROOM}/{TS}"


def test_a_root_that_became_a_tombstone_is_deleted() -> None:
    """A deleted root with replies is told as an edit; nobody may take it for words."""
    tombstone = written("This message was deleted.", subtype="tombstone", user="USLACKBOT")
    found = read(body(event(edited(written("hei", user=BOT), tombstone))), ME)

    assert isinstance(found, Deleted)
    assert found.ref == f"{ROOM}/{TS}"


@pytest.mark.parametrize(
    ("before", "after", "manner"),
    [
        (HEI, f"{AT_BOT} hei igjen", Manner.PLAIN),
        ("hei", HEI, Manner.ADDED),
        ("hei", f"hei {AT_BOT}", Manner.ADDED),
        (f"hei {AT_BOT}", HEI, Manner.ADDED),
        (HEI, "hei", Manner.PLAIN),
        ("hei", "hei igjen", Manner.PLAIN),
        (HEI, f"{HEI}\n&gt; sitat", Manner.QUOTE),
    ],
)
def test_an_edit_tells_whether_it_brought_the_mention(
    before: str, after: str, manner: Manner
) -> None:
    """A note turned into a reply by an edit was never meant for the youth when it was written."""
    changed = read(body(event(edited(written(before), written(after)))), ME)

    assert isinstance(changed, Changed)
    assert changed.post.manner is manner
    assert changed.post.ref == f"{ROOM}/{TS}"
    assert changed.post.at.isoformat() == "2023-11-14T22:16:40.000300+00:00"


def test_an_edit_of_which_the_old_text_is_unknown_may_have_brought_the_mention() -> None:
    """In doubt nothing is sent."""
    changed = read(body(event(edited(None, written(HEI)))), ME)

    assert isinstance(changed, Changed)
    assert changed.post.manner is Manner.ADDED


@pytest.mark.parametrize(
    "inner",
    [
        edited(written("hei"), written("hei", attachments=[{"from_url": "https://nav.no"}])),
        edited(written("a", user=BOT), written("b", user=BOT)),
        written("hei", subtype="message_replied"),
        {"type": "app_mention", "channel": ROOM, "user": KARI, "text": HEI, "ts": TS},
        {"type": "reaction_added", "user": KARI, "item": {"type": "message", "ts": TS}},
        {"type": "file_shared", "file_id": "F1"},
        {"type": "member_joined_channel", "user": KARI, "channel": ROOM},
        {"type": "app_home_opened"},
        {"type": "something_new"},
    ],
)
def test_what_concerns_nobody_is_irrelevant(inner: Json) -> None:
    """An unfurl, a reaction, and above all a mention told twice, must not become words."""
    assert read(body(event(inner)), ME) == Irrelevant()


def test_before_slack_has_said_who_we_are_the_event_itself_says_it() -> None:
    """The bridge starts while Slack's API is down; replies must still be replies."""
    post = read(body(event(written(HEI))), Me())

    assert isinstance(post, Post)
    assert post.mention is Mention.BEGINS


def test_a_mention_that_cannot_be_told_yet_is_set_aside() -> None:
    """Not dropped as team talk: it may be a reply somebody waits for."""
    with pytest.raises(Unreadable):
        read(body(event(written(HEI), authorizations=[])), Me())


def test_a_press_says_which_button_and_whose() -> None:
    """The wrong value would take, end or send in another youth's thread."""
    pressed = read(body(click("take")), ME)

    assert isinstance(pressed, Clicked)
    assert (pressed.action, pressed.value, pressed.user) == ("take", "c_1", KARI)
    assert (pressed.room, pressed.ref, pressed.root) == (ROOM, f"{ROOM}/{TS}", f"{ROOM}/{ROOT}")


@pytest.mark.parametrize(
    "payload",
    [
        click("take", None),
        click("topics", container={"type": "view", "view_id": "V1"}),
        submission("reply", "c_1", words_in_form(None)),
        submission("reply", "c_1", words_in_form(" \u200b ")),
        {"type": "view_closed", "view": {}},
        {"type": "shortcut", "callback_id": "x"},
    ],
)
def test_what_is_not_yet_an_act_is_irrelevant(payload: Json) -> None:
    """An empty form is never said to a youth."""
    assert read(body(payload), ME) == Irrelevant()


def test_a_form_comes_back_with_its_words() -> None:
    """The words a caseworker typed in Svar are what the youth gets, to the letter."""
    said = "<@U1> & *hei*\nså fint"
    sent = submission("reply", "c_1", words_in_form(said), utebru_accepted_at="1700000500.250000")
    found = read(body(sent), ME)

    assert isinstance(found, Submitted)
    assert (found.form, found.about, found.user, found.text) == ("reply", "c_1", KARI, said)
    assert found.at.isoformat() == "2023-11-14T22:21:40.250000+00:00"


@pytest.mark.parametrize(("chosen", "case"), [("2026-17", "2026-17"), ("skip", None)])
def test_the_end_form_comes_back_with_case_and_topics(chosen: str, case: str | None) -> None:
    """A wrong case files one youth's words under another."""
    options = [{"value": "bolig"}, {"value": "skole"}]
    values = {
        "case": {"case": {"type": "static_select", "selected_option": {"value": chosen}}},
        "topics": {"topics": {"type": "checkboxes", "selected_options": options}},
    }
    found = read(body(submission("end", "c_1|7", values)), ME)

    assert isinstance(found, Submitted)
    assert (found.about, found.case, found.topics) == ("c_1|7", case, ("bolig", "skole"))


def test_a_command_comes_with_its_code() -> None:
    """Without it nobody can be linked, and nobody can answer."""
    found = read(body(command(" koble AB12 ")), ME)

    assert isinstance(found, Command)
    assert (found.user, found.room, found.words) == (KARI, ROOM, "koble AB12")
    assert "AB12" not in repr(found)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        body({"type": "event_callback"}),
        body(event("hei")),
        body(event({"type": "message"})),
        body(event(written("hei", ts="i går"))),
        body(event(written("hei", user=None))),
        body(event(written("hei", ts=None, event_ts=None))),
        body(event(deleted("x"))),
        body(event(edited(None, None))),
        body(click("take", actions=[{"value": "c"}])),
        body(click("take", channel={}, container={})),
        body(submission("", "c", {})),
        body({"command": "/utebru"}),
    ],
)
def test_what_cannot_be_understood_says_so_without_the_words(raw: bytes) -> None:
    """It is set aside for a person; in a log it must say nothing of what it held."""
    with pytest.raises(Unreadable) as caught:
        read(raw, ME)

    assert "hei" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    ("payload", "id_"),
    [
        (event(written("hei")), f"m:T1:C1:{TS}"),
        (event(edited(None, written("hei"))), f"c:T1:C1:{TS}:1700000200.000300"),
        (event(deleted()), f"d:T1:C1:{TS}"),
        (event({"type": "reaction_added"}), "e:Ev1"),
        (click("take"), f"a:1700000400.000500:{KARI}:13.37.trig"),
        (submission("reply", "c", {}), "v:V1:1700000500.abcd"),
        (command("koble X"), "s:13.37.slash"),
    ],
)
def test_what_is_told_twice_is_known_again(payload: Json, id_: str) -> None:
    """Slack tells until it is answered; a youth must not get a reply for each time."""
    assert identity(payload) == id_
    again = payload | ({"event_id": "Ev2"} if "Ev1" not in id_ else {})
    assert identity(again) == id_


@pytest.mark.parametrize("payload", [{}, {"type": "event_callback", "event": 7}, {"type": []}])
def test_what_has_no_id_of_its_own_is_known_by_all_that_it_is(payload: Json) -> None:
    """Poison too is stored once, whole."""
    assert identity(payload) == identity(dict(payload))
    assert identity(payload) != identity(payload | {"more": 1})
