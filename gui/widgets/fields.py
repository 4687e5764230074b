"""Shared behaviour of fields with a number or a choice."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QWidget


def show_number(box: QDoubleSpinBox, number: float, decimals: int, step: float | None = None) -> None:
    """Shows a number without reporting it; what the user is typing stays unless the number itself is another one.

    Each of Qt's setters writes the text of the box, even for the value that it has.
    """
    with QSignalBlocker(box):
        if box.decimals() != decimals:
            box.setDecimals(decimals)
        if step is not None and box.singleStep() != step:
            box.setSingleStep(step)
        if abs(box.value() - number) > 0.5 * 10.0**-decimals:
            box.setValue(number)


def leave_wheel_to_page(field: QWidget) -> None:
    """The wheel changes a field only while it has the keyboard: a form that is scrolled must not turn what passes under
    the mouse."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelGuard(field))


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.Wheel or not isinstance(watched, QWidget) or watched.hasFocus():
            return False
        event.ignore()
        return True
