"""The bundled fonts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

import resources

FONT_FAMILIES = ("Roboto", "DejaVu Sans")
"""Text, and the symbols (arrows, triangles, marks) that the first one lacks. Both have digits of one width."""


@cache
def load_fonts() -> None:
    """Registers the bundled fonts once, so that text looks alike on every machine, even one without fonts."""
    for path in sorted((Path(resources.__file__).parent / "fonts").glob("*.ttf")):
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
