"""
Tables handed out as CSV, so that a spreadsheet opens them right and runs nothing in them.

UTF-8 with a BOM and `;` between cells, as Excel in Norwegian expects. A cell that a spreadsheet
could take for a formula gets an apostrophe first (OWASP, "CSV injection"; ASVS 1.2.10).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.responses import Response

Cell = str | int | None

# Full-width signs too: some spreadsheets fold them. Blanks before the sign do not make it safe.
_FORMULA: Final = re.compile(r"[\t\r\n\0]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_FILE_NAME: Final = re.compile(r"[a-z0-9-]{1,80}\.csv")


def harmless(cell: str) -> str:
    """Give the cell as text that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table in the language that is spoken. Numbers stand bare, the rest is quoted."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([_told(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Hand a table out as a file. `name` is ours: small letters, digits, hyphens and `.csv`."""
    if not _FILE_NAME.fullmatch(name):
        raise ValueError("a file name that is not ours")
    return Response(
        as_csv(header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _told(cell: Cell) -> str | int:
    if isinstance(cell, int):
        return int(cell)
    return harmless(str(cell)) if cell else ""
