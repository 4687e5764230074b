"""Buttons and lines of words as dialogs have them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QPushButton


def make_button(words: str, tip: str, act: Callable[[], object]) -> QPushButton:
    """A button that acts on a click only, never on Enter in a field beside it."""
    button = QPushButton(words)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: act())
    return button


def make_words(name: str, text: str = "") -> QLabel:
    """Words that go on in the next line; style sheets know them by `name`."""
    label = QLabel(text, wordWrap=True)
    label.setObjectName(name)
    return label
