"""A chart that scrolled, grew or was zoomed shows pixel by pixel what a chart shows that was opened there."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from benchmarks.random_market import GOLD, Ticker, judgements, snapshots
from engine.domain.snapshot import MarketSnapshot
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.scale import Scale
from gui.theme import DARK, LIGHT, Theme
from tests.gui.chart.builders import flush

HISTORY, COMING, ACTS = 900, 40, 50
UNSEEN = 4
"""Of 255: Qt smooths a line that leaves through the top or bottom edge by numbers that depend on where it does."""
MARKET = snapshots(HISTORY + COMING)


class Pair:
    """A chart, and another one of the same model, which paints everything afresh where the first one is."""

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, theme: Theme, ratio: float) -> None:
        self.model, self._ratio = ChartModel(GOLD.instrument), ratio
        self.view, self._fresh = ChartView(self.model, theme), ChartView(self.model, theme)
        for view in (self.view, self._fresh):
            qtbot.addWidget(view)
            monkeypatch.setattr(view.plot, "devicePixelRatioF", lambda: ratio)
            view.resize(733, 480)
            view.show()
        self.append(MARKET[:HISTORY])
        self.camera = self.view.plot.camera

    def append(self, coming: list[MarketSnapshot]) -> None:
        self.model.append(coming, judgements(coming))

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
        image = QImage(viewport.size() * self._ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self._ratio)
        viewport.render(image)
        return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def acts(pair: Pair, draw: random.Random) -> dict[str, Callable[[], object]]:
    """What a user and a market do with a chart."""
    view, camera, coming = pair.view, pair.camera, iter(MARKET[HISTORY:])
    ticker = Ticker(pair.model)

    def pan() -> None:
        camera.pan(draw.choice((-40.0, -7.3, -3.0, -1.0, 0.4, 2.0, 3.0, 11.7)))
        view.plot.moved()

    def zoom() -> None:
        camera.zoom(draw.choice((0.5, 0.8, 1.0 / 1.18, 1.18, 1.3, 2.0)), camera.last)
        view.plot.moved()

    def scale_prices() -> None:
        camera.zoom_price(draw.choice((0.8, 1.25)))
        view.plot.moved()

    def append() -> None:
        each = next(coming, None)
        if each is not None:
            pair.append([each])

    def mark() -> None:
        pair.model.marked_row = draw.randrange(int(camera.first), int(camera.last))
        view.plot.moved()

    return {
        "pan": pan,
        "zoom": zoom,
        "scale prices": scale_prices,
        "append": append,
        "tick": ticker.tick,
        "follow": lambda: view.follow_live(True),
        "automatic prices": view.scale_price_automatically,
        "mark": mark,
    }


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_that_a_moved_chart_is_painted_as_a_new_one_is(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, theme: Theme, ratio: float
) -> None:
    pair, draw = Pair(qtbot, monkeypatch, theme, ratio), random.Random(f"{theme.name} {ratio}")
    can, done = acts(pair, draw), []
    for _ in range(ACTS):
        name = draw.choices(list(can), (12, 2, 1, 9, 3, 2, 1, 1))[0]
        done.append(name)
        can[name]()
        flush()
        assert pair.difference() is None, done


@pytest.mark.parametrize("first", [0.0, 516.0, 4321.7])
def test_that_a_wider_view_of_candles_as_wide_shows_the_same_marks(first: float) -> None:
    for width in (669, 1336):
        for step in (0.5, 1.0, 1.5, 2.5, 4.0):
            view = Scale(first, first + width / step, 1.0, 2.0, width, 400)
            wide = view.widened(320)
            assert (wide.step, wide.body, wide.stride) == (step, view.body, view.stride)
