"""Opens the order ticket by key, and for a position that is added to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow

from gui.features.ticket.model.entry import OrderEntry
from gui.features.ticket.view.ticket import TicketView
from gui.widgets.actions import make_action
from gui.widgets.dock import bring_to_front


class TicketOpener:
    """`dock` holds the ticket, `view` creates it when first shown; `bring_symbol` shows another chart."""

    def __init__(
        self,
        window: QMainWindow,
        entry: OrderEntry,
        dock: QDockWidget,
        view: Callable[[], TicketView],
        bring_symbol: Callable[[str], None],
    ) -> None:
        self._dock, self._view, self._bring_symbol = dock, view, bring_symbol
        self._entry = entry
        self.open = dock.toggleViewAction()
        self.open.setObjectName("ticket.open")
        self.open.setToolTip("Shows or hides the order ticket")
        self.open.setShortcut(QKeySequence("F9"))
        self.open.triggered.connect(lambda _: self._focus())
        self.place = make_action(
            *(window, "trading.place_order", "Place order", "Sends the order of the order ticket"),
            entry.ticket.send,
            key="Ctrl+F9",
            is_trading=True,
        )
        self.edit = make_action(
            *(
                window,
                "ticket.edit_proposal",
                "Edit proposal",
                "Starts or ends editing of the oldest proposal",
            ),
            entry.editor.begin_oldest,
            key="Ctrl+Shift+P",
        )
        entry.ticket.wanted.connect(self._show)

    @property
    def actions(self) -> list[QAction]:
        """What can be done by key or from a menu."""
        return [self.open, self.place, self.edit]

    def _focus(self) -> None:
        """Gives it the keyboard where its switch has shown it."""
        if self._entry.ticket.is_open:
            self._view().focus_first()

    def _show(self, symbol: str) -> None:
        self._bring_symbol(symbol)
        bring_to_front(self._dock)
        self._view().focus_first()
