"""Calendars as CSV: columns are recognised by their titles, wherever they stand."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from io import StringIO
from typing import Final, NamedTuple

from engine.adapters.calendar.fields import NAMES, ColumnTitle, Role, column_titles, currency_of, impact_of, shortened
from engine.adapters.calendar.found import Found
from engine.adapters.calendar.times import (
    DateOrder,
    UnreadableTime,
    calendar_time,
    is_numeric,
    order_of,
    zone_of,
)
from engine.domain.calendar import EconomicEvent
from engine.errors import UnreadableCalendar

_DELIMITERS: Final = ",;\t|"
FOREX_FACTORY, FXSTREET, INVESTING = "Forex Factory CSV", "FXStreet CSV", "Investing.com CSV"
_USUAL_ORDERS: Final = {
    FOREX_FACTORY: DateOrder.MONTH,
    FXSTREET: DateOrder.MONTH,
    INVESTING: DateOrder.DAY,
}
_HEAD_LINES: Final = 20
"""Lines among which the titles of the columns are looked for."""
_NEEDED: Final = (Role.TITLE, Role.DATE, Role.IMPACT)


class _Row(NamedTuple):
    """The wanted cells of a line, by role."""

    line: int
    cells: dict[Role, str]


class _Table(NamedTuple):
    delimiter: str
    line: int
    titles: dict[int, ColumnTitle]
    format: str


def read_csv(text: str, name: str, zone: tzinfo) -> Found:
    """The events of a table; times without a stated zone are in `zone`. Raises `UnreadableCalendar`."""
    table = _table_in(text, name)
    roles = {title.role: place for place, title in table.titles.items()}
    missing = [role for role in _NEEDED if role not in roles]
    if Role.CURRENCY not in roles and Role.COUNTRY not in roles:
        missing.append(Role.CURRENCY)
    if missing:
        role = missing[0]
        raise UnreadableCalendar(f"{name}: has no column {role.value}; allowed titles are {', '.join(NAMES[role])}")
    found = Found(table.format)
    rows = list(_rows(text, name, table, found))
    stated = next((title.zone for title in table.titles.values() if title.zone and zone_of(title.zone)), "")
    found.zone = stated.upper() if stated.islower() else stated
    order = _order(rows, name, table)
    for row in rows:
        _read_row(row, order, zone_of(stated) or zone, found)
    return found


def _table_in(text: str, name: str) -> _Table:
    """The line of titles and the delimiter with which the most of them are known."""
    lines = text.splitlines()[:_HEAD_LINES]
    best = _Table(",", 0, {}, "")
    for delimiter in _DELIMITERS:
        for number, line in enumerate(lines, 1):
            cells = _cells(line, delimiter)
            titles = column_titles(cells)
            if len(titles) > len(best.titles):
                best = _Table(delimiter, number, titles, _format_of(cells))
    if len(best.titles) < len(_NEEDED):
        raise UnreadableCalendar(f"{name}: has no line of titles such as Date, Currency, Impact, Event")
    return best


def _cells(line: str, delimiter: str) -> list[str]:
    """Of one line; none where it has no such delimiter, or cannot be cut there."""
    if delimiter not in line:
        return []
    try:
        return next((cells for _, cells in _lines(line, delimiter)), [])
    except csv.Error:
        return []


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line, and its number. Raises `csv.Error`."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    for cells in reader:
        yield reader.line_num, cells


def _rows(text: str, name: str, table: _Table, found: Found) -> Iterator[_Row]:
    last, number = max(table.titles), 0
    try:
        for number, cells in _lines(text, table.delimiter):
            if number <= table.line or not any(cell.strip() for cell in cells):
                continue
            if len(cells) <= last:
                found.refuse(number, f"has {len(cells)} cells, {last + 1} are needed")
                continue
            yield _Row(number, {title.role: cells[place] for place, title in table.titles.items()})
    except csv.Error as error:
        raise UnreadableCalendar(f"{name}: after line {number}: {error}") from error


def _order(rows: Sequence[_Row], name: str, table: _Table) -> DateOrder:
    """What comes first in dates of numbers: what the file shows, else what sites with such titles write."""
    dates = [text for row in rows if is_numeric(text := row.cells[Role.DATE].strip())]
    try:
        shown = order_of(dates)
    except UnreadableTime as error:
        raise UnreadableCalendar(f"{name}: {error}; spell dates as 2026-12-31") from error
    if shown is not None or not dates:
        return shown or DateOrder.DAY
    if (usual := _USUAL_ORDERS.get(table.format)) is not None:
        return usual
    raise UnreadableCalendar(
        f"{name}: dates such as {shortened(dates[0])} may begin with the day or the month; write them as 2026-12-31"
    )


_FORMATS: Final = (
    ({"time_server"}, "MetaTrader 5 calendar"),
    ({"title", "country"}, FOREX_FACTORY),
    ({"start", "name"}, FXSTREET),
    ({"consensus", "event"}, "Myfxbook CSV"),
    ({"importance", "event"}, INVESTING),
)


def _format_of(cells: Sequence[str]) -> str:
    """Whose export it is, as the titles of its columns show."""
    titles = {cell.strip().casefold() for cell in cells}
    return next((name for needed, name in _FORMATS if needed <= titles), "CSV")


def _read_row(row: _Row, order: DateOrder, zone: tzinfo, found: Found) -> None:
    cells = row.cells
    title = shortened(cells[Role.TITLE])
    if not title:
        return found.refuse(row.line, "has no event")
    impact = impact_of(cells[Role.IMPACT])
    if impact is None:
        return found.refuse(
            row.line, f"impact {shortened(cells[Role.IMPACT])!r}; allowed are low, medium, high, 1 to 3"
        )
    currency = currency_of(cells.get(Role.CURRENCY, ""), cells.get(Role.COUNTRY, ""))
    if currency is None:
        code = shortened(cells.get(Role.CURRENCY, "") or cells.get(Role.COUNTRY, ""))
        return found.refuse(row.line, f"currency {code!r}; allowed are codes such as USD")
    try:
        when = calendar_time(cells[Role.DATE], cells.get(Role.TIME, ""), order, zone)
    except UnreadableTime as error:
        return found.refuse(row.line, f"time {shortened(str(error))!r}")
    return found.add(
        EconomicEvent(
            at=when.at,
            currency=currency,
            impact=impact,
            title=title,
            country=shortened(cells.get(Role.COUNTRY, "")),
            forecast=shortened(cells.get(Role.FORECAST, "")),
            previous=shortened(cells.get(Role.PREVIOUS, "")),
            actual=shortened(cells.get(Role.ACTUAL, "")),
            is_all_day=when.is_all_day,
        ),
        is_zone_stated=when.is_zone_stated,
    )
