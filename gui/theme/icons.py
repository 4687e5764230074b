"""The desk's own icons: drawn from outlines, in the colours of the theme, sharp on every screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

import resources

_ICONS = Path(resources.__file__).parent / "icons"
SMALL_PIXELS = (12, 16, 24, 32, 48)
"""Device pixels of icons in bars and titles, at 1, 1.5, 2 and 3 to a pixel."""
LARGE_PIXELS = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""What Windows asks for in title and task bar at 100 %, 125 %, 150 % and 200 %, and larger."""


@cache
def tinted_icon(name: str, ink: str, checked_ink: str = "", disabled_ink: str = "") -> QIcon:
    """An icon in the colour of a token, in other ones where it is checked or cannot be used."""
    outline = (_ICONS / f"{name}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    states = (
        (ink, QIcon.Mode.Normal, QIcon.State.Off),
        (checked_ink, QIcon.Mode.Normal, QIcon.State.On),
        (disabled_ink, QIcon.Mode.Disabled, QIcon.State.Off),
    )
    for token, mode, state in states:
        if token:
            for pixmap in _drawn(outline.replace("currentColor", token), SMALL_PIXELS):
                icon.addPixmap(pixmap, mode, state)
    return icon


@cache
def application_icon() -> QIcon:
    """For the window and the task bar."""
    outline = (_ICONS / "microscalp.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for pixmap in _drawn(outline, LARGE_PIXELS):
        icon.addPixmap(pixmap)
    return icon


def _drawn(outline: str, sizes: Sequence[int]) -> Iterator[QPixmap]:
    """A square picture of each size, in device pixels."""
    from PySide6.QtSvg import QSvgRenderer

    drawing = QSvgRenderer(QByteArray(outline.encode()))
    for pixels in sizes:
        pixmap = QPixmap(pixels, pixels)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter, QRectF(0, 0, pixels, pixels))
        painter.end()
        yield pixmap
