"""Every format is recognised by its content and read accordingly."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.domain.market import Candle, Quote
from engine.errors import UnreadableRecording
from tests.adapters.recorded import samples
from tests.adapters.recorded.opened import first_of, opened, utc
from tests.adapters.recorded.samples import FILES, mt5_rates, parquet, zipped
from tests.approximate import close_to

# -- each format ------------------------------------------------------------------------------------------------------


def test_that_a_metatrader_export_is_read_with_its_spread_in_price(tmp_path: Path) -> None:
    recording = opened(tmp_path, "XAUUSD_M1_202602160207_202602160210.csv", samples.MT5_EXPORT)
    assert recording.source.format == "MetaTrader 5 export"
    assert first_of(recording) == Candle(
        symbol="XAUUSD",
        opened_at=utc(2026, 2, 16, 0, 7),
        open=5010.50,
        high=5014.78,
        low=5010.50,
        close=5014.77,
        volume=271.0,
        spread=close_to(0.19),
    )
    assert recording.last_at == utc(2026, 2, 16, 0, 10)
    assert (recording.source.has_volume, recording.source.has_spread) == (True, True)


def test_that_metatrader_rates_are_read(tmp_path: Path) -> None:
    recording = opened(tmp_path, "xauusd.csv", samples.MT5_RATES)
    assert recording.source.format == "MetaTrader 5 rates"
    candle = first_of(recording)
    assert candle.opened_at == utc(2026, 3, 24, 14, 0)
    assert (candle.open, candle.high, candle.low, candle.close) == (4381.49, 4387.04, 4380.75, 4386.67)
    assert (candle.volume, candle.spread) == (611.0, close_to(0.12))


def test_that_metatrader_rates_as_they_come_in_server_seconds_are_read(tmp_path: Path) -> None:
    text = mt5_rates([str(1774371600 + 60 * minute) for minute in range(3)])
    assert opened(tmp_path, "xauusd.csv", text).first_at == utc(2026, 3, 24, 14, 0)


def test_that_metatrader_rates_without_spread_have_none(tmp_path: Path) -> None:
    text = "time,open,high,low,close,tick_volume\n2026-03-24 17:00:00,10,12,9,11,5\n"
    recording = opened(tmp_path, "xauusd.csv", text)
    assert first_of(recording).spread is None
    assert not recording.source.has_spread


def test_that_real_volume_counts_where_the_broker_has_any(tmp_path: Path) -> None:
    text = samples.MT5_RATES.replace("593,13,0", "593,13,42")
    assert [candle.volume for candle in opened(tmp_path, "xauusd.csv", text).candles()] == [0.0, 42.0, 0.0]


def test_that_a_point_is_the_last_decimal_of_the_prices(tmp_path: Path) -> None:
    text = samples.MT5_RATES.replace("4381.49,", "4381.491,")
    assert first_of(opened(tmp_path, "xauusd.csv", text)).spread == pytest.approx(0.012)


def test_that_a_point_of_a_few_round_prices_is_that_of_the_instrument(tmp_path: Path) -> None:
    text = "time,open,high,low,close,tick_volume,spread\n2026-03-24 17:00:00,10,12,9,11,5,30\n"
    assert first_of(opened(tmp_path, "usdjpy.csv", text)).spread == pytest.approx(0.030)


def test_that_histdata_is_new_york_standard_time_without_volume_or_spread(tmp_path: Path) -> None:
    recording = opened(tmp_path, "DAT_MT_XAUUSD_M1_202601.csv", samples.HISTDATA)
    assert (recording.source.format, recording.source.clock) == ("HistData (MetaTrader format)", "UTC-5")
    assert first_of(recording).opened_at == utc(2026, 1, 1, 23, 0)
    assert (first_of(recording).open, first_of(recording).volume) == (4323.698, None)
    assert (recording.source.has_volume, recording.source.has_spread) == (False, False)


def test_that_fillers_of_dukascopy_are_left_out_and_counted(tmp_path: Path) -> None:
    recording = opened(tmp_path, "XAUUSD_BID.csv", samples.DUKASCOPY)
    assert recording.source.format == "Dukascopy candles, 1 without trades left out"
    assert recording.source.clock == "UTC+3 (stated in each row)"
    assert [candle.opened_at for candle in recording.candles()] == [
        utc(2024, 5, 28, 22, 0),
        utc(2024, 5, 28, 22, 1),
    ]
    assert first_of(recording).volume == 0.0532


def test_that_dukascopy_in_gmt_is_read(tmp_path: Path) -> None:
    text = "Gmt time,Open,High,Low,Close,Volume\n29.05.2024 01:00:00.000,10,12,9,11,3\n"
    recording = opened(tmp_path, "XAUUSD.csv", text)
    assert (recording.first_at, recording.source.clock) == (utc(2024, 5, 29, 1, 0), "UTC")


@pytest.mark.parametrize("divisor", [1, 1000], ids=["microseconds", "milliseconds"])
def test_that_binance_klines_are_read_with_taker_buy_volume(tmp_path: Path, divisor: int) -> None:
    text = samples.BINANCE_ARCHIVE
    for instant in (1772323200000000, 1772323260000000):
        text = text.replace(str(instant), str(instant // divisor))
    recording = opened(tmp_path, "BTCUSDT-1m-2026-03.zip", zipped({"BTCUSDT-1m-2026-03.csv": text}))
    assert (recording.source.format, recording.source.symbol) == ("Binance klines", "BTCUSDT")
    assert first_of(recording) == Candle(
        symbol="BTCUSDT",
        opened_at=utc(2026, 3, 1),
        open=66973.26,
        high=67029.25,
        low=66967.18,
        close=66998.58,
        volume=9.19306,
        taker_buy=4.61069,
    )
    assert recording.source.has_aggressor_volume


@pytest.mark.parametrize(
    "taker", ["taker_base", "taker_buy_base", "taker_buy_volume", "taker_buy_base_asset_volume", "Taker buy base"]
)
def test_that_binance_klines_are_read_with_and_without_a_header(tmp_path: Path, taker: str) -> None:
    recording = opened(tmp_path, "klines.csv", samples.BINANCE_TABLE.replace("taker_base", taker))
    assert recording.source.symbol == "BTCUSDT"
    assert first_of(recording).taker_buy == 1.90045
    assert recording.first_at == utc(2025, 10, 29, 4, 22)


def test_that_klines_without_taker_buy_volume_have_no_order_flow(tmp_path: Path) -> None:
    text = "open_time,open,high,low,close,volume\n1772323200000,10,12,9,11,5\n"
    recording = opened(tmp_path, "BTCUSDT.csv", text)
    assert first_of(recording).taker_buy is None
    assert not recording.source.has_aggressor_volume


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("xauusd.csv", samples.TICKS),
        ("xauusd.csv", samples.TICKS.replace("time_us", "recv_us")),
        ("xauusd.csv", samples.TICKS.replace("time_us", "timestamp")),
        (
            "xauusd.csv",
            "Gmt time,Ask,Bid,AskVolume,BidVolume\n"
            "02.05.2014 00:00:00.046,1284.405,1284.065,1,1\n02.05.2014 00:00:30.100,1284.44,1284.081,1,1\n"
            "02.05.2014 00:01:01.000,1284.5,1284.1,1,1\n",
        ),
    ],
)
def test_that_ticks_become_quotes_and_candles(tmp_path: Path, name: str, text: str) -> None:
    recording = opened(tmp_path, name, text)
    quotes = list(recording.items_from(recording.first_at))
    assert [type(quote) for quote in quotes] == [Quote] * 3
    assert [(quote.bid, quote.ask) for quote in quotes if isinstance(quote, Quote)][1] == (1284.081, 1284.44)
    (candle,) = recording.candles()
    assert candle == Candle(
        symbol="XAUUSD",
        opened_at=utc(2014, 5, 2),
        open=1284.065,
        high=1284.081,
        low=1284.065,
        close=1284.081,
        volume=2.0,
        spread=1284.44 - 1284.081,
    )


def test_that_ticks_of_dukascopy_node_are_read(tmp_path: Path) -> None:
    recording = opened(tmp_path, "btcusd-tick.json", samples.DUKASCOPY_JSON)
    first = next(recording.items_from(recording.first_at))
    assert first == Quote(
        symbol="BTCUSD", at=utc(2023, 2, 20, 12) + timedelta(milliseconds=84), bid=24849.4, ask=24921.5
    )


def test_that_lean_minutes_take_their_day_from_the_name(tmp_path: Path) -> None:
    recording = opened(tmp_path, "quotes.zip", zipped({"20140506_xauusd_minute_quote.csv": samples.LEAN}))
    assert recording.source.symbol == "XAUUSD"
    candle = first_of(recording)
    assert candle.opened_at == utc(2014, 5, 6)
    assert (candle.open, candle.close, candle.spread) == (1310.926, 1310.784, close_to(0.345))
    assert (recording.source.has_volume, recording.source.has_spread) == (False, True)


def test_that_lean_minutes_without_a_day_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecording, match="without a date in its name"):
        opened(tmp_path, "xauusd.csv", samples.LEAN)


def test_that_parquet_is_read_as_its_columns_say(tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "time": [datetime(2026, 3, 24, 17, minute) for minute in range(2)],  # noqa: DTZ001 (server time has no zone)
        "open": [10.0, 11.0],
        "high": [12.0, 12.0],
        "low": [9.0, 9.0],
        "close": [11.0, 10.0],
        "tick_volume": [7, 8],
        "spread": [30, 40],
        "real_volume": [0, 0],
    }
    recording = opened(tmp_path, "xauusd.parquet", parquet(columns))
    assert recording.first_at == utc(2026, 3, 24, 14, 0)
    assert [candle.spread for candle in recording.candles()] == pytest.approx([0.30, 0.40])


# -- in what they come ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_that_a_format_is_reported_by_its_content_not_by_its_name(tmp_path: Path, name: str) -> None:
    known = opened(tmp_path, name, FILES[name])
    misnamed = opened(tmp_path, "20140506.parquet", FILES[name], symbol="XAUUSD")
    assert misnamed.source.format == known.source.format
    assert list(misnamed.columns.at) == list(known.columns.at)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("pack", ["gzip", "zip", "bom", "utf-16", "no last line end", "blank last lines", "unix lines"])
def test_that_a_file_reads_the_same_however_it_is_packed(tmp_path: Path, name: str, pack: str) -> None:
    text = FILES[name]
    packed = {
        "gzip": lambda: gzip.compress(text.encode()),
        "zip": lambda: zipped({name: text, "status.txt": "gaps: none"}),
        "bom": lambda: text.encode("utf-8-sig"),
        "utf-16": lambda: text.encode("utf-16"),
        "no last line end": lambda: text.rstrip().encode(),
        "blank last lines": lambda: text.encode() + b"\n\r\n \n",
        "unix lines": lambda: text.replace("\r\n", "\n").encode(),
    }[pack]()
    assert list(opened(tmp_path, name, packed).candles()) == list(opened(tmp_path, f"plain_{name}", text).candles())


# -- whose prices -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("XAUUSD_M1_202602160207_202602272357.csv", "XAUUSD"),
        ("XAUUSDc_M1_202602160207_202602272357.csv", "XAUUSDc"),
        ("XAUUSD.ecn_M1.csv", "XAUUSD.ecn"),
        ("DAT_MT_XAGUSD_M1_202601.csv", "XAGUSD"),
        ("btcusdt_m1_klines.csv", "BTCUSDT"),
        ("gold eurusd-2024.csv", "EURUSD"),
        ("US30_M1_2024.csv", "US30"),
        ("mXAUUSD_M1_2026.csv", "mXAUUSD"),
        ("GOLD.csv", "GOLD"),
        ("history_bitcoin.csv", "bitcoin"),
    ],
)
def test_that_the_name_of_a_file_shows_its_symbol(tmp_path: Path, name: str, symbol: str) -> None:
    assert opened(tmp_path, name, samples.MT5_EXPORT).source.symbol == symbol


def test_that_a_given_symbol_takes_precedence(tmp_path: Path) -> None:
    assert opened(tmp_path, "XAUUSD_M1.csv", samples.MT5_EXPORT, symbol="GOLD").source.symbol == "GOLD"


def test_that_a_recording_of_an_unknown_symbol_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRecording, match=r"prices\.csv: .*--symbol XAUUSD"):
        opened(tmp_path, "prices.csv", samples.MT5_EXPORT)


def test_that_a_table_of_several_symbols_is_refused(tmp_path: Path) -> None:
    text = samples.BINANCE_TABLE.replace("1628.1,0,BTCUSDT", "1628.1,0,ETHUSDT")
    with pytest.raises(UnreadableRecording, match="line 3: symbol 'ETHUSDT' differs"):
        opened(tmp_path, "klines.csv", text)
