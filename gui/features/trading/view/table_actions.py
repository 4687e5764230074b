"""Keyboard actions that every table has: on the focused table, or else the visible one."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from gui.features.trading.view.table import TradeTable
from gui.widgets.actions import make_action


class TableActions:
    """They do nothing while no table is visible."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        meant = "the focused table, or else the visible one"
        self.filter = make_action(
            *(window, "table.filter", "Filter rows …", f"Shows only rows with the words you type, in {meant}"),
            self._filter,
            key="Ctrl+F",
        )
        self.menu = make_action(
            *(window, "table.row_menu", "Row menu …", f"Opens the menu of the selected row in {meant}"),
            self._open_menu,
            key="Ctrl+Shift+R",
        )

    @property
    def actions(self) -> list[QAction]:
        """For a menu."""
        return [self.filter, self.menu]

    def _table(self) -> TradeTable | None:
        focus = QApplication.focusWidget()
        if isinstance(focus, TradeTable) and focus.window() is self._window:
            return focus
        return next((each for each in self._window.findChildren(TradeTable) if _is_in_sight(each)), None)

    def _filter(self) -> None:
        if (table := self._table()) is not None:
            table.ask_filter()

    def _open_menu(self) -> None:
        if (table := self._table()) is not None:
            table.ask_menu()


def _is_in_sight(table: TradeTable) -> bool:
    """Neither hidden nor behind another tab."""
    return table.isVisible() and not table.visibleRegion().isEmpty()
