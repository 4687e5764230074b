"""Tables of many makers are read by what their columns and first rows show."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.recorded import samples
from tests.adapters.recorded.candle_tables import BARS, EXPECTED, PRICES, START, TABLES, figures
from tests.adapters.recorded.complaints import complaint_about
from tests.adapters.recorded.opened import first_of, opened, utc
from tests.adapters.recorded.samples import with_line
from tests.approximate import close_to

TIMES_ARE_ASKED_FOR = {"a symbol in each row", "a semicolon, spaces and a note above"}


@pytest.mark.parametrize("maker", TABLES)
def test_that_candles_are_read_as_their_maker_writes_them(tmp_path: Path, maker: str) -> None:
    recording = opened(tmp_path, "XAUUSD.csv", TABLES[maker])
    has_volume = recording.source.has_volume
    assert figures(recording) == [each if has_volume else (*each[:-1], None) for each in EXPECTED]
    assert has_volume is (maker != "HistData ASCII")
    assert recording.is_clock_assumed is (maker in TIMES_ARE_ASKED_FOR)


def test_that_a_decimal_comma_is_read(tmp_path: Path) -> None:
    commas = TABLES["HistData ASCII"].replace(".", ",")
    assert figures(opened(tmp_path, "XAUUSD.csv", commas)) == [(*each[:-1], None) for each in EXPECTED]
    broken = commas.replace("4699,54", "4.699,54")
    assert complaint_about(tmp_path, broken) == "line 2: 3 '4.699,54' is not a number"


def test_that_milliseconds_and_microseconds_may_follow_each_other(tmp_path: Path) -> None:
    text = with_line(TABLES["dukascopy-node"], 4, f"{int(BARS[2][0].timestamp())}000000,{PRICES[2]}")
    assert figures(opened(tmp_path, "XAUUSD.csv", text)) == EXPECTED


def test_that_feather_as_freqtrade_writes_it_is_read(tmp_path: Path) -> None:
    import pyarrow as pa

    columns: dict[str, Any] = {"date": pa.array([at for at, _ in BARS], pa.timestamp("ms", "UTC"))}
    for place, name in enumerate(("open", "high", "low", "close", "volume")):
        columns[name] = [float(cells[place]) for _, cells in BARS]
    body, made = io.BytesIO(), pa.table(columns)
    with pa.ipc.new_file(body, made.schema) as file:
        file.write_table(made)
    recording = opened(tmp_path, "BTC_USDT-1m.feather", body.getvalue())
    assert (figures(recording), recording.source.symbol) == (EXPECTED, "BTCUSDT")
    assert "damaged or truncated Feather" in complaint_about(tmp_path, body.getvalue()[:200])


def test_that_klines_as_binance_answers_them_are_read(tmp_path: Path) -> None:
    rows = [[int(cell) if cell.isdigit() and len(cell) > 6 else cell for cell in line.split(",")]
            for line in samples.BINANCE_ARCHIVE.split()]  # fmt: skip
    recording = opened(tmp_path, "BTCUSDT.json", json.dumps(rows))
    assert recording.source.format == "Binance klines"
    assert first_of(recording).taker_buy == 4.61069


def test_that_minutes_without_a_trade_are_left_out_and_counted(tmp_path: Path) -> None:
    text = with_line(TABLES["TradingView, seconds"], 3, f"{int(BARS[1][0].timestamp())},NaN,NaN,NaN,NaN,NaN")
    recording = opened(tmp_path, "XAUUSD.csv", text)
    assert figures(recording) == [EXPECTED[0], EXPECTED[2]]
    assert recording.source.format == "candles by time, 1 rows without a price left out"
    half = with_line(text, 4, f"{int(BARS[2][0].timestamp())},4700,NaN,4699,4700,1")
    assert complaint_about(tmp_path, half) == "line 4: high is missing or not a number"


def test_that_a_fault_in_rows_newest_first_is_reported_by_its_line(tmp_path: Path) -> None:
    lines = TABLES["CryptoDataDownload, newest first"].replace("4700.89", "4600.89")
    assert complaint_about(tmp_path, lines).startswith("line 4: high 4600.89 is below low")


def test_that_bid_and_ask_candles_have_their_spread(tmp_path: Path) -> None:
    header = "DateTime,BidOpen,BidHigh,BidLow,BidClose,AskOpen,AskHigh,AskLow,AskClose,Volume"
    text = f"{header}\n2026-02-02 14:30:00+00:00,10,12,9,11,10.5,12.5,9.5,11.25,7\n"
    candle = first_of(opened(tmp_path, "XAUUSD.csv", text))
    assert (candle.close, candle.spread, candle.volume) == (11.0, 0.25, 7.0)


@pytest.mark.parametrize(("spreads", "first"), [(("0.25", "1"), 0.25), (("25", "30"), close_to(0.25))])
def test_that_a_spread_of_whole_numbers_counts_points(tmp_path: Path, spreads: tuple[str, str], first: float) -> None:
    rows = [f"2026-02-02 14:3{n}:00Z,10.01,12.00,9.00,11.00,{spread}" for n, spread in enumerate(spreads)]
    recording = opened(tmp_path, "XAUUSD.csv", "\n".join(["time,open,high,low,close,spread", *rows]))
    assert first_of(recording).spread == first
    assert bool(recording.source.notes[0].startswith("the spread is read in points of 0.01")) is (spreads[0] == "25")


# -- dates ------------------------------------------------------------------------------------------------------------


def slashed(*dates: str) -> str:
    rows = [f"{date} 23:59,10,12,9,11" for date in dates]
    return "\n".join(["time utc,open,high,low,close", *rows, ""])


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (("31/01/2026", "01/02/2026"), (2026, 1, 31)),
        (("01/31/2026", "02/01/2026"), (2026, 1, 31)),
        (("02/03/2026", "02/04/2026"), (2026, 2, 3)),
        (("03-02-2026", "04-02-2026"), (2026, 2, 3)),
    ],
)
def test_that_the_whole_file_shows_whether_the_day_comes_first(
    tmp_path: Path, dates: tuple[str, ...], first: tuple[int, int, int]
) -> None:
    assert opened(tmp_path, "XAUUSD.csv", slashed(*dates)).first_at == utc(*first, 23, 59)


def test_that_dates_which_may_begin_with_day_or_month_are_refused(tmp_path: Path) -> None:
    assert "may begin with the day or with the month" in complaint_about(tmp_path, slashed("02/03/2026"))


# -- timeframes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "name"), [(5, "M5"), (15, "M15"), (60, "H1"), (240, "H4"), (1440, "D1"), (3, "3-minute")]
)
def test_that_longer_candles_are_refused_by_name(tmp_path: Path, minutes: int, name: str) -> None:
    times = [f"{START.replace(hour=0, minute=0) + timedelta(minutes=minutes * n):%Y-%m-%d %H:%M:%S}" for n in range(20)]
    assert f"its candles are {name}" in complaint_about(tmp_path, samples.mt5_rates(times))
    odd = [*times, f"{datetime.fromisoformat(times[-1]) + timedelta(minutes=1):%Y-%m-%d %H:%M:%S}"]
    if minutes % 5 == 0:
        assert f"its candles are {name}" in complaint_about(tmp_path, samples.mt5_rates(odd))
