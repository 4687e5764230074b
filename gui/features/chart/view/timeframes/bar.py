"""The time frames of one symbol as a row of buttons, and the menu of the charts beside the one in front."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from gui.features.chart.model.arrangement import Arrangement, Timeframe
from gui.widgets.staying_menu import StayingMenu

NARROW = 520
"""Pixels of a chart below which the menu alone has the time frames."""


class TimeframeBar(QWidget):
    """Asks for arrangements through `arrange`; marks what is shown."""

    def __init__(self, arrange: Callable[[Arrangement], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeframes")
        self._arrange = arrange
        self._shown = Arrangement()
        self.front = {each: self._front_action(each) for each in Timeframe}
        self.beside = {each: self._beside_action(each) for each in Timeframe}
        self.grid = self._action("Charts in a grid", "All charts of the symbol in the same size")
        self.grid.triggered.connect(self._switch_grid)
        self._buttons = [self._button(action) for action in self.front.values()]
        self._menu_button = self._make_menu_button()
        self._lay_out()
        self.show_arrangement(self._shown)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(2)
        for button in (*self._buttons, self._menu_button):
            row.addWidget(button)

    def _action(self, text: str, tip: str) -> QAction:
        return QAction(text, self, checkable=True, toolTip=tip)

    def _front_action(self, timeframe: Timeframe) -> QAction:
        action = self._action(timeframe.value, f"Brings the {timeframe} chart to the front")
        action.triggered.connect(lambda: self.bring(timeframe))
        return action

    def _beside_action(self, timeframe: Timeframe) -> QAction:
        action = self._action(f"{timeframe} beside", f"Shows or hides the {timeframe} chart beside the one in front")
        action.triggered.connect(lambda: self.switch_beside(timeframe))
        return action

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        return button

    def _make_menu_button(self) -> QToolButton:
        menu = StayingMenu(self)
        group = QActionGroup(self)
        for action in self.front.values():
            group.addAction(action)
        menu.addActions([*self.front.values()])
        menu.addSeparator()
        menu.addActions([*self.beside.values()])
        menu.addSeparator()
        menu.addAction(self.grid)
        button = QToolButton()
        button.setToolTip("Time frames, and the charts beside the one in front")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        return button

    def fit_into(self, width: int) -> None:
        """The width of the chart that it is shown in."""
        is_narrow = width < NARROW
        for button in self._buttons:
            button.setVisible(not is_narrow)
        self._name_menu(is_narrow)

    def _name_menu(self, is_narrow: bool) -> None:
        self._menu_button.setText(f"{self._shown.front} ▾" if is_narrow else "Beside ▾")

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    # -- what the user asks for

    def bring(self, timeframe: Timeframe) -> None:
        """The chart of a time frame in front."""
        self._arrange(Arrangement(front=timeframe, beside=self._shown.beside, is_grid=self._shown.is_grid))

    def switch_beside(self, timeframe: Timeframe) -> None:
        """Shows or hides a chart beside the one in front."""
        shown = self._shown
        others = tuple(each for each in shown.beside if each is not timeframe)
        beside = others if timeframe in shown.beside else (*others, timeframe)
        self._arrange(Arrangement(front=shown.front, beside=beside, is_grid=shown.is_grid))

    def _switch_grid(self) -> None:
        shown = self._shown
        self._arrange(Arrangement(front=shown.front, beside=shown.beside, is_grid=not shown.is_grid))

    def show_arrangement(self, arrangement: Arrangement) -> None:
        """Marks what is shown."""
        self._shown = arrangement
        for timeframe, action in self.front.items():
            action.setChecked(timeframe is arrangement.front)
        for timeframe, action in self.beside.items():
            action.setChecked(timeframe in arrangement.beside)
            action.setEnabled(timeframe is not arrangement.front)
        self.grid.setChecked(arrangement.is_grid)
        self._name_menu(self._buttons[0].isHidden())
