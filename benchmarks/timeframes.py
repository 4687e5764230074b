"""What longer time frames cost: `python -m benchmarks.timeframes [--json]`.

The charts of one symbol with 100,000 candles of M1, 1400 x 800 pixels, every overlay on, painting included, on Qt's
offscreen platform unless QT_QPA_PLATFORM says otherwise. Each switch to a time frame builds its candles, swings and
order blocks again; the first one makes its view as well. A tick goes to four linked charts: M1, M5, M15 and H1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from benchmarks.history import Figure, medians, record
from benchmarks.machine import print_json, print_machine, print_table, summary
from benchmarks.painting import flush, painted_ms, themed_application
from benchmarks.random_market import GOLD, Ticker, judgements, snapshots
from config.settings import SymbolRules
from gui import theme
from gui.features.chart.model.arrangement import CONTEXT, Arrangement, Timeframe
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.timeframe_charts import TimeframeCharts
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.timeframes.board import TimeframeBoard

WIDTH, HEIGHT, MANY = 1400, 800, 100_000
FOUR = Arrangement(beside=(Timeframe.M5, Timeframe.M15, Timeframe.H1))


def open_board(candles: int) -> tuple[ChartModel, TimeframeBoard]:
    model, history = ChartModel(GOLD.instrument), snapshots(candles)
    charts = TimeframeCharts(model, GOLD.instrument, SymbolRules(), model)
    board = TimeframeBoard(ChartView(model, theme.DARK), charts, theme.DARK)
    board.resize(WIDTH, HEIGHT)
    board.show()
    model.append(history, judgements(history))
    flush()
    return model, board


def time_switches(board: TimeframeBoard, rounds: int) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Milliseconds of each switch from M1 to a longer time frame, and of the first one."""
    samples: dict[str, list[float]] = {f"switch to {each}": [] for each in CONTEXT}
    first: dict[str, float] = {}
    for _ in range(rounds + 1):
        for each in CONTEXT:
            took = painted_ms(partial(board.arrange, Arrangement(front=each)))
            if each in first:
                samples[f"switch to {each}"].append(took)
            else:
                first[each] = took
            board.arrange(Arrangement())
            flush()
    return samples, first


def time_four(model: ChartModel, board: TimeframeBoard, rounds: int) -> dict[str, list[float]]:
    """Ticks and a crosshair that moves, on M1 alone and on four linked charts, in turns of many."""
    ticker, samples = Ticker(model), {}
    for name, arrangement in (("one chart", Arrangement()), ("four linked charts", FOUR)):
        board.arrange(arrangement)
        for _ in range(20):
            painted_ms(ticker.tick)
        samples[f"tick, {name}"] = [painted_ms(ticker.tick) for _ in range(rounds)]
        viewport = board.front_view.plot.viewport()
        points = [QPoint(100 + 3 * (at % 150), 100 + 2 * (at % 150)) for at in range(rounds)]
        samples[f"crosshair, {name}"] = [painted_ms(partial(QTest.mouseMove, viewport, point)) for point in points]
    return samples


def measure(rounds: int) -> dict[str, Any]:
    """Every figure of this benchmark."""
    model, board = open_board(MANY)
    switches, first = time_switches(board, max(5, rounds // 20))
    ticks = time_four(model, board, rounds)
    board.hide()
    rows = {name: summary(values) for name, values in {**switches, **ticks}.items()}
    return {"milliseconds": rows, "first_ms": {name: round(took, 1) for name, took in first.items()}}


def figures(results: dict[str, Any]) -> dict[str, Figure]:
    """What the history keeps."""
    return medians(results["milliseconds"], "ms")


def print_results(results: dict[str, Any]) -> None:
    print_machine()
    rows = [{"what": name, **row} for name, row in results["milliseconds"].items()]
    print_table("Milliseconds, paint included", rows)
    print_table("The first switch makes the view", [{"to": name, "ms": ms} for name, ms in results["first_ms"].items()])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.timeframes", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--rounds", type=int, default=400, help="ticks; a twentieth of it switches")
    options = parser.parse_args(arguments)
    themed_application()
    results = measure(options.rounds)
    if options.json:
        print_json(results)
    else:
        print_results(results)
    record("timeframes", options, figures(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
