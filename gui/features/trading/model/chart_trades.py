"""Trades between the charts and the tables: each is on its chart, and each leads to the other."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from engine.domain.market import Side, minute_of
from engine.domain.trades import ClosedTrade, OpenTrade
from gui.features.chart.model.candle_columns import seconds_of
from gui.features.chart.model.chart import ChartModel
from gui.features.trading.model.history import HistoryTable
from gui.features.trading.model.plans import PlansTable
from gui.features.trading.model.positions import PositionsTable
from gui.features.trading.model.trade_marks import PositionTag, TradeMark, TradeMarks
from gui.features.trading.model.trade_words import closed_words, open_words
from gui.features.trading.model.words import money_text, r_text

POSITIONS, HISTORY = "positions", "history"


class ChartTrades(QObject):
    """Draws what the tables hold.

    `place_asked` carries symbol and instant of a row that the user chose, the instant None where it is not known;
    `row_asked` the name of a table and the key of a trade that the user chose on a chart.
    """

    place_asked = Signal(str, object)
    row_asked = Signal(str, object)

    def __init__(
        self, positions: PositionsTable, plans: PlansTable, history: HistoryTable, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._positions, self._plans, self._history = positions, plans, history
        self._marks: dict[str, TradeMarks] = {}
        self._digits: Mapping[str, int] = {}
        self._zone: tzinfo = UTC
        self.currency = ""
        history.chosen.connect(self._look_at_closed)
        positions.chosen.connect(self._look_at_open)
        plans.chosen.connect(self._look_at_plan)

    def draw_on(self, chart: ChartModel) -> None:
        """Keeps the trades of a symbol's chart from now on."""
        marks = self._marks[chart.symbol] = chart.trade_marks
        marks.words_of = self.words_of
        marks.asked.connect(self._ask_row)

    def open(self, digits: Mapping[str, int], *, goes_on: bool = False) -> None:
        """A market restarts: with its own account, or with the trades of the practice session that `goes_on`. `digits`
        are the decimals of prices by symbol."""
        self._digits = digits
        for marks in self._marks.values():
            marks.jump() if goes_on else marks.clear()

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone

    # -- onto the charts

    def add(self, key: Hashable, trade: ClosedTrade) -> None:
        """A trade was closed; `key` is that of its row."""
        marks = self._marks.get(trade.symbol)
        if marks is None:
            return
        result = money_text(trade.net_profit) if trade.r is None else r_text(trade.r)
        entered, exited = (seconds_of(minute_of(at)) for at in (trade.entered_at, trade.exited_at))
        marks.add(
            TradeMark(
                key, trade.side is Side.BUY, entered, trade.entry, exited, trade.exit, trade.net_profit, label=result
            )
        )

    def draw_open(self) -> None:
        """Shows the entries of open positions."""
        for symbol, marks in self._marks.items():
            marks.show_open(_open_mark(trade) for trade in self._positions.trades if trade.symbol == symbol)

    def refresh(self) -> None:
        """Shows the results of open positions as the table has them now."""
        for symbol, marks in self._marks.items():
            tags = (self._tag(trade) for trade in self._positions.trades if trade.symbol == symbol)
            marks.show_tags(tuple(tags))

    def _tag(self, trade: OpenTrade) -> PositionTag:
        position = trade.position
        result = self._positions.result(trade.ticket)
        words = f"{trade.side.value} {position.volume_lots:g}"
        if result.r is not None:
            words += f"  {r_text(result.r)}"
        if result.money is not None:
            words += f"  {money_text(result.money)} {self.currency}".rstrip()
        gain = result.r if result.r is not None else result.money
        return PositionTag(trade.ticket, position.entry, words, gain or 0.0)

    # -- between charts and tables

    def words_of(self, key: Hashable) -> str:
        """Everything about a trade; empty where it is not known any more."""
        trade = self._history.trade(key)
        if trade is not None:
            digits = self._digits.get(trade.symbol, 2)
            return closed_words(trade, self._plans.plan(trade.plan_id), digits, self.currency, self._zone)
        standing = self._positions.trade(key) if isinstance(key, int) else None
        if standing is None:
            return ""
        return open_words(
            standing, self._plans.plan(standing.plan_id), self._digits.get(standing.symbol, 2), self._zone
        )

    def _ask_row(self, key: Hashable) -> None:
        self._choose(key)
        self.row_asked.emit(HISTORY if self._history.has(key) else POSITIONS, key)

    def _look_at_closed(self, key: Hashable) -> None:
        trade = self._history.trade(key)
        if trade is not None:
            self._look(key, trade.symbol, trade.entered_at)

    def _look_at_open(self, key: Hashable, symbol: str) -> None:
        trade = self._positions.trade(key) if isinstance(key, int) else None
        self._look(key, symbol, None if trade is None else trade.position.opened_at)

    def _look_at_plan(self, plan_id: str) -> None:
        plan = self._plans.plan(plan_id)
        if plan is not None:
            self._look(None, plan.symbol, plan.executed_at or plan.created_at)

    def _look(self, key: Hashable | None, symbol: str, at: datetime | None) -> None:
        self._choose(key)
        self.place_asked.emit(symbol, at)

    def _choose(self, key: Hashable | None) -> None:
        """One trade is pointed out, on whichever chart it is."""
        for marks in self._marks.values():
            marks.choose(key)


def _open_mark(trade: OpenTrade) -> TradeMark:
    position = trade.position
    return TradeMark(trade.ticket, trade.side is Side.BUY, seconds_of(minute_of(position.opened_at)), position.entry)
