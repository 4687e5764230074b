"""Drawings that show only the detail that matters."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from gui.features.chart.model.candle_columns import seconds_of
from gui.features.drawing.model.drawing import Anchor, Colour, Dash, Drawing, Kind, Style
from tests.builders import MONDAY


def anchor(minute: int = 0, price: float = 2000.0) -> Anchor:
    return Anchor(seconds_of(MONDAY + timedelta(minutes=minute)), price)


def drawing(kind: Kind, *anchors: Anchor, name: str = "a") -> Drawing:
    return Drawing(id=name, kind=kind, anchors=anchors)


def level(price: float = 2000.0, *, name: str = "a") -> Drawing:
    return drawing(Kind.HORIZONTAL_LINE, anchor(price=price), name=name)


def trend(start: Anchor, end: Anchor, *, name: str = "a") -> Drawing:
    return drawing(Kind.TREND_LINE, start, end, name=name)


styles = st.builds(
    Style,
    colour=st.sampled_from([*(each.value for each in Colour), "#a1b2c3"]),
    width=st.integers(1, 5),
    opacity=st.integers(10, 100),
    dash=st.sampled_from(Dash),
)
anchors = st.builds(Anchor, st.integers(0, 253_402_300_799), st.floats(-1e12, 1e12))


HEX = st.text("abcdef0123456789", min_size=1, max_size=8)


@st.composite
def drawings(draw: st.DrawFn, names: st.SearchStrategy[str] = HEX) -> Drawing:
    """Any drawing that can be kept."""
    kind = draw(st.sampled_from([each for each in Kind if each is not Kind.MEASURE]))
    return Drawing(
        id=draw(names),
        kind=kind,
        anchors=tuple(draw(anchors) for _ in range(kind.anchors)),
        style=draw(styles),
        text=draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
        extends=draw(st.booleans()),
    )
