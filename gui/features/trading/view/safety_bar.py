"""A line across the window while a safety order is in progress."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.features.keyboard.model.arming import Arming
from gui.features.keyboard.view.guard import KeyGuard
from gui.features.trading.model.safety import SafetyModel
from gui.widgets.controls import make_button
from gui.widgets.message_bar import MessageBar


class SafetyBar(MessageBar):
    """Says what is left, with buttons to try again and to cancel. Pressed by key they trade, and need arming."""

    def __init__(self, safety: SafetyModel, arming: Arming, parent: QWidget | None = None) -> None:
        super().__init__("safety", "Flatten", parent)
        self._safety = safety
        self.words = QLabel()
        self.words.setObjectName("safetyWords")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.again = make_button("Try again now", "Ask the broker again now to close what it refused", safety.try_again)
        self.cancel = make_button("Cancel Flatten", "Keep open positions, and allow entries again", safety.cancel)
        self.put(self.words, 1)
        guard = KeyGuard(arming, self)
        for button in (self.again, self.cancel):
            guard.watch(button)
            self.put(button)
        safety.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        safety = self._safety
        self.words.setText(safety.words)
        self.words.setToolTip(safety.words)
        self.again.setVisible(safety.waits)
        self.cancel.setVisible(safety.is_flattening)
        self.show_line(bool(safety.words))
