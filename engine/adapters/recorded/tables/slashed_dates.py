"""Dates such as 02/03/2026, of which only the whole file can tell whether the day or the month comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.tables.rows import Rows
from engine.adapters.recorded.tables.time_texts import day_first, month_first

_SLASHED: Final = re.compile(r"\d{1,2}([/-])\d{1,2}\1\d{4}")
_DAY_AND_MONTH: Final = r"^(?P<both>\d{1,2}[/-]\d{1,2})[/-]"
_MONTHS: Final = 12


def dates_of(columns: Iterator[Rows], origin: Origin) -> tuple[str, ...]:
    """The layouts of a column's dates where its first row spells one with slashes, none otherwise.

    Raises `UnreadableRecording` where nothing in the column shows which it is.
    """
    first = next(columns, None)
    if first is None:
        return ()
    (name,) = first.arrow.column_names
    found = _SLASHED.match(first.text(name, 0))
    if found is None:
        return ()
    pairs = _pairs(first, name)
    for rows in columns:
        pairs |= _pairs(rows, name)
    firsts, seconds = ({pair[place] for pair in pairs} for place in range(2))
    # In a stretch of days the day changes more often than the month.
    weight = (max(firsts) > _MONTHS, len(firsts)), (max(seconds) > _MONTHS, len(seconds))
    if weight[0] == weight[1] and firsts != seconds:
        raise origin.error(
            f"its dates, such as {found[0]}, may begin with the day or with the month; write them as 2026-12-31"
        )
    return day_first(found[1]) if weight[0] >= weight[1] else month_first(found[1])


def _pairs(rows: Rows, name: str) -> set[tuple[int, int]]:
    """The first two numbers of each date; those of other texts are left out."""
    import pyarrow.compute as pc

    found = pc.struct_field(pc.extract_regex(rows.arrow.column(name), _DAY_AND_MONTH), "both").unique().to_pylist()
    numbers = (each.replace("-", "/").partition("/") for each in found if each is not None)
    return {(int(first), int(second)) for first, _, second in numbers}
