"""The same promises on every other channel: a youth on each, with canaries of her own."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

from bots.sandbox.meta.people import Bubble
from bots.sandbox.outlook.people import Enclosed
from tests.crash.carrying import PICTURE
from tests.crash.more_apps import QUESTION
from tests.residue.scene import Story

ANNA: Final = "Anna"


class Phone(Protocol):
    """Any of Meta's apps."""

    def says(self, text: str) -> str: ...
    def presses(self, title: str) -> str: ...
    @property
    def visible(self) -> Sequence[Bubble]: ...


async def told_elsewhere(story: Story) -> None:
    """One after the other, each until she has been answered."""
    sandbox, c = story.at.sandbox, story.canaries
    numbered = sandbox.whatsapp.youth(c.whatsapp_name)
    numbered.number = c.whatsapp_number
    await _on_meta(story, sandbox.meta.youth("Nora"), c.said_there, c.reply_there)
    await _on_meta(story, numbered, c.whatsapp_said, c.whatsapp_reply)
    on_instagram = sandbox.meta.on_instagram("Oda")
    await _on_meta(story, on_instagram, c.instagram_said, c.instagram_reply)
    taken_back = on_instagram.says(c.instagram_unsent)
    await story.until("what she will regret", lambda: c.instagram_unsent in story.thread_words())
    on_instagram.unsends(taken_back)
    await _by_mail(story)
    await _by_hand(story)


async def _on_meta(story: Story, phone: Phone, said: str, reply: str) -> None:
    phone.says(said)
    await story.until("her words in the room", lambda: said in story.thread_words())
    await story.until("the question on her phone", lambda: any(b.buttons for b in phone.visible))
    phone.presses("Ja")
    story.answers(reply)
    await story.until("the reply on her phone", lambda: any(reply in b.text for b in phone.visible))


async def _by_mail(story: Story) -> None:
    c = story.canaries
    person = story.at.sandbox.outlook.person(c.mail_address, "Anna")
    letter = Enclosed(name=c.mail_file_name, mime="text/plain", body=c.mail_file.encode())
    person.writes(c.mail_said, c.mail_subject, files=(letter,))
    await story.until("the mail in the room", lambda: c.mail_said in story.thread_words())
    await story.until("the question", lambda: any(QUESTION in m.text for m in person.received))
    person.answers("Ja")
    story.answers(c.mail_reply)
    await story.until(
        "the reply in her mail", lambda: any(c.mail_reply in m.text for m in person.received)
    )


async def _by_hand(story: Story) -> None:
    """A screenshot goes with it: it shows a name, and is posted nowhere."""
    c, slack, amir = story.canaries, story.at.sandbox.slack, story.at.sandbox.amir
    await slack.shortcut(amir, "register:snapchat", modal_within=3.0)
    await slack.changes.until(_form_of(story), 10.0)
    picture = slack.puts_in_form(amir, "Snapchat-4711.png", PICTURE + c.snap_picture.encode())
    await slack.submits(
        amir,
        {
            "whose": "Ny ungdom",
            "words": c.snap_said,
            "when": str(int(datetime.now(UTC).timestamp())),
            "pictures": [picture],
        },
    )
    await story.until("what was written down", lambda: c.snap_said in story.thread_words())
    story.answers(c.snap_reply)
    await story.until("the card to carry", lambda: _to_carry(story) is not None)
    await slack.presses(amir, story.at.sandbox.room, _to_carry(story) or "", "carried")


def _form_of(story: Story) -> Callable[[], bool]:
    def is_up() -> bool:
        modal = story.at.sandbox.slack.modal(story.at.sandbox.amir)
        return modal is not None and modal.json.get("callback_id") == "register"

    return is_up


def _to_carry(story: Story) -> str | None:
    sandbox = story.at.sandbox
    thread = sandbox.slack.thread(sandbox.room, story.head().ts, sandbox.amir)
    return next((s.ts for s in thread if any(a == "carried" for a, _ in s.buttons)), None)


async def erased_by_hand(story: Story, *, within: float) -> None:
    """Somebody ticks the list, when there is one."""
    sandbox, until = story.at.sandbox, time.monotonic() + within
    while time.monotonic() < until:
        for seen in sandbox.slack.room(sandbox.room, sandbox.amir):
            if any(action == "tick_all" for action, _ in seen.buttons):
                await sandbox.slack.presses(sandbox.amir, sandbox.room, seen.ts, "tick_all")
                return
        await story.a_moment()
