"""The input of every chart layer for painting one frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.layers.labels import LabelBoard
from gui.features.chart.view.scale import Scale
from gui.features.chart.view.ticks import TimeTick
from gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows `first`..`last` are the closed candles in view; `first` is past `last` where there are none.

    `margin` is how many pixels the frame of a wide picture reaches beyond either edge of the view.
    """

    model: ChartModel
    scale: Scale
    first: int
    last: int
    labels: LabelBoard
    price_ticks: NDArray[np.float64]
    time_ticks: list[TimeTick]
    margin: int = 0

    @property
    def has_candles(self) -> bool:
        return self.first <= self.last

    @property
    def reaches_live(self) -> bool:
        """Whether the newest closed candle is in view, so that what still holds runs on to the right edge."""
        return self.last == self.model.count - 1

    def columns_in_view(self) -> tuple[NDArray[np.int64], int]:
        """The first row of each column of pixels in view, and one past the last row of the last of them."""
        stride = self.scale.stride
        rows = np.arange(self.first - self.first % stride, self.last + 1, stride)
        return rows, min(self.model.count, int(rows[-1]) + stride)

    def line_rows(self, spacing: float = 1.0) -> NDArray[np.int64]:
        """Rows whose points make a line: those in view and one beyond either edge, about `spacing` pixels apart.

        The same rows are chosen wherever the view is, so that a line does not tremble when it is moved.
        """
        stride = max(self.scale.stride, int(spacing / self.scale.step))
        end = min(self.model.count, self.last + stride + 1)
        rows = np.arange(max(0, self.first // stride - 1) * stride, end, stride)
        return rows if rows[-1] == end - 1 else np.append(rows, end - 1)


class Layer(Protocol):
    """Something that is painted over the plot and can be switched off by `name`; `title` is for the user.

    Those below the candles are painted for more than the view: a frame of other edges paints the same candles alike.
    """

    name: str
    title: str

    def __init__(self, theme: Theme) -> None: ...

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paints what holds still between two closed candles; the origin is the plot's top left corner."""


@runtime_checkable
class LabelledLayer(Layer, Protocol):
    """A layer whose words depend on the edges of the view."""

    def label(self, frame: Frame) -> None:
        """Adds the words to the board of a view."""
