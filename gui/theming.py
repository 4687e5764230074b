"""Changes the look of a window that is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gui.iconing import dress_icons
from gui.layout.book import Look
from gui.theme import DARK, Theme, apply, style_sheet, theme_for

PARTS_AFTER_MS = 1


def last_theme(look: Look | None) -> Theme:
    """The theme of the last run; the dark one where that is not known."""
    try:
        return DARK if look is None else theme_for(look.surfaces, look.colours)
    except KeyError:
        return DARK


def dress(window: QWidget, theme: Theme) -> None:
    """Dresses a window that is open anew, with all that belongs to it.

    The sheet takes as long as all the rest: the loop gets a turn in between, in which nothing is painted.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window.setUpdatesEnabled(False)
    apply(application, theme)
    window.setStyleSheet(style_sheet(theme))
    QTimer.singleShot(PARTS_AFTER_MS, window, lambda: _finish(window, theme))


def _finish(window: QWidget, theme: Theme) -> None:
    dress_parts(window, theme)
    dress_icons(window, theme)
    window.setUpdatesEnabled(True)


def dress_parts(root: QObject, theme: Theme) -> None:
    """Hands the theme to the outermost parts of a window that keep one, its panels and dialogs among them.

    Such a part has a method `set_theme`, and sees to all it holds.
    """
    for child in root.children():
        set_theme = getattr(child, "set_theme", None)  # a protocol's check would cost a third of all of this
        if set_theme is None:
            dress_parts(child, theme)
        else:
            set_theme(theme)
