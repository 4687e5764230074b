"""Drawings for a picture, placed by the candles that are there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

from gui.features.chart.model.chart import ChartModel
from gui.features.drawing.model.drawing import Anchor, Colour, Dash, Drawing, Kind, Style

CANDLES: Final = 100
"""The newest ones, which are in view."""
BESIDE: Final = 12
"""Candles from an extreme within which another one belongs to it."""


def sample_drawings(model: ChartModel) -> Iterator[Drawing]:
    """A level at the high, a zone at the low, a retracement between both, a line through two lows, words."""
    ids, columns, first = count(), model.columns, max(0, model.count - CANDLES)
    highs, lows = columns.high.values[first:], columns.low.values[first:]
    top, bottom = first + int(highs.argmax()), first + int(lows.argmin())
    height = float(highs.max() - lows.min())

    def at(row: int, price: float) -> Anchor:
        return Anchor(model.axis.seconds(row), model.on_step(float(price)))

    def draw(kind: Kind, *anchors: Anchor, style: Style, text: str = "", extends: bool = False) -> Drawing:
        return Drawing(id=f"sample-{next(ids)}", kind=kind, anchors=anchors, style=style, text=text, extends=extends)

    high, low = at(top, highs.max()), at(bottom, lows.min())
    yield draw(Kind.HORIZONTAL_LINE, high, style=Style(colour=Colour.AMBER.value, dash=Dash.DASHED), text="Resistance")
    zone = at(bottom - BESIDE, low.price + 0.12 * height)
    demand = Style(colour=Colour.VIOLET.value, width=1)
    yield draw(Kind.RECTANGLE, zone, at(bottom + BESIDE, low.price), style=demand, text="Demand", extends=True)
    start, end = (high, low) if top < bottom else (low, high)
    yield draw(Kind.FIBONACCI, start, end, style=Style(colour=Colour.GREY.value, width=1), extends=True)
    later = lows[bottom - first + BESIDE :]
    if len(later):
        second = bottom + BESIDE + int(later.argmin())
        yield draw(Kind.RAY, low, at(second, later.min()), style=Style())
    words = at(top, high.price + 0.04 * height)
    yield draw(Kind.TEXT, words, style=Style(colour=Colour.NEUTRAL.value), text="Failed breakout?")
