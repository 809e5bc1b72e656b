"""
Cards as Slack messages. Pure.

What stands on a lock screen never holds words. Buttons carry ids and nothing else, and
vanish when there is nothing more to do.
"""

from collections import defaultdict
from collections.abc import Mapping

from bots.slack import texts
from bots.slack.blocks import (
    Block,
    actions,
    aside,
    button,
    context,
    escaped,
    header,
    literally,
    person,
    section,
)
from bots.slack.blocks import words as literal
from bots.slack.checklists import checklist
from bots.slack.look import Look, Rendered
from bots.slack.payload import moment, split
from bots.slack.reply_cards import reply
from bridge.domain.cards import (
    AlarmCard,
    Card,
    ChecklistCard,
    Note,
    Notice,
    NoticeCard,
    ReplyCard,
    RootCard,
    SeveralCard,
    WordsCard,
)
from bridge.domain.consent import Standing
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import REACTION, Kind
from bridge.domain.windows import Window
from bridge.ports import Unreadable

ON_NOTICE: Mapping[Notice, str] = {Notice.CLOSING: "postpone", Notice.UNANSWERED: "dismiss"}


def render(card: Card, look: Look) -> Rendered:
    match card:
        case RootCard():
            return _root(card, look)
        case WordsCard():
            return _words(card, look)
        case SeveralCard():
            return _several(card, look)
        case ReplyCard():
            return reply(card, look)
        case NoticeCard():
            return _notice(card, look)
        case AlarmCard():
            return _alarm(card, look)
        case ChecklistCard():
            return checklist(card, look)


def note(said: Note) -> str:
    return texts.NOTE[said]


def _root(card: RootCard, look: Look) -> Rendered:
    channel = _named(card.channel)
    asked = texts.STANDING[card.standing]
    return Rendered(
        text=texts.NEW_WORDS.format(alias=escaped(card.alias)),
        blocks=[
            header(f"{card.alias} · {channel} · samtykke: {asked}"),
            *(section(line) for line in _status(card, look)),
            *actions(*_to_do(card)),
            *_more(card),
        ],
    )


def _status(card: RootCard, look: Look) -> list[str]:
    owned = card.stage is Stage.OPEN and card.owner is not None
    lines = [
        texts.OWNED.format(owner=person(card.owner or "")) if owned else texts.STAGE[card.stage]
    ]
    if card.stage is Stage.OPEN and (card.answer_by is not None or card.window is Window.SHUT):
        at = look.day(card.answer_by) if card.answer_by is not None else ""
        channel = _named(card.channel)
        lines.append(texts.ANSWER_BY[card.window].format(at=at, channel=escaped(channel)))
    if card.private and card.stage is Stage.OPEN:
        lines.append(texts.PRIVATE.format(or_gives=texts.OR_GIVES if card.to_leader else ""))
    if card.others and card.stage is Stage.OPEN:
        lines.append(texts.ANSWERS_GO.format(channel=escaped(_named(card.channel))))
    if card.ending and card.stage is Stage.OPEN:
        lines.append(texts.ENDING)
    if card.waits_since is not None:
        lines.append(texts.WAITS.format(since=look.clock(card.waits_since)))
    if card.left:
        lines.append(texts.LEFT)
    return lines


def _to_do(card: RootCard) -> list[Block]:
    if card.stage is not Stage.OPEN:
        return []
    about = card.conversation
    shown = [button("take", about)] if card.owner is None else []
    shown.append(button("reply", about, style="primary"))
    shown += [
        button("switch", f"{about}|{thread}", label=texts.SWITCH.format(channel=_named(channel)))
        for thread, channel in card.others[:1]
    ]
    if card.standing is not Standing.YES:
        shown.append(button("ask_consent", about))
    if not card.ending:
        shown.append(button("end", about))
    if card.owner is not None:
        shown += [button("postpone", about), button("dismiss", about)]
    if card.private:
        shown.append(button("to_team", about))
        shown += [button("to_leader", about)] if card.to_leader else []
    elif not card.others:
        shown.append(button("join", about))
    return shown


def _more(card: RootCard) -> list[Block]:
    """Slack wants each button of a row to be another: what is alike stands in rows of its own."""
    if card.stage is not Stage.OPEN:
        return []
    rows = [
        button(
            "switch",
            f"{card.conversation}|{thread}",
            label=texts.SWITCH.format(channel=_named(channel)),
        )
        for thread, channel in card.others[1:]
    ]
    return [block for row in rows for block in actions(row)]


def _named(channel: str) -> str:
    return texts.CHANNEL.get(channel, channel)


def _reaction(card: WordsCard, look: Look) -> Rendered:
    """A small line; what the platform calls a reaction is put in as it is."""
    original = texts.EARLIER
    if card.of_at is not None:
        original = texts.ORIGINAL.format(at=look.clock(card.of_at))
    line = texts.REACTED.format(
        alias=card.alias, text=literally(card.text), original=original, at=look.clock(card.at)
    )
    return Rendered(text=texts.NEWS.format(alias=escaped(card.alias)), blocks=[aside(line)])


def _words(card: WordsCard, look: Look) -> Rendered:
    if card.placeholder == REACTION:
        return _reaction(card, look)
    alias = escaped(card.alias)
    blocks = [section(texts.CRISIS)] if card.crisis else []
    blocks.append(context(f"{_speaker(card)} · {look.clock(card.at)}"))
    by = _written_by(card)
    if by is not None and card.kind is not Kind.UNSENT:
        blocks.append(context(texts.REGISTERED_BY.format(user=by)))
    if card.kind is Kind.EDITED:
        blocks.append(context(texts.EDITED.format(original=_original(card.of, look))))
    if card.kind is Kind.UNSENT:
        blocks.append(section(_unsent(card, look)))
    if card.kind is Kind.PLACEHOLDER or card.placeholder is not None:
        blocks.append(section(_not_shown(card.placeholder)))
    if _has_words(card):
        blocks += literal(card.text)
    if by is not None and card.there is None and card.kind in (Kind.SAID, Kind.PLACEHOLDER):
        blocks += actions(button("misplaced", f"{card.conversation}|{card.seq}"))
    news = texts.NEW_WORDS if card.there is None else texts.NEWS
    return Rendered(text=news.format(alias=alias), blocks=blocks)


def _several(card: SeveralCard, look: Look) -> Rendered:
    every = [_words(each, look) for each in card.said]
    return Rendered(text=every[-1].text, blocks=[block for one in every for block in one.blocks])


def _written_by(card: WordsCard) -> str | None:
    if card.written_by is not None:
        return person(card.written_by)
    return None if card.unlinked is None else texts.UNLINKED.format(id=escaped(card.unlinked))


def _speaker(card: WordsCard) -> str:
    if card.there is None:
        said = f"*{escaped(card.alias)}*"
        return (
            said
            if card.on is None
            else texts.ON.format(line=said, channel=escaped(_named(card.on)))
        )
    channel = escaped(_named(card.there))
    return f"*{texts.THERE.format(channel=channel)}*"


def _has_words(card: WordsCard) -> bool:
    if card.kind in (Kind.SAID, Kind.EDITED) and card.placeholder is None:
        return True
    return bool(card.text.strip()) and card.text != f"[{card.placeholder}]"


def _not_shown(placeholder: str | None) -> str:
    kind, unknown = placeholder or "", texts.CANNOT_BE_SHOWN["unknown"]
    if kind in texts.MARKED:
        return texts.MARKED[kind]
    return texts.NOT_SHOWN.format(what=texts.CANNOT_BE_SHOWN.get(kind, unknown))


def _unsent(card: WordsCard, look: Look) -> str:
    if card.of_at is None:
        return texts.UNSENT_EARLIER
    if card.written_by is not None:
        at, user = look.clock(card.of_at), person(card.written_by)
        return texts.MOVED.format(at=at, user=user)
    return texts.UNSENT.format(at=look.clock(card.of_at))


def _original(of: Ref | None, look: Look) -> str:
    if of is None:
        return texts.EARLIER
    try:
        at = moment(split(of)[1])
    except Unreadable:
        return texts.EARLIER
    return look.link(of, texts.ORIGINAL.format(at=look.clock(at)))


def _notice(card: NoticeCard, look: Look) -> Rendered:
    alias = escaped(card.alias)
    said = _filled(texts.NOTICE[card.notice], card.params, look, alias)
    action, about = ON_NOTICE.get(card.notice), card.conversation
    return Rendered(
        text=texts.NEWS.format(alias=alias),
        blocks=[section(said), *(actions(button(action, about)) if action and about else [])],
    )


def _alarm(card: AlarmCard, look: Look) -> Rendered:
    said = _filled(texts.ALARMS[card.alarm], card.params, look, escaped(card.alias or "en ungdom"))
    linked = look.link(card.root, texts.SEE_THREAD) if card.root and look.home else ""
    return Rendered(text=texts.ALARM, blocks=[section(f"{said} {linked}".strip())])


def _filled(text: str, params: Mapping[str, str | int], look: Look, alias: str) -> str:
    shown = {name: look.shown(name, value) for name, value in params.items()}
    return text.format_map(defaultdict(lambda: "–", shown | {"alias": alias}))
