"""The trading mode switches, Halt and Flatten: always visible."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolBar, QToolButton, QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.keyboard.view.guard import KeyGuard
from gui.features.trading.model.modes import MASTER_SWITCH, SYMBOL_MODES, ModesModel
from gui.theme import Theme
from gui.theme.iconing import fill, show_words
from gui.widgets.actions import EVERYWHERE_PROPERTY, make_action
from gui.widgets.restyle import restyle
from gui.widgets.short_label import ShortLabel
from gui.widgets.steady_width import keep_width


class ModeBar(QToolBar):
    """Shows the modes that the engine announced. A click sends a command; nothing here changes before the answer.

    What stops the desk stands first, where no narrow window can push it out of sight. The mouse needs no arming;
    pressing a button by the keyboard does, but for HALT, which only ever makes safer.
    """

    def __init__(self, modes: ModesModel, arming: Arming, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Trading modes", parent)
        self.setObjectName("modes")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self._modes, self._arming, self._theme = modes, arming, theme
        self._is_narrow = False
        self._guard = KeyGuard(arming, self)
        self._make_actions()
        self.halt = self._stop_button("halt", self.halt_action)
        self.flatten = self._stop_button("flatten", self.flatten_action)
        self._guard.watch(self.flatten)
        self.arm = self._stop_button("arm", self.arm_action)
        self.waiting = self._button("", "Show the proposals that await approval", lambda: None)
        self.waiting.setObjectName("waiting")
        self.waiting.setMinimumWidth(self.waiting.fontMetrics().horizontalAdvance(f" {_waiting_words(99)} ") + 12)
        self.show_waiting(0)
        self.addSeparator()
        self.master = {name: self._master_button(name, tip) for name, _, tip in MASTER_SWITCH}
        self.addSeparator()
        self.symbols: dict[str, QToolButton] = {}
        self._symbol_row = self._row()
        self.release = self._stop_button("release", self.release_action)
        self._guard.watch(self.release)
        self._release_place = self.actions()[-1]
        modes.changed.connect(self.refresh)
        arming.changed.connect(self._show_arming)
        self.refresh()
        self._show_arming()

    def setVisible(self, visible: bool) -> None:  # noqa: ARG002
        """HALT and FLATTEN stay visible in every layout."""
        super().setVisible(True)

    def _make_actions(self) -> None:
        modes = self._modes
        self.halt_action = make_action(
            *(self, "trading.halt", "Halt", "Block every entry and cancel waiting proposals", modes.halt),
            key="Ctrl+Shift+H",
        )
        self.halt_action.setProperty(EVERYWHERE_PROPERTY, True)
        self.flatten_action = make_action(
            *(
                self,
                "trading.flatten",
                "Flatten (close all)",
                "Close every position of the desk; no entries until that is done",
                modes.flatten,
            ),
            key="Ctrl+Shift+F",
            is_trading=True,
        )
        self.flatten_action.setIconText("FLATTEN")
        self.release_action = make_action(
            *(self, "trading.release_halt", "Release halt", "Allow entries again", modes.release_halt),
            is_trading=True,
        )
        self.arm_action = make_action(
            *(
                self,
                "trading.arm",
                "Arm keys",
                "Let keys trade for a limited time, or disarm them",
                self._arming.toggle,
            ),
            key="Ctrl+Shift+A",
        )

    def _button(self, words: str, tip: str, act: Callable[[], None]) -> QToolButton:
        button = _button(words, tip, act)
        self._guard.watch(button)
        self.addWidget(button)
        return button

    def _row(self) -> QHBoxLayout:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.addWidget(holder)
        return row

    def add_beside_symbols(self, widget: QWidget) -> QAction:
        """Adds a widget after the switches of the symbols; the action that is returned hides it."""
        return self.insertWidget(self._release_place, widget)

    def _stop_button(self, name: str, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setDefaultAction(action)
        self.addWidget(button)
        return button

    def _master_button(self, name: str, tip: str) -> QToolButton:
        return self._button(name, f"Master switch: {tip}", lambda: self._modes.set_master(name))

    # -- events of the engine -----------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Sets the theme of the icons."""
        self._theme = theme

    def set_narrow(self, is_narrow: bool) -> None:
        """Whether icons have to do where they can."""
        self._is_narrow = is_narrow
        self._show_arming()

    def refresh(self) -> None:
        modes = self._modes
        for name, button in self.master.items():
            button.setEnabled(modes.is_known)
            restyle(button, "mode", name.lower() if name == modes.master else "")
        self._show_symbols()
        self.halt_action.setEnabled(modes.is_known and not modes.is_halted)
        self.halt_action.setIconText("HALTED" if modes.is_halted else "HALT")
        restyle(self.halt, "isHalted", modes.is_halted)
        fill(self.halt_action, self._theme, is_filled=modes.is_halted)
        self.flatten_action.setEnabled(modes.is_known)
        self.flatten_action.setIconText("FLATTENING" if modes.is_flattening else "FLATTEN")
        self.release_action.setEnabled(modes.is_halted)
        self._release_place.setVisible(modes.is_halted)

    def show_waiting(self, count: int) -> None:
        """How many proposals await approval; always visible and always the same width, so that nothing moves."""
        self.waiting.setText(_waiting_words(count))
        self.waiting.setEnabled(count > 0)
        restyle(self.waiting, "isWaiting", count > 0)

    def _show_arming(self) -> None:
        arming = self._arming
        self.arm_action.setEnabled(arming.is_needed)
        left = arming.seconds_left
        countdown = f"{left // 60}:{left % 60:02}"
        armed = countdown if self._is_narrow else f"Keys armed {countdown}"  # the frame says the rest
        words = armed if arming.is_armed else "Arm keys"
        self.arm_action.setIconText(words if arming.is_needed else "Keys live")
        is_live = arming.is_armed or not arming.is_needed
        show_words(self.arm, has_words=is_live or not self._is_narrow)
        if self._is_narrow and arming.is_armed:
            self.arm.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        restyle(self.arm, "isArmed", is_live)
        fill(self.arm_action, self._theme, is_filled=is_live)

    def _show_symbols(self) -> None:
        for symbol in self._modes.symbols:
            if symbol not in self.symbols:
                self.symbols[symbol] = self._add_symbol(symbol)
            words, button = self._modes.mode_words(symbol), self.symbols[symbol]
            button.setText(f"{symbol}: {words}")
            keep_width(button, *(f"{symbol}: {each}" for each in SYMBOL_MODES))
            button.setEnabled(self._modes.is_known)
            restyle(button, "mode", words if self._modes.is_known else "")

    def _add_symbol(self, symbol: str) -> QToolButton:
        tip = f"Whether {symbol} trades without approval while the master switch is at AUTO; a click changes it"
        button = _button(symbol, tip, lambda: self._modes.toggle_symbol(symbol))
        self._guard.watch(button)
        self._symbol_row.addWidget(button)
        return button


class HindranceLine(ShortLabel):
    """Why nothing can be entered, in words; empty where something can."""

    def __init__(self, modes: ModesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modeWords")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._modes = modes
        modes.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        words = self._modes.hindrance
        self.setText(words)
        self.setToolTip(words)
        self.setVisible(bool(words))


def _waiting_words(count: int) -> str:
    return f"Awaiting approval: {count}"


def _button(words: str, tip: str, act: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: act())
    return button
