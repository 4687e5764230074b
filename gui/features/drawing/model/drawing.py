"""Drawings as values: where they stand in time and price, and how they look."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace

MAX_TEXT: Final = 200
MAX_WIDTH: Final = 5
OPACITIES: Final = (100, 75, 50, 25)
"""Percent, as offered."""
FIBONACCI: Final = (0.0, 0.236, 0.382, 0.5, 0.618, 0.786, 1.0)
"""Shares of the way back from the second anchor to the first one."""

_LAST_SECOND: Final = 253_402_300_799
"""The end of the year 9999."""
_LARGEST_PRICE: Final = 1e12


class Kind(StrEnum):
    """A drawing tool, and the drawing that it makes."""

    HORIZONTAL_LINE = "horizontal_line"
    TREND_LINE = "trend_line"
    RAY = "ray"
    RECTANGLE = "rectangle"
    FIBONACCI = "fibonacci"
    TEXT = "text"
    MEASURE = "measure"

    @property
    def anchors(self) -> int:
        """The number of points that define it."""
        return 1 if self in (Kind.HORIZONTAL_LINE, Kind.TEXT) else 2

    @property
    def is_line(self) -> bool:
        """Whether it has one price at each instant that it reaches, which an alert can wait for."""
        return self in (Kind.HORIZONTAL_LINE, Kind.TREND_LINE, Kind.RAY)

    @property
    def may_extend(self) -> bool:
        """Whether it can go on to the right edge of the chart."""
        return self in (Kind.RECTANGLE, Kind.FIBONACCI)


class Colour(StrEnum):
    """Colours that fit every theme; a drawing may also have any other one as `#rrggbb`."""

    BLUE = "blue"
    NEUTRAL = "neutral"
    GREY = "grey"
    AMBER = "amber"
    ORANGE = "orange"
    GREEN = "green"
    VIOLET = "violet"


class Dash(StrEnum):
    """How a line is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class Style(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`colour` is one of `Colour` or `#rrggbb`, `width` in pixels, `opacity` in percent."""

    colour: Annotated[str, Meta(pattern=rf"^({'|'.join(Colour)}|#[0-9a-f]{{6}})$", max_length=10)] = Colour.BLUE.value
    width: Annotated[int, Meta(ge=1, le=MAX_WIDTH)] = 2
    opacity: Annotated[int, Meta(ge=10, le=100)] = 100
    dash: Dash = Dash.SOLID


class Anchor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A point of a drawing: the opening of a candle in seconds since 1970 UTC, which may be in the future; a price."""

    time_s: Annotated[int, Meta(ge=0, le=_LAST_SECOND)]
    price: Annotated[float, Meta(ge=-_LARGEST_PRICE, le=_LARGEST_PRICE)]


class Drawing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user drew. Raises ValueError if the number of anchors is not that of its kind.

    The first anchor of a Fibonacci retracement is its 100 %, the second one its 0 %.
    """

    id: Annotated[str, Meta(min_length=1, max_length=40)]
    kind: Kind
    anchors: Annotated[tuple[Anchor, ...], Meta(min_length=1, max_length=2)]
    style: Style = Style()
    text: Annotated[str, Meta(max_length=MAX_TEXT)] = ""
    extends: bool = False

    def __post_init__(self) -> None:
        if len(self.anchors) != self.kind.anchors:
            raise ValueError(f"a {self.kind} has {self.kind.anchors} anchors, and {len(self.anchors)} are given")

    @property
    def first(self) -> Anchor:
        return self.anchors[0]

    @property
    def last(self) -> Anchor:
        return self.anchors[-1]

    def with_anchor(self, place: int, anchor: Anchor) -> Drawing:
        """The same with another anchor at a place."""
        anchors = list(self.anchors)
        anchors[place] = anchor
        return replace(self, anchors=tuple(anchors))


def is_possible(time_s: float, price: float) -> bool:
    """Whether an anchor can stand there."""
    return 0 <= time_s <= _LAST_SECOND and math.isfinite(price) and abs(price) <= _LARGEST_PRICE


def fibonacci_price(drawing: Drawing, share: float) -> float:
    """The price of a level of a Fibonacci retracement."""
    return drawing.last.price + share * (drawing.first.price - drawing.last.price)


def _evenly(time_s: int) -> float:
    return float(time_s)


def price_at(drawing: Drawing, time_s: int, position_of: Callable[[int], float] = _evenly) -> float | None:
    """The price of a line at an instant, in seconds since 1970 UTC; None where it has none.

    A horizontal line has the same price always. A trend line begins at its earlier anchor and is extrapolated beyond
    the later one; a ray goes from its first anchor through the second one, to either side. An upright line and other
    kinds have no price. `position_of` places instants on the axis along which the line is straight: the chart
    leaves gaps of the market out (`CandleAxis.position`); without it time runs evenly.
    """
    if drawing.kind is Kind.HORIZONTAL_LINE:
        return drawing.first.price
    if drawing.kind not in (Kind.TREND_LINE, Kind.RAY):
        return None
    start, end = drawing.anchors
    if drawing.kind is Kind.TREND_LINE and start.time_s > end.time_s:
        start, end = end, start
    began, length = position_of(start.time_s), position_of(end.time_s) - position_of(start.time_s)
    if not length:
        return None
    share = (position_of(time_s) - began) / length
    return start.price + share * (end.price - start.price) if share >= 0.0 else None
