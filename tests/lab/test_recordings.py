"""The recordings of a study: files and folders by symbol, of which each minute counts once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.adapters.recorded import Recording, open_recording
from engine.errors import UnknownSymbol, UnreadableRecording, UnusableRecordings
from engine.lab.recordings import gather, require_days, trading_days
from tests.builders import BITCOIN, candle, quote
from tests.lab.markets import a_recording, write_export
from tests.persistence.tape.tapes import Scene


def minutes(recording: Recording) -> int:
    return len(recording.columns)


def test_that_files_of_one_symbol_are_one_recording_in_order_of_time(tmp_path: Path) -> None:
    late = write_export(tmp_path / "XAUUSD_2.csv", a_recording(50, first_minute=100))
    early = write_export(tmp_path / "XAUUSD_1.csv", a_recording(50))
    gathered = gather([late, early], clock="UTC")
    merged = gathered.only()
    assert minutes(merged) == 100
    assert (merged.columns.at[1:] > merged.columns.at[:-1]).all()
    assert (merged.source.symbol, merged.source.name) == ("XAUUSD", "2 recordings")
    assert not any("earlier file" in note for note in gathered.notes)


def test_that_a_minute_counts_once_and_the_file_named_first_has_it(tmp_path: Path) -> None:
    first = write_export(tmp_path / "b_XAUUSD.csv", a_recording(50, seed=1))
    second = write_export(tmp_path / "a_XAUUSD.csv", a_recording(50, seed=2, first_minute=20))
    gathered = gather([first, second], clock="UTC")
    columns = gathered.only().columns
    opened = [open_recording(path, clock="UTC").columns for path in (first, second)]
    assert columns.close.tolist() == [*opened[0].close.tolist(), *opened[1].close.tolist()[30:]]
    assert gathered.notes[-1] == ("a_XAUUSD.csv: 30 of its minutes are in an earlier file too; the earlier file counts")


def test_that_the_same_file_named_twice_counts_once_and_nothing_is_said(tmp_path: Path) -> None:
    path = write_export(tmp_path / "XAUUSD.csv", a_recording(50))
    gathered = gather([path, tmp_path], clock="UTC")
    assert minutes(gathered.only()) == 50
    assert len(gathered.notes) == 1


def test_that_a_folder_stands_for_all_recordings_in_it_and_below(tmp_path: Path) -> None:
    write_export(tmp_path / "XAUUSD.csv", a_recording(50))
    write_export(tmp_path / "more" / "BTCUSD.csv", a_recording(40))
    (tmp_path / "README.md").write_text("nothing", encoding="utf-8")
    (tmp_path / ".hidden.csv").write_text("nothing", encoding="utf-8")
    gathered = gather([tmp_path], clock="UTC")
    assert {each.source.symbol: minutes(each) for each in gathered.recordings} == {"XAUUSD": 50, "BTCUSD": 40}
    with pytest.raises(UnusableRecordings, match="recordings of XAUUSD, BTCUSD: choose one with --symbol"):
        gathered.only()


def test_that_a_symbol_chooses_the_recordings_of_what_it_stands_for(tmp_path: Path) -> None:
    write_export(tmp_path / "GOLD.csv", a_recording(50))
    write_export(tmp_path / "XAUUSDc.csv", a_recording(50, first_minute=50))
    write_export(tmp_path / "BTCUSD.csv", a_recording(40))
    write_export(tmp_path / "rates.csv", a_recording(30, first_minute=100))
    chosen = gather([tmp_path], symbol="XAUUSD", clock="UTC").only()
    assert (chosen.source.symbol, minutes(chosen)) == ("XAUUSD", 130)


def test_that_what_is_no_recording_is_left_out_of_a_folder_with_its_reason(tmp_path: Path) -> None:
    write_export(tmp_path / "XAUUSD.csv", a_recording(50))
    (tmp_path / "notes_XAUUSD.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    gathered = gather([tmp_path], clock="UTC")
    assert minutes(gathered.only()) == 50
    (left_out,) = (note for note in gathered.notes if note.startswith("left out: "))
    assert "notes_XAUUSD.csv: begins with 'a,b', which is not a supported format" in left_out


def test_that_a_file_named_by_itself_must_be_a_recording(tmp_path: Path) -> None:
    (tmp_path / "XAUUSD.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableRecording, match="not a supported format"):
        gather([tmp_path / "XAUUSD.csv"])
    with pytest.raises(UnknownSymbol, match="has no symbol in its name"):
        gather([write_export(tmp_path / "rates.csv", a_recording(20))])


def test_that_nothing_to_study_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnusableRecordings, match=r"no file or folder is named: no recording found"):
        gather([])
    with pytest.raises(UnusableRecordings, match=f"{tmp_path.name}: no recording found"):
        gather([tmp_path])
    write_export(tmp_path / "BTCUSD.csv", a_recording(20))
    with pytest.raises(UnusableRecordings, match="no recording of XAUUSD, only of BTCUSD"):
        gather([tmp_path], symbol="XAUUSD")
    (tmp_path / "BTCUSD.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnusableRecordings, match=r"no file can be read as a recording; left out: .*BTCUSD.csv"):
        gather([tmp_path])


def test_that_a_desk_s_own_recording_counts_once_with_all_its_parts_and_its_own_clock(tmp_path: Path) -> None:
    quotes = [quote(float(second), bid=2000.0 + second / 100) for second in range(0, 300, 5)]
    part = Scene().recorded(tmp_path, *quotes, candle(5))
    gathered = gather([tmp_path, part], clock="ny-close")
    recording = gathered.only()
    assert not recording.source.has_quotes
    assert recording.columns.close.tolist() == open_recording(part).columns.close.tolist()
    assert len(gathered.notes) == 1


def test_that_a_study_of_ticks_says_that_it_uses_their_candles(tmp_path: Path) -> None:
    ticks = tmp_path / "XAUUSD.csv"
    rows = (f"2026-03-02T08:0{second // 60}:{second % 60:02},2000.0,2000.2\n" for second in range(0, 180, 5))
    ticks.write_text("time,bid,ask\n" + "".join(rows), encoding="utf-8")
    gathered = gather([ticks], clock="UTC")
    assert gathered.notes[0] == "XAUUSD.csv has ticks: the study uses candles made from them, on simulated paths"
    assert not gathered.only().source.has_quotes


def test_that_a_given_spread_is_that_of_every_candle(tmp_path: Path) -> None:
    part = Scene().recorded(tmp_path, *(quote(float(second)) for second in range(0, 180, 5)))
    recording = gather([part], spread=0.5).only()
    assert recording.columns.spread is not None
    assert set(recording.columns.spread.tolist()) == {0.5}
    assert recording.source.spread_from == "--spread"


def test_that_a_column_which_only_some_files_have_is_unknown_in_the_others(tmp_path: Path) -> None:
    with_spread = write_export(tmp_path / "XAUUSD.csv", a_recording(50))
    without = tmp_path / "DAT_MT_XAUUSD_M1_202603.csv"
    without.write_text("".join(f"2026.03.03,0{h}:00,1,2,1,2,0\n" for h in range(5)), encoding="utf-8")
    merged = gather([with_spread, without], clock="UTC").only()
    candles = list(merged.candles())
    assert [each.spread is None for each in candles] == [False] * 50 + [True] * 5
    assert (merged.source.has_spread, merged.source.has_volume) == (True, True)


# -- days -------------------------------------------------------------------------------------------------------------


def test_that_gold_s_day_ends_in_new_york_and_bitcoin_s_at_midnight() -> None:
    assert trading_days(a_recording(1440 + 1)) == (date(2026, 3, 2), date(2026, 3, 3))
    assert trading_days(a_recording(22 * 60)) == (date(2026, 3, 2),)
    assert trading_days(a_recording(22 * 60 + 1)) == (date(2026, 3, 2), date(2026, 3, 3))
    assert trading_days(a_recording(22 * 60 + 1, instrument=BITCOIN)) == (date(2026, 3, 2),)


def test_that_too_few_days_are_said_with_how_many_are_needed() -> None:
    require_days(a_recording(60), 1, "evidence")
    with pytest.raises(
        UnusableRecordings, match=r"XAUUSD: a walk-forward test needs at least 51 trading days, and gold.csv has 1"
    ):
        require_days(a_recording(60), 51, "a walk-forward test")
