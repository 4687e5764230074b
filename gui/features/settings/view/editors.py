"""Editors of single values: each shows a value as the file writes it, and tells what the user makes of it.

What cannot be read as a number is told as the text that it is, so that the field can say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from config.fields import Kind, SettingField
from gui.features.settings.model.pages import choice_text
from gui.widgets.scrolling import leave_ground_to_frame

WIDTH = 190
LINES = 3
LONGEST_TEXT = 4_000


class Editor(QWidget):
    """One value; `edited` carries it whenever the user changed it, never when it is shown by `show_value`."""

    edited = Signal(object)


class SwitchEditor(Editor):
    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setToolTip(field.about)
        self.box.toggled.connect(self._tell)
        _fill(self, self.box)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(value is True)
        self.box.setText("on" if value is True else "off")

    def _tell(self, is_on: bool) -> None:
        self.box.setText("on" if is_on else "off")
        self.edited.emit(is_on)


class ChoiceEditor(Editor):
    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setToolTip(field.about)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.installEventFilter(self)
        for choice in field.choices:
            self.box.addItem(choice_text(choice), choice)
        self.box.activated.connect(lambda _: self.edited.emit(self.box.currentData()))
        _fill(self, self.box)

    def show_value(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findData(value))

    def grey_out(self, unavailable: Mapping[str, str]) -> None:
        """Choices that cannot be made, each with the reason."""
        model = self.box.model()
        for choice, reason in unavailable.items():
            place = self.box.findData(choice)
            if isinstance(model, QStandardItemModel) and place >= 0:
                model.item(place).setEnabled(False)
                self.box.setItemData(place, reason, Qt.ItemDataRole.ToolTipRole)
                self.box.setToolTip(f"{choice_text(choice)}: {reason}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A page that is scrolled must not turn a choice under the mouse."""
        if isinstance(event, QWheelEvent) and not self.box.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class NumberEdit(QLineEdit):
    """A number as text; the arrow keys take it one step up or down."""

    def __init__(self, *, is_whole: bool) -> None:
        super().__init__(maxLength=40)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._is_whole = is_whole

    def number(self) -> Any:
        """The number that the text is; the text itself where it is none."""
        text = self.text().strip().replace("−", "-")
        try:
            return int(text) if self._is_whole else float(text)
        except ValueError:
            return self.text()

    def show_number(self, value: Any) -> None:
        """Leaves a text alone that says the same in another way."""
        if self.number() != value or isinstance(value, str):
            text = "" if value is None else value if isinstance(value, str) else f"{value:.12g}"
            if text != self.text():
                self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        value = self.number()
        if not steps or isinstance(value, str):
            super().keyPressEvent(event)
            return
        self.setText(_stepped(self.text().strip(), value, steps))
        self.textEdited.emit(self.text())


class NumberEditor(Editor):
    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.edit = NumberEdit(is_whole=field.kind is Kind.WHOLE)
        self._is_optional = field.is_optional
        self.edit.setToolTip(f"Allowed is {field.allowed}")
        if field.is_optional:
            self.edit.setPlaceholderText("none")
        self.edit.textEdited.connect(lambda _: self.edited.emit(self._value()))
        _fill(self, self.edit)

    def _value(self) -> Any:
        return None if self._is_optional and not self.edit.text().strip() else self.edit.number()

    def show_value(self, value: Any) -> None:
        self.edit.show_number(value)


class RangeEditor(Editor):
    """Two numbers, the lower first."""

    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.low, self.high = NumberEdit(is_whole=False), NumberEdit(is_whole=False)
        row = _fill(self, self.low)
        for edit, end in ((self.low, "Min"), (self.high, "Max")):
            edit.setToolTip(f"{end}; allowed is {field.allowed}")
            edit.textEdited.connect(lambda _: self.edited.emit([self.low.number(), self.high.number()]))
        row.addWidget(QLabel("to"))
        row.addWidget(self.high)

    def show_value(self, value: Any) -> None:
        low, high = value if isinstance(value, list) and len(value) == 2 else ("", "")
        self.low.show_number(low)
        self.high.show_number(high)


class TextEditor(Editor):
    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.edit = QLineEdit(maxLength=LONGEST_TEXT)
        self.edit.setToolTip(f"Allowed is {field.allowed}")
        self.edit.textEdited.connect(lambda text: self.edited.emit(text))
        _fill(self, self.edit)

    def show_value(self, value: Any) -> None:
        if self.edit.text() != str(value):
            self.edit.setText(str(value))


class NamesEditor(Editor):
    """A list of names, one a line."""

    def __init__(self, field: SettingField) -> None:
        super().__init__()
        self.edit = QPlainTextEdit()
        self.edit.setToolTip(f"One a line; allowed is {field.allowed}")
        self.edit.setTabChangesFocus(True)
        leave_ground_to_frame(self.edit)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * LINES + 14)
        self.edit.setPlaceholderText("none; write one a line")
        self.edit.textChanged.connect(lambda: self.edited.emit(self._names()))
        _fill(self, self.edit)

    def _names(self) -> list[str]:
        lines = (line.strip() for line in self.edit.toPlainText().splitlines())
        return [line for line in lines if line]

    def show_value(self, value: Any) -> None:
        names = list(value) if isinstance(value, list) else []
        if self._names() != names:
            with QSignalBlocker(self.edit):
                self.edit.setPlainText("\n".join(map(str, names)))


AnyEditor = SwitchEditor | ChoiceEditor | NumberEditor | RangeEditor | TextEditor | NamesEditor

_EDITORS: dict[Kind, Callable[[SettingField], AnyEditor]] = {
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


def _fill(editor: QWidget, part: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(editor)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(part)
    editor.setFocusProxy(part)
    return row


def _stepped(text: str, value: float, steps: int) -> str:
    """One up or down in the last place that is written."""
    decimals = len(text.partition(".")[2]) if "e" not in text.lower() else 0
    return f"{value + steps * 10.0**-decimals:.{decimals}f}"
