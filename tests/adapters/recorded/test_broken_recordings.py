"""Damaged recordings and other files are refused with a sentence."""

from __future__ import annotations

import bz2
import gzip
import tracemalloc
import warnings
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from engine.adapters.recorded import content, open_recording, packing
from engine.adapters.recorded.tables import containers
from engine.errors import UnreadableRecording
from tests.adapters.recorded import samples
from tests.adapters.recorded.complaints import complaint, complaint_about
from tests.adapters.recorded.samples import FILES, parquet, written, zipped
from tests.examples import examples

# -- no recording at all ----------------------------------------------------------------------------------------------


def test_that_a_missing_file_is_named(tmp_path: Path) -> None:
    assert complaint(tmp_path / "none.csv") == ": does not exist"


def test_that_an_empty_folder_is_no_recording(tmp_path: Path) -> None:
    assert complaint(tmp_path) == ": is a folder without recordings"


@pytest.mark.parametrize("body", [b"", b"\n\r\n  \n", gzip.compress(b"", mtime=0), zipped({"a.csv": b""})])
def test_that_an_empty_file_is_no_recording(tmp_path: Path, body: bytes) -> None:
    assert "is empty" in complaint_about(tmp_path, body)


@pytest.mark.parametrize("name", ["XAUUSD.csv", "XAUUSD.parquet", "XAUUSD.zip"])
def test_that_binary_garbage_is_no_recording(tmp_path: Path, name: str) -> None:
    assert "line 1: is not text" in complaint_about(tmp_path, bytes(range(256)) * 20, name)


def test_that_text_in_another_encoding_is_named_by_its_line(tmp_path: Path) -> None:
    assert "line 2: is not text" in complaint_about(
        tmp_path, samples.MT5_RATES.encode().replace(b"2026-03", b"\xe9", 1)
    )


@pytest.mark.parametrize("text", ["hello", "a,b,c\n1,2,3\n", "time,open,high\n2026-01-01 00:00:00,1,1\n"])
def test_that_an_unknown_table_is_reported_with_the_formats_that_are_known(tmp_path: Path, text: str) -> None:
    sentence = complaint_about(tmp_path, text)
    assert text.splitlines()[0] in sentence
    assert "MetaTrader 5 export" in sentence


def test_that_trades_are_distinguished_from_quotes(tmp_path: Path) -> None:
    assert "trades without bid and ask" in complaint_about(tmp_path, "time,price,amount\n1,2,3\n")


@pytest.mark.parametrize("header_only", [samples.MT5_EXPORT, samples.MT5_RATES, samples.DUKASCOPY, samples.TICKS])
def test_that_a_header_alone_is_no_recording(tmp_path: Path, header_only: str) -> None:
    assert "holds no rows" in complaint_about(tmp_path, header_only.splitlines()[0] + "\n")


def test_that_a_json_without_ticks_is_no_recording(tmp_path: Path) -> None:
    assert "holds no rows" in complaint_about(tmp_path, "[]")


def test_that_only_fillers_are_no_recording(tmp_path: Path) -> None:
    text = "\n".join(samples.DUKASCOPY.splitlines()[:2])
    assert "only candles without volume" in complaint_about(tmp_path, text)


def test_that_ticks_within_one_minute_are_no_recording(tmp_path: Path) -> None:
    text = "\n".join(samples.TICKS.splitlines()[:3])
    assert "at least one full candle" in complaint_about(tmp_path, text)


# -- containers -------------------------------------------------------------------------------------------------------


def test_that_an_empty_zip_is_no_recording(tmp_path: Path) -> None:
    assert "holds no recording; a zip must hold one" in complaint_about(tmp_path, zipped({}))


@pytest.mark.parametrize("pack", [lambda text: zipped({"xauusd.csv": text}), gzip.compress], ids=["zip", "gzip"])
def test_that_a_truncated_archive_is_reported(tmp_path: Path, pack: Any) -> None:
    body = pack(samples.MT5_RATES.encode() * 50)
    assert "damaged" in complaint_about(tmp_path, body[: len(body) // 2])


@pytest.mark.parametrize("pack", [lambda text: zipped({"xauusd.csv": text}), gzip.compress], ids=["zip", "gzip"])
def test_that_an_archive_that_swells_beyond_measure_is_refused(
    tmp_path: Path, pack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "MAX_BYTES", 10_000)
    assert "is larger than" in complaint_about(tmp_path, pack(b"0" * 10_001))


def test_that_a_large_json_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_JSON_BYTES", 100)
    assert "convert it to CSV or Parquet" in complaint_about(tmp_path, samples.FREQTRADE, "btcusd.json")


def test_that_a_file_without_a_name_in_a_zip_is_no_recording(tmp_path: Path) -> None:
    body = bytearray(zipped({"x": samples.MT5_RATES}))
    length_of_name, length_of_extra = (body.index(b"PK\1\2") + place for place in (28, 30))
    body[length_of_name], body[length_of_extra] = 0, 1
    assert "holds no recording" in complaint_about(tmp_path, bytes(body))


def test_that_a_small_file_takes_little_memory_though_a_large_one_is_allowed(tmp_path: Path) -> None:
    small = tmp_path / "xauusd.csv"
    small.write_bytes(b"0" * 10_000)
    tracemalloc.start()
    try:
        packing.read_content(small)
        assert tracemalloc.get_traced_memory()[1] < packing.MAX_BYTES / 100
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("keep", [4, 40, -1])
def test_that_a_truncated_parquet_is_reported(tmp_path: Path, keep: int) -> None:
    body = parquet({"time_us": [1398988800046204, 1398988861000000], "bid": [1.0, 1.0], "ask": [2.0, 2.0]})
    assert "damaged or truncated Parquet" in complaint_about(tmp_path, body[:keep])


def test_that_a_fault_in_parquet_is_reported_by_its_row(tmp_path: Path) -> None:
    body = parquet({"time_us": [1398988800046204, 1398988861000000], "bid": [1.0, 3.0], "ask": [2.0, 2.0]})
    assert complaint_about(tmp_path, body) == "row 2: bid 3.0 is above ask 2.0; a market is never crossed"


def test_that_a_missing_value_in_parquet_is_reported_by_its_row(tmp_path: Path) -> None:
    body = parquet({"time_us": [1398988800046204, 1398988861000000], "bid": [1.0, None], "ask": [2.0, 2.0]})
    assert complaint_about(tmp_path, body) == "row 2: bid is missing or not a number"


def test_that_a_column_of_another_kind_is_reported(tmp_path: Path) -> None:
    body = parquet({"time_us": [1398988800046204], "bid": [True], "ask": [2.0]})
    assert "column bid holds bool; expected are numbers" in complaint_about(tmp_path, body)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (samples.DUKASCOPY_JSON[:-20], ""),
        (samples.DUKASCOPY_JSON.replace("24849.0", '"x"'), "entry 2"),
        (samples.DUKASCOPY_JSON.replace("}, {", "},\n{").replace("24849.0", "24849.0.0"), "line 2"),
        (samples.DUKASCOPY_JSON.replace("24924.3", "2.3"), "entry 3"),
        ('{"a": 1}', ""),
    ],
)
def test_that_a_fault_in_json_is_reported_by_its_place(tmp_path: Path, text: str, place: str) -> None:
    assert complaint_about(tmp_path, text, "btcusd.json").startswith(place or ": ")


# -- random damage ----------------------------------------------------------------------------------------------------

SOUND: dict[str, bytes] = {
    **{name: text.encode() for name, text in FILES.items()},
    "xauusd.zip": zipped({"xauusd.csv": samples.MT5_RATES}),
    "xauusd.csv.gz": gzip.compress(samples.MT5_RATES.encode()),
}
PARQUET = "xauusd.parquet"


@cache
def sound(name: str) -> bytes:
    if name != PARQUET:
        return SOUND[name]
    return parquet(
        {
            "time_us": [1398988800046204 + 10_000_000 * n for n in range(30)],
            "bid": [10.0 + n for n in range(30)],
            "ask": [11.0 + n for n in range(30)],
        }
    )


damages = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 12),
        st.one_of(
            st.binary(max_size=4),
            st.sampled_from(
                [b"nan", b"inf", b"-", b"1e400", b"\n", b",", b"\t", b"\r", b'"', b"\0", b"9" * 25, b"[", b"{"]
            ),
            st.text("0123456789.,-: +eTZ", max_size=4).map(str.encode),
        ),
    ),
    min_size=1,
    max_size=4,
)


def complaints_about(path: Path) -> list[str]:
    """What is said of a file, nothing where it reads and plays as a market."""
    try:
        recording = open_recording(path)
    except UnreadableRecording as error:
        return [str(error)]
    assert list(recording.candles())
    assert list(recording.items_from(recording.opens_at))
    return []


@examples(400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted([*SOUND, PARQUET])), damages)
def test_that_a_damaged_file_is_read_as_a_market_or_refused(
    tmp_path: Path, name: str, damage: list[tuple[int, int, bytes]]
) -> None:
    body = sound(name)
    for place, removed, inserted in damage:
        at = place % (len(body) + 1)
        body = body[:at] + inserted + body[at + removed :]
    complaints = complaints_about(written(tmp_path, name, body))
    assert all(sentence.isprintable() and len(sentence) < 700 for sentence in complaints)


# -- files as an attacker, or a bad download, leaves them ----------------------------------------------------------


def test_that_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    assert "is not JSON with candles or ticks" in complaint_about(tmp_path, "[" * 200_000, "XAUUSD.json")


@pytest.mark.parametrize("byte", [b"0", b"\n"])
def test_that_a_line_without_end_fills_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, byte: bytes) -> None:
    monkeypatch.setattr(content, "MAX_LINE", 2**22)
    assert "has a line, or blank lines, of more than 4 MB" in complaint_about(tmp_path, gzip.compress(byte * 2**24))


def test_that_two_files_of_one_name_in_a_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "XAUUSD.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("XAUUSD.csv", samples.MT5_RATES)
    assert "holds two files with the name XAUUSD.csv" in complaint(path)


@pytest.mark.parametrize(
    "inner",
    [zipped({"XAUUSD.csv": b"1"}), gzip.compress(b"1"), bz2.compress(b"1")],
    ids=["zip", "gzip", "bzip2"],
)
def test_that_a_packed_file_within_a_zip_says_what_to_do(tmp_path: Path, inner: bytes) -> None:
    body = zipped({"XAUUSD.csv.gz": inner})
    assert "is packed once more; unpack the zip" in complaint_about(tmp_path, body, "XAUUSD.zip")


def test_that_a_damaged_first_row_is_no_line_of_the_head(tmp_path: Path) -> None:
    head, first, *rest = samples.MT5_RATES.splitlines()
    assert "line 2: has 1 columns" in complaint_about(tmp_path, "\n".join([head, first.partition(",")[0], *rest]))
