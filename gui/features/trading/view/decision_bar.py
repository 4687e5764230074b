"""A line across the window while something waits for the user's decision."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QSizePolicy, QWidget

from gui.features.trading.model.decisions import Decision, DecisionsModel
from gui.widgets.message_bar import MessageBar


class DecisionBar(MessageBar):
    """Shows the first decision that the user can make now, else the first. Its button asks for confirmation."""

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
        decision, others = self._shown, len(self._decisions.open_ones) - 1
        if decision is not None:
            self.words.setText(f"{decision.words} ({others} more)" if others else decision.words)
            self.words.setToolTip(decision.words)
            self.button.setText(f"{decision.button} …")
        self.button.setVisible(decision is not None and decision.command is not None)
        self.show_line(decision is not None)

    @property
    def _shown(self) -> Decision | None:
        waiting = self._decisions.open_ones
        return next((each for each in waiting if each.command is not None), next(iter(waiting), None))

    def _ask(self) -> None:
        """Beside the window, which goes on: halt and flatten stay in reach."""
        decision = self._shown
        if decision is None or self.dialog is not None:
            return
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
