"""Asks for the name of a preset."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from gui.widgets.controls import make_words
from gui.widgets.place import FittedDialog


class PresetDialog(FittedDialog):
    """`named` carries a name that can be used; `fault_of` says why one cannot."""

    named = Signal(str)

    def __init__(self, values: str, fault_of: Callable[[str], str], parent: QWidget | None = None) -> None:
        """`values` are the settings that are kept, in words."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("presetDialog")
        self.setWindowTitle("Save as preset")
        self.setMinimumWidth(420)
        self._fault_of = fault_of
        self.name = QLineEdit(placeholderText="name of the preset")
        self.name.setToolTip("Letters, digits, blanks, dots and dashes; a preset of that name is replaced")
        self.fault = make_words("settingFault")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setToolTip("Keeps the settings of the study with these values; the settings dialog offers it then")
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Keeps nothing")
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        for part in (make_words("labSubject", values), self.name, self.fault, buttons):
            column.addWidget(part)
        self.name.textChanged.connect(lambda _: self._check())
        self._check()

    def _check(self) -> None:
        name = self.name.text().strip()
        fault = self._fault_of(name) if name else ""
        self.fault.setText(f"✗ {fault}" if fault else "")
        self.save.setEnabled(bool(name) and not fault)

    def _accept(self) -> None:
        self.named.emit(self.name.text().strip())
        self.accept()
