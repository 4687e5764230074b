"""Recordings that a replay offers beside those that play."""

from __future__ import annotations

from pathlib import Path

from engine.market.symbol_list import KnownSymbols, OfferedSymbol
from gui.features.opening.markets import RecordedSymbols, recordings_beside
from gui.features.opening.model import ChosenFile


def files(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return list(names)


def test_that_files_beside_those_that_play_are_offered_if_their_names_state_a_symbol(tmp_path: Path) -> None:
    files(tmp_path, "XAUUSD_M1.csv", "EURUSD_M1.csv", "notes.txt", "BTCUSD-ticks.zip", "GBPUSD.exe")
    found = recordings_beside([ChosenFile(path=str(tmp_path / "XAUUSD_M1.csv"))], tmp_path / "recordings")
    assert [each.name for each in found] == ["BTCUSD-ticks.zip", "EURUSD_M1.csv"]
    assert found[1] == OfferedSymbol(
        name="EURUSD_M1.csv", description=f"EURUSD, {tmp_path}", recording=str(tmp_path / "EURUSD_M1.csv")
    )


def test_that_a_desks_own_recording_is_offered_once_whatever_parts_it_has(tmp_path: Path) -> None:
    files(tmp_path, "monday/XAUUSD-0000.parquet", "monday/XAUUSD-0001.parquet", "monday/BTCUSD-0000.parquet")
    found = recordings_beside([], tmp_path)
    assert [each.name for each in found] == ["monday/BTCUSD-0000.parquet", "monday/XAUUSD-0000.parquet"]
    playing = [ChosenFile(path=str(tmp_path / "monday" / "XAUUSD-0000.parquet"))]
    assert [each.name for each in recordings_beside(playing, tmp_path / "none")] == ["monday/BTCUSD-0000.parquet"]


def test_that_recordings_of_one_name_in_several_folders_are_all_offered(tmp_path: Path) -> None:
    files(tmp_path, "a/XAUUSD.csv", "a/EURUSD.csv", "b/XAUUSD.csv", "b/EURUSD.csv")
    playing = [ChosenFile(path=str(tmp_path / folder / "XAUUSD.csv")) for folder in "ab"]
    found = recordings_beside(playing, tmp_path / "none")
    assert [each.name for each in found] == ["EURUSD.csv", str(tmp_path / "b" / "EURUSD.csv")]
    assert len({each.recording for each in found}) == 2


async def test_that_symbols_that_play_stay_first_where_a_folder_is_gone(tmp_path: Path) -> None:
    gold = OfferedSymbol(name="XAUUSD")
    gone = [ChosenFile(path=str(tmp_path / "gone" / "XAUUSD.csv"))]
    assert await RecordedSymbols(KnownSymbols([gold]), gone, tmp_path / "none").offered() == (gold,)
