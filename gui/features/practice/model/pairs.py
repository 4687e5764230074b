"""Trades of you and of AUTO side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo

from PySide6.QtCore import QObject, Signal

from engine.domain.trades import ClosedTrade
from engine.practice.versus import Pair
from gui.features.trading.model.table import Cell, Column, RowTable, Tone
from gui.features.trading.model.words import MISSING, r_text, result_cell
from gui.zones import row_text, zone_title

ENTERED = 0
NONE = "not traded"
COLUMNS = (
    Column("Entered, UTC", "Market time of the first of the two entries", "02-18 08:31:59"),
    Column("Symbol", "Symbol traded", "XAUUSDc"),
    Column("Side", "BUY profits when price rises, SELL when it falls", "SELL"),
    Column("You", "Your result after all costs, in multiples of the initial risk", "not traded", True, r_text),
    Column("AUTO", "The result of AUTO after all costs", "not traded", True, r_text),
    Column("You − AUTO", "The difference; a trade that was not made counts 0", "+10.00 R", True, r_text),
)


class PairsTable(RowTable):
    """One row for each trade of either. `chosen` carries symbol and instant of a row that the user wants to see."""

    chosen = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
        self._pairs: tuple[Pair, ...] = ()
        self._zone: tzinfo = UTC

    def set_zone(self, zone: tzinfo) -> None:
        """The zone in which times are shown."""
        self._zone = zone
        self.retitle(ENTERED, f"Entered, {zone_title(zone)}")
        self.show(self._pairs)

    def show(self, pairs: Sequence[Pair]) -> None:
        """Replaces what was shown."""
        self._pairs = tuple(pairs)
        self.replace([(place, self._row(pair)) for place, pair in enumerate(self._pairs)])

    def click(self, row: int, _: int) -> None:
        """Shows the trade on its chart."""
        trade = self._pairs[self.key(row)].first
        self.chosen.emit(trade.symbol, trade.entered_at)

    def _row(self, pair: Pair) -> list[Cell]:
        trade = pair.first
        return [
            Cell(row_text(trade.entered_at, self._zone)),
            Cell(trade.symbol),
            Cell(trade.side.value),
            _result(pair.yours),
            _result(pair.autos),
            result_cell(MISSING if pair.difference is None else r_text(pair.difference), pair.difference),
        ]


def _result(trade: ClosedTrade | None) -> Cell:
    return Cell(NONE, Tone.MUTED) if trade is None else result_cell(r_text(trade.r), trade.r)
