"""The look of the application: the style sheet, and the palette for what the sheet leaves to Qt."""

from __future__ import annotations

from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QPixmapCache
from PySide6.QtWidgets import QApplication

import resources
from gui.theme.letters import font
from gui.theme.palettes import DARK
from gui.theme.shades import colour
from gui.theme.tokens import Theme

_RESOURCES = Path(resources.__file__).parent
_SHEET = _RESOURCES / "themes" / "desk.qss"
PIXMAPS_KB = 512
"""Of icons in all their states, many times what is shown: each palette has its own, old ones stay till it is full."""


def style_sheet(theme: Theme) -> str:
    """The application's style sheet with the theme's colours filled in."""
    icons, surfaces = (_RESOURCES / "icons" / "sheet").as_posix(), theme.name
    return Template(_SHEET.read_text(encoding="utf-8")).substitute(theme.colours, icons=icons, surfaces=surfaces)


def palette(theme: Theme) -> QPalette:
    """The colours that Qt's own drawing uses where the style sheet says nothing."""
    role, chosen = QPalette.ColorRole, QPalette()
    for ground in (role.Window, role.Button):
        chosen.setColor(ground, colour(theme.surface))
    for ground in (role.Base, role.AlternateBase):
        chosen.setColor(ground, colour(theme.background))
    for words in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText):
        chosen.setColor(words, colour(theme.text))
        chosen.setColor(QPalette.ColorGroup.Disabled, words, colour(theme.text_muted))
    chosen.setColor(role.ToolTipBase, colour(theme.surface_raised))
    chosen.setColor(role.PlaceholderText, colour(theme.text_muted))
    chosen.setColor(role.Highlight, colour(theme.accent))
    chosen.setColor(role.HighlightedText, colour(theme.text_on_colour))
    chosen.setColor(role.Link, colour(theme.accent))
    return chosen


def apply(application: QApplication, theme: Theme = DARK) -> None:
    """What all windows share; each window wears the style sheet itself, which changes five times faster so.

    May be called again with another theme.
    """
    if application.font() != font():
        application.setStyle("Fusion")
        application.setFont(font())
        application.setEffectEnabled(Qt.UIEffect.UI_AnimateCombo, False)
        QPixmapCache.setCacheLimit(PIXMAPS_KB)
    if application.palette() != (wanted := palette(theme)):
        application.setPalette(wanted)
