"""A chart that scrolled, grew or was zoomed shows pixel by pixel what a chart shows that was opened there."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from benchmarks.random_market import Ticker
from engine.domain.calendar import Calendar
from gui.features.chart.model.arrangement import Timeframe
from gui.features.chart.model.overlay_styles import STYLINGS, OverlayStyle
from gui.features.chart.view.scale import Scale
from gui.features.drawing.model.drawing import Anchor
from gui.features.price_alerts.model.lines import AlertLine
from gui.features.trading.model.levels import LevelKind, TradeLine
from gui.features.trading.model.trade_marks import TradeMark
from gui.theme import DARK, LIGHT, Theme
from tests.builders import news
from tests.gui.chart.builders import flush
from tests.gui.chart.view.pair import HISTORY, MARKET, MINUTES, Pair
from tests.gui.drawing.builders import trend

SEED, FEW = "a", 6
ACTS = 24


def acts(pair: Pair, draw: random.Random) -> dict[str, Callable[[], object]]:
    """What a user and a market do with a chart."""
    view, camera, coming = pair.view, pair.camera, iter(MARKET[HISTORY:])
    ticker = Ticker(pair.m1)

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
        pair.model.marked_row = draw.randrange(max(1, pair.model.count))
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


def changes(pair: Pair, draw: random.Random) -> dict[str, Callable[[], object]]:
    """What else changes a chart: levels, trades, drawings, news, looks, windows and replays."""
    model, view = pair.model, pair.view
    names = [name for name, _ in view.plot.canvas.overlays]

    def price() -> float:
        return draw.uniform(pair.camera.low, pair.camera.high)

    def show_alerts() -> None:
        prices = [price() for _ in range(draw.randrange(3))]
        model.alerts.show([AlertLine(str(each), each, f"Alert {each:.2f}") for each in prices], drawn=("a",))

    def drag_alert() -> None:
        model.alerts.drag(AlertLine("a", price(), "Alert"), price())

    def show_trades() -> None:
        lines = [TradeLine(kind, price(), kind.value, draw.choice((None, 1))) for kind in LevelKind]
        model.trades.show(lines[: draw.randrange(4)])

    def trade() -> None:
        entered, exited = sorted(draw.sample(MINUTES[600:HISTORY], 2))
        model.trade_marks.add(TradeMark(exited, draw.random() < 0.5, entered, price(), exited, price(), 1.0, "+1 R"))

    def draw_line() -> None:
        ends = sorted(draw.sample(MINUTES[600:HISTORY], 2))
        model.drawings.clear()
        model.drawings.add(trend(*(Anchor(each, price()) for each in ends)))

    def publish() -> None:
        at = (MARKET[draw.randrange(700, HISTORY)].candle.opened_at for _ in range(5))
        model.events.show(Calendar.of(news(each) for each in at), ())

    def switch() -> None:
        name = draw.choice(names)
        is_visible = not view.is_overlay_visible(name)
        pair.on_both(lambda each: each.set_overlay_visible(name, is_visible))

    def style() -> None:
        name = draw.choice([each for each in names if each in STYLINGS])
        chosen = {name: OverlayStyle(width=draw.randint(1, 3), opacity=draw.choice((40, 100)))}
        pair.on_both(lambda each: each.plot.canvas.set_styles(chosen))

    def change_theme() -> None:
        theme = draw.choice((DARK, LIGHT))
        pair.on_both(lambda each: each.set_theme(theme))

    def resize() -> None:
        size = QSize(draw.choice((420, 533, 640)), draw.choice((360, 430)))
        pair.on_both(lambda each: each.resize(size))

    def change_zone() -> None:
        zone = draw.choice((UTC, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/New_York")))
        pair.on_both(lambda each: each.plot.set_zone(zone))

    def replay() -> None:
        until = draw.choice((0, 1, 300, HISTORY))
        pair.m1.clear()
        pair.append(MARKET[:until])

    def hide_a_while() -> None:
        view.hide()
        flush()
        if draw.random() < 0.5:
            pair.append([])
        view.show()

    acts = (
        *(show_alerts, drag_alert, model.alerts.drop, model.alerts.refuse, show_trades, trade, draw_line, publish),
        *(switch, style, change_theme, resize, change_zone, replay, hide_a_while),
    )
    found: dict[str, Callable[[], object]] = {act.__name__: act for act in acts}
    found["move to screen"] = lambda: pair.move_to_screen(draw.choice((1.0, 1.25, 1.5, 2.0)))
    return found


def assert_painted_as_new(pair: Pair, can: Sequence[Callable[[], object]], names: Sequence[str]) -> None:
    for done, act in enumerate(can, 1):
        act()
        flush()
        assert pair.difference() is None, names[:done]


@pytest.mark.parametrize(("theme", "ratio"), [(DARK, 1.0), (LIGHT, 2.0)], ids=["dark", "light"])
def test_that_a_moved_chart_is_painted_as_a_new_one_is(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, theme: Theme, ratio: float
) -> None:
    pair, draw = Pair(qtbot, monkeypatch, theme, ratio), random.Random(f"{theme.name} {ratio}")
    can = acts(pair, draw)
    names = draw.choices(list(can), (12, 2, 1, 9, 3, 2, 1, 1), k=ACTS)
    assert_painted_as_new(pair, [can[name] for name in names], names)


@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_that_a_chart_that_changed_and_moved_is_painted_as_a_new_one_is(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, timeframe: Timeframe
) -> None:
    pair, draw = Pair(qtbot, monkeypatch, timeframe=timeframe), random.Random(SEED + timeframe.value)
    moves, others = acts(pair, draw), changes(pair, draw)
    can = moves | others
    each = draw.sample(list(others), len(others))
    names = [name for other in each for name in (other, draw.choice(("pan", "append", "tick", "pan")))]
    names = names if timeframe is Timeframe.M1 else names[:FEW]
    assert_painted_as_new(pair, [can[name] for name in names], names)


@pytest.mark.parametrize("first", [0.0, 516.0, 4321.7])
def test_that_a_wider_view_of_candles_as_wide_shows_the_same_marks(first: float) -> None:
    for width in (669, 1336):
        for step in (0.5, 1.0, 1.5, 2.5, 4.0):
            view = Scale(first, first + width / step, 1.0, 2.0, width, 400)
            wide = view.widened(320)
            assert (wide.step, wide.body, wide.stride) == (step, view.body, view.stride)
