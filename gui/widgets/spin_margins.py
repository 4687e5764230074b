"""Text margins of spin boxes, which style sheets do not reach."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox

MARGIN = 6


def give_margins(box: QAbstractSpinBox) -> None:
    """Gives spin boxes the margins that text fields have from the style sheet."""
    box.lineEdit().setTextMargins(MARGIN, 0, MARGIN, 0)
