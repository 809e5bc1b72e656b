"""Tables handed out: a spreadsheet shows them, and runs nothing in them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casestore.exporting import as_csv, csv_response, harmless

SIGNS = ("=", "+", "-", "@", "\t", "\r")


def read_back(raw: bytes) -> list[list[str]]:
    """Read it as somebody else's reader does."""
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize(
    "cell",
    [
        *(f"{sign}1+1" for sign in SIGNS),
        "=HYPERLINK(A1)",
        " =1+1",
        "\n=1+1",
        "\0=1",
        "\uff1d1+1",
        "@SUM(A1)",
        "-",
    ],
)
def test_what_a_spreadsheet_could_take_for_a_formula_is_text(cell: str) -> None:
    """A youth may choose their own name; it must not run on the team leader's machine."""
    assert harmless(cell) == f"'{cell}"
    assert read_back(as_csv(["Navn"], [[cell]]))[1][0].startswith("'")


@pytest.mark.parametrize("cell", ["Blå rev", "", "<5", "a=b", "1-2", 'Æøå; "x"'])
def test_ordinary_words_are_left_as_they_are(cell: str) -> None:
    """A guard that changes names would make the list useless, and be switched off."""
    assert read_back(as_csv(["Navn"], [[cell, 7, None]]))[1] == [cell, "7", ""]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_no_cell_begins_with_a_sign_and_every_cell_comes_back(rows: list[list[str]]) -> None:
    """Whatever is in the cells, the table has its shape and no cell is a formula."""
    back = read_back(as_csv(["a", "b"], rows))

    assert [len(row) for row in back] == [2] * (len(rows) + 1)
    for row, told in zip(back[1:], rows, strict=True):
        for cell, was in zip(row, told, strict=True):
            assert cell.lstrip()[:1] not in set("=+-@")
            assert cell[:1] not in {"\t", "\r", "\n", "\0"}
            assert cell in {was, f"'{was}"}


def test_the_file_is_as_excel_in_norwegian_expects() -> None:
    """«Blå rev» must not become «BlÃ¥ rev», nor all of a row one cell."""
    answer = csv_response("utebru-x.csv", ["Alias", "Antall"], [["Blå rev", 3]])

    assert bytes(answer.body).startswith(b"\xef\xbb\xbf")
    assert bytes(answer.body).decode("utf-8-sig") == '"Alias";"Antall"\r\n"Blå rev";3\r\n'
    assert answer.headers["content-disposition"] == 'attachment; filename="utebru-x.csv"'
    with pytest.raises(ValueError, match="file name"):
        csv_response('x"; filename="y.csv', ["a"], [])
