"""
Ten thousand posts, most of them slips, against the promise as product.md states it.

The oracle is written from the promise alone. It knows the pieces each post was put
together from, and never looks at the payload.
"""

from collections import Counter
from dataclasses import dataclass
from random import Random

from bots.slack.convert import read
from bridge.domain.speech import Changed, Intent, Irrelevant, Mention, Post, intent
from tests.bots.slack.payloads import (
    AT_BOT,
    KARI,
    ME,
    OLA,
    Json,
    body,
    edited,
    event,
    quoted,
    rich,
    written,
)

BEFORE = [*[""] * 16, " ", "\n", "hei ", "<@U9> ", "*", "`", "_", ":wave: ", "fyi ", "&gt; ",
          "&gt;", "hun sa:\n&gt; ", "• ", "<!here> ", "(", "cc "]  # fmt: skip
MENTION = [*[AT_BOT] * 8, f"<@{ME.user}|utebru>", "", "", "<@U9>", "@utebru",
           "&lt;@U0BOT&gt;", "<@U0BOTS>", "U0BOT"]  # fmt: skip
AFTER = ["", " ", " hei, jeg kan møte deg", "\nhei", " ses kl. 14\n&gt; det sa du", ", ok", ": ok",
         " <@U9> kommer også", " 🙂", " \u200b", " a &gt; b"]  # fmt: skip
WAYS = [*["plain"] * 8, "broadcast", "forward", "workflow", "app", "direct",
        "edit", "blockquote", "me", "slackbot"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    before: str
    mention: str
    after: str
    way: str
    live: bool
    linked: bool
    top: bool

    @property
    def text(self) -> str:
        return self.before + self.mention + self.after

    def should_be_sent(self) -> bool:
        """
        «A Slack message that begins with the mention of the bot, in a live conversation's
        thread, by a linked employee, is spoken to the youth. … Broadcasts, forwards, workflow
        or bot posts, DMs, quotes, reactions and mentions added by an edit never send.»
        """
        begins = self.before == "" and self.mention in {AT_BOT, f"<@{ME.user}|utebru>"}
        says_something = self.after.strip(" \n\u200b") != ""
        quotes = "\n&gt; " in self.after or "&gt;" in self.before
        by_hand = self.way == "plain"
        return (
            begins
            and says_something
            and by_hand
            and not quotes
            and self.live
            and self.linked
            and not self.top
        )

    def payload(self) -> Json:
        return event(self._edit() if self.way == "edit" else self._message())

    def _message(self) -> Json:
        more: dict[str, Json] = {
            "plain": {},
            "broadcast": {"subtype": "thread_broadcast"},
            "forward": {"attachments": [{"is_share": True, "text": AT_BOT}]},
            "workflow": {"subtype": "bot_message", "bot_id": "B9", "user": None},
            "app": {"bot_id": "B9", "app_id": "A9"},
            "direct": {"channel": "D1", "channel_type": "im"},
            "blockquote": {"blocks": rich(quoted("hei"))},
            "me": {"subtype": "me_message"},
            "slackbot": {"user": "USLACKBOT"},
        }
        return written(self.text, thread_ts=None if self.top else "1.0") | more[self.way]

    def _edit(self) -> Json:
        return edited(written(self.before + self.after), written(self.text))


def attempts(seed: int, count: int) -> list[Attempt]:
    chance = Random(seed)
    return [
        Attempt(
            before=chance.choice(BEFORE),
            mention=chance.choice(MENTION),
            after=chance.choice(AFTER),
            way=chance.choice(WAYS),
            live=chance.random() < 0.8,
            linked=chance.random() < 0.8,
            top=chance.random() < 0.1,
        )
        for _ in range(count)
    ]


def test_of_ten_thousand_posts_only_those_meant_for_the_youth_are_sent() -> None:
    """A single slip: a youth reads what the team says about them."""
    counted: Counter[str] = Counter()

    for attempt in attempts(seed=20261123, count=10_000):
        found = read(body(attempt.payload()), ME)
        # An edit speaks to nobody by itself: it is carried over only where it changes a reply.
        post = found if isinstance(found, Post) else None
        live = attempt.live and post is not None and post.root is not None
        sent = post is not None and intent(post, live=live, linked=attempt.linked) is Intent.SPEAK
        assert sent is attempt.should_be_sent(), attempt
        counted["sent" if sent else "kept"] += 1
        counted[attempt.way] += 1

    assert counted["sent"] > 200
    assert counted["kept"] > 9_000
    assert min(counted[way] for way in set(WAYS)) > 300


def test_whoever_meant_to_reply_and_slipped_is_told() -> None:
    """Silence would let a caseworker believe that a youth has been answered."""
    told = 0

    for attempt in attempts(seed=7, count=5_000):
        meant = attempt.before in {"", " ", "hei "} and attempt.mention == AT_BOT
        if not meant or attempt.way not in {"plain", "broadcast", "direct"}:
            continue
        if "\n&gt; " in attempt.after and attempt.before:
            continue  # a quotation with the mention in its midst is talk about a post
        found = read(body(attempt.payload()), ME)
        assert isinstance(found, Post)
        assert intent(found, live=attempt.live, linked=attempt.linked) is not Intent.NOTE, attempt
        told += 1

    assert told > 500


def test_an_edit_never_speaks_by_itself() -> None:
    """What was a note when it was posted stays with the team."""
    for attempt in attempts(seed=8, count=5_000):
        if attempt.way == "edit":
            found = read(body(attempt.payload()), ME)
            assert isinstance(found, Changed | Irrelevant)
            if isinstance(found, Changed) and found.post.mention is not Mention.NONE:
                assert intent(found.post, live=True, linked=True) is not Intent.SPEAK


def test_the_attempts_are_by_people_and_not_by_us() -> None:
    """If they were taken for the bot's own, the ten thousand would prove nothing."""
    authors = {
        found.user
        for attempt in attempts(seed=9, count=1_000)
        if isinstance(found := read(body(attempt.payload()), ME), Post)
    }

    assert KARI in authors
    assert OLA not in authors
