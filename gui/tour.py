"""The tour: the same desk without a screen plays fast, and leaves pictures and a summary."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from engine.bootstrap import PlayedDesk
from engine.domain.messages import CandleClosed, Event, HistoryRead
from engine.domain.snapshot import MarketSnapshot
from gui.furnishing import furnish
from gui.main_window import MainWindow
from gui.tour_pictures import WINDOW_SIZE, PictureBook
from gui.views.chart.plot import ChartPlot

TOUR_FOLDER = Path("tour")
DEMO_TOUR = timedelta(hours=12)


class _Summary:
    """Counts what the engine announces."""

    def __init__(self) -> None:
        self.candles: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()

    def take(self, event: Event) -> None:
        match event:
            case CandleClosed():
                self._take_candle(event)
            case HistoryRead(candles):
                for candle in candles:
                    self._take_candle(candle)

    def _take_candle(self, candle: CandleClosed) -> None:
        self._count(candle.snapshot)
        setup = None if candle.judgement is None else candle.judgement.setup
        if setup is not None:
            self.findings[f"{'A+ ' if setup.is_a_plus else ''}{setup.side} setups"] += 1

    def _count(self, snapshot: MarketSnapshot) -> None:
        symbol = snapshot.candle.symbol
        self.candles[symbol] += 1
        self.findings["swings"] += len(snapshot.swings)
        if snapshot.sweep is not None:
            self.findings[f"{snapshot.sweep.side} sweeps"] += 1
        if snapshot.structure is not None:
            self.findings[f"{snapshot.structure.event} {snapshot.structure.direction}"] += 1
        opened_at = snapshot.candle.opened_at
        for block in snapshot.order_blocks:
            if block.known_at == opened_at:
                self.findings[f"{block.direction} order blocks"] += 1


class _PaintCounter(QObject):
    """Counts the frames that reach a chart's canvas."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.frames = 0
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched.parent(), ChartPlot):
            self.frames += 1
        return False


async def run_tour(window: MainWindow, desk: PlayedDesk, folder: Path = TOUR_FOLDER) -> int:
    """Plays a demo day, or the whole recording, and writes pictures and `summary.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    summary, paints = _Summary(), _PaintCounter(application)
    desk.bus.subscribe(summary.take)
    window.resize(*WINDOW_SIZE)
    bridge = furnish(window, desk)
    started_s = time.perf_counter()
    await _play(desk)
    seconds = time.perf_counter() - started_s
    bridge.drain()
    book = PictureBook(window, folder)
    await book.fill()
    bridge.stop()
    path = folder / "summary.json"
    report = {
        "candles": dict(summary.candles),
        "findings": dict(sorted(summary.findings.items())),
        "frames_painted": paints.frames,
        "seconds": round(seconds, 2),
    }
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    _print_report(report, [*book.paths, path])
    return 0


async def _play(desk: PlayedDesk) -> None:
    """To the end of the recording; a market that never ends is left after a day."""
    playing = asyncio.create_task(desk.engine.play())
    is_endless = any(market.last_at is None for market in desk.markets)
    leaves_at = desk.clock.now() + DEMO_TOUR
    while not playing.done():
        await asyncio.wait((playing,), timeout=0.05)
        if is_endless and desk.clock.now() >= leaves_at:
            playing.cancel()
            break
    await asyncio.gather(playing, return_exceptions=is_endless)


def _print_report(report: dict[str, object], paths: list[Path]) -> None:
    for name, value in report.items():
        print(f"{name.replace('_', ' ')}: {value}")  # noqa: T201
    for path in paths:
        print(path)  # noqa: T201
