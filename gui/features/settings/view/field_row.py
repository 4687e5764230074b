"""One setting in a row: title, editor, unit and reset, with its help, and below what is wrong or what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QWidget

from config.fields import Kind, SettingField
from gui.features.settings.model.form import SettingsForm
from gui.features.settings.model.pages import choice_text
from gui.features.settings.model.words import bounds_text, value_text
from gui.features.settings.view.editors import ChoiceEditor, make_editor
from gui.widgets.controls import make_button, make_words
from gui.widgets.restyle import restyle

UNIT_WIDTH = 124
NO_BREAK = "\u00a0"
"""A space at which no line ends: a value alone on a line is not understood."""
LINE_HEIGHT = 26
"""Of an editor of one line: its unit stands beside the middle of it."""


class FieldRow(QFrame):
    """Follows the form at `refresh`; `instant_text` writes an instant in the zone of the window."""

    def __init__(self, form: SettingsForm, field: SettingField, instant_text: Callable[[datetime], str]) -> None:
        super().__init__()
        self.setObjectName("settingRow")
        self._form, self.field, self._instant_text = form, field, instant_text
        self.title = QLabel(field.title)
        self.title.setObjectName("settingTitle")
        self.editor = make_editor(field)
        if isinstance(self.editor, ChoiceEditor):
            self.editor.grey_out(form.unavailable(field.key))
        self.editor.edited.connect(lambda value: form.set(field.key, value))
        self.title.setBuddy(self.editor)
        self.help = make_words("settingHelp", _help(field))
        self.reset = QToolButton()
        self.reset.setText("↺")
        self.reset.setObjectName("settingReset")
        self.reset.setToolTip(f"Back to the default, {_default(field)}")
        self.reset.clicked.connect(lambda: form.reset([field]))
        self.below: Below | None = None
        """What is wrong or waits; None where nothing ever was or did."""
        self.setToolTip(_tip(field))
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 7, 8, 7)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        unit = QLabel(self.field.unit)
        unit.setObjectName("settingUnit")
        unit.setFixedWidth(UNIT_WIDTH)
        unit.setMinimumHeight(LINE_HEIGHT)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.title, 0, 0, top)
        grid.addWidget(self.help, 1, 0, top)
        grid.setRowStretch(1, 1)
        for column, part in enumerate((self.editor, unit, self.reset), 1):
            grid.addWidget(part, 0, column, 2, 1, top)
        self._grid = grid

    def refresh(self) -> None:
        """Shows the value, the marks and what is wrong as they are now."""
        form, key = self._form, self.field.key
        self.editor.show_value(form.value(key))
        fault = form.fault(key)
        waiting = form.waiting(key)
        if fault or waiting or self.below is not None:
            self._show_below(fault, waiting)
        self.reset.setEnabled(not form.is_default(self.field))
        restyle(self, "isFaulty", bool(fault))
        restyle(self, "isEdited", form.is_changed(key))
        restyle(self.title, "isOwn", not form.is_default(self.field))

    def _show_below(self, fault: str, waiting: tuple[str, datetime | None] | None) -> None:
        """Few settings ever have something below them, so its widgets are made when they are wanted."""
        if self.below is None:
            self.below = Below(lambda: self._form.withdraw(self.field.key))
            self._grid.addWidget(self.below, 2, 0, 1, 4)
        self.below.show_fault(fault)
        if waiting is None:
            self.below.show_waiting("", may_withdraw=False)
        else:
            in_force, due_at = waiting
            until = "the next candle" if due_at is None else self._instant_text(due_at)
            self.below.show_waiting(f"◷ {in_force} is in force until {until}", may_withdraw=due_at is not None)


class Below(QWidget):
    """What is wrong with a setting, and what waits of it."""

    def __init__(self, withdraw: Callable[[], None]) -> None:
        super().__init__()
        self.fault, self.waits = make_words("settingFault"), make_words("settingWaits")
        self.withdraw = make_button("Withdraw", "Cancels the waiting change: the value in force stays", withdraw)
        self.withdraw.setObjectName("settingWithdraw")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.fault, 0, 0, 1, 2)
        grid.addWidget(self.waits, 1, 0)
        grid.addWidget(self.withdraw, 1, 1)

    def show_fault(self, fault: str) -> None:
        self.fault.setText(f"✗ {fault}" if fault else "")
        self.fault.setVisible(bool(fault))

    def show_waiting(self, words: str, *, may_withdraw: bool) -> None:
        self.waits.setText(words)
        self.waits.setVisible(bool(words))
        self.withdraw.setVisible(may_withdraw)


def _default(field: SettingField) -> str:
    if not field.has_default:
        return "none"
    return choice_text(field.default) if field.kind is Kind.CHOICE else value_text(field.default)


def _help(field: SettingField) -> str:
    default = f"Default {_default(field)}" if field.has_default else "Has no default"
    bounds = bounds_text(field)
    parts = [part.replace(" ", NO_BREAK) for part in (default, f"allowed {bounds}" if bounds else "") if part]
    return f"{field.about} {', '.join(parts)}."


def _tip(field: SettingField) -> str:
    relaxes = "\nA limit: relaxing it takes effect after a delay." if field.relaxes is not None else ""
    return f"{field.about}\nAllowed is {field.allowed}.\nTakes effect {field.effect}.{relaxes}\n{field.key}"
