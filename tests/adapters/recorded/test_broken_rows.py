"""An impossible row is reported with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.recorded import samples
from tests.adapters.recorded.complaints import complaint_about
from tests.adapters.recorded.samples import FILES, with_line, zipped


def rates(*rows: str) -> str:
    return "\n".join(["time,open,high,low,close,tick_volume,spread,real_volume", *rows, ""])


MINUTE_0, MINUTE_1, MINUTE_2 = (f"2026-03-24 17:0{minute}:00,10,12,9,11,5,30,0" for minute in range(3))


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        (f"2026-03-24 17:01:00,{prices},5,30,0", f"line 3: {fault}")
        for prices, fault in [
            ("10,8,9,11", "high 8.0 is below low 9.0"),
            ("13,12,9,11", "open 13.0 lies outside the candle's low to high"),
            ("10,12,9,8", "close 8.0 lies outside the candle's low to high"),
            ("10,12,0,11", "low 0.0 is not a price"),
            ("-10,12,9,11", "open -10.0 is not a price"),
            ("10,inf,9,11", "high inf is not a price"),
            ("10,1e300,9,11", "high 1e+300 is not a price"),
            ("nan,12,9,11", "open is missing or not a number"),
            (",12,9,11", "open is missing or not a number"),
            ("ten,12,9,11", "open 'ten' is not a number"),
            ("10,12,9", "has 7 columns where 8 are expected"),
            ("10,12,9,11,12", "has 9 columns where 8 are expected"),
        ]
    ]
    + [
        ("2026-03-24 17:01:00,10,12,9,11,-5,30,0", "line 3: volume -5.0 is not 0 or more"),
        ("2026-03-24 17:01:00,10,12,9,11,5,-30,0", "line 3: spread -0.3 is not 0 or more"),
        ("2026-03-24 17:01:30,10,12,9,11,5,30,0", "line 3: 2026-03-24 17:01:30 is not the start of a minute"),
        ("2026-03-24 17:00:00,10,12,9,11,5,30,0", "line 3: 2026-03-24 17:00:00 occurs twice"),
        (
            "2026-03-24 16:59:00,10,12,9,11,5,30,0",
            "line 3: time goes back from 2026-03-24 17:00:00 to 2026-03-24 16:59:00",
        ),
        ("2026-02-30 17:01:00,10,12,9,11,5,30,0", "line 3: time '2026-02-30 17:01:00' is not a time"),
        ("2026-03-24 25:01:00,10,12,9,11,5,30,0", "line 3: time '2026-03-24 25:01:00' is not a time"),
        ("1601-01-01 00:00:00,10,12,9,11,5,30,0", "line 3: time '1601-01-01 00:00:00' is outside the years"),
        ("9999-12-31 00:00:00,10,12,9,11,5,30,0", "line 3: time '9999-12-31 00:00:00' is outside the years"),
        (",10,12,9,11,5,30,0", "line 3: time '' is not a time"),
        ("2026-03-24 17:01:00+00:00,10,12,9,11,5,30,0", "line 3: time '2026-03-24 17:01:00+00:00' differs"),
        ("", "line 3: time '' is not a time"),
    ],
)
def test_that_a_fault_is_reported_by_its_line(tmp_path: Path, second: str, fault: str) -> None:
    assert complaint_about(tmp_path, rates(MINUTE_0, second, MINUTE_2)).startswith(fault)


def test_that_the_first_of_several_faults_is_reported(tmp_path: Path) -> None:
    text = rates(MINUTE_0, MINUTE_1.replace("5,30", "-5,30"), MINUTE_2.replace("10,12", "10,8"))
    assert complaint_about(tmp_path, text).startswith("line 3: volume")


@pytest.mark.parametrize("name", FILES)
def test_that_a_file_cut_within_its_last_line_is_reported_by_it(tmp_path: Path, name: str) -> None:
    text = FILES[name].rstrip()
    cut = text[: text.rstrip().rfind(",")] if name.endswith(".csv") else text[:-4]
    cut = cut[: cut.rfind("\t")] if "\t" in cut else cut
    sentence = complaint_about(tmp_path, cut, name)
    assert f"line {len(text.splitlines())}" in sentence or name.endswith(".json")


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, text in FILES.items() if name.endswith(".csv")], ids=str
)
def test_that_time_going_back_is_reported_in_every_format(tmp_path: Path, name: str, text: str) -> None:
    lines = text.splitlines()
    first_row = 1 if lines[0][0].isdigit() else 2
    swapped = with_line(with_line(text, first_row, lines[first_row]), first_row + 1, lines[first_row - 1])
    assert f"line {first_row + 1}: time goes back" in complaint_about(tmp_path, swapped, name)


def test_that_columns_that_are_missing_are_named(tmp_path: Path) -> None:
    text = samples.MT5_EXPORT.replace("<CLOSE>", "<FOO>")
    assert complaint_about(tmp_path, text).startswith(": has no column close; its columns are date, time, open")


def test_that_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    text = samples.MT5_RATES.replace("high", "open")
    assert complaint_about(tmp_path, text) == ": has more than one column open"


def test_that_taker_volume_above_all_volume_is_refused(tmp_path: Path) -> None:
    text = samples.BINANCE_ARCHIVE.replace("22.59109", "99.59109")
    assert complaint_about(tmp_path, text, "btcusdt.csv").startswith("line 2: taker-buy volume 99.59109")


def test_that_the_line_is_reported_within_the_file_of_a_zip(tmp_path: Path) -> None:
    body = zipped({"inside.csv": rates(MINUTE_0, MINUTE_2, MINUTE_1)})
    assert complaint_about(tmp_path, body, "xauusd.zip").startswith("inside.csv, line 4: time goes back")
