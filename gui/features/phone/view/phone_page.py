"""On the page of the phone in the settings: a test, and the addresses for the key store."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gui.features.phone.model.phone import PhoneModel
from gui.widgets.controls import make_button

MAX_ADDRESS_LENGTH = 500


class PhonePage(QWidget):
    """Shows what became of the last address or message."""

    def __init__(self, phone: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phone = phone
        self.address = QLineEdit(echoMode=QLineEdit.EchoMode.Password, placeholderText="Service address")
        self.address.setToolTip("An apprise address such as ntfys://topic; kept in the operating system's key store")
        self.address.setMaxLength(MAX_ADDRESS_LENGTH)
        self.address.setMinimumWidth(220)
        self.add = make_button("Add", "Save the address in the operating system's key store", self._add)
        self.forget = make_button("Delete all", "Delete all addresses from the key store", phone.forgotten.emit)
        self.test = make_button("Send test", "Send a test message to every saved address", phone.tested.emit)
        self.words = QLabel(phone.words, wordWrap=True)
        row = QHBoxLayout()
        for part in (self.address, self.add, self.forget, self.test):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(row)
        column.addWidget(self.words)
        for button in (self.add, self.test):
            button.setEnabled(not phone.unavailable)
        self.address.returnPressed.connect(self.add.click)
        phone.changed.connect(self.refresh)
        phone.saved.connect(self.address.clear)

    def refresh(self) -> None:
        """Shows what became of the last address or message."""
        self.words.setText(self._phone.words)

    def _add(self) -> None:
        """The field keeps the address until it is saved, so that it can be corrected."""
        self._phone.add(self.address.text().strip())
