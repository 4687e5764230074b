"""Actions and keys of the time frames, for the symbol that has the keyboard or the one in front."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.view.deck import ChartDeck
from gui.features.chart.view.timeframes.bar import TimeframeBar
from gui.widgets.actions import make_action


class TimeframeActions:
    """`menu` lists them."""

    def __init__(self, deck: ChartDeck) -> None:
        self._deck = deck
        self.front = [self._front_action(number, each) for number, each in enumerate(Timeframe, 1)]
        self.beside = [self._beside_action(number, each) for number, each in enumerate(Timeframe, 1)]
        self.grid = self._make(
            *("grid", "Charts in a grid", "All charts of a symbol in the same size"),
            lambda bar: bar.grid.trigger(),
            "Ctrl+Shift+G",
        )
        self.menu = QMenu("Time frames", deck)
        self.menu.setToolTipsVisible(True)
        for group in (self.front, self.beside, [self.grid]):
            self.menu.addActions(group)
            self.menu.addSeparator()
        deck.addActions([*self.front, *self.beside, self.grid])

    def _front_action(self, number: int, timeframe: Timeframe) -> QAction:
        tip = f"Brings the chart of {timeframe} to the front"
        return self._make(
            timeframe.lower(), f"{timeframe} chart", tip, lambda bar: bar.bring(timeframe), f"Alt+{number}"
        )

    def _beside_action(self, number: int, timeframe: Timeframe) -> QAction:
        name, tip = f"beside_{timeframe.lower()}", f"Shows or hides the {timeframe} chart beside the one in front"
        return self._make(
            name, f"{timeframe} beside", tip, lambda bar: bar.switch_beside(timeframe), f"Alt+Shift+{number}"
        )

    def _make(self, name: str, text: str, tip: str, act: Callable[[TimeframeBar], None], key: str) -> QAction:
        def act_on_board() -> None:
            board = self._deck.board_at_keyboard
            if board is not None:
                act(board.bar)

        return make_action(self._deck, f"chart.{name}", text, tip, act_on_board, key=key)
