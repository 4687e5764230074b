"""What went wrong, told once and in words, in one place of the window, until a person has read it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolBar, QWidget


class Fault(NamedTuple):
    """A few words, and the sentence with the way out."""

    title: str
    sentence: str


class FaultBar(QToolBar):
    """Shows the newest fault, and the ones before it as each is dismissed. What is told already is not told again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What went wrong", parent)
        self.setObjectName("faults")
        self.setMovable(False)
        self.toggleViewAction().setVisible(False)
        self.faults: list[Fault] = []
        self.title, self.words = _label("faultTitle"), _label("faultWords")
        self.words.setWordWrap(True)
        self.dismiss = QPushButton("Dismiss")
        self.dismiss.setToolTip("Takes this message away")
        self.dismiss.clicked.connect(self._dismiss)
        self._holder = self._row()
        self.addWidget(self._holder)
        self.refresh()

    def _row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.words, 1)
        row.addWidget(self.dismiss)
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return holder

    def tell(self, title: str, sentence: str) -> None:
        """Shows a fault; the same one only once."""
        fault = Fault(title, sentence)
        if fault not in self.faults:
            self.faults.append(fault)
            self.refresh()

    def setVisible(self, visible: bool) -> None:
        """A layout that is restored has no say in it."""
        super().setVisible(visible and bool(self.faults))

    def refresh(self) -> None:
        self.setVisible(bool(self.faults))
        if self.faults:
            fault, others = self.faults[-1], len(self.faults) - 1
            self.title.setText(f"▲ {fault.title}")
            self.words.setText(fault.sentence)
            self.dismiss.setText(f"Dismiss ({others} more)" if others else "Dismiss")
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its lines: a toolbar would make room for words of the least width."""
        row = self._holder.layout()
        assert row is not None
        self._holder.setFixedHeight(max(row.heightForWidth(self.width()), self.dismiss.sizeHint().height() + 4))

    def _dismiss(self) -> None:
        self.faults.pop()
        self.refresh()


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
