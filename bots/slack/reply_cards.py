"""How a reply is doing, with what can be done about it: a cell for every state."""

from bots.slack import texts
from bots.slack.blocks import Block, actions, button, escaped, person, section, words
from bots.slack.look import Look, Rendered
from bridge.domain.cards import ReplyCard
from bridge.domain.delivery import State


def reply(card: ReplyCard, look: Look) -> Rendered:
    said = [] if card.text is None else words(card.text)
    by = f"{person(card.author)}: " if card.author and person(card.author)[0] == "<" else ""
    return Rendered(
        text=texts.NEWS.format(alias=escaped(card.alias)),
        blocks=[*said, section(_where(by + status(card, look), card)), *actions(*_buttons(card))],
    )


def _where(said: str, card: ReplyCard) -> str:
    if card.on is None:
        return said
    return texts.ON.format(line=said, channel=escaped(texts.CHANNEL.get(card.on, card.on)))


def status(card: ReplyCard, look: Look) -> str:
    if card.carry is not None and (told := _carried(card, card.carry)) is not None:
        return told
    match card.state:
        case State.QUEUED if card.until is None:
            return texts.QUEUED
        case State.QUEUED if card.until is not None:
            at = card.until.astimezone(look.zone).strftime("%H:%M:%S")
            return texts.STATE[card.state].format(at=at)
        case State.HELD:
            return texts.STATE[card.state].format(wait=card.wait)
        case State.ASKED if card.late:
            return texts.LATE
        case State.WITHDRAWN if card.late:
            return texts.LATE_LEFT
        case State.FAILED:
            why = texts.NO_REASON if card.reason is None else texts.REASON[card.reason]
            return texts.STATE[card.state].format(reason=why)
    return texts.STATE[card.state]


def _carried(card: ReplyCard, channel: str) -> str | None:
    """Where a person carries it; None where that makes no difference."""
    where = escaped(texts.CHANNEL.get(channel, channel))
    match card.state:
        case State.HELD | State.QUEUED | State.SENDING:
            return texts.READIED.format(channel=where)
        case State.HANDED:
            return texts.STATE[card.state].format(channel=where)
        case State.WITHDRAWN if not card.late:
            return texts.UNDONE_BY_HAND
        case State.SENT if card.carried_by is not None:
            return texts.CARRIED_BY.format(channel=where, user=person(card.carried_by))
    return None


def _buttons(card: ReplyCard) -> list[Block]:
    match card.state:
        case State.HELD | State.QUEUED:
            return [button("undo", card.delivery)]
        case State.ASKED:
            now = button("again", card.delivery, label=texts.SEND_NOW, style="primary")
            return [now, button("leave", card.delivery)]
        case State.HANDED:
            sent = button("carried", card.delivery, style="primary")
            return [sent, button("not_carried", card.delivery), button("undo", card.delivery)]
        case State.UNCERTAIN:
            return [button("again", card.delivery), button("leave", card.delivery)]
        case State.FAILED if card.carry is not None:
            after_all = button("carried", card.delivery, label=texts.CARRIED_AFTER_ALL)
            return [button("again", card.delivery, label=texts.CARRY_AGAIN), after_all]
        case State.FAILED:
            return [button("again", card.delivery)]
        case State.SENT | State.DELIVERED | State.READ:
            return [button("keep", card.delivery, label=texts.KEPT if card.kept else None)]
        case State.SENDING | State.WITHDRAWN | State.LEFT:
            return []
