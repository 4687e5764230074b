"""The look of the desk: colours by role, the bundled fonts, the style sheet. No widget names a colour itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

import resources

FONT_FAMILIES = ("Roboto", "DejaVu Sans")
"""Text, and the symbols (arrows, triangles, marks) that the first one lacks. Both have digits of one width."""

_RESOURCES = Path(resources.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours by role, each `#rrggbb`. Up and down tell where price went, pass and fail what a check found."""

    name: str

    # surfaces, from the back to the front
    background: str
    surface: str
    surface_raised: str
    surface_hover: str
    border: str
    grid: str

    # words
    text: str
    text_muted: str
    text_on_colour: str

    # price
    up: str
    down: str
    volume_up: str
    volume_down: str
    quote_ask: str
    crosshair: str
    crosshair_tag: str

    # readings
    vwap: str
    band: str
    micro_band: str
    anchor: str
    zone_bull: str
    zone_bear: str
    sweep: str
    swing: str
    structure: str
    day_level: str
    prior_day_level: str
    prior_session_level: str
    equal_level: str

    # sessions, mixed thinly into the background
    session_asia: str
    session_london: str
    session_overlap: str
    session_new_york: str
    session_post_ny: str

    # states
    accent: str
    passed: str
    failed: str
    warning: str


DARK = Theme(
    name="dark",
    background="#0f1318",
    surface="#151a21",
    surface_raised="#1d242d",
    surface_hover="#252e38",
    border="#2a323d",
    grid="#191f27",
    text="#d5dbe3",
    text_muted="#8f9baa",
    text_on_colour="#0b0e12",
    up="#2bb3a3",
    down="#f0616d",
    volume_up="#17403f",
    volume_down="#47262f",
    quote_ask="#8a96a5",
    crosshair="#66717f",
    crosshair_tag="#384451",
    vwap="#f2b544",
    band="#5d7ea8",
    micro_band="#f2b544",
    anchor="#f2b544",
    zone_bull="#4c8dff",
    zone_bear="#c77dff",
    sweep="#ffd166",
    swing="#8a96a5",
    structure="#a9b6c6",
    day_level="#b9a27c",
    prior_day_level="#e0905c",
    prior_session_level="#7fa7d9",
    equal_level="#9ccc65",
    session_asia="#4f6bd8",
    session_london="#3aa17e",
    session_overlap="#c9a13b",
    session_new_york="#c96f4a",
    session_post_ny="#7a6a8f",
    accent="#5b9dff",
    passed="#63b3ff",
    failed="#f0a35e",
    warning="#ffcc4d",
)


def colour(token: str, opacity: float = 1.0) -> QColor:
    """A token as Qt's colour; `opacity` in 0..1."""
    shade = QColor(token)
    shade.setAlphaF(opacity)
    return shade


def mixed(token: str, ground: str, share: float) -> QColor:
    """`share` (0..1) of a token laid over an opaque ground: paints far faster than a translucent colour does."""
    over, under = QColor(token), QColor(ground)
    parts = zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(share * a + (1.0 - share) * b) for a, b in parts))


def contrast(first: str, second: str) -> float:
    """Ratio of luminances, 1..21, as the Web Content Accessibility Guidelines 2.2 define it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(token: str) -> float:
    red, green, blue = (_linear(part / 255.0) for part in QColor(token).getRgb()[:3])  # type: ignore[index]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


@cache
def load_fonts() -> None:
    """Registers the bundled fonts once, so that text looks alike on every machine, even one without fonts."""
    for path in sorted((_RESOURCES / "fonts").glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"{path} cannot be loaded as a font")


def font(pixels: int = 12, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The desk's font at a height in pixels."""
    load_fonts()
    face = QFont(list(FONT_FAMILIES))
    face.setPixelSize(pixels)
    face.setWeight(weight)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return face


def style_sheet(theme: Theme) -> str:
    """The application's style sheet with the theme's colours filled in."""
    template = (_RESOURCES / "themes" / "desk.qss").read_text(encoding="utf-8")
    return Template(template).substitute({field.name: getattr(theme, field.name) for field in fields(theme)})


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
    """Dresses the whole application."""
    application.setStyle("Fusion")
    application.setPalette(palette(theme))
    application.setFont(font())
    application.setStyleSheet(style_sheet(theme))
    application.setEffectEnabled(Qt.UIEffect.UI_AnimateCombo, False)
