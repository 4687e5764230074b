"""How fast the chart is: `python -m benchmarks.chart [--json]`.

1400 x 800 pixels, 500 of 100,000 candles in view, every overlay on, painting included, on Qt's offscreen platform
unless QT_QPA_PLATFORM says otherwise. An empty pyqtgraph plot of the same size is repainted in the same run, in turns
with the ticks, so that the ratio holds whatever the machine's mood.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from benchmarks.history import Figure, medians, record
from benchmarks.machine import Row, print_json, print_machine, print_table, summary
from benchmarks.painting import flush, painted_ms, themed_application
from benchmarks.random_market import GOLD, Ticker, judgements, snapshots
from engine.bus import Bus
from engine.domain.messages.engine import QuoteReceived
from engine.domain.snapshot import MarketSnapshot
from gui import theme
from gui.bridge import EngineBridge
from gui.desk_model import DeskModel
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.view.chart_view import ChartView
from gui.features.drawing.model.drawing import Anchor, Drawing, Kind

WIDTH, HEIGHT, VISIBLE = 1400, 800, 500
MANY, FEW = 100_000, 1_000
HISTORY_CHUNK = 2_000
DRAWINGS = 200
QUOTES_PER_SECOND = 1_000
COALESCED_S = 6.0
EMPTY_REPAINT, EMPTY_PAN, EMPTY_APPEND = (f"empty pyqtgraph plot, {act}" for act in ("repaint", "pan", "append"))


@dataclass(frozen=True, slots=True)
class Desk:
    """A chart on the screen, and the snapshots that are still to come."""

    model: ChartModel
    view: ChartView
    coming: list[MarketSnapshot]
    build_ms: float


def open_desk(history: Sequence[MarketSnapshot], coming: Sequence[MarketSnapshot]) -> Desk:
    began = time.perf_counter()
    model = ChartModel(GOLD.instrument)
    view = ChartView(model, theme.DARK)
    view.resize(WIDTH, HEIGHT)
    view.show()
    for start in range(0, len(history), HISTORY_CHUNK):
        chunk = history[start : start + HISTORY_CHUNK]
        model.append(chunk, judgements(chunk))
    view.show_candles(VISIBLE)
    flush()
    return Desk(model, view, list(coming), 1000.0 * (time.perf_counter() - began))


def empty_plot() -> pg.PlotWidget:
    """A pyqtgraph plot of the chart's size with its stock axes and nothing in it."""
    plot = pg.PlotWidget(background=theme.DARK.background)
    plot.resize(WIDTH, HEIGHT)
    plot.setRange(xRange=(0, VISIBLE), yRange=(4690, 4710))
    plot.show()
    return plot


def time_ticks(many: Desk, few: Desk, empty: pg.PlotWidget, rounds: int) -> dict[str, list[float]]:
    """The three in turns, milliseconds each."""
    tickers = {"tick, 100,000 candles": Ticker(many.model), "tick, 1,000 candles": Ticker(few.model)}
    acts: dict[str, Callable[[], object]] = {name: ticker.tick for name, ticker in tickers.items()}
    acts[EMPTY_REPAINT] = empty.viewport().update
    samples: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            samples[name].append(painted_ms(act))
    return samples


def time_moves(desk: Desk, empty: pg.PlotWidget, rounds: int) -> dict[str, list[float]]:
    """Dragging, zooming, a crosshair that moves, and candles that close; the empty plot moves as far, in turns."""
    viewport = desk.view.plot.viewport()
    steps = [3 if at % 100 < 50 else -3 for at in range(rounds)]
    points = [QPoint(200 + 4 * (at % 200), 150 + 2 * (at % 200)) for at in range(rounds)]
    samples: dict[str, list[float]] = {name: [] for name in ("pan", EMPTY_PAN, "append", EMPTY_APPEND)}
    desk.view.plot.camera.pan(-3000)
    for step in steps:
        samples["pan"].append(painted_ms(partial(pan, desk, step)))
        samples[EMPTY_PAN].append(painted_ms(partial(pan_empty, empty, step)))
    samples["zoom"] = [painted_ms(partial(zoom, desk, 1.01**step)) for step in steps]
    samples["crosshair"] = [painted_ms(partial(QTest.mouseMove, viewport, point)) for point in points]
    desk.view.show_candles(VISIBLE)
    flush()
    coming = zip(desk.coming, judgements(desk.coming), strict=True)
    for each, judged in coming:
        samples["append"].append(painted_ms(partial(desk.model.append, [each], [judged])))
        samples[EMPTY_APPEND].append(painted_ms(partial(pan_empty, empty, 1)))
    return samples


def time_drawings(desk: Desk, rounds: int) -> dict[str, list[float]]:
    """The same chart with many drawings in view, a sixth of each kind."""
    drawings, viewport = draw(desk.model), desk.view.plot.viewport()
    desk.model.drawings.adopt((), drawings)
    flush()
    steps = [3 if at % 100 < 50 else -3 for at in range(rounds)]
    points = [QPoint(200 + 4 * (at % 200), 150 + 2 * (at % 200)) for at in range(rounds)]
    ticker, line = Ticker(desk.model), next(each for each in drawings if each.kind is Kind.TREND_LINE)
    desk.model.drawings.hold(line)
    ends = [Anchor(line.last.time_s, line.last.price + 0.01 * (at % 50)) for at in range(rounds)]
    return {
        f"drag one of {DRAWINGS} drawings": [
            painted_ms(partial(desk.model.drawings.hold, line.with_anchor(1, end))) for end in ends
        ],
        f"tick, {DRAWINGS} drawings": [painted_ms(ticker.tick) for _ in steps],
        f"crosshair, {DRAWINGS} drawings": [painted_ms(partial(QTest.mouseMove, viewport, point)) for point in points],
        f"pan, {DRAWINGS} drawings": [painted_ms(partial(pan, desk, step)) for step in steps],
    }


def draw(model: ChartModel) -> tuple[Drawing, ...]:
    """Drawings of some dollars and up to an hour, all over the candles in view."""
    chance, price = random.Random(1), model.last_price or 0.0
    kinds = [each for each in Kind if each is not Kind.MEASURE]
    drawn = []
    for number in range(DRAWINGS):
        kind, row = kinds[number % len(kinds)], model.count - chance.randrange(60, VISIBLE)
        middle = price + chance.uniform(-8.0, 8.0)
        anchors = tuple(
            Anchor(model.axis.seconds(row + chance.randrange(60)), middle + chance.uniform(-1.5, 1.5))
            for _ in range(kind.anchors)
        )
        text = "Words" if kind is Kind.TEXT else ""
        drawn.append(Drawing(id=str(number), kind=kind, anchors=anchors, text=text))
    return tuple(drawn)


def pan(desk: Desk, candles: float) -> None:
    desk.view.plot.camera.pan(candles)
    desk.view.plot.moved()


def pan_empty(plot: pg.PlotWidget, candles: float) -> None:
    plot.getViewBox().translateBy(x=candles)


def zoom(desk: Desk, factor: float) -> None:
    camera = desk.view.plot.camera
    camera.zoom(factor, camera.first + 0.7 * (camera.last - camera.first))
    desk.view.plot.moved()


def coalesce(history: Sequence[MarketSnapshot], seconds: float) -> Row:
    """1,000 quotes a second through the bridge: share of one core, and how late a timer of the same loop fires."""
    bus, desk_model = Bus(), DeskModel()
    desk_model.open((GOLD,))
    model = desk_model.charts[GOLD.symbol]
    view = ChartView(model, theme.DARK)
    view.resize(WIDTH, HEIGHT)
    view.show()
    model.append(history, judgements(history))
    view.show_candles(VISIBLE)
    bridge = EngineBridge(bus, desk_model)
    run = _QuoteRun(bus, Ticker(model))
    bridge.start()
    row = run.measure(seconds)
    bridge.stop()
    view.close()
    return row


class _QuoteRun:
    """Publishes quotes at their rate from the loop's own timer and watches the loop's lag."""

    def __init__(self, bus: Bus, ticker: Ticker) -> None:
        self._bus, self._ticker = bus, ticker
        self._published = 0
        self._began = self._beat_due = 0.0
        self._lags: list[float] = []

    def measure(self, seconds: float) -> Row:
        loop, precise = QEventLoop(), Qt.TimerType.PreciseTimer
        feed = QTimer(interval=1, timerType=precise)
        beat = QTimer(interval=5, timerType=precise)
        feed.timeout.connect(self._publish)
        beat.timeout.connect(self._beat)
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        self._began = time.perf_counter()
        self._beat_due = self._began + 0.005
        used = time.process_time()
        feed.start()
        beat.start()
        loop.exec()
        wall = time.perf_counter() - self._began
        share = (time.process_time() - used) / wall
        return {
            "quotes/s": round(self._published / wall),
            "share of a core": round(share, 3),
            "lag p99 ms": summary(self._lags)["p99"],
        }

    def _publish(self) -> None:
        due = int((time.perf_counter() - self._began) * QUOTES_PER_SECOND)
        while self._published < due:
            forming, quote = self._ticker.next()
            self._bus.publish(QuoteReceived(quote, forming))
            self._published += 1

    def _beat(self) -> None:
        now = time.perf_counter()
        self._lags.append(max(0.0, 1000.0 * (now - self._beat_due)))
        self._beat_due = now + 0.005


def resident_mb() -> float | None:
    """Memory of this process, None where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024.0, 1)


def measure(rounds: int, many_candles: int) -> dict[str, Any]:
    """Every figure of this benchmark."""
    found = snapshots(many_candles + rounds)
    gc.collect()
    before = resident_mb()
    many = open_desk(found[:many_candles], found[many_candles:])
    after = resident_mb()
    few, empty = open_desk(found[:FEW], ()), empty_plot()
    for _ in range(20):
        painted_ms(empty.viewport().update)
    ticks = time_ticks(many, few, empty, rounds)
    moves = {**time_moves(many, empty, rounds), **time_drawings(many, rounds // 4)}
    milliseconds = {name: summary(values) for name, values in {**ticks, **moves}.items()}
    medians_ms = {name: row["median"] for name, row in milliseconds.items()}
    tick, small, blank = (medians_ms[name] for name in ticks)
    for view in (few.view, empty, many.view):
        view.hide()
    return {
        "milliseconds": milliseconds,
        "ratios": {
            "tick to empty plot": round(tick / blank, 2),
            "tick at 100,000 to 1,000": round(tick / small, 2),
            "pan to empty plot": round(medians_ms["pan"] / medians_ms[EMPTY_PAN], 2),
            "append to empty plot": round(medians_ms["append"] / medians_ms[EMPTY_APPEND], 2),
        },
        "coalesced": coalesce(found[:many_candles], COALESCED_S),
        "build_ms": round(many.build_ms, 1),
        "chart_mb": None if before is None or after is None else round(after - before, 1),
        "candles": many_candles,
    }


def figures(results: dict[str, Any]) -> dict[str, Figure]:
    """What the history keeps; the ratios follow from it."""
    built = {"history of 100,000 candles": Figure(results["build_ms"], "ms")}
    if results["chart_mb"] is not None:
        built["memory of the chart"] = Figure(results["chart_mb"], "MB")
    share = 100.0 * results["coalesced"]["share of a core"]
    return {**medians(results["milliseconds"], "ms"), **built, "1,000 quotes a second": Figure(share, "% of a core")}


def print_results(results: dict[str, Any]) -> None:
    print_machine()
    rows = [{"what": name, **row} for name, row in results["milliseconds"].items()]
    print_table("Milliseconds, paint included", rows)
    print_table("Ratios of medians", [{"what": name, "ratio": ratio} for name, ratio in results["ratios"].items()])
    print_table("1,000 quotes a second, one frame of 16 ms at a time", [results["coalesced"]])
    print_table(
        "History of 100,000 candles",
        [{"built and shown ms": results["build_ms"], "memory of the chart MB": results["chart_mb"]}],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chart", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--rounds", type=int, default=400, help="samples of each kind")
    options = parser.parse_args(arguments)
    themed_application()
    results = measure(options.rounds, MANY)
    if options.json:
        print_json(results)
    else:
        print_results(results)
    record("chart", options, figures(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
