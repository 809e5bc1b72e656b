"""What the bot says and does without being asked: numbers, hours, the consent question."""

from dataclasses import replace

from bridge.domain.ageing import Alert
from bridge.domain.cards import Alarm
from bridge.domain.consent import may_ask
from bridge.domain.messages import Entry
from bridge.relay.desk import Desk
from bridge.relay.waiting import stuck


async def crisis_numbers(desk: Desk, entry: Entry) -> None:
    """The numbers first, at any hour; a person is called; nothing is asked."""
    desk.thread = replace(desk.thread, crisis_until=desk.now + desk.practice.crisis_hold)
    await desk.say("crisis", urgent=True)
    await desk.tx.outbox.add(
        desk.errands.alarm(Alarm.CRISIS, alias=desk.thread.alias, conversation=entry.conversation)
    )
    conversation = await desk.tx.threads.conversation(entry.conversation)
    if Alert.CRISIS not in conversation.warned:
        conversation = replace(conversation, warned=(*conversation.warned, Alert.CRISIS.value))
        await desk.tx.threads.amend(conversation)
        told = stuck(conversation, desk.thread.alias, Alert.CRISIS, desk.errands, over=False)
        await desk.record(f"stuck/crisis-{conversation.id}", told)


async def out_of_hours(desk: Desk) -> None:
    if desk.practice.hours.is_open(desk.now):
        return
    conversation = await desk.conversation()
    today = f"closed@{desk.now.astimezone(desk.practice.hours.zone).date()}"
    if today not in conversation.warned:
        await desk.tx.threads.amend(replace(conversation, warned=(*conversation.warned, today)))
        await desk.say("closed")


async def ask_if_due(desk: Desk) -> None:
    held = desk.thread.crisis_until is not None and desk.now < desk.thread.crisis_until
    if not held and may_ask(
        desk.thread.standing, cooling_until=desk.thread.cooling_until, now=desk.now
    ):
        await desk.ask_consent()
