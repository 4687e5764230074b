"""The line below the checks: whether their value was measured, and a button that measures it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from gui.features.conditions.model.check_worth import CheckWorthModel
from gui.widgets.controls import make_button
from gui.widgets.short_label import ShortLabel


class WorthLine(QFrame):
    """For the symbol that is shown; hidden if nothing can be measured."""

    def __init__(self, worth: CheckWorthModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worthLine")
        self._worth, self._symbol = worth, ""
        self.words = ShortLabel()
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        tip = "Simulates these settings on the desk's own recordings in the background, and compares the trades taken "
        self.measure = make_button("Measure", f"{tip}with those blocked by each check alone", self._measure)
        self.cancel = make_button("Cancel", "Ends the measurement", worth.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 10, 2)
        row.addWidget(self.words, 1)
        for button in (self.measure, self.cancel):
            row.addWidget(button)
        worth.changed.connect(self.refresh)
        self.refresh()

    def show_symbol(self, symbol: str) -> None:
        """Shows the line for this symbol."""
        self._symbol = symbol
        self.refresh()

    def refresh(self) -> None:
        worth, symbol = self._worth, self._symbol
        self.setVisible(worth.is_on and bool(symbol))
        self.words.setText(worth.state_words(symbol))
        self.words.setToolTip(worth.state_tip(symbol))
        is_measuring = bool(worth.measuring) and worth.measuring == symbol
        self.measure.setVisible(not is_measuring)
        self.measure.setEnabled(not worth.measuring)
        self.cancel.setVisible(is_measuring)

    def _measure(self) -> None:
        self._worth.measure(self._symbol)
