"""Faults, shown once and in one place of the window, until the user dismisses them."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QPushButton, QWidget

from gui.widgets.controls import make_words
from gui.widgets.message_bar import MessageBar


class Fault(NamedTuple):
    """A few words, and the sentence with the way out."""

    title: str
    sentence: str


class FaultBar(MessageBar):
    """Shows the newest fault, and the ones before it as each is dismissed. A fault already shown is not shown again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("faults", "What went wrong", parent)
        self.faults: list[Fault] = []
        self.title, self.words = (
            make_words("faultTitle", wraps=False, is_selectable=True),
            make_words("faultWords", wraps=False, is_selectable=True),
        )
        self.words.setWordWrap(True)
        self.dismiss = QPushButton("Dismiss")
        self.dismiss.setToolTip("Dismisses this message")
        self.dismiss.clicked.connect(self._dismiss)
        self.put(self.title)
        self.put(self.words, 1)
        self.put(self.dismiss)
        self.refresh()

    def add_fault(self, title: str, sentence: str) -> None:
        """Shows a fault; the same one only once."""
        fault = Fault(title, sentence)
        if fault not in self.faults:
            self.faults.append(fault)
            self.refresh()

    def refresh(self) -> None:
        if self.faults:
            fault, others = self.faults[-1], len(self.faults) - 1
            self.title.setText(f"▲ {fault.title}")
            self.words.setText(fault.sentence)
            self.dismiss.setText(f"Dismiss ({others} more)" if others else "Dismiss")
        self.show_line(bool(self.faults))

    def _dismiss(self) -> None:
        self.faults.pop()
        self.refresh()
