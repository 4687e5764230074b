"""Assigns icons to actions and buttons, by their stable names."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QToolBar, QToolButton

from gui.theme import Theme
from gui.theme.icons import tinted_icon

ICON_SIZE = QSize(16, 16)
ICONS = {
    "replay.back": "step_back",
    "replay.step": "step",
    "replay.go_to": "go_to",
    "chart.side_by_side": "side_by_side",
    "chart.reset": "reset_view",
    "panel.conditions": "conditions",
    "view.theme": "theme",
    "help.keys": "arm",
    "help.introduction": "help",
    "settings.open": "settings",
    "file.open_recording": "open",
    "file.open_folder": "open",
    "file.record": "record",
    "trading.arm": "arm",
    "trading.halt": "halt",
    "trading.flatten": "flatten",
    "layout.save": "layout",
    "overlays": "overlays",
    "drawing": "draw",
}
"""Icons by the names of actions, and of buttons that have a menu."""
STOPS = ("trading.halt", "trading.flatten")
WORDLESS_PROPERTY = "isWordless"
"""Set on buttons that show their icon alone."""
FILLED_PROPERTY = "isFilled"
"""Set on an action while its button is filled with a colour, on which its icon has to stand out."""


def tint_icons(root: QObject, theme: Theme) -> None:
    """Gives icons in the theme's colours, next to their words, to all below `root` that has one of the names."""
    for bar in root.findChildren(QToolBar):
        bar.setIconSize(ICON_SIZE)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    buttons = root.findChildren(QToolButton)
    parts: list[QAction | QToolButton] = [*root.findChildren(QAction), *buttons]
    for part in parts:
        if part.objectName() in ICONS:
            part.setIcon(_icon(part, theme))
        if isinstance(part, QAction) and part.isCheckable():
            part.setIconVisibleInMenu(False)  # in a menu its place is that of the mark
    for button in buttons:
        if isinstance(button.parentWidget(), QToolBar):
            button.setIconSize(ICON_SIZE)
            show_words(button, has_words=not button.property(WORDLESS_PROPERTY))


def show_words(button: QToolButton, *, has_words: bool) -> None:
    """Whether a button shows its words beside its icon, or the icon alone."""
    button.setProperty(WORDLESS_PROPERTY, not has_words)
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if has_words else Qt.ToolButtonStyle.ToolButtonIconOnly
    button.setToolButtonStyle(style)


def fill(action: QAction, theme: Theme, *, is_filled: bool) -> None:
    """Gives the icon of an action the colour that fits its button, which has been filled, or is plain again."""
    if bool(action.property(FILLED_PROPERTY)) is not is_filled:
        action.setProperty(FILLED_PROPERTY, is_filled)
        action.setIcon(_icon(action, theme))


def _icon(part: QAction | QToolButton, theme: Theme) -> QIcon:
    name = part.objectName()
    if part.property(FILLED_PROPERTY):
        return tinted_icon(ICONS[name], theme.text_on_colour, theme.text_on_colour, theme.text_on_colour)
    ink = theme.failed if name in STOPS else theme.text
    return tinted_icon(ICONS[name], ink, theme.accent, theme.text_muted)
