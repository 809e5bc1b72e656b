"""«Statistikk»: the contact register in numbers, as a page and as CSV."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from casestore.access.asking import StatisticsRead
from casestore.contacts.counting import (
    CHANNEL_SAID,
    KIND_SAID,
    TOPIC_SAID,
    Counted,
    Statistics,
    statistics,
)
from casestore.contacts.held_back import Crossed, crossed
from casestore.contacts.periods import Period, usual
from casestore.edge import ReadingNow
from casestore.exporting import Cell, csv_response
from casestore.routing import Late
from casestore.templating import language_of, page
from casestore.texts.phrases import _
from casestore.texts.speaking import speaking
from casestore.times import day_of
from casestore.transfers.phrases import said

router = APIRouter(route_class=Late)

HEADER = (_("Tabell"), _("Rad"), _("Kolonne"), _("Antall"), _("Minutter"))


@router.get("/statistics")
async def statistics_page(
    request: Request, who: StatisticsRead, reading: ReadingNow
) -> HTMLResponse:
    """Show the numbers of a period."""
    today = day_of(reading.now)
    told = await statistics(reading, who.team, Period.asked(request.query_params, today))
    return page(
        request,
        "statistics.html",
        who=who,
        told=told,
        simple=simple_tables(told),
        cross=cross_tables(told),
        usual=usual(today),
    )


@router.get("/statistics.csv")
async def statistics_csv(request: Request, who: StatisticsRead, reading: ReadingNow) -> Response:
    """Hand out the same numbers, with the same held back."""
    period = Period.asked(request.query_params, day_of(reading.now))
    told = await statistics(reading, who.team, period)
    name = f"utebru-statistikk-{period.since}-{period.until}.csv"
    with speaking(language_of(request)):
        return csv_response(name, HEADER, _rows(told))


def simple_tables(told: Statistics) -> list[tuple[str, list[tuple[str, Counted]]]]:
    """Give the tables of one dimension: title, and label with numbers."""
    return [
        (_("Over tid"), list(told.by_part.items())),
        (_("Slag kontakt"), [(said(KIND_SAID, k), v) for k, v in told.by_kind.items()]),
        (_("Kanal"), [(said(CHANNEL_SAID, k), v) for k, v in told.by_channel.items()]),
        (_("Tema"), [(said(TOPIC_SAID, k), v) for k, v in told.by_topic.items()]),
    ]


def cross_tables(told: Statistics) -> list[tuple[str, Crossed]]:
    """Give the cross tables in words; none when the period is not whole months."""
    if not told.period.whole_months:
        return []
    made = (
        (_("Tema og slag kontakt"), told.by_topic_and_kind, told.by_kind, KIND_SAID),
        (_("Tema og kanal"), told.by_topic_and_channel, told.by_channel, CHANNEL_SAID),
    )
    tables = []
    for title, counts, columns, words in made:
        table = crossed(counts, rows=told.by_topic, columns=columns)
        if table is not None and table.rows:
            in_words = Crossed(
                columns=[said(words, column) for column in table.columns],
                rows=[(said(TOPIC_SAID, row), cells) for row, cells in table.rows],
            )
            tables.append((title, in_words))
    return tables


def _rows(told: Statistics) -> Iterator[tuple[Cell, ...]]:
    yield (_("I alt"), told.period.said, "", told.total.count, told.total.minutes)
    for title, lines in simple_tables(told):
        for label, counted in lines:
            yield (title, label, "", counted.count, counted.minutes)
    for title, table in cross_tables(told):
        for row, cells in table.rows:
            for column, cell in zip(table.columns, cells, strict=True):
                yield (title, row, column, int(cell) if cell.isdecimal() else cell, "")
