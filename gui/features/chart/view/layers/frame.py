"""The input of every chart layer for painting one frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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
    """Rows `first`..`last` are the closed candles in view; `first` is past `last` where there are none."""

    model: ChartModel
    scale: Scale
    first: int
    last: int
    labels: LabelBoard
    price_ticks: NDArray[np.float64]
    time_ticks: list[TimeTick]

    @property
    def has_candles(self) -> bool:
        return self.first <= self.last

    @property
    def reaches_live(self) -> bool:
        """Whether the newest closed candle is in view, so that what still holds runs on to the right edge."""
        return self.last == self.model.count - 1

    def line_rows(self, spacing: float = 1.0) -> NDArray[np.int64]:
        """Rows whose points make a line: those in view and one beyond either edge, about `spacing` pixels apart.

        The same rows are chosen wherever the view is, so that a line does not tremble when it is moved.
        """
        stride = max(self.scale.stride, int(spacing / self.scale.step))
        end = min(self.model.count, self.last + stride + 1)
        rows = np.arange(max(0, self.first // stride - 1) * stride, end, stride)
        return rows if rows[-1] == end - 1 else np.append(rows, end - 1)


class Layer(Protocol):
    """Something that is painted over the plot and can be switched off by `name`; `title` is for the user."""

    name: str
    title: str

    def __init__(self, theme: Theme) -> None: ...

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Paints what holds still between two closed candles; the origin is the plot's top left corner."""
