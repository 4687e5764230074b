"""Where the keyboard is can always be seen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QWidget,
)

_TAKERS = QAbstractSpinBox | QComboBox | QAbstractScrollArea
"""Widgets that take the keyboard for their own parts."""


class FocusKeeper(QObject):
    """Scrolls what gets the keyboard into sight; the mouse is only where something is in sight already."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._show)

    def _show(self, _: QWidget | None, focus: QWidget | None) -> None:
        if focus is None or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        for area in scroll_areas(focus):
            area.ensureWidgetVisible(focus)


def scroll_areas(widget: QWidget) -> list[QScrollArea]:
    """Those that a widget scrolls in, the innermost first."""
    found: list[QScrollArea] = []
    above = widget.parentWidget()
    while above is not None and not widget.isWindow():
        content = above.widget() if isinstance(above, QScrollArea) else None
        if isinstance(above, QScrollArea) and content is not None and content.isAncestorOf(widget):
            found.append(above)
        above = above.parentWidget()
    return found


def is_in_window(widget: QWidget) -> bool:
    """Whether some of a widget is in its window, or can be scrolled there.

    Qt keeps the tabs of docks that have none at the moment, shown, to the left of the window.
    """
    window = widget.window()
    area = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return bool(scroll_areas(widget)) or area.intersects(window.rect())


def first_stop(part: QWidget) -> QWidget | None:
    """Where the keyboard goes in a part of the window: its first table, else its first control; None without any."""
    found = [each for each in stops(part) if is_in_window(each)]
    tables = [each for each in found if isinstance(each, QAbstractItemView) and each.model().rowCount()]
    controls = [each for each in found if not isinstance(each, QScrollArea)]
    return next(iter((*tables, *controls, *found)), None)


def stops(part: QWidget) -> list[QWidget]:
    """What Tab goes to in a part of the window, as one reads.

    Not by `nextInFocusChain` or `focusProxy`: PySide counts what they return as owned by the widget that was asked, and
    takes its Python objects for dead as soon as that one is destroyed.
    """
    window = part.window()
    found = [
        each
        for each in part.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.isEnabled()
        and each.isVisible()
        and each.window() is window
        and not isinstance(each.parentWidget(), _TAKERS)
    ]
    places = {each: each.mapTo(window, QPoint(0, 0)) for each in found}
    return sorted(found, key=lambda each: (places[each].y(), places[each].x()))
