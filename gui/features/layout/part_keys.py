"""Keys that go from part to part of the window, and give a panel more or less room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget

from gui.widgets.actions import make_action
from gui.widgets.dock import is_behind_tab
from gui.widgets.focus import first_stop

STEP = 48
"""Pixels of one press: two rows of a table."""


class PartKeys:
    """Goes through the charts, the panels in sight and `bars`; a panel that the user shows gets the keyboard.

    `charts` returns the chart in front; `docks` are all panels; a bar may name where the keyboard goes in it.
    """

    def __init__(
        self,
        window: QMainWindow,
        charts: Callable[[], QWidget | None],
        docks: Sequence[QDockWidget],
        bars: Mapping[QWidget, QWidget | None],
    ) -> None:
        self._window, self._charts, self._docks, self._bars = window, charts, docks, bars
        meant = "the panel that has the keyboard"
        self.moves = [
            self._make("view.next_part", "Next part", "To the next panel, bar or chart", lambda: self._go(1), "F6"),
            self._make(
                *("view.previous_part", "Previous part", "To the panel, bar or chart before", lambda: self._go(-1)),
                "Shift+F6",
            ),
        ]
        self.sizes = [
            self._make("panel.float", "Float or dock", f"Lets {meant} float, or docks it again", self._float),
            self._make("panel.taller", "Taller", f"More height for {meant}", lambda: self._grow(0, 1), "Alt+Shift+Up"),
            self._make("panel.lower", "Lower", f"Less height for {meant}", lambda: self._grow(0, -1), "Alt+Shift+Down"),
            self._make("panel.wider", "Wider", f"More width for {meant}", lambda: self._grow(1, 0), "Alt+Shift+Right"),
            self._make(
                "panel.narrower", "Narrower", f"Less width for {meant}", lambda: self._grow(-1, 0), "Alt+Shift+Left"
            ),
        ]
        for action in self.sizes[1:]:
            action.setAutoRepeat(True)
        for dock in docks:
            dock.toggleViewAction().triggered.connect(lambda is_shown, dock=dock: self._follow(dock, is_shown))

    def _make(self, name: str, text: str, tip: str, act: Callable[[], object], key: str = "") -> QAction:
        return make_action(self._window, name, text, tip, act, key=key)

    # -- where the keyboard is

    def _follow(self, dock: QDockWidget, is_shown: bool) -> None:
        """Shown by the user, or brought before other tabs."""
        focus = QApplication.focusWidget()
        if not dock.isHidden():
            self._enter(dock)
        elif focus is None or not is_shown:
            self._enter(self._charts())

    def _parts(self) -> list[QWidget]:
        """In sight, as one reads: charts first, then the panels, then the bars."""
        docks = [dock for dock in self._docks if dock.isVisible() and not is_behind_tab(dock)]
        docks.sort(key=self._place)
        charts = self._charts()
        parts = [*([] if charts is None else [charts]), *docks, *self._bars]
        return [part for part in parts if part.isVisible() and (part is charts or first_stop(part) is not None)]

    def _place(self, dock: QDockWidget) -> tuple[bool, int, int]:
        at = dock.mapTo(self._window, QPoint(0, 0)) if dock.window() is self._window else dock.pos()
        return dock.isFloating(), at.x(), at.y()

    def _go(self, steps: int) -> None:
        parts, focus = self._parts(), QApplication.focusWidget()
        if not parts:
            return
        here = (place for place, part in enumerate(parts) if focus in (part, *part.findChildren(QWidget)))
        start = next(here, -1 if steps > 0 else 0)
        self._enter(parts[(start + steps) % len(parts)])

    def _enter(self, part: QWidget | None) -> None:
        if part is None:
            return
        stop = part if part is self._charts() else self._bars.get(part) or first_stop(part)
        part.window().activateWindow()
        if stop is not None:
            stop.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- how much room it has

    def _panel(self) -> QDockWidget | None:
        """The one that has the keyboard."""
        focus = QApplication.focusWidget()
        return next((dock for dock in self._docks if focus is not None and dock.isAncestorOf(focus)), None)

    def _float(self) -> None:
        dock = self._panel()
        if dock is not None:
            dock.setFloating(not dock.isFloating())
            self._enter(dock)

    def _grow(self, wider: int, taller: int) -> None:
        dock = self._panel()
        if dock is None:
            return
        width, height = dock.width() + wider * STEP, dock.height() + taller * STEP
        if dock.isFloating():
            dock.resize(width, height)
        elif wider:
            self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        else:
            self._window.resizeDocks([dock], [height], Qt.Orientation.Vertical)
