"""Chart actions and their keys. Keys that move a view work while the chart has the focus: tables need theirs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.deck import ChartDeck
from gui.widgets.actions import make_action

MAX_SYMBOL_KEYS = 9
PAN = 0.1
"""Of the width or height in view, for one press."""
LEAP = 0.05
"""Of the height in view, for one press."""


class ChartActions:
    """Actions on the chart that has the keyboard, or on the one in front; `symbols` and `views` by group."""

    def __init__(self, deck: ChartDeck) -> None:
        self._deck = deck
        self.side_by_side = self._make(
            *("side_by_side", "Side by side", "All charts at once, or one tab each", lambda: None, "Ctrl+B")
        )
        self.side_by_side.setCheckable(True)
        self.side_by_side.toggled.connect(deck.set_side_by_side)
        deck.arranged.connect(self.side_by_side.setChecked)
        self.reset = self._make(
            *("reset", "Reset view", "The newest candles at the usual width", self._reset_all, "Home")
        )
        self.detach = self._make(
            *("detach", "Separate window", "Moves the symbol's charts to a separate window, or back", self._detach),
            "Ctrl+Shift+W",
        )
        self.symbols = [self._symbol_action(place) for place in range(MAX_SYMBOL_KEYS)]
        self.turning = [
            self._make("next_symbol", "Next symbol", "The next chart", lambda: deck.turn(1), "Ctrl+PgDown"),
            self._make("previous_symbol", "Previous symbol", "The previous chart", lambda: deck.turn(-1), "Ctrl+PgUp"),
        ]
        self.views = self._view_actions()
        deck.addActions([self.detach, *self.symbols, *self.turning, *self.views])

    def _make(self, name: str, text: str, tip: str, act: Callable[[], object], key: str) -> QAction:
        return make_action(self._deck, f"chart.{name}", text, tip, act, key=key)

    def _reset_all(self) -> None:
        self._deck.each_shown(lambda view: view.reset_view())

    def _detach(self) -> None:
        board, deck = self._deck.board_at_keyboard, self._deck
        symbol = next((each for each, other in deck.boards.items() if other is board), "")
        if symbol in deck.windows:
            deck.attach(symbol)
        elif symbol:
            deck.detach(symbol)

    def _symbol_action(self, place: int) -> QAction:
        number = place + 1
        tip = f"Brings the chart of symbol {number} to the front"
        show = self._deck.show_symbol
        return self._make(f"symbol_{number}", f"Symbol {number}", tip, lambda: show(place), f"Ctrl+{number}")

    def _view_actions(self) -> list[QAction]:
        made = [
            self._view_action("zoom_in", "Zoom in", "Wider candles", lambda view: view.zoom(1), "+; =; Up"),
            self._view_action("zoom_out", "Zoom out", "Narrower candles", lambda view: view.zoom(-1), "-; Down"),
            self._view_action("pan_left", "Pan left", "To earlier candles", lambda view: view.pan(-PAN), "Left"),
            self._view_action("pan_right", "Pan right", "To later candles", lambda view: view.pan(PAN), "Right"),
            self._view_action(
                *("follow_live", "Follow live", "Back to the newest candle"), lambda view: view.follow_live(True), "End"
            ),
            self._view_action(
                *("auto_price", "Automatic price scale", "Scale prices to the candles in view"),
                lambda view: view.scale_price_automatically(),
                "Ctrl+0",
            ),
            self._view_action(
                *("previous_trade", "Previous trade", "To the closed trade before, and to its row"),
                lambda view: view.step_trade(-1),
                "Shift+T",
            ),
            self._view_action(
                *("next_trade", "Next trade", "To the closed trade after, and to its row"),
                lambda view: view.step_trade(1),
                "T",
            ),
        ]
        made.append(
            self._view_action(
                *("copy_price", "Copy price", "Copies the price at the crosshair, or the last one"),
                lambda view: view.copy_price(),
                "Ctrl+C",
            )
        )
        made.append(
            self._view_action(
                *("menu", "Chart menu", "Plans, alerts and drawings at the price of the crosshair"),
                lambda view: view.ask_menu(),
                "Shift+F10",
            )
        )
        for action in made[:4]:
            action.setAutoRepeat(True)
        return [*made, *self._price_moves(), *self._cross_moves()]

    def _price_moves(self) -> list[QAction]:
        return [
            self._repeated("pan_up", "Pan up", "To higher prices", lambda view: view.pan_price(PAN), "Shift+Up"),
            self._repeated("pan_down", "Pan down", "To lower prices", lambda view: view.pan_price(-PAN), "Shift+Down"),
            self._repeated(
                *("zoom_prices_in", "Zoom prices in", "Taller candles"), lambda view: view.zoom_price(1), "Ctrl+Up"
            ),
            self._repeated(
                *("zoom_prices_out", "Zoom prices out", "Lower candles"), lambda view: view.zoom_price(-1), "Ctrl+Down"
            ),
        ]

    def _cross_moves(self) -> list[QAction]:
        steps: tuple[tuple[str, str, tuple[int, int, float], str], ...] = (
            ("left", "To the candle before", (-1, 0, 0.0), "Alt+Left"),
            ("right", "To the candle after", (1, 0, 0.0), "Alt+Right"),
            ("up", "One price step up", (0, 1, 0.0), "Alt+Up"),
            ("down", "One price step down", (0, -1, 0.0), "Alt+Down"),
            ("far_up", "Up by a twentieth of the prices in view", (0, 0, LEAP), "Alt+PgUp"),
            ("far_down", "Down by a twentieth of the prices in view", (0, 0, -LEAP), "Alt+PgDown"),
        )
        return [self._cross_move(*each) for each in steps]

    def _cross_move(self, name: str, tip: str, step: tuple[int, int, float], key: str) -> QAction:
        words = f"Crosshair {name.replace('_', ' ')}"
        return self._repeated(f"cross_{name}", words, tip, lambda view: view.step_cross(*step), key)

    def _repeated(self, name: str, text: str, tip: str, act: Callable[[ChartView], object], key: str) -> QAction:
        action = self._view_action(name, text, tip, act, key)
        action.setAutoRepeat(True)
        return action

    def _view_action(self, name: str, text: str, tip: str, act: Callable[[ChartView], object], key: str) -> QAction:
        def act_on_view() -> None:
            view = self._deck.view_at_keyboard
            if view is not None:
                act(view)

        action = self._make(name, text, tip, act_on_view, key)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return action
