"""A progress line with a button to cancel."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from gui.platform.background import Progress

BAR_WIDTH = 140


class WorkLine(QWidget):
    """Shows one thing at a time, and nothing while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress: Progress | None = None
        self.words, self.bar = QLabel(), QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(BAR_WIDTH)
        self.bar.setFixedHeight(6)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Cancels; nothing is written")
        self.cancel.clicked.connect(self._give_up)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        for part in (self.words, self.bar, self.cancel):
            row.addWidget(part)
        row.addStretch(1)
        self.hide()

    def show_progress(self, progress: Progress | None) -> None:
        """Follows `progress` to its end; None hides the line."""
        if progress is self._progress:
            return
        self._progress = progress
        self.setVisible(progress is not None)
        if progress is not None:
            self.words.setText(progress.title)
            self.bar.setRange(0, progress.steps)
            self.bar.setValue(0)
            progress.moved.connect(self.bar.setValue)

    def _give_up(self) -> None:
        if self._progress is not None:
            self._progress.give_up()
