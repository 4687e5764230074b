"""Buttons and text lines of dialogs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton


def make_button(words: str, tip: str, act: Callable[[], object]) -> QPushButton:
    """A button that acts on a click only, never on Enter in a field next to it."""
    button = QPushButton(words)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: act())
    return button


def make_words(name: str, text: str = "", *, wraps: bool = True, is_selectable: bool = False) -> QLabel:
    """Words as they are, never taken for markup; style sheets know them by `name`."""
    label = QLabel(text, wordWrap=wraps)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if is_selectable:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
