"""AUTO without a positive verdict: the user types the measured figure before a symbol trades without approval."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from gui.features.evidence.model.evidence import AutoQuestion
from gui.widgets.controls import make_words
from gui.widgets.place import FittedDialog

WIDTH = 460
MINUS = "−"


class PermissionDialog(FittedDialog):
    """Non-modal: HALT and FLATTEN stay available. *Allow AUTO* is enabled once everything is typed as shown."""

    def __init__(self, questions: Sequence[AutoQuestion], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("AUTO without a positive verdict")
        self.setMinimumWidth(WIDTH)
        self._questions = tuple(questions)
        column = QVBoxLayout(self)
        column.addWidget(
            make_words(
                "permissionWords",
                "Orders in these symbols will be placed without your approval, although it is not proven that their "
                "settings earn money after costs. Your confirmation is recorded in the journal and remains valid until "
                "a setting that affects trades, or the verdict, changes.",
            )
        )
        self.fields = {question.symbol: self._add(question, column) for question in self._questions}
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.allow = self.buttons.addButton("Allow AUTO", QDialogButtonBox.ButtonRole.AcceptRole)
        self.allow.setToolTip("Enabled once everything is typed as shown")
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Leaves the switch as it is")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        self._look()

    @property
    def typed(self) -> dict[str, str]:
        """The text that was typed, by symbol."""
        return {symbol: field.text().strip().replace(MINUS, "-") for symbol, field in self.fields.items()}

    def _add(self, question: AutoQuestion, column: QVBoxLayout) -> QLineEdit:
        words = make_words("permissionFigure", f"{question.symbol}: {question.words}")
        words.setToolTip(question.tip)
        field = QLineEdit()
        field.setMaxLength(20)
        field.setPlaceholderText(f"Type {question.asked}")
        field.setToolTip(f"Type {question.asked} to let {question.symbol} trade without approval")
        field.setAccessibleName(f"Type {question.asked} to let {question.symbol} trade without approval")
        field.textChanged.connect(self._look)
        column.addWidget(words)
        column.addWidget(make_words("permissionAsked", f"Type {question.asked} to let it trade without approval:"))
        column.addWidget(field)
        return field

    def _look(self) -> None:
        typed = self.typed
        self.allow.setEnabled(all(typed.get(each.symbol) == each.asked for each in self._questions))
