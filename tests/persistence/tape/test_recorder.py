"""Whatever a recorder hears is heard again, and nothing else."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.recorded import open_recording
from engine.domain.market import MarketItem, Minute, Quote
from engine.errors import UnreadableRecording
from engine.persistence.tape import tracks as tape_tracks
from tests.builders import MONDAY, candle, quote
from tests.examples import examples
from tests.persistence.tape.tapes import Scene, heard_again

_PRICES = st.integers(100, 400_000).map(lambda ticks: ticks / 100)
_QUOTES = st.lists(
    st.tuples(st.integers(0, 7_200_000_000), _PRICES, st.integers(0, 500), st.floats(0.01, 1e6)),
    min_size=2,
    max_size=40,
)


@given(_QUOTES)
@examples(15)
def test_that_any_quotes_are_heard_again_to_the_last_digit(rows: list[tuple[int, float, int, float]]) -> None:
    quotes = [
        Quote(symbol="XAUUSD", at=MONDAY + timedelta(microseconds=us), bid=bid, ask=bid + spread / 100, volume=volume)
        for us, bid, spread, volume in sorted(rows)
    ]
    with tempfile.TemporaryDirectory() as folder:
        assert heard_again(Scene().recorded(Path(folder), *quotes)) == quotes


def test_that_candles_and_missing_values_of_the_feed_are_replayed_the_same(tmp_path: Path) -> None:
    items: list[MarketItem] = [
        quote(0),
        quote(59),
        candle(0, spread=None),
        quote(60),
        candle(1, taker_buy=40.0),
        quote(121),
    ]
    assert heard_again(Scene().recorded(tmp_path, *items)) == items


def test_that_a_market_without_volume_is_heard_again_without_it(tmp_path: Path) -> None:
    scene = Scene(has_volume=False)
    items: list[MarketItem] = [quote(0), quote(59), candle(0, volume=None), quote(60), quote(121)]
    tape = open_recording(scene.recorded(tmp_path, *items))
    assert list(tape.items_from(tape.opens_at)) == items
    assert [each.volume for each in tape.candles()] == [None] * 4


def test_that_the_past_is_played_from_before_the_recording_as_candles_are(tmp_path: Path) -> None:
    tape = open_recording(Scene().recorded(tmp_path, quote(0), quote(60)))
    assert [each.opened_at for each in tape.candles()] == [MONDAY + timedelta(minutes=minute) for minute in (-2, -1, 0)]
    items = list(tape.items_from(tape.first_at))
    assert [type(item) for item in items] == [Minute, Minute, Quote, Quote]


def test_that_the_file_in_its_folder_that_the_system_opens_plays_a_recording(tmp_path: Path) -> None:
    first = Scene().recorded(tmp_path, quote(1), quote(61))
    (opener,) = first.parent.glob("*.microscalp")
    assert heard_again(opener) == heard_again(first) == [quote(1), quote(61)]
    for rest in opener.parent.glob("*.parquet"):
        rest.unlink()
    with pytest.raises(UnreadableRecording, match="is a folder without recordings"):
        open_recording(opener)


def test_that_a_recording_begins_with_the_minute_that_runs(tmp_path: Path) -> None:
    scene = Scene()
    scene.hear(quote(-1), quote(1), quote(5))
    assert heard_again(scene.recorded(tmp_path, quote(70))) == [quote(1), quote(5), quote(70)]


def test_that_an_hour_begins_a_new_part_and_all_parts_are_played(tmp_path: Path) -> None:
    quotes = [quote(60.0 * minute) for minute in range(0, 190, 10)]
    first = Scene().recorded(tmp_path, *quotes)
    assert len(list(first.parent.glob("*.parquet"))) == 5
    assert heard_again(first.with_name("XAUUSD-0002.parquet")) == quotes


def test_that_a_part_takes_only_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_tracks, "ROWS_A_PART", 3)
    quotes = [quote(each) for each in range(0, 100, 10)]
    first = Scene().recorded(tmp_path, *quotes)
    assert len(list(first.parent.glob("*.parquet"))) == 5
    assert heard_again(first) == quotes


def test_that_jumping_ends_a_recording(tmp_path: Path) -> None:
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
    asyncio.run(scene.recorder.record(tmp_path / "file"))
    assert scene.recorder.failure is not None
    assert "cannot be written" in scene.recorder.failure
    assert not scene.recorder.is_recording


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
