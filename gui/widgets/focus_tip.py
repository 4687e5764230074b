"""The tooltip of what has the keyboard, for those who use no mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QToolTip, QWidget


def tip_of(widget: QWidget) -> str:
    """What the mouse is shown at a widget: of the current row of a view, or of the widget or those around it."""
    if isinstance(widget, QAbstractItemView):
        words = widget.currentIndex().data(Qt.ItemDataRole.ToolTipRole)
        if words:
            return str(words)
    around: QWidget | None = widget
    while around is not None and not around.isWindow():
        if around.toolTip():
            return around.toolTip()
        around = around.parentWidget()
    return widget.accessibleName()


def show_tip_of_focus() -> None:
    """Shows it below the widget that has the keyboard; does nothing without one."""
    focus = QApplication.focusWidget()
    if focus is not None:
        place = focus.mapToGlobal(QPoint(0, min(focus.height(), MAX_DROP)))
        QToolTip.showText(place, tip_of(focus) or "There is no tooltip here", focus)


MAX_DROP = 60
"""Pixels below the top of a high widget, such as a table."""
