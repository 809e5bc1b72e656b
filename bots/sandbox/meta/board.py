"""What is said in public under the page's posts, and who may be answered in private for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bots.sandbox.meta import refusals
from bots.sandbox.meta.people import Json, Phone
from bots.sandbox.meta.refusals import Refused

PRIVATE_REPLY: Final = timedelta(days=7)


@dataclass(slots=True, kw_only=True)
class Comment:
    """`who` is None where the page said it itself."""

    who: Phone | None
    at: datetime
    answered: bool = False


class Board:
    def __init__(
        self, page: str, *, clock: Callable[[], datetime], tell: Callable[[Json], None]
    ) -> None:
        self._page, self._clock, self._tell = page, clock, tell
        self.comments: dict[str, Comment] = {}
        self._count = 0

    def says(self, who: Phone | None, text: str, **more: str) -> str:
        """Whoever it is comments; the app is told («Webhooks for Pages», feed)."""
        self._count += 1
        comment, now = f"{self._page}_122_{self._count}", int(self._clock().timestamp())
        self.comments[comment] = Comment(who=who, at=self._clock())
        sender = {"id": self._page, "name": "Utekontakten"}
        if who is not None:
            # Known in public by an id that is not the one they write from.
            sender = {"id": f"9{who.id}", "name": who.name}
        value = {"item": "comment", "verb": "add", "comment_id": comment, "from": sender,
                 "post_id": f"{self._page}_122", "parent_id": f"{self._page}_122",
                 "created_time": now, "message": text, **more}  # fmt: skip
        change = {"field": "feed", "value": value}
        self._tell({"id": self._page, "time": now, "changes": [change]})
        return comment

    def answered(self, which: str) -> Phone:
        """«Private Replies»: one for each, within seven days, to nobody's page."""
        comment = self.comments.get(which)
        if comment is None or comment.who is None:
            raise Refused(refusals.NOBODY)
        if comment.answered:
            raise Refused(refusals.ALREADY_REPLIED)
        if self._clock() - comment.at >= PRIVATE_REPLY:
            raise Refused(refusals.OUTSIDE)
        comment.answered = True
        return comment.who
