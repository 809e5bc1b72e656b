"""Cards with a youth's words, as Slack has told of them: also of those that were wiped since."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bots.sandbox.slack.screen import texts_in
from bots.sandbox.world import Sandbox
from tests.crash.people import YOUTHS_WORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """One message of a post: where, and what who wrote it is called."""

    thread: str
    alias: str
    youth: int


def ever_stood(sandbox: Sandbox) -> Iterator[Stood]:
    for payload in sandbox.slack.delivery.sent:
        event = payload["event"]
        if event.get("type") != "message" or event.get("subtype") or "bot_id" not in event:
            continue
        text = "\n".join(texts_in(event.get("blocks", [])))
        alias = re.match(r"\*([^*]+)\*", text)
        if alias:
            for word in YOUTHS_WORD.finditer(text):
                yield Stood(thread=event.get("thread_ts", ""), alias=alias[1], youth=int(word[1]))
