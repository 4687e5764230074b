"""Closed trades of this run as a table, with what each cost."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from engine.domain.trades import ClosedTrade
from gui.viewmodels.chart_reading import price_text
from gui.viewmodels.trading_table import Cell, Column, RowTable
from gui.viewmodels.trading_words import money_text, r_text, result_cell, span_text, spoken

COLUMNS = (
    Column("Closed", "Market time of the last exit, UTC", "02-18 08:31:59"),
    Column("Symbol", "What was traded", "XAUUSDc"),
    Column("Side", "BUY gained when price rose, SELL when it fell", "SELL"),
    Column("Lots", "Volume", "0.01", True),
    Column("Entry", "Price of the fill", "104,925.90", True),
    Column("Exit", "Mean price of the exits", "104,925.90", True),
    Column("Held", "Time from the fill to the exit", "10:00:00", True),
    Column("Why", "What closed it", "adverse candle"),
    Column("R", "Net result in units of the risk taken", "+10.00 R", True),
    Column("Gross", "Result before costs", "+10,000.00", True),
    Column("Costs", "Commission and swap; the spread is in the prices", "-10.00", True),
    Column("Net", "Result after costs", "+10,000.00", True),
)


class HistoryTable(RowTable):
    """One row per closed trade, the newest on top."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._digits: Mapping[str, int] = {}

    def open(self, digits: Mapping[str, int]) -> None:
        """A market begins anew, with an account of its own; `digits` of prices by symbol."""
        self._digits = digits
        self.replace([])

    def show(self, trade: ClosedTrade) -> None:
        digits = self._digits.get(trade.symbol, 2)
        net, costs = trade.net_profit, trade.commission + trade.swap
        cells = [
            Cell(f"{trade.exited_at:%m-%d %H:%M:%S}"),
            Cell(trade.symbol),
            Cell(trade.side.value),
            Cell(f"{trade.volume_lots:g}"),
            Cell(price_text(trade.entry, digits)),
            Cell(price_text(trade.exit, digits)),
            Cell(span_text(trade.exited_at - trade.entered_at)),
            Cell(spoken(trade.reason.value)),
            result_cell(r_text(trade.r), trade.r),
            result_cell(money_text(trade.profit), trade.profit),
            Cell(money_text(costs) if costs else "0.00"),
            result_cell(money_text(net), net),
        ]
        self.put((trade.ticket, trade.exited_at), cells)
