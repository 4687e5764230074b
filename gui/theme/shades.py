"""Theme tokens as Qt colours, mixed and compared."""

from __future__ import annotations

from PySide6.QtGui import QColor


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
    red, green, blue = linear_rgb(token)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear_rgb(token: str) -> tuple[float, float, float]:
    """Red, green and blue in proportion to light, each 0..1."""
    red, green, blue = (_linear(part / 255.0) for part in QColor(token).getRgb()[:3])  # type: ignore[index]
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
