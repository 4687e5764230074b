"""Recordings that are read a block at a time: what holds for a short file holds across blocks."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.recorded import open_recording, packing
from engine.adapters.recorded.columns import CandleColumns
from engine.errors import UnreadableRecording
from tests.adapters.recorded import samples
from tests.adapters.recorded.samples import mt5_rates, written, zipped
from tests.examples import examples

TIMES = [f"2026-01-05 {hour:02}:{minute:02}:00" for hour in range(1, 6) for minute in range(60)]
RATES = mt5_rates(TIMES)
LINE = 250
"""Far enough into the file to be in a later block than the first."""


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "BLOCK", 2000)


def columns_of(folder: Path, body: str | bytes) -> CandleColumns:
    return open_recording(written(folder, "xauusd.csv", body)).columns


def complaint(folder: Path, body: str | bytes) -> str:
    with pytest.raises(UnreadableRecording) as caught:
        columns_of(folder, body)
    return str(caught.value).removeprefix(str(folder / "xauusd.csv")).removeprefix(", ")


def with_line(line: str, number: int = LINE) -> str:
    return samples.with_line(RATES, number, line)


@pytest.mark.parametrize(
    "pack",
    [
        lambda text: text.encode(),
        lambda text: text.replace("\n", "\r\n").encode() + b"\r\n" * 3000,
        lambda text: text.encode("utf-16"),
        lambda text: gzip.compress(text.encode()),
        lambda text: zipped({"xauusd.csv": text}),
    ],
    ids=["plain", "blank lines at the end", "utf-16", "gzip", "zip"],
)
def test_that_a_long_file_reads_the_same_a_block_at_a_time(
    tmp_path: Path, pack: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(pack)
    in_blocks = columns_of(tmp_path, pack(RATES))
    monkeypatch.setattr(packing, "BLOCK", 1_000_000)
    at_once = columns_of(tmp_path, RATES)
    assert len(in_blocks) == len(TIMES)
    assert in_blocks.at.tolist() == at_once.at.tolist()
    assert in_blocks.spread is not None
    assert at_once.spread is not None
    assert in_blocks.spread.tolist() == at_once.spread.tolist()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2026-01-05 05:08:00,ten,12,9,11,5,30,0", f"line {LINE}: open 'ten' is not a number"),
        ("2026-01-05 05:08:00,true,12,9,11,5,30,0", f"line {LINE}: open 'true' is not a number"),
        ("2026-01-05 05:08:00,10\u00a0,12,9,11,5,30,0", f"line {LINE}: open '10?' is not a number"),
        ("2026-01-05 05:08:00,٣,12,9,11,5,30,0", f"line {LINE}: open '٣' is not a number"),
        ("2026-01-05 05:08:00,,12,9,11,5,30,0", f"line {LINE}: open is missing or not a number"),
        ("2026-01-05 05:08:00,10,12,9", f"line {LINE}: has 4 columns where 8 are expected"),
        ("2026-01-05 05:08,10,12,9,11,5,30,0,1", f"line {LINE}: has 9 columns where 8 are expected"),
        ("2026-02-30 05:08:00,10,12,9,11,5,30,0", f"line {LINE}: time '2026-02-30 05:08:00' is not a time"),
        ("2026-01-05 05:08:00Z,10,12,9,11,5,30,0", f"line {LINE}: time '2026-01-05 05:08:00Z' differs"),
        ("2026-01-05 02:08:00,10,12,9,11,5,30,0", f"line {LINE}: time goes back"),
        ("2026-01-05 05:08:00,10,8,9,11,5,30,0", f"line {LINE}: high 8.0 is below low 9.0"),
        ("2026-01-05 05:08:00,10,\0,9,11,5,30,0", f"line {LINE}: is not text"),
        ("", f"line {LINE}: time '' is not a time"),
    ],
)
def test_that_a_fault_far_into_a_file_is_reported_by_its_line(tmp_path: Path, line: str, fault: str) -> None:
    assert complaint(tmp_path, with_line(line)).startswith(fault)


@pytest.mark.parametrize(
    ("encoding", "damage"), [("utf-8", b"\xe9"), ("utf-16-le", b"\x00\xdc")], ids=["a Latin letter", "half a pair"]
)
def test_that_text_damaged_far_into_a_file_is_reported_with_its_line(
    tmp_path: Path, encoding: str, damage: bytes
) -> None:
    lines = [line.encode(encoding) for line in RATES.splitlines(keepends=True)]
    lines[LINE - 1] = damage + lines[LINE - 1]
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    assert complaint(tmp_path, mark + b"".join(lines)).startswith(f"line {LINE}: is not text")


def test_that_the_first_damage_to_text_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "BLOCK", 1_000_000)
    lines = RATES.encode().splitlines(keepends=True)
    lines[3], lines[9] = b"\xe9" + lines[3], b"\0" + lines[9]
    assert complaint(tmp_path, b"".join(lines)).startswith("line 4: is not text")


def test_that_rows_which_state_an_offset_only_from_a_later_block_on_are_refused(tmp_path: Path) -> None:
    lines = RATES.splitlines(keepends=True)
    late = [line.replace(":00,", ":00+02:00,", 1) for line in lines[LINE - 1 :]]
    assert "in stating an offset" in complaint(tmp_path, "".join(lines[: LINE - 1] + late))


def test_that_damage_to_a_file_is_reported_before_what_its_rows_say(tmp_path: Path) -> None:
    assert "is not text" in complaint(tmp_path, with_line("2026-01-05 01:01:00,ten,12,9,11,5,30,0", 3) + "\0")
    body = gzip.compress(with_line("2026-01-05 01:01:00,ten,12,9,11,5,30,0", 3).encode())
    assert "is a damaged gzip" in complaint(tmp_path, body[:-6])


def test_that_a_column_is_only_as_wrong_as_it_is_needed(tmp_path: Path) -> None:
    text = RATES.replace(",100,5,0\n", ",,5,7\n")
    volume = columns_of(tmp_path, text).volume
    assert volume is not None
    assert set(volume.tolist()) == {7.0}
    assert complaint(tmp_path, text.replace(",,5,7\n", ",,5,0\n")).startswith("line 2: tick_volume is missing")


@examples(30)
@given(st.lists(st.decimals("0.000001", "9999999", places=6), min_size=40, max_size=60))
def test_that_prices_are_the_numbers_that_python_reads(
    tmp_path_factory: pytest.TempPathFactory, prices: list[object]
) -> None:
    rows = [f"{time},{price},{price},{price},{price},1,0,0" for time, price in zip(TIMES, prices, strict=False)]
    text = "\n".join(["time,open,high,low,close,tick_volume,spread,real_volume", *rows])
    columns = columns_of(tmp_path_factory.getbasetemp(), text)
    assert columns.close.tolist() == [float(str(price)) for price in prices]
