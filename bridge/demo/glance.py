"""
The team leader's log at a glance, for the third pane: read from the case store's own page.

Whoever shows it sees what the team leader sees, no more; the bridge's database and the case
store's are not looked into.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

import httpx
from typing_extensions import override

STATES: Final[Mapping[str, str]] = {"wiped": "ok", "mismatch": "alarm", "refused": "alarm"}
"""By the page's own code; whatever else it says is on its way."""
NOBODY_ANSWERS: Final = {
    "title": "Journalsystemet svarer ikke",
    "detail": "Ingenting går tapt: det som er avsluttet, venter kryptert hos broen.",
    "state": "alarm",
    "lines": [],
}


@dataclass(slots=True)
class Cell:
    """One cell of the table: its lines, the large before the small."""

    lines: list[str] = field(default_factory=lambda: [""], repr=False)
    codes: list[str] = field(default_factory=list)

    @property
    def said(self) -> Sequence[str]:
        return [line for line in (" ".join(each.split()) for each in self.lines) if line]


class Table(HTMLParser):
    """The rows of the page's one table, each a list of cells."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[Cell]] = []
        self._cell: Cell | None = None
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self._cell = Cell()
            self.rows[-1].append(self._cell)
        elif self._cell is not None:
            if tag in {"small", "li"}:
                self._cell.lines.append("")
            classes = (dict(attrs).get("class") or "").split()
            self._cell.codes += [name[2:] for name in classes if name.startswith("s-")]

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._cell = None
        elif tag == "small" and self._cell is not None:
            self._cell.lines.append("")

    @override
    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.lines[-1] += data


def rows_of(page: str) -> list[dict[str, Any]]:
    """What the pane shows for each transfer on the page."""
    return [_row(*cells) for cells in Table(page).rows if len(cells) == 8 and cells[5].codes]


def _row(
    when: Cell, alias: Cell, who: Cell, consent: Cell, amount: Cell, status: Cell,
    copies: Cell, _: Cell,
) -> dict[str, Any]:  # fmt: skip
    at = re.search(r"\d\d:\d\d", " ".join(when.said))
    state = STATES.get(status.codes[0], "waiting")
    worries = status.said[1:]
    return {
        "at": at[0] if at else "",
        "title": alias.said[0],
        "detail": status.said[0],
        "state": "alarm" if worries else state,
        "lines": [
            *worries,
            f"Samtykke: {consent.said[0].lower()} · {' '.join(amount.said)}",
            f"Saksbehandler: {' '.join(who.said)}",
            *copies.said,
        ],
    }


class Glance:
    """Looks as often as asked, as somebody who is logged in; shows the last it saw."""

    def __init__(self, url: str, *, login: str, password: str) -> None:
        self._who = {"login": login, "password": password}
        self._http = httpx.AsyncClient(base_url=url, headers={"Origin": url})
        self._rows: list[dict[str, Any]] = []

    async def rows(self) -> list[dict[str, Any]]:
        try:
            page = await self._page()
        except httpx.HTTPError:
            return [NOBODY_ANSWERS, *self._rows]
        if page is not None:
            self._rows = rows_of(page)
        return self._rows

    async def _page(self) -> str | None:
        """The part of the page that refreshes itself; None until somebody can log in."""
        answer = await self._http.get("/transfers/rows")
        if answer.status_code != 200:
            await self._http.post("/login", data=self._who)
            answer = await self._http.get("/transfers/rows")
        return answer.text if answer.status_code == 200 else None

    async def close(self) -> None:
        await self._http.aclose()
