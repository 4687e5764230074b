"""Buttons with changing text, as wide as the longest of it, so that what is beside them does not move."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton


def keep_width(button: QAbstractButton, *choices: str) -> None:
    """Makes `button` wide enough for each of `choices`; again after its text or its font changed."""

    def width(words: str) -> int:
        return button.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, words).width()  # as the button measures it

    around = button.sizeHint().width() - width(button.text())
    button.setMinimumWidth(around + max(width(words) for words in choices))
