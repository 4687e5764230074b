"""Switches the theme of an open window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from gui.theme import Theme, apply, style_sheet
from gui.theme.iconing import tint_icons

NEXT_STEP_MS = 8
"""Half a frame: what else is due comes in between."""
_DONE = object()


class ThemeSwitcher(QObject):
    """Changes the look of windows that are open, one step in a turn of the loop.

    Palette, sheet and parts take a frame or two each, and nothing of a window is painted in between. A look that was
    asked for meanwhile takes the place of the one before.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._steps: dict[QWidget, Iterator[None]] = {}
        self._timer = QTimer(self, interval=NEXT_STEP_MS, singleShot=True)
        self._timer.timeout.connect(self._step)

    def apply(self, window: QWidget, theme: Theme) -> None:
        """Begins to change the look of a window and of all that belongs to it."""
        window.setUpdatesEnabled(False)
        self._steps.pop(window, None)
        self._steps[window] = _steps(window, theme)
        self._timer.start()

    def _step(self) -> None:
        window, steps = next(iter(self._steps.items()))
        if not isValid(window) or next(steps, _DONE) is _DONE:
            del self._steps[window]
        if self._steps:
            self._timer.start()


def _steps(window: QWidget, theme: Theme) -> Iterator[None]:
    apply(_application(), theme)
    yield
    window.setStyleSheet(style_sheet(theme))
    yield
    theme_parts(window, theme)
    yield
    tint_icons(window, theme)
    window.setUpdatesEnabled(True)


def switch_theme(window: QWidget, theme: Theme) -> None:
    """Changes the look of a window as soon as the loop has turns for it."""
    application = _application()
    switcher = application.findChild(ThemeSwitcher) or ThemeSwitcher(application)
    switcher.apply(window, theme)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def theme_parts(root: QObject, theme: Theme) -> None:
    """Hands the theme to the outermost parts of a window that keep one, its panels and dialogs among them.

    Such a part has a method `set_theme`, and sees to all it holds.
    """
    for child in root.children():
        set_theme = getattr(child, "set_theme", None)  # a protocol's check would cost a third of all of this
        if set_theme is None:
            theme_parts(child, theme)
        else:
            set_theme(theme)
