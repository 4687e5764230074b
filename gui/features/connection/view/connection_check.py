"""Below the settings of MetaTrader: a test of the connection, and the password for the key store."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gui.features.connection.model.connection import ConnectionModel, FindingRow
from gui.widgets.controls import make_button
from gui.widgets.restyle import restyle

WELL, UNWELL = "✓", "!"


class ConnectionCheck(QWidget):
    """Shows findings as they come, each with what to change."""

    def __init__(self, connection: ConnectionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._shown: tuple[FindingRow, ...] = ()
        self.test = make_button("Test connection", "Check terminal, account, switches and symbols", connection.test)
        self.cancel = make_button("Cancel", "Cancel the test", connection.cancel)
        self.words = QLabel(wordWrap=True)
        self.words.setObjectName("connectionWords")
        self._rows = QGridLayout()
        self._rows.setColumnStretch(2, 1)
        self._rows.setHorizontalSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        for part in (self._buttons(), self._password_row()):
            column.addLayout(part)
        column.addWidget(self.words)
        column.addLayout(self._rows)
        connection.changed.connect(self.refresh)
        self.refresh()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addWidget(self.cancel)
        row.addStretch(1)
        return row

    def _password_row(self) -> QHBoxLayout:
        self.password = QLineEdit(echoMode=QLineEdit.EchoMode.Password, placeholderText="password of the account")
        self.password.setToolTip("Needed only if the desk logs in to the terminal; kept in the key store")
        self.password.setMaxLength(253)
        self.password.setMinimumWidth(220)
        self.keep = make_button("Save", "Save the password in the operating system's key store", self._keep)
        self.forget = make_button("Delete", "Delete the password from the key store", self._connection.forgotten.emit)
        row = QHBoxLayout()
        for part in (self.password, self.keep, self.forget):
            row.addWidget(part)
        row.addStretch(1)
        return row

    def _keep(self) -> None:
        """The field does not hold it a moment longer than it has to."""
        password = self.password.text()
        self.password.clear()
        if password:
            self._connection.kept.emit(password)

    # -- what was found

    def refresh(self) -> None:
        connection = self._connection
        is_available = not connection.unavailable
        self.test.setEnabled(is_available and not connection.is_running)
        self.cancel.setVisible(connection.is_running)
        self.words.setText(connection.words)
        if connection.findings != self._shown:
            self._show_findings(connection.findings)

    def _show_findings(self, findings: tuple[FindingRow, ...]) -> None:
        if self._shown != findings[: len(self._shown)]:
            self._clear()
        for finding in findings[len(self._shown) :]:
            self._add(finding)
        self._shown = findings

    def _clear(self) -> None:
        self._shown = ()
        while (item := self._rows.takeAt(0)) is not None:
            if (label := item.widget()) is not None:
                label.deleteLater()

    def _add(self, finding: FindingRow) -> None:
        row = self._rows.rowCount()
        mark = QLabel(WELL if finding.is_well else UNWELL)
        mark.setObjectName("findingMark")
        mark.setToolTip("OK" if finding.is_well else "needs attention")
        restyle(mark, "isWell", finding.is_well)
        words = f"{finding.words}\n{finding.advice}" if finding.advice else finding.words
        for column, label in enumerate((mark, QLabel(finding.subject), QLabel(words, wordWrap=True))):
            self._rows.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
