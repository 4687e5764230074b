"""Text margins of spin boxes, which style sheets do not reach."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox

MARGIN = 6


def give_margins(box: QAbstractSpinBox) -> None:
    """As much as fields of text have from the sheet."""
    box.lineEdit().setTextMargins(MARGIN, 0, MARGIN, 0)
