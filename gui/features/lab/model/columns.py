"""Columns of the tables of answers: how each shows, orders and exports a part of a row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Generic, TypeVar

from gui.features.lab.model.numbers import count, plain, probability, share, signed, within
from gui.features.lab.model.page import Field, Row, Table
from gui.features.trading.model.table import Cell, Column, Tone
from gui.features.trading.model.words import MISSING

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ColumnSpec(Generic[T]):
    """`values` are those of the exported names of the field, in their order."""

    field: Field
    cell: Callable[[T], Cell]
    order: Callable[[T], Any]
    values: Callable[[T], tuple[Any, ...]]


def make_table(
    name: str,
    columns: Sequence[ColumnSpec[T]],
    items: Sequence[T],
    *,
    silence: str,
    key: Callable[[int, T], Hashable] = lambda place, _: place,
) -> Table:
    """A row for each item, in their order."""
    rows = tuple(
        Row(
            key(place, item),
            tuple(each.cell(item) for each in columns),
            tuple(each.order(item) for each in columns),
            tuple(value for each in columns for value in each.values(item)),
        )
        for place, item in enumerate(items)
    )
    return Table(name, tuple(each.field for each in columns), rows, silence)


def words(title: str, tip: str, sample: str, name: str, get: Callable[[T], str]) -> ColumnSpec[T]:
    """Text as it is."""
    field = Field(Column(title, tip, sample), ((name, "string"),))
    return ColumnSpec(field, lambda item: Cell(get(item)), get, lambda item: (get(item),))


def toned(
    title: str, tip: str, sample: str, name: str, get: Callable[[T], str], tone: Callable[[T], Tone]
) -> ColumnSpec[T]:
    """Text with a tone that goes with it."""
    field = Field(Column(title, tip, sample), ((name, "string"),))
    return ColumnSpec(field, lambda item: Cell(get(item), tone(item)), get, lambda item: (get(item),))


def number(
    title: str,
    tip: str,
    sample: str,
    name: str,
    get: Callable[[T], float | None],
    text: Callable[[float | None], str] = plain,
) -> ColumnSpec[T]:
    """A figure; rows without one come last."""
    field = Field(Column(title, tip, sample, True), ((name, "float64"),))
    return ColumnSpec(field, lambda item: Cell(text(get(item))), lambda item: _rank(get(item)), lambda i: (get(i),))


def counted(title: str, tip: str, name: str, get: Callable[[T], float | None]) -> ColumnSpec[T]:
    """How many."""
    return number(title, tip, "123,456", name, get, count)


def shared(title: str, tip: str, name: str, get: Callable[[T], float | None]) -> ColumnSpec[T]:
    """A share of all."""
    return number(title, tip, "100.0 %", name, get, share)


def chance_of(title: str, tip: str, name: str, get: Callable[[T], float | None]) -> ColumnSpec[T]:
    """A p value."""
    return number(title, tip, "< 0.001", name, get, probability)


def result(title: str, tip: str, name: str, get: Callable[[T], float | None]) -> ColumnSpec[T]:
    """A result in R, marked as gain or loss."""

    def cell(item: T) -> Cell:
        value = get(item)
        is_nothing = value is None or not round(value, 3)
        return Cell(signed(value), Tone.PLAIN if is_nothing else Tone.GAIN if (value or 0.0) > 0.0 else Tone.LOSS)

    field = Field(Column(title, tip, "+10.000", True), ((name, "float64"),))
    return ColumnSpec(field, cell, lambda item: _rank(get(item)), lambda item: (get(item),))


def interval(
    title: str,
    tip: str,
    name: str,
    low: Callable[[T], float | None],
    high: Callable[[T], float | None],
    none: str = MISSING,
) -> ColumnSpec[T]:
    """From where to where, ordered by its lower end; a file has both. `none` says why there is no interval."""
    exported = ((f"{name}_low", "float64"), (f"{name}_high", "float64"))
    field = Field(Column(title, tip, "+10.000 to +10.000", True), exported)
    return ColumnSpec(
        field,
        lambda item: Cell(none if low(item) is None or high(item) is None else within(low(item), high(item))),
        lambda item: _rank(low(item)),
        lambda item: (low(item), high(item)),
    )


def _rank(value: float | None) -> float:
    return -inf if value is None else float(value)
