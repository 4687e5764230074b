"""The panels of a window: docks by name, and the menu that brings them back."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabWidget, QWidget

from gui.theme import Theme

TABLES_SHARE = 0.22
"""Of the window's height, at most, for the tables of trading the first time."""


class PanelBoard:
    """Knows every dock that the user can hide."""

    def __init__(self, window: QMainWindow, menu: QMenu) -> None:
        self._window, self._menu = window, menu
        self.docks: dict[str, QDockWidget] = {}
        window.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)

    def add(
        self, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea, theme: Theme, *, is_shown: bool
    ) -> QDockWidget:
        """A dock called `name` around `content`, with a switch in the menu."""
        from gui.widgets.dock import make_dock

        dock = make_dock(self._window, name, title, content, theme)
        self._window.addDockWidget(area, dock)
        dock.setVisible(is_shown)
        self.enlist(dock)
        return dock

    def enlist(self, dock: QDockWidget) -> None:
        """Gives a dock that stands in the window already its switch in the menu."""
        toggle, name = dock.toggleViewAction(), dock.objectName()
        toggle.setObjectName(f"panel.{name}")
        toggle.setToolTip(f"Shows or hides {dock.windowTitle().lower()}")
        toggle.triggered.connect(dock.raise_)  # one that is a tab among others comes to the front
        self._menu.addAction(toggle)
        self.docks[name] = dock

    def arrange(self, beside: QDockWidget, below: QDockWidget) -> None:
        """As the window stands the first time: `beside` the charts as wide as it likes, `below` them not too high."""
        beside.show()
        QTimer.singleShot(0, self._window, lambda: self._size(beside, below))

    def _size(self, beside: QDockWidget, below: QDockWidget) -> None:
        """Only a window that is laid out heeds this. In a low one the chart comes before the tables."""
        self._window.resizeDocks([beside], [beside.widget().sizeHint().width()], Qt.Orientation.Horizontal)
        height = min(below.sizeHint().height(), round(TABLES_SHARE * self._window.height()))
        self._window.resizeDocks([below], [height], Qt.Orientation.Vertical)
