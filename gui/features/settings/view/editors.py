"""Editors of single values: each shows a value as in the file, and reports the user's changes.

`edited` carries a value whenever the user changed it, never when it is shown by `show_value`. What cannot be read as a
number is passed on as text, so that the field can say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from config.fields import Kind, SettingField
from gui.features.settings.model.pages import choice_text
from gui.widgets.fields import leave_wheel_to_page
from gui.widgets.scrolling import leave_ground_to_frame

WIDTH = 190
LINES = 3
MAX_NUMBER_LENGTH, MAX_TEXT_LENGTH = 40, 4_000


class SwitchEditor(QCheckBox):
    edited = Signal(object)

    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.setToolTip(field.about)
        self.clicked.connect(lambda is_on: self.edited.emit(is_on))

    def show_value(self, value: Any) -> None:
        self.setChecked(value is True)
        self.setText("on" if value is True else "off")


class ChoiceEditor(QComboBox):
    edited = Signal(object)

    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.setToolTip(field.about)
        leave_wheel_to_page(self)
        for choice in field.choices:
            self.addItem(choice_text(choice), choice)
        self.activated.connect(lambda _: self.edited.emit(self.currentData()))

    def show_value(self, value: Any) -> None:
        self.setCurrentIndex(self.findData(value))

    def grey_out(self, unavailable: Mapping[str, str]) -> None:
        """Choices that cannot be made, each with the reason."""
        model = self.model()
        for choice, reason in unavailable.items():
            place = self.findData(choice)
            if isinstance(model, QStandardItemModel) and place >= 0:
                model.item(place).setEnabled(False)
                self.setItemData(place, reason, Qt.ItemDataRole.ToolTipRole)
                self.setToolTip(f"{choice_text(choice)}: {reason}")


class NumberEditor(QLineEdit):
    """A number as text; the arrow keys take it one step up or down."""

    edited = Signal(object)

    def __init__(self, field: SettingField) -> None:
        super().__init__(maxLength=MAX_NUMBER_LENGTH)
        self.setToolTip(f"Allowed is {field.allowed}")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText("none" if field.is_optional else "")
        self._number = int if field.kind is Kind.WHOLE else float
        self._is_optional = field.is_optional
        self.textEdited.connect(lambda _: self.edited.emit(self.value()))

    def value(self) -> Any:
        """The number that the text is; the text itself where it is none."""
        text = self.text().strip().replace("−", "-")
        if self._is_optional and not text:
            return None
        try:
            return self._number(text)
        except ValueError:
            return self.text()

    def show_value(self, value: Any) -> None:
        """Leaves a text alone that says the same in another way."""
        if self.value() != value or isinstance(value, str):
            text = "" if value is None else value if isinstance(value, str) else f"{value:.12g}"
            if text != self.text():
                self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        value = self.value()
        if not steps or value is None or isinstance(value, str):
            super().keyPressEvent(event)
            return
        self.setText(_stepped(self.text().strip(), value, steps))
        self.textEdited.emit(self.text())


class RangeEditor(QWidget):
    """Two numbers, the lower first."""

    edited = Signal(object)

    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.low, self.high = NumberEditor(field), NumberEditor(field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for edit, end, before in ((self.low, "Min", ""), (self.high, "Max", "to")):
            edit.setToolTip(f"{end}; allowed is {field.allowed}")
            edit.edited.connect(lambda _: self.edited.emit([self.low.value(), self.high.value()]))
            if before:
                row.addWidget(QLabel(before))
            row.addWidget(edit)
        self.setFocusProxy(self.low)

    def show_value(self, value: Any) -> None:
        low, high = value if isinstance(value, list) and len(value) == 2 else ("", "")
        self.low.show_value(low)
        self.high.show_value(high)


class TextEditor(QLineEdit):
    edited = Signal(object)

    def __init__(self, field: SettingField) -> None:
        super().__init__(maxLength=MAX_TEXT_LENGTH)
        self.setToolTip(f"Allowed is {field.allowed}")
        self.textEdited.connect(lambda text: self.edited.emit(text))

    def show_value(self, value: Any) -> None:
        if self.text() != str(value):
            self.setText(str(value))


class NamesEditor(QPlainTextEdit):
    """A list of names, one per line."""

    edited = Signal(object)

    def __init__(self, field: SettingField) -> None:
        super().__init__(tabChangesFocus=True, placeholderText="none; one per line")
        self.setToolTip(f"One per line; allowed is {field.allowed}")
        leave_ground_to_frame(self)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + 14)
        self.textChanged.connect(lambda: self.edited.emit(self._names()))

    def _names(self) -> list[str]:
        lines = (line.strip() for line in self.toPlainText().splitlines())
        return [line for line in lines if line]

    def show_value(self, value: Any) -> None:
        names = list(value) if isinstance(value, list) else []
        if self._names() != names:
            with QSignalBlocker(self):
                self.setPlainText("\n".join(map(str, names)))


AnyEditor = SwitchEditor | ChoiceEditor | NumberEditor | RangeEditor | TextEditor | NamesEditor

_EDITORS: dict[Kind, type[AnyEditor]] = {
    Kind.SWITCH: SwitchEditor,
    Kind.CHOICE: ChoiceEditor,
    Kind.WHOLE: NumberEditor,
    Kind.NUMBER: NumberEditor,
    Kind.RANGE: RangeEditor,
    Kind.TEXT: TextEditor,
    Kind.NAMES: NamesEditor,
}


def make_editor(field: SettingField) -> AnyEditor:
    """The editor for values of that kind."""
    editor = _EDITORS[field.kind](field)
    editor.setFixedWidth(WIDTH)
    return editor


def _stepped(text: str, value: float, steps: int) -> str:
    """One up or down in the last place that is written."""
    decimals = len(text.partition(".")[2]) if "e" not in text.lower() else 0
    return f"{value + steps * 10.0**-decimals:.{decimals}f}"
