"""The page of a window before its market is open: progress, or why it failed and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

WIDTH = 620


class WayOut(Enum):
    """What the user can do: the words of its button, and its tip."""

    AGAIN = ("Try again", "Tries to open the same market again")
    DEMO = ("Open the demo market", "Opens the demo market, with a paper account, instead")
    FOLDER = ("Show the folder", "Opens the folder of the file")
    CANCEL = ("Cancel", "Cancels the opening")
    CLOSE = ("Close", "Closes the desk")


class OpeningPage(QWidget):
    """`chosen` carries the `WayOut` that the user chose."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("opening")
        self.title, self.words = QLabel("Opening the market …"), QLabel(wordWrap=True)
        self.title.setObjectName("openingTitle")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setObjectName("openingWords")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words.setFixedWidth(WIDTH)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedSize(WIDTH // 2, 6)
        self.bar.setToolTip("How many of the files have been read")
        self.buttons = {way: self._button(way) for way in WayOut}
        self._lay_out()
        self._offer(())
        self.words.hide()
        self.bar.hide()

    def _lay_out(self) -> None:
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addStretch(1)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column.setSpacing(14)
        column.addStretch(1)
        for part in (self.title, self.words, self.bar):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(row)
        column.addStretch(1)

    def _button(self, way: WayOut) -> QPushButton:
        words, tip = way.value
        button = QPushButton(words)
        button.setToolTip(tip)
        button.clicked.connect(lambda: self.chosen.emit(way))
        return button

    def _offer(self, ways: Sequence[WayOut]) -> None:
        for way, button in self.buttons.items():
            button.setVisible(way in ways)

    def show_progress(self, words: str, done: int, steps: int) -> None:
        """`done` of `steps` are done; the progress within a single step is unknown."""
        self.title.setText(words)
        self.words.hide()
        self.bar.setRange(0, steps if steps > 1 else 0)
        self.bar.setValue(done)
        self.bar.show()
        self._offer((WayOut.CANCEL,))

    def show_fault(self, title: str, sentence: str, ways: Sequence[WayOut]) -> None:
        """Why there is no market, and what can be done; the first way has the keyboard."""
        self.title.setText(title)
        self.words.setText(sentence)
        self.words.show()
        self.bar.hide()
        self._offer(ways)
        self.buttons[ways[0]].setFocus()
