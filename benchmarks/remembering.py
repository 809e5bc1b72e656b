"""
A Slack that can be asked what has been posted, as the real one can.

Whoever finds a post in doubt looks for it before it is made again (Slack, conversations.replies
and conversations.history with `include_all_metadata`); one that forgets would see doubles.
"""

import json
from typing import Any

from typing_extensions import override

from benchmarks import bodies
from benchmarks.standins import Slack


class RememberingSlack(Slack):
    def __init__(self) -> None:
        super().__init__()
        self._threads: dict[str, list[dict[str, Any]]] = {}
        self._heads: list[dict[str, Any]] = []

    @property
    def talks(self) -> list[str]:
        """The roots of threads in which something has been said."""
        return [root for root, posts in self._threads.items() if len(posts) > 1]

    @override
    def answer(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "chat.postMessage":
                return self._kept(super().answer(method, told), told)
            case "conversations.replies":
                return _listed(self._threads.get(str(told.get("ts")), []))
            case "conversations.history":
                return _listed(self._heads[::-1])
            case _:
                return super().answer(method, told)

    def _kept(self, answer: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        root, ts = str(told.get("thread_ts") or ""), str(answer["ts"])
        metadata = told.get("metadata") or "{}"
        post = {
            "type": "message",
            "ts": ts,
            "text": "",
            "user": bodies.BOT,
            "bot_id": "B0BOT",
            "metadata": json.loads(metadata) if isinstance(metadata, str) else metadata,
        }
        if root:
            self._threads.setdefault(root, []).append({**post, "thread_ts": root})
        else:
            self._heads.append(post)
            self._threads.setdefault(ts, []).append(post)
        return answer


def _listed(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"ok": True, "messages": messages, "has_more": False, "response_metadata": {}}
