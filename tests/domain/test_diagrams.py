"""The page on the life of a conversation is drawn from the tables that decide it."""

import pytest

from bridge.domain.delivery import MOVES
from bridge.domain.lifecycle import NEXT
from tests.support.pages import ROOT, delivery, drawn, lifecycle, parts_of

PAGE = ROOT / "bridge" / "README.md"


def test_the_page_is_drawn_from_the_tables() -> None:
    """Whoever is on call reads the page, not the code; it must not be yesterday's."""
    page = PAGE.read_text()

    wanted = {"lifecycle", "delivery", "consent", "late", "farewell", "verdicts", "windows"}
    assert parts_of(page) == wanted
    assert page == drawn(page), "draw it anew: python -m tests.support.pages"


@pytest.mark.parametrize(("diagram", "table"), [(lifecycle, NEXT), (delivery, MOVES)])
def test_a_diagram_has_an_arrow_for_every_cell(diagram: object, table: object) -> None:
    """An arrow that is not drawn is a way a conversation can go that nobody knows of."""
    assert callable(diagram)
    assert isinstance(table, dict)
    arrows = [line for line in diagram().splitlines() if "-->" in line and "[*]" not in line]

    assert len(arrows) == len(table)
