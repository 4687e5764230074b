"""A line across the window while something waits for the user's decision."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QSizePolicy, QWidget

from gui.viewmodels.decisions import Decision, DecisionsModel
from gui.views.message_bar import MessageBar


class DecisionBar(MessageBar):
    """Shows the oldest decision. Its button asks once more before anything is done."""

    def __init__(self, decisions: DecisionsModel, parent: QWidget | None = None) -> None:
        super().__init__("decisions", "Waiting for your decision", parent)
        self._decisions = decisions
        self.words = QLabel()
        self.words.setObjectName("decisionWords")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton()
        self.button.setToolTip("Asks for your confirmation first")
        self.button.clicked.connect(self._ask)
        self.put(self.words, 1)
        self.put(self.button)
        self.dialog: QMessageBox | None = None
        decisions.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        waiting = self._decisions.open_ones
        if waiting:
            decision, others = waiting[0], len(waiting) - 1
            self.words.setText(f"{decision.words} ({others} more)" if others else decision.words)
            self.words.setToolTip(decision.words)
            self.button.setText(f"{decision.button} …")
        self.button.setVisible(bool(waiting) and waiting[0].command is not None)
        self.show_line(bool(waiting))

    def _ask(self) -> None:
        """Beside the window, which goes on: halt and flatten stay in reach."""
        waiting = self._decisions.open_ones
        if not waiting or self.dialog is not None:
            return
        decision = waiting[0]
        dialog = QMessageBox(QMessageBox.Icon.Question, "Confirm", decision.question, parent=self.window())
        dialog.setModal(False)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        confirm = dialog.addButton(decision.button, QMessageBox.ButtonRole.AcceptRole)
        dialog.setDefaultButton(dialog.addButton(QMessageBox.StandardButton.Cancel))
        confirm.clicked.connect(lambda: self._decide(decision))
        dialog.finished.connect(self._forget)
        self.dialog = dialog
        dialog.show()

    def _decide(self, decision: Decision) -> None:
        waiting = (each.command for each in self._decisions.open_ones)
        if decision.command in waiting:  # the broker may have settled it while the question stood
            self._decisions.decide(decision)

    def _forget(self) -> None:
        self.dialog = None
