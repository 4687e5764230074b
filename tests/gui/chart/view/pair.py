"""A chart beside another one of the same model that is painted afresh, to compare them pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from benchmarks.random_market import GOLD, judgements, snapshots
from engine.domain.snapshot import MarketSnapshot
from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.candle_columns import seconds_of
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.timeframe_chart import TimeframeChart
from gui.features.chart.model.timeframe_charts import TimeframeCharts
from gui.features.chart.view.chart_view import ChartView
from gui.theme import DARK, Theme
from tests.gui.chart.builders import flush

HISTORY, COMING = 900, 40
UNSEEN = 4
"""Of 255: Qt smooths a line that leaves through the top or bottom edge by numbers that depend on where it does."""
MARKET = snapshots(HISTORY + COMING)
JUDGED = judgements(MARKET[:HISTORY])
MINUTES = [seconds_of(each.candle.opened_at) for each in MARKET]


class Pair:
    """A chart, and another one of the same model, which paints everything afresh where the first one is."""

    def __init__(
        self,
        qtbot: QtBot,
        monkeypatch: pytest.MonkeyPatch,
        theme: Theme = DARK,
        ratio: float = 1.0,
        timeframe: Timeframe = Timeframe.M1,
    ) -> None:
        self.m1, self.ratio, self.size = ChartModel(GOLD.instrument), ratio, QSize(533, 430)
        self.charts = TimeframeCharts(self.m1, GOLD.instrument, None)
        self.model = self.charts.of(timeframe)
        self.view, self._fresh = ChartView(self.model, theme), ChartView(self.model, theme)
        self.views = (self.view, self._fresh)
        for view in self.views:
            qtbot.addWidget(view)
            monkeypatch.setattr(view.plot, "devicePixelRatioF", lambda: self.ratio)
            view.resize(self.size)
            view.show()
        if isinstance(self.model, TimeframeChart):
            self.model.open()
        self.append(MARKET[:HISTORY])
        self.camera = self.view.plot.camera

    def append(self, coming: list[MarketSnapshot]) -> None:
        self.m1.append(coming, JUDGED[: len(coming)] if len(coming) > 1 else judgements(coming))

    def on_both(self, act: Callable[[ChartView], object]) -> None:
        for view in self.views:
            act(view)

    def move_to_screen(self, ratio: float) -> None:
        self.ratio = ratio
        self.on_both(lambda view: QApplication.sendEvent(view.plot, QEvent(QEvent.Type.DevicePixelRatioChange)))

    def difference(self) -> QRect | None:
        """The part of the pictures in which they differ; None where they are the same."""
        for name, value in vars(self.camera).items():
            setattr(self._fresh.plot.camera, name, value)
        self._fresh.plot.moved()
        self._fresh.plot.canvas.refresh()
        flush()
        now, fresh = (self._painted(view) for view in (self.view, self._fresh))
        rows, columns = np.nonzero((np.abs(now.astype(np.int16) - fresh) > UNSEEN).any(axis=2))
        if not len(rows):
            return None
        left, top = int(columns.min()), int(rows.min())
        return QRect(left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top)

    def _painted(self, view: ChartView) -> np.ndarray:
        viewport = view.plot.viewport()
        image = QImage(viewport.size() * self.ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.ratio)
        viewport.render(image)
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()
