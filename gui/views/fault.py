"""What went wrong, told once and in words."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget


def show_fault(window: QWidget, title: str, sentence: str) -> None:
    """One message over a window, which goes on meanwhile."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, sentence, QMessageBox.StandardButton.Ok, window)
    box.setObjectName("fault")
    box.finished.connect(box.deleteLater)
    box.open()
