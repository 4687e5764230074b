"""Results that a desk keeps for itself, and the recordings of its own that they are about."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from config import VERSION
from gui.features.lab.model import kept_results
from gui.features.lab.model.kept_results import RESULTS, KeptResults
from gui.features.lab.model.own_recordings import own_recordings
from gui.features.lab.model.shelf import UnusableStudy

SETTINGS, RECORDING = "5" * 16, "9" * 16


def result(**changes: object) -> bytes:
    origin = {"symbol": "XAUUSD", "settings_hash": SETTINGS, "recording_hash": RECORDING, "version": VERSION}
    return json.dumps(origin | changes).encode()


def test_that_the_result_that_was_kept_last_is_found_by_symbol_and_settings(tmp_path: Path) -> None:
    kept = KeptResults(tmp_path)
    assert kept.newest("gates", "XAUUSD", SETTINGS) is None
    for at, recording in enumerate(("7" * 16, "8" * 16)):
        kept.keep("gates", result(recording_hash=recording))
        os.utime(tmp_path / RESULTS / f"gates-{SETTINGS}-{recording}.json", (at, at))
    assert kept.newest("gates", "XAUUSD", SETTINGS) == result(recording_hash="8" * 16)
    for other in (("diff", "XAUUSD", SETTINGS), ("gates", "XAGUSD", SETTINGS), ("gates", "XAUUSD", "1" * 16)):
        assert kept.newest(*other) is None


@pytest.mark.parametrize("written", [b"", b"[" * 100_000, b"\xff\x00", result(version="0.0.1"), result(symbol=7),
                                     result(settings_hash="1" * 16)])  # fmt: skip
def test_that_a_file_that_is_not_what_its_name_says_counts_as_none(tmp_path: Path, written: bytes) -> None:
    kept = KeptResults(tmp_path)
    kept.keep("gates", result())
    (tmp_path / RESULTS / f"gates-{SETTINGS}-{RECORDING}.json").write_bytes(written)
    assert kept.newest("gates", "XAUUSD", SETTINGS) is None


def test_that_a_result_whose_hash_is_a_path_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(UnusableStudy, match="does not say what it belongs to"):
        KeptResults(tmp_path).keep("gates", result(recording_hash="../../../secret"))
    assert not list(tmp_path.rglob("*.json"))


def test_that_the_oldest_of_too_many_results_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_results, "MAX_KEPT", 2)
    for at in range(3):
        KeptResults(tmp_path).keep("gates", result(recording_hash=str(at) * 16))
        os.utime(tmp_path / RESULTS / f"gates-{SETTINGS}-{str(at) * 16}.json", (at, at))
    assert len(list((tmp_path / RESULTS).iterdir())) == 2


def test_that_the_recordings_of_a_desk_are_found_by_symbol_oldest_first(tmp_path: Path) -> None:
    assert own_recordings(tmp_path, "XAUUSD") == ()
    for name in ("2/XAUUSD-0000", "1/XAUUSD-0000", "1/XAUUSD-0001", "1/BTCUSD-0000", "3/EUR_USD~1-0000"):
        path = tmp_path / "recordings" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [Path(each).parent.name for each in own_recordings(tmp_path, "XAUUSD")] == ["1", "2"]
    assert [Path(each).parent.name for each in own_recordings(tmp_path, "EUR/USD")] == ["3"]
