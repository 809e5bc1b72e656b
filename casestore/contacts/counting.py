"""
Statistics of the contact register, added up by the database from the sums of each day.

They survive every deletion, and may: the register never held personal data. A row says that
there was contact, in which hour, about which topics, and nothing of with whom, so there is
nobody whose right to be forgotten it could touch. What several small numbers together could
tell in a small town is held back (`casestore.contacts.held_back`).
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, func, select

from casestore.contacts.periods import Period
from casestore.contacts.rules import CHANNELS, KINDS, MESSAGE, TOPICS
from casestore.contacts.tables import ContactSum
from casestore.edge import Reading
from casestore.texts.phrases import _
from casestore.transfers import phrases

NO_TOPIC = "none"
KIND_SAID: Mapping[str, str] = {**dict(KINDS), MESSAGE: _("Melding")}
CHANNEL_SAID: Mapping[str, str] = {**dict(phrases.CHANNEL), **dict(CHANNELS)}
TOPIC_SAID: Mapping[str, str] = {**dict(TOPICS), NO_TOPIC: _("Uten tema")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many contacts, and how many minutes they took together."""

    count: int = 0
    minutes: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(count=self.count + other.count, minutes=self.minutes + other.minutes)


NONE = Counted()
By = Mapping[str, Counted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """
    The contacts of a team in a period. A contact with two topics counts under both.

    `crossed` is topic by kind, and topic by channel: codes to counts, before anything is held back.
    """

    period: Period
    total: Counted
    by_part: Mapping[str, Counted]
    by_kind: By
    by_channel: By
    by_topic: By
    by_topic_and_kind: Mapping[tuple[str, str], int] = field(repr=False)
    by_topic_and_channel: Mapping[tuple[str, str], int] = field(repr=False)


async def statistics(reading: Reading, team: str, period: Period) -> Statistics:
    """Count the contacts of a team in a period."""
    kinds, channels, topics = _empty(), _empty(), _empty()
    topic_kind: dict[tuple[str, str], int] = defaultdict(int)
    topic_channel: dict[tuple[str, str], int] = defaultdict(int)
    total = NONE
    grouped = await reading.session.execute(
        select(ContactSum.kind, ContactSum.channel, ContactSum.topics, *_added_up())
        .where(_within(team, period))
        .group_by(ContactSum.kind, ContactSum.channel, ContactSum.topics)
    )
    for kind, channel, told, count, minutes in grouped:
        counted = Counted(count=int(count), minutes=int(minutes))
        total += counted
        kinds[kind] += counted
        channels[channel] += counted
        for topic in set(json.loads(told)) or {NO_TOPIC}:
            topics[topic] += counted
            topic_kind[topic, kind] += counted.count
            topic_channel[topic, channel] += counted.count
    return Statistics(
        period=period,
        total=total,
        by_part=await _by_part(reading, team, period),
        by_kind=_in_order(kinds, KIND_SAID),
        by_channel=_in_order(channels, CHANNEL_SAID),
        by_topic=_in_order(topics, TOPIC_SAID),
        by_topic_and_kind=topic_kind,
        by_topic_and_channel=topic_channel,
    )


async def _by_part(reading: Reading, team: str, period: Period) -> Mapping[str, Counted]:
    parts = period.parts()
    which = case(
        *((ContactSum.day <= part.period.until, n) for n, part in enumerate(parts)),
        else_=len(parts),
    )
    rows = await reading.session.execute(
        select(which.label("part"), *_added_up()).where(_within(team, period)).group_by("part")
    )
    counted = {n: Counted(count=int(count), minutes=int(minutes)) for n, count, minutes in rows}
    return {part.label: counted.get(n, NONE) for n, part in enumerate(parts)}


def _within(team: str, period: Period) -> ColumnElement[bool]:
    return and_(
        ContactSum.team == team,
        ContactSum.day >= period.since,
        ContactSum.day <= period.until,
    )


def _added_up() -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.sum(ContactSum.count), func.sum(ContactSum.minutes)


def _empty() -> defaultdict[str, Counted]:
    return defaultdict(Counted)


def _in_order(found: By, words: Mapping[str, str]) -> By:
    """Put what was found in the order of the lists, and codes nobody has words for last."""
    known = [code for code in words if code in found]
    return {code: found[code] for code in (*known, *sorted(set(found) - set(words)))}
