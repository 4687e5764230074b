"""The switches that decide what the desk may do, and the two that stop it: always in view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from gui.viewmodels.trading_modes import MASTER_SWITCH, ModesModel
from gui.views.trading.restyle import restyle

HALT_KEY, FLATTEN_KEY = "Ctrl+Shift+H", "Ctrl+Shift+F"
LONGEST_REASON = 48
"""Characters of a reason that are shown; the tip has all of it."""


class ModeBar(QToolBar):
    """Shows the modes the engine told. A click sends a command; nothing here changes before the answer.

    What stops the desk stands first, where no narrow window can push it out of sight.
    """

    def __init__(self, modes: ModesModel, parent: QWidget | None = None) -> None:
        super().__init__("Trading modes", parent)
        self.setObjectName("modes")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self._modes = modes
        self.halt = self._stop_button("HALT", "Block every entry and take back what waits", HALT_KEY, modes.halt)
        self.flatten = self._stop_button("FLATTEN", "Close every position of the desk", FLATTEN_KEY, modes.flatten)
        self.addSeparator()
        self.addWidget(QLabel("Master"))
        self.master = {name: self._master_button(name, tip) for name, _, tip in MASTER_SWITCH}
        self.addSeparator()
        self.symbols: dict[str, QToolButton] = {}
        self._symbol_row = self._row()
        self.words = self._words()
        self.release = self._button("Release halt", "Let entries through again", modes.release_halt)
        self._release_place = self.actions()[-1]
        modes.changed.connect(self.refresh)
        self.refresh()

    def _button(self, words: str, tip: str, act: Callable[[], None]) -> QToolButton:
        button = _button(words, tip, act)
        self.addWidget(button)
        return button

    def _row(self) -> QHBoxLayout:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.addWidget(holder)
        return row

    def _stop_button(self, words: str, tip: str, key: str, act: Callable[[], None]) -> QToolButton:
        button = self._button(words, f"{tip} ({key})", act)
        button.setObjectName(words.lower())
        shortcut = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.ApplicationShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(button.click)
        return button

    def _master_button(self, name: str, tip: str) -> QToolButton:
        return self._button(name, f"Master switch: {tip}", lambda: self._modes.set_master(name))

    def _words(self) -> QLabel:
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        label = QLabel()
        label.setObjectName("modeWords")
        self._words_place = self.addWidget(label)
        return label

    # -- what the engine told -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        modes = self._modes
        for name, button in self.master.items():
            button.setEnabled(modes.is_known)
            restyle(button, "mode", name.lower() if name == modes.master else "")
        self._show_symbols()
        self.halt.setEnabled(modes.is_known and not modes.is_halted)
        self.halt.setText("HALTED" if modes.is_halted else "HALT")
        restyle(self.halt, "isHalted", modes.is_halted)
        self.flatten.setEnabled(modes.is_known)
        self._release_place.setVisible(modes.is_halted)
        self._show_words()

    def _show_symbols(self) -> None:
        for symbol in self._modes.symbols:
            if symbol not in self.symbols:
                self.symbols[symbol] = self._add_symbol(symbol)
            words, button = self._modes.mode_words(symbol), self.symbols[symbol]
            button.setText(f"{symbol}: {words}")
            button.setEnabled(self._modes.is_known)
            restyle(button, "mode", words if self._modes.is_known else "")

    def _add_symbol(self, symbol: str) -> QToolButton:
        tip = f"Whether {symbol} trades without asking while the master switch stands at AUTO; a click changes it"
        button = _button(symbol, tip, lambda: self._modes.toggle_symbol(symbol))
        self._symbol_row.addWidget(button)
        return button

    def _show_words(self) -> None:
        words = self._modes.hindrance
        self.words.setText(words if len(words) <= LONGEST_REASON else f"{words[: LONGEST_REASON - 1]}…")
        self.words.setToolTip(words)


def _button(words: str, tip: str, act: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: act())
    return button
