"""Rules of further symbols: added as a copy of others, and removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from config.fields import path_of
from config.settings import RULES_SUFFIX
from gui.features.settings.model.form import SettingsForm
from gui.features.settings.model.words import title_of
from gui.widgets.controls import make_button, make_words
from gui.widgets.place import FittedDialog


class RulesBar(QWidget):
    """Two buttons below the pages. `choose` goes to a page."""

    def __init__(self, form: SettingsForm, choose: Callable[[str], None]) -> None:
        super().__init__()
        self._form, self._choose = form, choose
        self._page = ""
        self.add = make_button("Add symbol …", "Adds rules for another instrument", self._ask)
        self.remove = make_button("Remove", "Removes the rules of this symbol", self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.add, 1)
        row.addWidget(self.remove)

    def set_page(self, key: str) -> None:
        """The page that is shown: rules that the user added can be taken out."""
        self._page = path_of(key)[0]
        self.remove.setEnabled(self._form.may_remove(self._page))

    def _ask(self) -> None:
        NewRules(self._form, self._choose, self.window()).open()

    def _remove(self) -> None:
        self._form.remove_rules(self._page)


class NewRules(FittedDialog):
    """Asks how the symbols begin, and which rules to start from."""

    def __init__(self, form: SettingsForm, choose: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("newRules")
        self.setWindowTitle("Add rules for a symbol")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._form, self._choose = form, choose
        self.prefix = QLineEdit(placeholderText="XAGUSD", maxLength=40)
        self.prefix.setToolTip("Prefix of the symbols, without the broker's suffix")
        self.like = QComboBox()
        self.like.setToolTip("The rules to copy from; distances are prices, so check each of them")
        for key in form.rules:
            self.like.addItem(title_of(key), key)
        self.fault = make_words("settingFault")
        self.fault.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._add)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setToolTip("Adds the pages of these rules")
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Adds nothing")
        column = QFormLayout(self)
        column.addRow("Symbol prefix", self.prefix)
        column.addRow("Start from", self.like)
        column.addRow(self.fault)
        column.addRow(self.buttons)

    def _add(self) -> None:
        fault = self._form.add_rules(self.prefix.text(), str(self.like.currentData()))
        self.fault.setText(f"✗ {fault}")
        self.fault.setVisible(bool(fault))
        if not fault:
            self._choose(f"{self.prefix.text().strip().lower()}{RULES_SUFFIX}")
            self.accept()
