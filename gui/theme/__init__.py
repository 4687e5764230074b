"""The look of the desk: colours by role, the bundled fonts, the style sheet. No widget names a colour itself."""

from gui.theme.letters import FONT_FAMILIES, font, load_fonts
from gui.theme.palettes import COLOUR_SETS, DARK, LIGHT, SURFACES, theme_for
from gui.theme.shades import colour, contrast, linear_rgb, mixed
from gui.theme.style import apply, palette, style_sheet
from gui.theme.tokens import Theme

__all__ = [
    "COLOUR_SETS",
    "DARK",
    "FONT_FAMILIES",
    "LIGHT",
    "SURFACES",
    "Theme",
    "apply",
    "colour",
    "contrast",
    "font",
    "linear_rgb",
    "load_fonts",
    "mixed",
    "palette",
    "style_sheet",
    "theme_for",
]
