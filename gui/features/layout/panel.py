"""Charts only: one key hides everything around the charts, and restores it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from gui.features.layout.keeper import LayoutKeeper
from gui.widgets.actions import make_action


class ChartOnly(QObject):
    """Hides docked panels and some bars; the switches that stop trading, proposals and messages stay.

    Layouts keep the window as it was before; loading one brings the panels back.
    """

    def __init__(
        self,
        window: QMainWindow,
        layouts: LayoutKeeper,
        docks: Iterable[QDockWidget],
        bars: Iterable[QWidget],
        charts: Callable[[], QWidget | None],
    ) -> None:
        """`charts` returns the chart in front, which gets the keyboard of a panel that is hidden."""
        super().__init__(window)
        self._charts = charts
        self._layouts = layouts
        self._docks, self._bars = tuple(docks), tuple(bars)
        tip = "Hides or restores the panels and the player"
        self.action = make_action(self, "view.chart_only", "Charts only", tip, lambda: None, key="F11")
        self.action.setCheckable(True)
        self.action.toggled.connect(self._switch)
        layouts.restored.connect(self._follow_layout)

    def _switch(self, is_on: bool) -> None:
        if is_on:
            self._layouts.set_aside()
            self._hand_over_keyboard()
            for dock in self._docks:
                if not dock.isFloating():
                    dock.hide()
            for bar in self._bars:
                bar.hide()
        else:
            self._layouts.put_back()

    def _hand_over_keyboard(self) -> None:
        """Qt would give it to whatever comes next."""
        focus, chart = QApplication.focusWidget(), self._charts()
        hidden = (*(dock for dock in self._docks if not dock.isFloating()), *self._bars)
        if chart is not None and focus is not None and any(each.isAncestorOf(focus) for each in hidden):
            chart.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _follow_layout(self) -> None:
        """The panels are as the layout has them."""
        if self.action.isChecked() and not self._layouts.is_set_aside:
            self.action.setChecked(False)
