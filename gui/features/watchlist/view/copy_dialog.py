"""The dialog that copies rules from another symbol, with a preview of what changes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from gui.features.trading.view.table import TradeTable
from gui.features.watchlist.model.rules_copy import RulesCopy
from gui.theme import Theme
from gui.widgets.controls import make_words
from gui.widgets.place import FittedDialog

SIZE = (700, 460)


class CopyRulesDialog(FittedDialog):
    """Nothing changes before *Copy rules*; it locks nothing: halt and flatten stay in reach."""

    def __init__(self, rules: RulesCopy, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("copyRules")
        self.setWindowTitle(f"Copy rules to {rules.target.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self._rules = rules
        self.sources = QComboBox()
        self.sources.setToolTip("The symbol whose rules are copied")
        for source in rules.choices:
            self.sources.addItem(rules.title(source))
        self.sources.currentIndexChanged.connect(lambda place: rules.choose(rules.choices[place]))
        self.table = TradeTable(rules.table, theme, "Nothing changes.", name="Changed settings")
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.notes, self.fault = make_words("copyNotes"), make_words("settingFault")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Changes nothing")
        self.copy = self.buttons.addButton("Copy rules", QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy.setToolTip("Applies and saves these changes")
        self.buttons.accepted.connect(self._copy)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("Copy from", self.sources)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.table, 1)
        for part in (self.notes, self.fault, self.buttons):
            column.addWidget(part)
        rules.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def refresh(self) -> None:
        """Shows what copying from the chosen symbol would change."""
        rules = self._rules
        self.notes.setText("\n".join(rules.notes))
        self.fault.setText(f"✗ {rules.fault}")
        self.fault.setVisible(bool(rules.fault))
        self.copy.setEnabled(rules.may_copy)

    def _copy(self) -> None:
        if self._rules.copy():
            self.accept()
