"""Changes the look of a window that is open."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from gui.layout.book import Look
from gui.theme import DARK, Theme, apply, theme_for


@runtime_checkable
class Themed(Protocol):
    """Something that keeps a theme, for itself and for all it holds."""

    def set_theme(self, theme: Theme) -> None:
        """Paints with other colours from now on."""


def last_theme(look: Look | None) -> Theme:
    """The theme of the last run; the dark one where that is not known."""
    try:
        return DARK if look is None else theme_for(look.surfaces, look.colours)
    except KeyError:
        return DARK


def apply_theme(theme: Theme) -> None:
    """Dresses the running application anew."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply(application, theme)


def dress_parts(root: QObject, theme: Theme) -> None:
    """Hands the theme to the outermost parts of a window that keep one, its panels and dialogs among them."""
    for child in root.children():
        if isinstance(child, Themed):
            child.set_theme(theme)
        else:
            dress_parts(child, theme)
