"""The spread of a recording: its own, the usual one of the hour, or a given one."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.adapters.recorded import Recording
from engine.errors import UnreadableRecording
from tests.adapters.recorded import samples
from tests.adapters.recorded.opened import first_of, opened


def test_that_a_given_spread_is_that_of_every_candle_whatever_the_file_says(tmp_path: Path) -> None:
    for name, text in (("DAT_XAUUSD.csv", samples.HISTDATA), ("xauusd.csv", samples.MT5_RATES)):
        recording = opened(tmp_path, name, text, spread=0.3)
        assert {candle.spread for candle in recording.candles()} == {0.3}
        assert (recording.source.has_spread, recording.source.spread_from) == (True, "--spread")


def test_that_ticks_keep_their_own_spread_even_if_one_is_given(tmp_path: Path) -> None:
    ticks = "time,bid,ask\n2026-03-02T08:00:00Z,10,12\n2026-03-02T08:01:00Z,10,12\n"
    recording = opened(tmp_path, "XAUUSD_ticks.csv", ticks, spread=0.3)
    assert (first_of(recording).spread, recording.source.spread_from) == (2.0, "the file's")


def rates(*rows: tuple[str, int]) -> str:
    """MetaTrader rates at these times, with these spreads in points."""
    lines = [f"{time},10.01,12,9,11,5,{spread}" for time, spread in rows]
    return "\n".join(["time,open,high,low,close,tick_volume,spread", *lines, ""])


def spreads(recording: Recording) -> list[float | None]:
    return [None if candle.spread is None else round(candle.spread, 6) for candle in recording.candles()]


def test_that_a_spread_of_zero_among_others_becomes_the_usual_one_of_its_hour(tmp_path: Path) -> None:
    rows = (("17:00", 10), ("17:01", 0), ("17:02", 30), ("17:03", 20), ("18:00", 90), ("18:01", 0))
    recording = opened(tmp_path, "xauusd.csv", rates(*((f"2026-03-24 {time}:00", spread) for time, spread in rows)))
    assert spreads(recording) == [0.1, 0.2, 0.3, 0.2, 0.9, 0.9]
    assert recording.source.spread_from == "the file's, with the usual one of the hour where it says 0"
    assert recording.source.notes == (
        "the spread of 2 of 6 candles is 0 in this file; the usual spread of their hour is used",
    )


def test_that_an_hour_of_gold_is_new_yorks_in_winter_and_in_summer(tmp_path: Path) -> None:
    text = rates(("2026-03-06 09:00:00", 90), ("2026-03-06 10:00:00", 10), ("2026-03-09 10:00:00", 0))
    assert spreads(opened(tmp_path, "xauusd.csv", text, clock="America/New_York")) == [0.9, 0.1, 0.1]


def test_that_an_hour_that_only_says_zero_has_the_usual_spread_of_all_hours(tmp_path: Path) -> None:
    text = rates(("2026-03-24 17:00:00", 10), ("2026-03-24 17:01:00", 10), ("2026-03-24 19:00:00", 0))
    assert spreads(opened(tmp_path, "xauusd.csv", text)) == [0.1, 0.1, 0.1]


def test_that_a_file_that_only_says_zero_has_no_spread(tmp_path: Path) -> None:
    recording = opened(tmp_path, "xauusd.csv", rates(("2026-03-24 17:00:00", 0), ("2026-03-24 17:01:00", 0)))
    assert spreads(recording) == [None, None]
    assert (recording.source.has_spread, recording.source.spread_from) == (False, "none")
    assert recording.source.notes == ("the spread of every candle is 0 in this file, which counts as none",)


def test_that_a_file_with_a_spread_on_every_row_has_its_own_and_nothing_to_note(tmp_path: Path) -> None:
    source = opened(tmp_path, "xauusd.csv", rates(("2026-03-24 17:00:00", 1), ("2026-03-24 17:01:00", 2))).source
    assert (source.spread_from, source.notes) == ("the file's", ())


def test_that_a_file_without_volume_notes_it(tmp_path: Path) -> None:
    source = opened(tmp_path, "DAT_XAUUSD.csv", samples.HISTDATA).source
    assert (source.spread_from, source.notes) == ("none", ("no volume in this source",))
    assert source.words == "HistData (MetaTrader format), clock UTC-5; spread: none; no volume in this source"


@pytest.mark.parametrize("spread", [-0.1, 1e12, 1e300, float("nan"), float("inf")])
def test_that_a_given_spread_obeys_the_limits_of_a_file_s(tmp_path: Path, spread: float) -> None:
    with pytest.raises(UnreadableRecording, match="allowed are 0 and more, below 1e"):
        opened(tmp_path, "XAUUSD.csv", samples.HISTDATA, spread=spread)
