"""What must hold when everything has come to rest: read in the record, on the phones, in Slack."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy
from sqlalchemy.engine import make_url

from bots.sandbox.slack.screen import texts_in
from bridge.keyring import FileKeyRing
from docs.verify_export import verify
from tests.crash.cards import ever_stood
from tests.crash.people import REPLY, YOUTHS_WORD, Caseworker, Youth
from tests.crash.steps import asking
from tests.crash.town import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What the case store has, as the team leader's own pages and export tell it."""

    words: Mapping[str, Sequence[str]] = field(repr=False)
    """By conversation, in the order of the page: what youths and caseworkers said."""
    counted: Mapping[str, int]
    times: Counter[str]


async def filed(at: Place) -> Filed:
    async with at.town.browser("turid") as http:
        export = await http.get("/transfers/export")
        verify(export.content)
        events = [json.loads(line)["event"] for line in export.text.splitlines()[1:]]
        kept = [e for e in events if e["kind"] in {"transcript_stored", "contact_stored"}]
        words: dict[str, Sequence[str]] = {}
        for event in kept:
            if event["kind"] == "transcript_stored":
                page = (await http.get(f"/journal/{event['conversation']}")).text
                words[event["conversation"]] = re.findall(r"[YR]\d\d-\d{3}(?:e\d)?", page)
    counted = {e["conversation"]: e["youth"] for e in kept if e["kind"] == "contact_stored"}
    return Filed(words=words, counted=counted, times=Counter(e["conversation"] for e in kept))


def violations(
    at: Place, record: Filed, youths: Sequence[Youth], team: Sequence[Caseworker], sending: int
) -> list[str]:
    """Every promise that does not hold."""
    return [
        *_record(at, record, youths),
        *_phones(at, record, youths, team),
        *_room(at, youths),
        *_verdicts(at),
        *_disk(at, sending),
        *_known(at, youths),
    ]


def _record(at: Place, record: Filed, youths: Sequence[Youth]) -> Iterator[str]:
    for conversation, times in record.times.items():
        if times != 1:
            yield f"{conversation} is in the record {times} times"
    found: dict[int, list[str]] = defaultdict(list)
    for conversation, words in record.words.items():
        if len({word[1:3] for word in words}) > 1:
            yield f"{conversation} holds the words of several youths"
        for word in words:
            if word.startswith("Y"):
                found[int(word[1:3])].append(word)
    whose, counted = _whose(at), Counter[int]()
    for conversation, count in record.counted.items():
        counted[whose.get(conversation, -1)] += count
    for youth in youths:
        yield from _hers(youth, found[youth.number], counted[youth.number])


def _hers(youth: Youth, words: Sequence[str], counted: int) -> Iterator[str]:
    firsts = [word for word in words if "e" not in word]
    twice = len(set(firsts)) != len(firsts)
    if twice or (youth.app.in_order and firsts != sorted(firsts)):
        yield f"what youth {youth.number} said is in the record twice or out of order"
    if set(words) - set(youth.said) - set(youth.edits):
        yield f"youth {youth.number} never said what is in the record"
    edits = [word for word in words if "e" in word]
    if len(set(edits)) != len(edits):
        yield f"an edit of youth {youth.number}'s is in the record twice"
    # A contact counts what was said, not how often it was reworded.
    # Where a yes is words, it is counted too, if the talk that it came in was not kept.
    if not len(youth.said) <= len(firsts) + counted <= len(youth.said) + youth.bare:
        yield (
            f"youth {youth.number} said {len(youth.said)} things:"
            f" {len(firsts)} are filed and {counted} counted"
        )


def _whose(at: Place) -> Mapping[str, int]:
    """Which youth a conversation is with, by what the room has shown of it."""
    aliases: dict[str, int] = {}
    for card in ever_stood(at.sandbox):
        aliases.setdefault(card.alias, card.youth)
    engine = sqlalchemy.create_engine(_sync(at.database_url))
    with engine.connect() as disk:
        rows = disk.execute(
            sqlalchemy.text(
                "SELECT c.id, t.alias FROM conversations c JOIN threads t ON t.id = c.thread"
            )
        ).all()
    engine.dispose()
    return {row.id: aliases[row.alias] for row in rows if row.alias in aliases}


def _sync(url: str) -> str:
    return make_url(url).set(
        drivername="sqlite" if url.startswith("sqlite") else "postgresql+psycopg"
    ).render_as_string(hide_password=False)  # fmt: skip


def _room(at: Place, youths: Sequence[Youth]) -> Iterator[str]:
    threads: dict[str, set[int]] = defaultdict(set)
    aliases: dict[str, set[int]] = defaultdict(set)
    for card in ever_stood(at.sandbox):
        threads[card.thread].add(card.youth)
        aliases[card.alias].add(card.youth)
    if any(len(numbers) > 1 for numbers in (*threads.values(), *aliases.values())):
        yield "the words of two youths have met in one room thread"
    posted = Counter(
        word[0]
        for payload in at.sandbox.slack.delivery.sent
        if payload["event"].get("type") == "message" and "bot_id" in payload["event"]
        if not payload["event"].get("subtype")
        for word in YOUTHS_WORD.finditer("\n".join(texts_in(payload["event"].get("blocks", []))))
    )
    said = {word for youth in youths for word in (*youth.said, *youth.edits)}
    for word in sorted(said):
        if posted[word] != 1:
            yield f"{word} was shown to the team {posted[word]} times"
    room = at.sandbox.slack.room(at.sandbox.room, at.sandbox.turid)
    left = [seen for seen in room if YOUTHS_WORD.search(seen.words) or "samtykke:" in seen.words]
    if left:
        yield f"{len(left)} messages of forgotten conversations stand in the room"


def _phones(
    at: Place, record: Filed, youths: Sequence[Youth], team: Sequence[Caseworker]
) -> Iterator[str]:
    heard: Counter[str] = Counter()
    for youth in youths:
        for text in youth.app.heard():
            for reply in REPLY.finditer(text):
                heard[reply[0]] += 1
                if int(reply[1]) != youth.number:
                    yield f"{reply[0]} went to somebody else"
    meant = team[0].sent
    for word, times in heard.items():
        if times > max(1, meant[word]):
            yield f"{word} was said {times} times, and meant to be said {meant[word]}"
    in_record = {word for words in record.words.values() for word in words}
    journaled = {int(word[1:3]) for word in in_record}
    counted = {_whose(at).get(conversation) for conversation in record.counted}
    for word in heard.keys() - in_record:
        if int(word[1:3]) in journaled - counted:
            yield f"{word} was said to a youth and is not in the record"


SAID_TO_BE_AWAY: Final = "('gone', 'recoverable', 'ticked')"

MAY_BE_SAID: Final[Mapping[str, str]] = {
    "telegram": "('gone', 'left_with_youth', 'too_late', 'unknown')",
    "messenger": "('out_of_reach', 'left_with_youth', 'unknown')",
    "instagram": "('out_of_reach', 'left_with_youth', 'unknown')",
    "whatsapp": "('out_of_reach', 'left_with_youth', 'unknown')",
    "outlook": "('recoverable', 'unknown')",
    "snapchat": "('ticked')",
}
"""What may be known of a copy there when everything is over; one without a name may wait on."""


def _verdicts(at: Place) -> Iterator[str]:
    with asking(at.database_url) as ask:
        for place, allowed in MAY_BE_SAID.items():
            untrue = ask(
                f"SELECT count(*) FROM copies WHERE place = '{place}' AND"  # noqa: S608  (ours)
                f" verdict NOT IN {allowed} AND NOT (verdict = 'pending' AND ref_mark IS NULL)"
            )
            if untrue:
                yield f"{untrue} copies at {place} have a verdict that cannot be true there"


def _disk(at: Place, sending: int) -> Iterator[str]:
    with asking(at.database_url) as ask:
        for left in ("entries", "documents", "attachments"):
            if count := ask(f"SELECT count(*) FROM {left}"):  # noqa: S608  (names of ours)
                yield f"{count} rows of {left} are left"
        if count := ask("SELECT count(*) FROM data_keys d JOIN conversations c ON c.id = d.owner"):
            yield f"{count} keys of forgotten conversations are left"
        if count := ask("SELECT count(*) FROM inbox WHERE state = 'aside'"):
            yield f"{count} events were set aside"
        doubtful = ask("SELECT count(*) FROM deliveries WHERE state IN ('uncertain', 'left')")
        if doubtful > sending:
            yield f"{doubtful} are uncertain, and only {sending} were being sent at kills"


def _known(at: Place, youths: Sequence[Youth]) -> Iterator[str]:
    """Every message at a platform has a row, though a row of ours may not yet know which."""
    ring = FileKeyRing.open(at.served.place / "keys" / "keyring.json",
                            data_dir=at.served.place / "data")  # fmt: skip
    with asking(at.database_url) as ask:
        nameless = ask("SELECT count(*) FROM copies WHERE place NOT LIKE 'slack%'"
                       " AND whose = 'bot' AND ref_mark IS NULL")  # fmt: skip
        unknown = 0
        for message, hers in (each for youth in youths for each in youth.app.stands()):
            [mark] = ring.fingerprints([f"ref\0{message}"])
            of_it = f"FROM copies WHERE ref_mark = '{mark}'"
            if ask(f"SELECT count(*) {of_it} AND verdict IN {SAID_TO_BE_AWAY}"):
                yield "a message that is said to be away stands at the platform"
            if not ask(f"SELECT count(*) {of_it}"):
                unknown += 1
                if hers:
                    yield "a message of a youth's stands at the platform without a copy row"
    if unknown > nameless:
        yield f"{unknown} messages of ours at the platform have no copy row, {nameless} may be"
