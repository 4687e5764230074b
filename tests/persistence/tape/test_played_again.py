"""The recording of a desk replays to the same decisions."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import open_recording
from engine.bootstrap import MarketChoice, build_engine, open_markets
from engine.commands.chronicle import Chronicle
from engine.domain.messages.engine import CandleClosed, Event, HistoryCompleted, HistoryRead
from engine.errors import UnreadableRecording
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market
from engine.market.tape import part_name
from tests.fakes import Witness
from tests.recordings import recording as real_recording

DEMO_HOURS = 2


class Run:
    """A desk that trades every setup, played to an instant or to the end, and all it judged and decided."""

    def __init__(self, markets: Sequence[Market], *, until: timedelta | None = None) -> None:
        self.settings = Settings()
        self.desk = build_engine(markets, self.settings, speed=math.inf)
        self.chronicle = Chronicle()
        self.chronicle.listen(self.desk.bus)
        self.judged = Witness()
        self.desk.bus.subscribe(self.judged, CandleClosed, HistoryRead)
        trade_without_asking(self.desk, self.settings)
        self._ends_at = None if until is None else self.desk.clock.now() + until

    async def play(self) -> None:
        playing = asyncio.create_task(self.desk.engine.play())
        while not playing.done():
            await asyncio.sleep(0)
            if self._ends_at is not None and self.desk.clock.now() >= self._ends_at:
                playing.cancel()
                break
        await asyncio.gather(playing, return_exceptions=self._ends_at is not None)
        self.desk.archive.close()

    def record_from_the_start(self, folder: Path) -> list[asyncio.Task[None]]:
        tasks: list[asyncio.Task[None]] = []

        def begin(_: Event) -> None:
            tasks.append(asyncio.create_task(self.desk.recorder.record(folder)))

        self.desk.bus.subscribe(begin, HistoryCompleted)
        return tasks

    @property
    def said(self) -> list[object]:
        live = [(event.snapshot, event.judgement) for event in self.judged.of(CandleClosed)]
        past = [(each.snapshot, each.judgement) for event in self.judged.of(HistoryRead) for each in event.candles]
        return [*past, *live]


def recorded(run: Run, folder: Path) -> list[Path]:
    """Plays `run` while it is recorded; the first part of each symbol."""

    async def whole() -> None:
        tasks = run.record_from_the_start(folder)
        await run.play()
        run.desk.recorder.stop()
        await tasks[0]

    asyncio.run(whole())
    assert run.desk.recorder.failure is None
    return sorted(folder.glob("*/*-0000.parquet"))


def replayed(files: list[Path]) -> Run:
    run = Run(open_markets(MarketChoice(files=tuple(files))))
    asyncio.run(run.play())
    return run


def test_that_a_recorded_demo_market_plays_again_to_the_same_decisions(tmp_path: Path) -> None:
    run = Run(demo_markets(seed=7), until=timedelta(hours=DEMO_HOURS))
    again = replayed([recorded(run, tmp_path)[0].parent])
    assert len(run.chronicle.trades) > 2
    assert again.chronicle.trades == run.chronicle.trades
    assert again.chronicle.decision_hash == run.chronicle.decision_hash
    assert again.said == run.said


def test_that_one_symbol_is_not_given_to_a_folder_of_several(tmp_path: Path) -> None:
    for symbol in ("XAUUSD", "BTCUSD"):
        (tmp_path / part_name(symbol, 0)).touch()
    choice = MarketChoice(files=(tmp_path,), symbols=("GOLD",))
    with pytest.raises(UnreadableRecording, match="holds recordings of 2 symbols; leave out --symbol"):
        open_markets(choice)
    with pytest.raises(UnreadableRecording, match="give one file of each, such as BTCUSD-0000"):
        open_recording(tmp_path)


def test_that_a_recorded_replay_of_candles_plays_again_to_the_same_decisions(tmp_path: Path) -> None:
    whole = real_recording("XAUUSD_M1_202602160207_202602272357.csv")
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)[:800]
    stretch = tmp_path / whole.name
    stretch.write_text("".join(lines), encoding="utf-8")
    run = Run([open_recording(stretch)])
    again = replayed(recorded(run, tmp_path))
    assert len(run.chronicle.trades) > 3
    assert again.chronicle.decision_hash == run.chronicle.decision_hash
    assert again.said == run.said
