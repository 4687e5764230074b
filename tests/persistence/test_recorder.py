"""What a desk records plays again to the same decisions, and outlives the desk."""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.atomic_file import RETRY_PAUSES_S
from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.adapters.recorded import open_recording
from engine.bootstrap import MarketChoice, build_engine, open_markets
from engine.clock import MarketClock
from engine.commands.chronicle import Chronicle
from engine.domain.market import Candle, MarketItem, Minute, Quote
from engine.domain.messages import CandleClosed, Event, HistoryCompleted, HistoryRead
from engine.errors import UnreadableRecording
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market
from engine.persistence.tape import recorder as recording
from engine.persistence.tape import tracks as tape_tracks
from engine.persistence.tape.recorder import Recorder
from tests.builders import MONDAY, candle, quote
from tests.fakes import ScriptedPlayer, Witness, source
from tests.recordings import recording as real_recording
from tests.refusing_renames import FOR_EVER, RefusingRenames

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
    again = replayed(recorded(run, tmp_path))
    assert len(run.chronicle.trades) > 2
    assert again.chronicle.trades == run.chronicle.trades
    assert again.chronicle.decision_hash == run.chronicle.decision_hash
    assert again.said == run.said


def test_that_a_recorded_replay_of_candles_plays_again_to_the_same_decisions(tmp_path: Path) -> None:
    whole = real_recording("XAUUSD_M1_202602160207_202602272357.csv")
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)[:1500]
    stretch = tmp_path / whole.name
    stretch.write_text("".join(lines), encoding="utf-8")
    run = Run([open_recording(stretch)])
    again = replayed(recorded(run, tmp_path))
    assert len(run.chronicle.trades) > 3
    assert again.chronicle.decision_hash == run.chronicle.decision_hash
    assert again.said == run.said


# -- by hand ----------------------------------------------------------------------------------------------------------


class Scene:
    """A recorder that hears a scripted gold market, whose past is two candles."""

    def __init__(self, *, has_volume: bool = True) -> None:
        past = [candle(minute, volume=100.0 if has_volume else None) for minute in (-2, -1)]
        self.player = ScriptedPlayer((past, []), source=source(has_volume=has_volume))
        self.clock = MarketClock(MONDAY)
        self.recorder = Recorder(self.player, self.clock)
        self.recorder.market_opens()

    def hear(self, *items: MarketItem) -> None:
        for item in items:
            self.clock.set(item.closed_at if isinstance(item, Candle) else item.at)
            self.recorder.take(item)

    def recorded(self, folder: Path, *items: MarketItem) -> Path:
        """The first part of a recording of `items`, heard while it runs."""

        async def whole() -> None:
            writing = asyncio.create_task(self.recorder.record(folder))
            self.hear(*items)
            await asyncio.sleep(0)
            self.recorder.stop()
            await writing

        asyncio.run(whole())
        assert self.recorder.folder is not None
        return self.recorder.folder / "XAUUSD-0000.parquet"


def heard_again(part: Path) -> list[MarketItem]:
    tape = open_recording(part)
    return list(tape.items_from(tape.opens_at))


_PRICES = st.integers(100, 400_000).map(lambda ticks: ticks / 100)
_QUOTES = st.lists(
    st.tuples(st.integers(0, 7_200_000_000), _PRICES, st.integers(0, 500), st.floats(0.01, 1e6)),
    min_size=2,
    max_size=40,
)


@given(_QUOTES)
@settings(max_examples=15)
def test_that_any_quotes_are_heard_again_to_the_last_digit(rows: list[tuple[int, float, int, float]]) -> None:
    quotes = [
        Quote(symbol="XAUUSD", at=MONDAY + timedelta(microseconds=us), bid=bid, ask=bid + spread / 100, volume=volume)
        for us, bid, spread, volume in sorted(rows)
    ]
    with tempfile.TemporaryDirectory() as folder:
        assert heard_again(Scene().recorded(Path(folder), *quotes)) == quotes


def test_that_candles_of_the_feed_and_what_it_does_not_tell_are_heard_again(tmp_path: Path) -> None:
    items = [quote(0), quote(59), candle(0, spread=None), quote(60), candle(1, taker_buy=40.0), quote(121)]
    assert heard_again(Scene().recorded(tmp_path, *items)) == items


def test_that_a_market_without_volume_is_heard_again_without_it(tmp_path: Path) -> None:
    scene = Scene(has_volume=False)
    items = [quote(0), quote(59), candle(0, volume=None), quote(60), quote(121)]
    tape = open_recording(scene.recorded(tmp_path, *items))
    assert list(tape.items_from(tape.opens_at)) == items
    assert [each.volume for each in tape.candles()] == [None] * 4


def test_that_the_past_is_played_from_before_the_recording_as_candles_are(tmp_path: Path) -> None:
    tape = open_recording(Scene().recorded(tmp_path, quote(0), quote(60)))
    assert [each.opened_at for each in tape.candles()] == [MONDAY + timedelta(minutes=minute) for minute in (-2, -1, 0)]
    items = list(tape.items_from(tape.first_at))
    assert [type(item) for item in items] == [Minute, Minute, Quote, Quote]


def test_that_a_recording_begins_with_the_minute_that_runs(tmp_path: Path) -> None:
    scene = Scene()
    scene.hear(quote(-1), quote(1), quote(5))
    assert heard_again(scene.recorded(tmp_path, quote(70))) == [quote(1), quote(5), quote(70)]


def test_that_an_hour_begins_a_new_part_and_all_parts_are_played(tmp_path: Path) -> None:
    quotes = [quote(60.0 * minute) for minute in range(0, 190, 10)]
    first = Scene().recorded(tmp_path, *quotes)
    assert len(list(first.parent.iterdir())) == 5
    assert heard_again(first.with_name("XAUUSD-0002.parquet")) == quotes


def test_that_a_part_takes_only_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_tracks, "ROWS_A_PART", 3)
    quotes = [quote(each) for each in range(0, 100, 10)]
    first = Scene().recorded(tmp_path, *quotes)
    assert len(list(first.parent.iterdir())) == 5
    assert heard_again(first) == quotes


def test_that_winding_ends_a_recording(tmp_path: Path) -> None:
    scene = Scene()

    async def whole() -> None:
        writing = asyncio.create_task(scene.recorder.record(tmp_path))
        scene.hear(quote(1), quote(61))
        scene.recorder.market_opens()
        scene.hear(quote(2))
        await writing

    asyncio.run(whole())
    assert not scene.recorder.is_recording
    assert heard_again(next(tmp_path.glob("*/*-0000.parquet"))) == [quote(1), quote(61)]


def test_that_a_second_recording_of_the_same_minute_has_a_folder_of_its_own(tmp_path: Path) -> None:
    first, second = (Scene().recorded(tmp_path, quote(1), quote(61)) for _ in range(2))
    assert first.parent.name == "2026-03-02 08.00 XAUUSD"
    assert second.parent.name == "2026-03-02 08.00 XAUUSD (2)"


def test_that_a_folder_that_cannot_be_written_to_ends_the_recording_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    scene = Scene()
    asyncio.run(_awaited(scene.recorder.record(tmp_path / "file")))
    assert scene.recorder.failure is not None
    assert "cannot be written" in scene.recorder.failure
    assert not scene.recorder.is_recording


class HeardByReader(Scene):
    """Records second by second, while another program opens and leaves its files."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        patch.setattr(recording, "FLUSH_S", 0.001)
        self.renames = RefusingRenames(patch)
        self.said: list[str] = []
        self.recorder.changed = self._note
        self.heard: list[MarketItem] = []

    def _note(self) -> None:
        failure = self.recorder.failure or ""
        if self.said[-1:] != [failure]:
            self.said.append(failure)

    async def hear_until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not is_so():
                self.heard.append(quote(float(len(self.heard))))
                self.hear(self.heard[-1])
                await asyncio.sleep(0.001)

    def parts(self) -> int:
        folder = self.recorder.folder
        return 0 if folder is None else len([each for each in folder.iterdir() if each.name[0] != "."])


async def test_that_a_recording_whose_file_is_open_elsewhere_goes_on_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(lambda: scene.parts() == 2)
    scene.renames.refuse(len(RETRY_PAUSES_S) + 1)
    await scene.hear_until(lambda: scene.parts() == 3)
    scene.recorder.stop()
    await writing
    assert scene.said == [""]
    assert scene.recorder.folder is not None
    assert heard_again(scene.recorder.folder / "XAUUSD-0000.parquet") == scene.heard


async def test_that_a_recording_that_cannot_be_written_for_long_says_so_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(lambda: scene.parts() == 2)
    scene.renames.refuse(FOR_EVER)
    await scene.hear_until(lambda: scene.recorder.failure is not None)
    heard = len(scene.heard)
    await scene.hear_until(lambda: len(scene.heard) > heard + 50)
    scene.renames.refuse(0)
    await scene.hear_until(lambda: scene.recorder.failure is None)
    scene.recorder.stop()
    await writing
    assert len(scene.said) == 3
    assert scene.said[1].startswith("the recording cannot be written now, and goes on in memory")
    assert scene.recorder.folder is not None
    assert heard_again(scene.recorder.folder / "XAUUSD-0000.parquet") == scene.heard


async def test_that_the_first_file_of_a_recording_may_be_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    scene.renames.refuse(3 * len(RETRY_PAUSES_S))
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(lambda: scene.parts() == 2)
    scene.recorder.stop()
    await writing
    assert scene.recorder.folder is not None
    assert heard_again(scene.recorder.folder / "XAUUSD-0000.parquet") == scene.heard


async def test_that_a_recording_that_waits_too_long_for_the_disk_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    monkeypatch.setattr(recording, "MAX_WAITING_BYTES", 100)
    monkeypatch.setattr(tape_tracks, "ROWS_A_PART", 5)
    scene.renames.refuse(FOR_EVER)
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(writing.done)
    assert scene.recorder.failure is not None
    assert scene.recorder.failure.startswith("the recording ended")


async def _awaited(writing: object) -> None:
    await writing  # type: ignore[misc]


def _torn(part: Path) -> Path:
    part.write_bytes(part.read_bytes()[:-40])
    return part


def _lost(part: Path) -> Path:
    part.unlink()
    return part.with_name("XAUUSD-0002.parquet")


def _renamed(part: Path) -> Path:
    return part.rename(part.with_name("gold.parquet"))


def _of_another(part: Path) -> Path:
    other = Scene()
    other.clock.set(MONDAY + timedelta(minutes=5))
    other.recorded(part.parent, quote(301), quote(361)).with_name("XAUUSD-0001.parquet").replace(part)
    return part


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_torn, "XAUUSD-0001.parquet: is a damaged"),
        (_lost, "part XAUUSD-0001.parquet is missing"),
        (_renamed, "under another name; it was XAUUSD-0001.parquet"),
        (_of_another, "is a part of another recording"),
    ],
)
def test_that_a_spoilt_recording_is_refused_with_a_sentence(
    tmp_path: Path, spoil: Callable[[Path], Path], sentence: str
) -> None:
    part = Scene().recorded(tmp_path, quote(1), quote(61), quote(3700)).with_name("XAUUSD-0001.parquet")
    with pytest.raises(UnreadableRecording, match=sentence):
        open_recording(spoil(part))


KILLED = """
import asyncio, sys
from pathlib import Path
from engine.persistence.tape import recorder as recording
from tests.builders import quote
from tests.persistence.test_recorder import Scene

recording.FLUSH_S = 0.01

async def whole():
    scene = Scene()
    writing = asyncio.create_task(scene.recorder.record(Path(sys.argv[1])))
    heard = 0
    while True:
        scene.hear(*(quote(heard + each) for each in range(100)))
        heard += 100
        await asyncio.sleep(0.001)
        print(heard, scene.recorder.bytes, flush=True)

asyncio.run(whole())
"""


def test_that_what_was_written_outlives_a_kill(tmp_path: Path) -> None:
    desk = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert desk.stdout is not None
    heard = 0
    for line in desk.stdout:
        heard, size = map(int, line.split())
        if size > 40_000 and heard > 12_000:
            break
    desk.kill()
    desk.communicate()
    again = heard_again(next(tmp_path.glob("*/*-0000.parquet")))
    assert again == [quote(each) for each in range(len(again))]
    assert len(again) > 3600
