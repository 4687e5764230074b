"""The watch list: its rows, and the menu of each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.trading.view.table import SHOWS_ON_CHART, TradeTable
from gui.features.watchlist.model.rows import ADD_ROW
from gui.features.watchlist.model.watchlist import MenuEntry, WatchlistModel
from gui.theme import Theme

SILENCE = "No symbols yet: they come with the market."


class WatchlistTable(TradeTable):
    """A click or Return shows the chart of a symbol; a right click or the menu key lists what can be done with it."""

    def __init__(self, watchlist: WatchlistModel, arming: Arming, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(watchlist.table, theme, SILENCE, parent, name="Watch list", shows=SHOWS_ON_CHART)
        self._watchlist, self._arming = watchlist, arming
        self._is_by_key = False
        self.setProperty(TABLE_NAME_PROPERTY, "watchlist")
        self.acted.connect(lambda row, _: watchlist.act(watchlist.table.key(row)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        super().contextMenuEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Insert adds a symbol, Delete removes the selected one."""
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Insert:
            self._watchlist.adding_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            self._watchlist.remove(self._watchlist.table.key(index.row()))
        else:
            super().keyPressEvent(event)

    def _add_row_entries(self, menu: QMenu, row: int) -> None:
        key, is_by_key = self._watchlist.table.key(row), self._is_by_key
        if key != ADD_ROW:
            super()._add_row_entries(menu, row)
        for entry in self._watchlist.entries(key):
            if entry.begins_group:
                menu.addSeparator()
            action = menu.addAction(entry.title)
            action.setToolTip(entry.tip)
            action.setEnabled(entry.is_enabled)
            action.triggered.connect(partial(self._do, entry, is_by_key))
        menu.addSeparator()

    def _do(self, entry: MenuEntry, is_by_key: bool, _: bool = False) -> None:
        if not (is_by_key and entry.needs_arming) or self._arming.admit(entry.title, is_typing=False):
            entry.does()


class WatchlistView(QWidget):
    """Reports to the model when it is shown and hidden."""

    def __init__(self, watchlist: WatchlistModel, arming: Arming, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("watchlistPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._watchlist = watchlist
        self.table = WatchlistTable(watchlist, arming, theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watchlist.set_visible(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._watchlist.set_visible(False)
        super().hideEvent(event)
