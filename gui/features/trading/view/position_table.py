"""Open positions, each with its two buttons."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QContextMenuEvent, QCursor, QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.trading.model.position_menu import PositionMenu
from gui.features.trading.model.positions import (
    AGE,
    BREAK_EVEN,
    CLOSE,
    MONEY,
    STATUS,
    STOP_TYPE,
    SYMBOL,
    PositionsTable,
    R,
)
from gui.features.trading.model.table import Tone
from gui.features.trading.view.position_context_menu import PositionContextMenu
from gui.features.trading.view.table import SHOWS_ON_CHART, TradeTable
from gui.features.trading.view.table_tools import add_entries
from gui.theme import Theme

SILENCE = (
    "No open positions. Setups of symbols at MANUAL await your approval at the top right; "
    "the order ticket (F9) and plans are for orders of your own."
)

FIRST_ORDER = (SYMBOL, 1, 2, 3, R, MONEY, BREAK_EVEN, CLOSE, STATUS, 4, 5, STOP_TYPE, AGE)
"""Columns from left to right: what acts and what went wrong are in sight in a window of 1280 pixels, too."""


class PositionTable(TradeTable):
    """A click on Close or Break-even asks for it, and so does Return while the keyboard is armed.

    A right click, or the menu key, lists all that can be done with a position. The row changes with the engine's event.
    """

    def __init__(
        self,
        positions: PositionsTable,
        menu: PositionMenu,
        theme: Theme,
        arming: Arming,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(positions, theme, SILENCE, parent, name="Open positions", shows=SHOWS_ON_CHART)
        self._positions, self._menu, self._arming = positions, menu, arming
        self.acted.connect(positions.click)
        heads = self.horizontalHeader()
        for place, column in enumerate(FIRST_ORDER):
            heads.moveSection(heads.visualIndex(column), place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of a position; of anything else what every table has."""
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.indexAt(event.pos())
        ours = index.isValid() and self.open_menu(self._positions.key(index.row()), is_by_key=is_by_key, cell=index)
        if not ours:
            super().contextMenuEvent(event)

    def open_menu(self, ticket: int, *, is_by_key: bool, cell: QModelIndex | None = None) -> PositionContextMenu | None:
        """The menu of a position, at the pointer or beside its row; None where nothing can be done with it.

        It ends with what every table has, in a menu of its own, for `cell`, else for the symbol of the position.
        """
        entries = self._menu.entries(ticket)
        if not entries:
            return None
        menu = PositionContextMenu(entries, self._positions.commanded.emit, self._arming, self, is_by_key=is_by_key)
        place = QCursor.pos()
        if self._positions.is_shown(ticket):
            symbol = self._positions.index(self._positions.row_of(ticket), SYMBOL)
            menu.addSeparator()
            add_entries(menu.addMenu("Table"), self, self._positions, cell or symbol, self.search)
            place = self.viewport().mapToGlobal(self.visualRect(symbol).bottomLeft()) if is_by_key else place
        menu.open_at(place)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not event.isAutoRepeat():
            cell = self._positions.cell(index.row(), index.column())
            if cell.tone is Tone.ACTION and not self._arming.admit(cell.text, is_typing=False):
                return
        super().keyPressEvent(event)
