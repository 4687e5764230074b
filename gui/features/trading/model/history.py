"""Closed trades of this run, and of the last days where they count, as a table, with what each cost."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from engine.domain.practice import PracticeSession
from engine.domain.trade_facts import Annotation
from engine.domain.trades import ClosedTrade
from engine.reporting.words import FILL_MODELS, spoken
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.notes import TradeNotes, note_words
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.trading.model.words import MISSING, money_text, r_text, result_cell, span_text
from gui.zones import row_text, zone_title


def _cost_text(cost_r: float) -> str:
    return f"{cost_r:.2f} R"


COLUMNS = (
    Column("Closed, UTC", "Market time of the last exit", "02-18 08:31:59"),
    Column("Symbol", "Symbol traded", "XAUUSDc"),
    Column("Side", "BUY profits when price rises, SELL when it falls", "SELL"),
    Column("Lots", "Volume", "0.01", True),
    Column("Entry", "Price of the fill", "104,925.90", True),
    Column("Exit", "Mean price of the exits", "104,925.90", True),
    Column("Held", "Time from the fill to the exit", "10:00:00", True),
    Column("Why", "What closed the trade", "opposite candle close"),
    Column(
        "Fills", "How its orders were filled: by the broker's market, or simulated on ticks or candles", "candle paths"
    ),
    Column("R", "Result after all costs, in multiples of the initial risk", "+10.00 R", True, r_text),
    Column("Net", "Net profit or loss after all costs", "+1,000.00", True, money_text),
    Column("Note", "What you wrote about the trade; a click lets you write", "[fomo, late] chased it"),
    Column("Gross", "Result before spread, slippage, commission and swap, in R", "+10.00 R", True, r_text),
    Column("Cost", "Spread, slippage, commission and swap, in R", "10.00 R", True, _cost_text),
    Column("Commission", "Commission and swap, in money", "-10.00", True, money_text),
)
CLOSED, FILLS, NET, NOTE = 0, 8, 10, 11
SEEN_BEFORE = "seen before"
WRITE = "Write …"


class HistoryTable(RowTable):
    """One row per closed trade, the newest on top. `chosen` carries the key of a row that the user wants to see."""

    chosen = Signal(object)

    def __init__(self, notes: TradeNotes, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._notes = notes
        notes.changed.connect(self._show_note)
        self._digits: Mapping[str, int] = {}
        self._trades: dict[Hashable, ClosedTrade] = {}
        self._seen: set[tuple[int, datetime]] = set()
        self._zone: tzinfo = UTC

    def open(self, digits: Mapping[str, int]) -> None:
        """A market restarts with its own account; `digits` of prices by symbol."""
        self._digits = digits
        self._trades.clear()
        self._seen.clear()
        self.replace([])

    def mark_seen(self, session: PracticeSession) -> None:
        """Which trades of the practice session were entered on a part of the market that was on the charts before."""
        seen = {(each.trade.ticket, each.trade.exited_at) for each in session.trades if each.is_seen}
        if seen != self._seen:
            self._seen = seen
            for key in seen & self._trades.keys():
                self.put_cell(key, FILLS, self._fills(key, self._trades[key]))

    def _fills(self, key: Hashable, trade: ClosedTrade) -> Cell:
        words = FILL_MODELS[trade.fill_model]
        return Cell(f"{words}, {SEEN_BEFORE}" if key in self._seen else words)

    def show_currency(self, currency: str) -> None:
        """Sets the account's currency, in which results are shown."""
        self.retitle(NET, f"Net, {currency}")

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self.retitle(CLOSED, f"Closed, {zone_title(zone)}")
        self.replace([(key, self._row(key, trade)) for key, trade in self._trades.items()])

    def show(self, trade: ClosedTrade) -> Hashable:
        """A trade was closed; returns the key of its row."""
        key = (trade.ticket, trade.exited_at)
        self._trades[key] = trade
        self.put(key, self._row(key, trade))
        return key

    def trade(self, key: Hashable) -> ClosedTrade | None:
        """The trade of a row; None where there is none."""
        return self._trades.get(key)

    def click(self, row: int, column: int) -> None:
        """Lets the user write about the trade, where its note was clicked; else shows it."""
        if column != NOTE:
            self.chosen.emit(self.key(row))
        else:
            trade = self._trades[self.key(row)]
            when = f"{row_text(trade.exited_at, self._zone)} {zone_title(self._zone)}"
            self._notes.begin(trade.trade_id, f"{trade.side.value} {trade.symbol}, {when}, {r_text(trade.r)}")

    def _show_note(self, annotation: Annotation) -> None:
        for key, trade in self._trades.items():
            if trade.trade_id == annotation.trade_id:
                self.put_cell(key, NOTE, self._note(trade))

    def _note(self, trade: ClosedTrade) -> Cell:
        words = note_words(self._notes.of(trade.trade_id))
        return Cell(words) if words else Cell(WRITE, Tone.ACTION)

    def _row(self, key: Hashable, trade: ClosedTrade) -> list[Cell]:
        digits = self._digits.get(trade.symbol, 2)
        net, commission = trade.net_profit, trade.commission + trade.swap
        return [
            Cell(row_text(trade.exited_at, self._zone)),
            Cell(trade.symbol),
            Cell(trade.side.value),
            Cell(f"{trade.volume_lots:g}"),
            Cell(price_text(trade.entry, digits)),
            Cell(price_text(trade.exit, digits)),
            Cell(span_text(trade.exited_at - trade.entered_at)),
            Cell(spoken(trade.reason.value)),
            self._fills(key, trade),
            result_cell(r_text(trade.r), trade.r),
            result_cell(money_text(net), net),
            self._note(trade),
            result_cell(r_text(trade.gross_r), trade.gross_r),
            Cell(MISSING if trade.cost_r is None else _cost_text(trade.cost_r), amount=trade.cost_r),
            Cell(money_text(commission) if commission else "0.00", amount=commission),
        ]
