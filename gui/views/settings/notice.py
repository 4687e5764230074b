"""The line at the window's foot that tells what an edited file did to the settings, until it was read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QPushButton

from gui.viewmodels.settings import SettingsModel
from gui.views.trading.restyle import restyle

GAP = 12
MOST_WIDTH = 760


class SettingsNotice(QFrame):
    """Lies over the window above its status bar, and takes no room while there is nothing to say."""

    def __init__(self, window: QMainWindow, model: SettingsModel, show_settings: Callable[[], None]) -> None:
        super().__init__(window)
        self.setObjectName("settingsNotice")
        self._window, self._model = window, model
        self.words = QLabel(wordWrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_settings = _button("Settings", "Opens the settings", show_settings)
        self.dismiss = _button("Dismiss", "Takes this line away", model.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(self.words, 1)
        row.addWidget(self.show_settings)
        row.addWidget(self.dismiss)
        self.hide()
        window.installEventFilter(self)
        model.noticed.connect(self.refresh)

    def refresh(self) -> None:
        self.words.setText(self._model.notice)
        restyle(self, "isFaulty", bool(self._model.faults))
        self.setVisible(bool(self._model.notice))
        if self._model.notice:
            self._place()
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window = self._window
        width = min(MOST_WIDTH, window.width() - 2 * GAP)
        self.resize(width, self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height())
        self.move((window.width() - width) // 2, window.height() - window.statusBar().height() - self.height() - GAP)


def _button(words: str, tip: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(words)
    button.setToolTip(tip)
    button.clicked.connect(lambda: act())
    return button
