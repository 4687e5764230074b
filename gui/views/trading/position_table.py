"""Open positions, each with its two buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.theme import Theme
from gui.viewmodels.trading_positions import PositionsTable
from gui.views.trading.table import TradeTable

SILENCE = (
    "No open positions. While a symbol stands at MANUAL its setups wait at the top right for your approval; "
    "set the symbol and the master switch to AUTO and the desk trades them by itself."
)


class PositionTable(TradeTable):
    """A click on Close or Break-even asks for it; the row changes when the engine tells."""

    def __init__(self, positions: PositionsTable, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(positions, theme, SILENCE, parent)
        self.acted.connect(positions.click)
