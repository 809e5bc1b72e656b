"""Snapchat, written down on the case store's own page instead of in Slack."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from casestore.typed import for_form
from tests.contract.workspace_contract import DOT
from tests.support.stage_snapchat import Snapchat

PICTURE: Final = DOT


@dataclass(slots=True, kw_only=True)
class Page:
    """An employee's browser at «Registrer Snap»."""

    snapchat: Snapchat = field(repr=False)
    login: str = "amir"
    _numbers: "count[int]" = field(default_factory=lambda: count(1), repr=False)

    async def sends_in(
        self,
        text: str,
        *,
        its_id: str | None = None,
        alias: str | None = None,
        at: datetime | None = None,
        pictures: Sequence[bytes] = (),
        by: str = "youth",
        **more: str,
    ) -> str:
        """Fill in the form and send it; the id of the registration."""
        self.snapchat.stage.listens_for(text)
        its_id = its_id or f"reg_{self.login}_{next(self._numbers)}"
        said_at = at or self.snapchat.stage.clock.now() - timedelta(minutes=3)
        told = {
            "id": its_id, "whose": "" if alias else "new", "alias": alias or "",
            "said_at": for_form(said_at), "text": text, "by": by,
        } | more  # fmt: skip
        files = [("pictures", (f"IMG_{n}.png", raw, "image/png")) for n, raw in enumerate(pictures)]
        async with self.snapchat.stage.town.browser(self.login) as http:
            token = re.search(
                r'name="form_token" value="(\w+)"', (await http.get("/registrations")).text
            )
            assert token is not None
            told["form_token"] = token[1]
            empty = [("pictures", ("", b"", "application/octet-stream"))]
            answer = await http.post("/registrations", data=told, files=files or empty)
        assert answer.status_code == 303, answer.text
        return its_id

    async def registers(
        self,
        text: str,
        *,
        its_id: str | None = None,
        alias: str | None = None,
        at: datetime | None = None,
        by: str = "youth",
        insists: str = "",
        answers: str = "",
    ) -> str:
        """The same, and time for the bridge to ask for it."""
        its_id = await self.sends_in(
            text, its_id=its_id, alias=alias, at=at, by=by, insists=insists, answers=answers
        )
        await self.is_asked()
        return its_id

    async def is_asked(self) -> None:
        await self.snapchat.stage.minutes(1)

    async def withdraws(self, its_id: str) -> int:
        async with self.snapchat.stage.town.browser(self.login) as http:
            shown = (await http.get(f"/registrations/{its_id}")).text
            token = re.search(r'name="form_token" value="(\w+)"', shown)
            data = {"form_token": token[1] if token else ""}
            return (await http.post(f"/registrations/{its_id}/withdraw", data=data)).status_code

    async def reads(self, its_id: str) -> str:
        """What the page says of one."""
        async with self.snapchat.stage.town.browser(self.login) as http:
            return (await http.get(f"/registrations/{its_id}")).text
