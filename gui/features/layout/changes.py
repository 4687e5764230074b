"""Detects changes of a window's layout."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTableView, QToolBar, QWidget

_MOVES = frozenset(
    (
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.WindowStateChange,
        QEvent.Type.ZOrderChange,
    )
)


class LayoutChanges(QObject):
    """`noticed` where the window, a dock, a bar or a column of a table has moved."""

    noticed = Signal()

    def begin(self, window: QMainWindow) -> None:
        """All docks are there."""
        parts: list[QWidget] = [window, *window.findChildren(QDockWidget), *window.findChildren(QToolBar)]
        for part in parts:
            part.installEventFilter(self)
        self.watch_tables(window)

    def watch_tables(self, part: QWidget) -> None:
        """Tables below `part`, which is new in the window."""
        for table in part.findChildren(QTableView):
            heads = table.horizontalHeader()
            heads.sectionMoved.connect(self.noticed)
            heads.sectionResized.connect(self.noticed)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self.noticed.emit()
        return False
