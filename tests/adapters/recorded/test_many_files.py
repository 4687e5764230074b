"""Packed files, and several files as one recording."""

from __future__ import annotations

import bz2
import lzma
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.recorded import open_recording, packing
from tests.adapters.recorded import samples
from tests.adapters.recorded.candle_tables import EXPECTED, TABLES, figures
from tests.adapters.recorded.complaints import complaint_about
from tests.adapters.recorded.opened import opened
from tests.adapters.recorded.samples import written, zipped


def zstandard(body: bytes) -> bytes:
    import pyarrow as pa

    return bytes(pa.Codec("zstd").compress(body, asbytes=True))


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, zstandard], ids=["bzip2", "xz", "zstd"])
def test_that_a_packed_file_reads_as_the_plain_one(tmp_path: Path, pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    packed, text = pack(TABLES["TradingView, seconds"].encode()), TABLES["TradingView, seconds"]
    assert figures(opened(tmp_path, "XAUUSD.csv.packed", packed)) == figures(opened(tmp_path, "XAUUSD.csv", text))
    assert "is a damaged" in complaint_about(tmp_path, packed[: len(packed) // 2])
    monkeypatch.setattr(packing, "MAX_BYTES", 10_000)
    assert "is larger than" in complaint_about(tmp_path, pack(b"0" * 10_001))


def test_that_what_macos_adds_to_a_zip_is_left_out(tmp_path: Path) -> None:
    text = TABLES["TradingView, seconds"]
    body = zipped({"XAUUSD.csv": text, "__MACOSX/._XAUUSD.csv": b"\0\5\x16", "._XAUUSD.csv": b"\0", ".DS_Store": b"1"})
    assert figures(opened(tmp_path, "gold.zip", body)) == EXPECTED


def months(*, overlap: bool = False) -> dict[str, str]:
    """The first two candles in the later name, and the last one, or the last two."""
    header, *rows = TABLES["TradingView, seconds"].splitlines(keepends=True)
    later = rows[1:] if overlap else rows[2:]
    return {"XAUUSD_2.csv": header + "".join(rows[:2]), "XAUUSD_1.csv": header + "".join(later)}


@pytest.mark.parametrize("overlap", [False, True])
def test_that_several_files_of_one_symbol_are_one_recording(tmp_path: Path, overlap: bool) -> None:
    folder = tmp_path / "gold"
    folder.mkdir()
    for name, text in months(overlap=overlap).items():
        written(folder, name, text)
    for recording in (open_recording(folder), opened(tmp_path, "gold.zip", zipped(months(overlap=overlap)))):
        assert figures(recording) == EXPECTED
        notes = ("1 rows are in an earlier file too, which counts",) if overlap else ()
        assert recording.source.notes == notes


def test_that_hours_of_ticks_are_one_recording_with_the_minute_across_them(tmp_path: Path) -> None:
    rows = samples.TICKS.splitlines(keepends=True)
    body = zipped({"XAUUSD_1.csv": "".join(rows[:2]), "XAUUSD_2.csv": rows[0] + "".join(rows[2:])})
    alone = opened(tmp_path, "XAUUSD.csv", samples.TICKS)
    assert figures(opened(tmp_path, "XAUUSD.zip", body)) == figures(alone)


def test_that_a_fault_is_reported_in_the_file_that_has_it(tmp_path: Path) -> None:
    files = months(overlap=True)
    files["XAUUSD_1.csv"] = files["XAUUSD_1.csv"].replace("4700.15", "4600.15")
    assert complaint_about(tmp_path, zipped(files), "gold.zip").startswith("XAUUSD_1.csv, line 3: high 4600.15")


def test_that_files_of_other_symbols_or_formats_are_no_part(tmp_path: Path) -> None:
    first, second = months().values()
    other = zipped({"XAUUSD_1.csv": first, "XAGUSD_2.csv": second})
    assert "is for XAUUSD, another file for XAGUSD" in complaint_about(tmp_path, other, "metals.zip")
    mixed = zipped({"XAUUSD_1.csv": first, "XAUUSD_2.csv": samples.MT5_EXPORT})
    assert "the files of one recording are of one format" in complaint_about(tmp_path, mixed, "gold.zip")


def test_that_a_zip_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MAX_FILES", 1)
    assert "holds 2 files; at most 1 are read" in complaint_about(tmp_path, zipped(months()), "gold.zip")
