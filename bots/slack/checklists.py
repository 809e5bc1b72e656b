"""What is to be erased by hand: a line for each copy, with its time and whose it is, no words."""

from bots.slack import texts
from bots.slack.blocks import Block, actions, button, escaped, section
from bots.slack.look import Look, Rendered
from bridge.domain.cards import ChecklistCard, Errand


def checklist(card: ChecklistCard, look: Look) -> Rendered:
    channel, alias = escaped(texts.CHANNEL.get(card.channel, card.channel)), escaped(card.alias)
    if not card.left:
        done = texts.CHECKLIST_DONE.format(channel=channel, alias=alias, done=card.done)
        return Rendered(text=texts.ALARM, blocks=[section(done)])
    blocks: list[Block] = [section(texts.CHECKLIST.format(channel=channel, alias=alias))]
    blocks += [_line(each, card, look) for each in card.left]
    if card.more or card.done:
        blocks.append(section(texts.CHECKLIST_REST.format(more=card.more, done=card.done)))
    all_of_it = button("tick_all", f"{card.conversation}|*")
    return Rendered(text=texts.ALARM, blocks=[*blocks, *actions(all_of_it)])


def _line(each: Errand, card: ChecklistCard, look: Look) -> Block:
    when = texts.SOME_TIME if each.at is None else look.moment(each.at)
    said = texts.CHECKLIST_LINE.format(whose=texts.WHOSE[each.whose], when=when)
    return section(said) | {"accessory": button("tick", f"{card.conversation}|{each.copy}")}
