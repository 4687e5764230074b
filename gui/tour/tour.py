"""The tour: plays the desk fast without a display, and writes pictures and a summary."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from config.atomic_file import write_atomically
from config.private_files import make_private_directory
from engine.bootstrap import PlayedDesk
from engine.domain.messages.commands import SetAuthority, SetAuto
from engine.domain.messages.engine import CandleClosed, Event, HistoryRead, Pause, Resume
from engine.domain.messages.trading import ApprovalAsked
from engine.domain.risk import Authority
from engine.domain.snapshot import MarketSnapshot
from gui.bridge import EngineBridge
from gui.features.chart.view.plot import ChartPlot
from gui.populating import populate_window
from gui.tour.pictures import WINDOW_SIZE, Pictures
from gui.window import MainWindow

TOUR_FOLDER = Path("tour")
DEMO_TOUR = timedelta(hours=12)


class _Summary:
    """Counts what the engine announces."""

    def __init__(self) -> None:
        self.candles: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()

    def on_event(self, event: Event) -> None:
        match event:
            case CandleClosed():
                self._on_candle(event)
            case HistoryRead(candles):
                for candle in candles:
                    self._on_candle(candle)

    def _on_candle(self, candle: CandleClosed) -> None:
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
    make_private_directory(folder)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    summary, paints = _Summary(), _PaintCounter(application)
    desk.bus.subscribe(summary.on_event)
    window.resize(*WINDOW_SIZE)
    bridge = populate_window(window, desk)
    pictures = Pictures(window, folder)
    seconds = await _play(desk, pictures, bridge)
    bridge.drain()
    await pictures.fill()
    bridge.stop()
    path = folder / "summary.json"
    report = {
        "candles": dict(summary.candles),
        "findings": dict(sorted(summary.findings.items())),
        "frames_painted": paints.frames,
        "seconds": round(seconds, 2),
    }
    await asyncio.to_thread(write_atomically, path, json.dumps(report, indent=2) + "\n")
    _print_report(report, [*pictures.paths, path])
    return 0


async def _play(desk: PlayedDesk, pictures: Pictures, bridge: EngineBridge) -> float:
    """Plays to the end of the recording; an endless market is left after a day. Returns the seconds that it took.

    Holds at the first setup that waits for the user, for pictures of it; from then on the desk trades by itself, so
    that its tables are filled.
    """
    hold, end = _Hold(desk), _End(desk)
    started_s, shown_s = time.perf_counter(), 0.0
    playing = asyncio.create_task(desk.engine.play())
    while not playing.done():
        await asyncio.wait((playing,), timeout=0.05)
        if hold.is_held:
            held_s = time.perf_counter()
            bridge.drain()
            await pictures.show_waiting()
            hold.let_go()
            shown_s = time.perf_counter() - held_s
        if end.is_reached:
            playing.cancel()
            break
    await asyncio.gather(playing, return_exceptions=end.is_reached)
    return time.perf_counter() - started_s - shown_s


class _End:
    """Pauses a market that never ends after `DEMO_TOUR`, always at the same candle; `is_reached` from then on."""

    def __init__(self, desk: PlayedDesk) -> None:
        self._desk, self._comes_at = desk, desk.clock.now() + DEMO_TOUR
        self.is_reached = False
        if any(market.last_at is None for market in desk.markets):
            desk.bus.subscribe(self._take, CandleClosed)

    def _take(self, closed: Event) -> None:
        assert isinstance(closed, CandleClosed)
        if closed.snapshot.candle.opened_at >= self._comes_at and not self.is_reached:
            self.is_reached = True
            self._desk.engine.handle(Pause())


class _Hold:
    """Pauses the market at the first setup that waits for the user; `is_held` until it is let go."""

    def __init__(self, desk: PlayedDesk) -> None:
        self._desk = desk
        self._has_held = self.is_held = False
        desk.bus.subscribe(self._on_event, ApprovalAsked)

    def _on_event(self, _: Event) -> None:
        if not self._has_held:
            self._has_held = self.is_held = True
            self._desk.engine.handle(Pause())

    def let_go(self) -> None:
        """Continues without the user."""
        self.is_held = False
        engine = self._desk.engine
        engine.handle(SetAuthority(Authority.AUTO))
        for source in engine.sources:
            engine.handle(SetAuto(source.symbol, True))
        engine.handle(Resume())


def _print_report(report: dict[str, object], paths: list[Path]) -> None:
    for name, value in report.items():
        print(f"{name.replace('_', ' ')}: {value}")  # noqa: T201
    for path in paths:
        print(path)  # noqa: T201
