"""What moves the view of a chart: following, zooming, scrolling, and looking at a candle."""

from __future__ import annotations

import math
from datetime import datetime

from PySide6.QtWidgets import QWidget

from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.navigation import ZOOM_PER_NOTCH
from gui.features.chart.view.plot import ChartPlot


class ChartMoves(QWidget):
    """A widget that holds the plot of a model."""

    _model: ChartModel
    _plot: ChartPlot

    @property
    def is_following(self) -> bool:
        """Whether the newest candle stays in view."""
        return self._plot.camera.is_following

    def follow_live(self, is_following: bool) -> None:
        if is_following:
            self._forget_mark()
            self._plot.camera.follow()
        else:
            self._plot.camera.stop_following()
        self._plot.moved()

    def zoom(self, notches: float) -> None:
        """Zooms about the right edge by that many notches of the wheel; out where negative."""
        camera = self._plot.camera
        camera.zoom(ZOOM_PER_NOTCH**notches, camera.last)
        self._plot.moved()

    def pan(self, share: float) -> None:
        """Scrolls to later candles by a share of the visible width; to earlier ones where negative."""
        camera = self._plot.camera
        camera.pan(share * (camera.last - camera.first))
        self._plot.moved()

    def pan_price(self, share: float) -> None:
        """Shows higher prices by a share of those in view, lower ones where negative; prices keep their scale then."""
        camera = self._plot.camera
        camera.is_auto_price = False
        camera.pan_price(share * (camera.high - camera.low))
        self._plot.moved()

    def zoom_price(self, notches: float) -> None:
        """Prices stand further apart by that many notches of the wheel; closer together where negative."""
        self._plot.camera.zoom_price(ZOOM_PER_NOTCH**notches)
        self._plot.moved()

    def scale_price_automatically(self) -> None:
        """The candles in view decide the prices in view again."""
        self._plot.camera.auto_price()
        self._plot.moved()

    def reset_view(self) -> None:
        """The newest candles at the usual size, prices scaling by themselves."""
        self._forget_mark()
        self._plot.camera.reset()
        self._plot.moved()

    def show_candles(self, candles: int) -> None:
        """Shows that many of the newest candles, and follows."""
        self._plot.camera.show_candles(candles)
        self._plot.moved()

    def step_cross(self, candles: int, price_steps: int = 0, share: float = 0.0) -> None:
        """Moves the crosshair by candles and by price: steps of the instrument, and a share of the prices in view.

        Without a crosshair it comes to the close of the newest candle in view.
        """
        plot, camera, newest = self._plot, self._plot.camera, self._model.end - 1
        row, price = plot.canvas.crosshair.index(plot.canvas.view_scale), plot.crossed_price
        if newest < 0:
            return
        row = math.ceil(camera.last - 0.5) if row is None else row + candles
        row = max(0, min(newest, row))
        if price is None:
            price = self._model.prices_of(row)[-1]
        else:
            price += price_steps * self._model.tick_size + share * (camera.high - camera.low)
        if not camera.first <= row <= camera.last:
            self.pan((row - camera.first if row < camera.first else row - camera.last) / (camera.last - camera.first))
        plot.cross_at(row, self._model.on_step(price))

    def look_at_newest_setup(self) -> bool:
        """Brings the newest setup into view and points at its candle; False where there is none."""
        rows = self._model.verdicts.setups.index.values
        if not len(rows):
            return False
        self.look_at(int(rows[-1]))
        return True

    def look_at(self, row: int, *, is_marked: bool = False) -> None:
        """Brings the candle of a row into view and points at it; marked, it stays visible after the mouse has moved."""
        camera = self._plot.camera
        self._model.marked_row = row if is_marked else None
        camera.pan(row + (camera.last - camera.first) / 3.0 - camera.last)
        self._plot.moved()
        self._plot.point_at_row(row)

    def step_trade(self, steps: int) -> bool:
        """Goes to the closed trade that many after the chosen one, or to the newest; False where there is none."""
        marks, columns = self._model.trade_marks, self._model.columns
        mark = marks.beside(steps)
        if mark is None:
            return False
        self.look_at(columns.row_of(mark.entered_s), is_marked=True)
        marks.ask(mark.key)
        return True

    def look_away(self) -> None:
        """Points at no candle any more, and marks none."""
        self._forget_mark()
        self._plot.point_at_row(None)
        self._plot.moved()

    def _forget_mark(self) -> None:
        self._model.marked_row = None

    def look_at_newest(self, opened_at: datetime | None) -> None:
        """Back to the newest candles, and to the one that opened at an instant, where it is given and is there."""
        self.follow_live(True)
        columns = self._model.columns
        row = columns.index_of(opened_at) if opened_at is not None else self._model.count
        if row < self._model.count and columns.opened_at(row) == opened_at:
            self._plot.point_at_row(row)
