"""Trades on one chart: closed ones from entry to exit, the entries of open ones, and tags with their live results."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.features.chart.model.candle_columns import CandleColumns, Column, Floats, Integers

Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TradeMark:
    """One trade. Minutes of entry and exit in seconds since 1970 UTC; `gain` is its result, of which the sign counts.

    `key` is that of its row in the table of trades, `label` its result in few words. An open trade has no exit.
    """

    key: Hashable
    is_buy: bool
    entered_s: int
    entry: float
    exited_s: int | None = None
    exit: float | None = None
    gain: float = 0.0
    label: str = ""


@dataclass(frozen=True, slots=True)
class PositionTag:
    """The live result of an open position, at the price of its entry."""

    key: Hashable
    entry: float
    words: str
    gain: float


class ClosedTrades(NamedTuple):
    """Closed trades as columns, in the order of their exits: places, rows and prices of both ends, results, sides."""

    places: Integers
    entry_rows: Integers
    exit_rows: Integers
    entries: Floats
    exits: Floats
    is_gain: Booleans
    is_buy: Booleans

    def where(self, chosen: Booleans) -> ClosedTrades:
        """Those at which a column of booleans says so."""
        return ClosedTrades._make(column[chosen] for column in self)


class TradeMarks(QObject):
    """What one chart shows of trades.

    `changed` follows everything but the tags, `tags_changed` these; `asked` carries the key of a trade that the user
    chose on the chart. `words_of` says everything about the trade of a key.
    """

    changed = Signal()
    tags_changed = Signal()
    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed: list[TradeMark] = []
        self._entered, self._exited = Column(np.int64), Column(np.int64)
        self._entries, self._exits = Column(), Column()
        self._is_gain, self._is_buy = Column(np.bool_), Column(np.bool_)
        self._located: tuple[int, int, int] | None = None
        self._before_jump = 0
        self.open: tuple[TradeMark, ...] = ()
        self.tags: tuple[PositionTag, ...] = ()
        self.chosen: Hashable | None = None
        self.words_of: Callable[[Hashable], str] = _nothing

    # -- what is shown

    def clear(self) -> None:
        self._closed.clear()
        for column in (self._entered, self._exited, self._entries, self._exits, self._is_gain, self._is_buy):
            column.clear()
        self._located, self._before_jump = None, 0
        self.open, self.tags, self.chosen = (), (), None
        self.changed.emit()

    def jump(self) -> None:
        """The chart shows another part of the market: of these trades those within its candles."""
        self._located, self._before_jump = None, len(self._closed)
        self.open, self.tags, self.chosen = (), (), None
        self.changed.emit()

    def add(self, mark: TradeMark) -> None:
        """A trade was closed."""
        assert mark.exited_s is not None
        assert mark.exit is not None
        self._closed.append(mark)
        self._entered.append(mark.entered_s)
        self._exited.append(mark.exited_s)
        self._entries.append(mark.entry)
        self._exits.append(mark.exit)
        self._is_gain.append(mark.gain > 0.0)
        self._is_buy.append(mark.is_buy)
        self.changed.emit()

    def show_open(self, marks: Iterable[TradeMark]) -> None:
        """Shows the entries of these open trades."""
        shown = tuple(marks)
        if shown != self.open:
            self.open = shown
            self.changed.emit()

    def show_tags(self, tags: tuple[PositionTag, ...]) -> None:
        """Shows these results."""
        if tags != self.tags:
            self.tags = tags
            self.tags_changed.emit()

    def choose(self, key: Hashable | None) -> None:
        """Points out one trade among the others."""
        if key != self.chosen:
            self.chosen = key
            self.changed.emit()

    def ask(self, key: Hashable) -> None:
        """The user chose a trade on the chart."""
        self.choose(key)
        self.asked.emit(key)

    # -- what a view asks for

    def closed(self, place: int) -> TradeMark:
        """The closed trade at a place of `between`."""
        return self._closed[place]

    def between(self, columns: CandleColumns, first: int, last: int) -> ClosedTrades:
        """Closed trades that touch rows `first`..`last` of a chart's closed candles.

        A trade whose candle has not closed yet is at the row after them; of those from before a jump only the ones
        within the chart are there.
        """
        located = len(self._closed), id(columns), len(columns)
        if self._located != located:
            self._located = located
            entry_rows, exit_rows = (columns.rows_of(each.values) for each in (self._entered, self._exited))
            places = np.arange(len(self._closed))
            self._is_shown = columns.has_reached(self._exited.values) | (places >= self._before_jump)
            kept = (self._entries, self._exits, self._is_gain, self._is_buy)
            self._trades = ClosedTrades(places, entry_rows, exit_rows, *(column.values for column in kept))
        trades = self._trades
        return trades.where(self._is_shown & (trades.entry_rows <= last) & (trades.exit_rows >= first))

    def beside(self, steps: int) -> TradeMark | None:
        """The closed trade that many after the chosen one, or the newest where none is chosen; None without trades."""
        keys = [mark.key for mark in self._closed]
        if not keys:
            return None
        if self.chosen not in keys:
            return self._closed[-1]
        return self._closed[min(max(keys.index(self.chosen) + steps, 0), len(keys) - 1)]


def _nothing(_: Hashable) -> str:
    return ""
