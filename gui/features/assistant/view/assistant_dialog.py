"""The Assistant dialog: whether programs may connect, who is connected, and what connects one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui.features.assistant.model.assistant import AssistantModel
from gui.features.assistant.model.snippets import Snippet
from gui.widgets.controls import make_button, make_words
from gui.widgets.place import FittedDialog

ABOUT = (
    "A chat assistant or a program of yours can read what the desk shows and propose plans. It can never trade, arm, "
    "approve, relax a limit or change a setting."
)
SIZE = (760, 520)


class AssistantDialog(FittedDialog):
    """`make_snippets` is asked again whenever the API changes; `show_setting` opens the setting of that key."""

    def __init__(
        self,
        model: AssistantModel,
        make_snippets: Callable[[], Sequence[Snippet]],
        warning: str,
        show_setting: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        """`warning` says what is missing for an assistant to connect; empty if nothing is."""
        super().__init__(parent)
        self._model, self._make_snippets = model, make_snippets
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("assistant")
        self.setWindowTitle("Assistant")
        self.door, self.clients, self.proposals = (make_words("assistantValue") for _ in range(3))
        self.settings = make_button(
            "Settings …", "Opens the setting that lets programs connect", lambda: show_setting("assistant.enabled")
        )
        self.tabs = QTabWidget()
        self.texts: list[QPlainTextEdit] = []
        self.copies: list[QPushButton] = []
        for snippet in make_snippets():
            self._add_tab(snippet)
        self.message = make_words("assistantMessage", warning)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Closes this dialog")
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(make_words("assistantAbout", ABOUT))
        column.addLayout(self._state())
        column.addWidget(self.tabs, 1)
        column.addWidget(self.message)
        column.addWidget(buttons)
        self.resize(*SIZE)
        model.changed.connect(self.refresh)
        self.refresh()

    def _state(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        door = QHBoxLayout()
        door.addWidget(self.door, 1)
        door.addWidget(self.settings)
        form.addRow(make_words("assistantName", "Local API", wraps=False), door)
        form.addRow(make_words("assistantName", "Connected now", wraps=False), self.clients)
        form.addRow(make_words("assistantName", "Proposals", wraps=False), self.proposals)
        return form

    def _add_tab(self, snippet: Snippet) -> None:
        text = QPlainTextEdit(snippet.text, readOnly=True)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setAccessibleName(f"For {snippet.title}")
        text.setToolTip("Made for this installation; has no token")
        copy = make_button("Copy", f"Copies this for {snippet.title}", lambda: self._copy(snippet.title, text))
        row = QHBoxLayout()
        row.addWidget(make_words("assistantHint", snippet.hint, is_selectable=True), 1)
        row.addWidget(copy)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addLayout(row)
        column.addWidget(text, 1)
        place = self.tabs.addTab(page, snippet.title)
        self.tabs.setTabToolTip(place, f"What connects {snippet.title} to this desk")
        self.texts.append(text)
        self.copies.append(copy)

    def _copy(self, title: str, text: QPlainTextEdit) -> None:
        QGuiApplication.clipboard().setText(text.toPlainText())
        self.message.setText(f"Copied for {title}.")

    def refresh(self) -> None:
        """Updates what is shown; a snippet only if it changed, since it may be selected."""
        model = self._model
        self.door.setText(model.door_words)
        self.clients.setText(model.client_words)
        self.proposals.setText(model.proposal_words)
        for text, snippet in zip(self.texts, self._make_snippets(), strict=True):
            if text.toPlainText() != snippet.text:
                text.setPlainText(snippet.text)
