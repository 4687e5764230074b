"""A study without an answer: it waits, runs, was cancelled, has failed or is damaged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from gui.features.lab.model.study import Study, StudyState
from gui.features.lab.model.study_rows import state_words
from gui.widgets.controls import make_words

STEPS = 1_000
WIDTH = 560
WORDS = {
    StudyState.WAITING: ("Waiting", "It begins as soon as the study before it is over."),
    StudyState.RUNNING: ("Running", ""),
    StudyState.DONE: ("Reading the result …", ""),
    StudyState.FAILED: ("This study has failed", ""),
    StudyState.CANCELLED: ("Cancelled", ""),
    StudyState.DAMAGED: ("This study cannot be read", ""),
}


class StatePage(QWidget):
    """Follows a study at `show_study`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labState")
        self.title, self.words = make_words("labTitle"), make_words("labSentence", is_selectable=True)
        self.subject = make_words("labSubject")
        self.bar = QProgressBar(maximum=STEPS, textVisible=False)
        self.bar.setFixedHeight(6)
        self.bar.setToolTip("How much of the study is done")
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        for part in (self.title, self.subject, self.bar, self.words):
            part.setFixedWidth(WIDTH)
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_study(self, study: Study, fault: str = "") -> None:
        """`fault` is why a study that is done cannot be shown."""
        title, words = WORDS[study.state]
        if fault:
            title, words = "The result cannot be shown", fault
        elif study.state is StudyState.RUNNING:
            words = state_words(study).words if study.progress is not None else "Starting …"
        elif study.state.is_over:
            words = study.said if study.record is None else study.record.said
        self.title.setText(title)
        subject = "" if study.record is None else f"{study.title}  ·  {study.record.request.subject}"
        self.subject.setText(subject)
        self.words.setText(words)
        self.bar.setVisible(study.state is StudyState.RUNNING)
        is_known = study.progress is not None and study.progress.total > 0
        self.bar.setRange(0, STEPS if is_known else 0)
        self.bar.setValue(round(STEPS * study.progress.share) if study.progress is not None and is_known else 0)
