"""Every cell of every table, removed or altered, turns some test red; and no table is left out."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from bridge import domain
from tests.domain import (
    test_ageing,
    test_carried,
    test_consent,
    test_copies,
    test_delivery,
    test_farewell,
    test_joining,
    test_late,
    test_lifecycle,
    test_phrases,
    test_safety,
    test_speech,
    test_transcript,
    test_windows,
    test_words,
)
from tests.domain.cells import Spoilable

TABLES: list[Spoilable] = [
    *test_ageing.CELLS,
    *test_carried.CELLS,
    *test_consent.CELLS,
    *test_copies.CELLS,
    *test_delivery.CELLS,
    *test_farewell.CELLS,
    *test_joining.CELLS,
    *test_late.CELLS,
    *test_lifecycle.CELLS,
    *test_phrases.CELLS,
    *test_safety.CELLS,
    *test_speech.CELLS,
    *test_transcript.CELLS,
    *test_windows.CELLS,
    *test_words.CELLS,
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_cell_matters(table: Spoilable) -> None:
    """A cell nobody tests is a rule nobody keeps."""
    assert table.unnoticed() == []


def test_no_table_is_left_out() -> None:
    """A table written tomorrow is tried in the same way, or this says so."""
    names = [table.name for table in TABLES]

    assert sorted(names) == sorted(_tables_in_the_domain())


def _tables_in_the_domain() -> Iterator[str]:
    chance = {"aliases._COMMON", "aliases._GENDERED", "aliases._NEUTER"}  # drawn from, not ruled by
    for found in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if not name.lstrip("_").isupper() or not isinstance(value, dict | frozenset | tuple):
                continue
            full = f"{found.name.removeprefix(f'{domain.__name__}.')}.{name}"
            if full not in chance:
                yield full
