from __future__ import annotations

from datetime import datetime
from functools import cache

import numpy as np
import pytest

from engine.adapters.recorded import Recording, open_recording
from engine.domain.market import Minute, Quote
from engine.errors import UnreadableRecording
from tests.recordings import recording

HOUR, MINUTE = 3_600_000_000, 60_000_000

MT5_EXPORT = "XAUUSD_M1_202602160207_202602272357.csv"
MT5_RATES = "xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet"
MT5_RATES_CSV = "xauusd_m1_mt5rates_2026-03-24_2026-03-31.csv"
MT5_MISLABELLED = "xauusd_m1_mt5rates_nospread_2025-12-19_2026-03-25.parquet"
MT5_BITCOIN = "btcusd_m1_mt5rates_2026-01-05_2026-03-18.parquet"
HISTDATA = "DAT_MT_XAUUSD_M1_2026{:02}.csv"
BINANCE_ZIP = "BTCUSDT-1m-2026-03.zip"
LEAN = "lean_oanda_xauusd_minute_quote_20140506.zip"
OANDA_TICKS = "xauusd_ticks_oanda_2014-05-06.parquet"


@cache
def opened(name: str) -> Recording:
    return open_recording(recording(name))


@pytest.mark.parametrize(
    ("name", "symbol", "format_words", "clock", "candles", "first", "last"),
    [
        (MT5_EXPORT, "XAUUSD", "MetaTrader 5 export", "New York + 7 h", 13558, "2026-02-16 00:07", "2026-02-27 21:57"),
        (MT5_RATES, "XAUUSD", "MetaTrader 5 rates", "New York + 7 h", 100000, "2025-12-03 00:07", "2026-03-18 13:26"),
        (MT5_RATES_CSV, "XAUUSD", "MetaTrader 5 rates", "New York", 7307, "2026-03-24 14:00", "2026-03-31 20:57"),
        (MT5_MISLABELLED, "XAUUSD", "MetaTrader 5", "Europe/Athens", 90000, "2025-12-19 04:05", "2026-03-25 13:31"),
        (MT5_BITCOIN, "BTCUSD", "MetaTrader 5", "New York + 7 h", 100000, "2026-01-05 01:40", "2026-03-18 13:26"),
        (HISTDATA.format(1), "XAUUSD", "HistData", "UTC-5", 28827, "2026-01-01 23:00", "2026-01-30 21:58"),
        (HISTDATA.format(2), "XAUUSD", "HistData", "UTC-5", 27429, "2026-02-01 23:06", "2026-02-27 21:58"),
        (HISTDATA.format(3), "XAUUSD", "HistData", "UTC-5", 20635, "2026-03-01 23:00", "2026-03-20 20:58"),
        (
            "XAUUSD_Candlestick_1_M_BID_29.05.2024-13.06.2024.csv",
            "XAUUSD",
            "Dukascopy candles, 602 without trades left out",
            "UTC+3",
            16560,
            "2024-05-28 22:00",
            "2024-06-13 20:59",
        ),
        (BINANCE_ZIP, "BTCUSDT", "Binance klines", "UTC", 44640, "2026-03-01 00:00", "2026-03-31 23:59"),
        (
            "btcusdt_m1_klines_2025-08-01_2025-08-11.csv",
            "BTCUSDT",
            "Binance klines",
            "UTC",
            14401,
            "2025-08-01 00:00",
            "2025-08-11 00:00",
        ),
        (
            "btcusdt_m1_klines_2025-10-29_2025-11-01.csv",
            "BTCUSDT",
            "Binance klines",
            "UTC",
            4320,
            "2025-10-29 04:22",
            "2025-11-01 04:21",
        ),
        (LEAN, "XAUUSD", "LEAN", "UTC", 1385, "2014-05-06 00:00", "2014-05-06 23:59"),
        (OANDA_TICKS, "XAUUSD", "bid/ask ticks", "UTC", 1384, "2014-05-06 00:00", "2014-05-06 23:58"),
        (
            "btcusd-tick-2023-02-20T12-2023-02-20T13.json",
            "BTCUSD",
            "bid/ask ticks",
            "UTC",
            59,
            "2023-02-20 12:00",
            "2023-02-20 12:58",
        ),
        (
            "btcusdt_spot_ws_2024-08-08_quotes.parquet",
            "BTCUSDT",
            "bid/ask ticks",
            "UTC",
            5,
            "2024-08-08 23:54",
            "2024-08-08 23:58",
        ),
    ],
)
def test_that_a_real_recording_is_recognised(
    name: str, symbol: str, format_words: str, clock: str, candles: int, first: str, last: str
) -> None:
    found = opened(name)
    assert found.source.symbol == symbol
    assert found.source.format.startswith(format_words)
    assert found.source.clock.startswith(clock)
    assert len(found.columns) == candles
    assert (found.first_at, found.last_at) == (datetime.fromisoformat(f"{first}Z"), datetime.fromisoformat(f"{last}Z"))


@pytest.mark.parametrize(
    "name",
    ["btcusd_trades_mtgox_2013-04-17.csv.gz", "btcusdt_spot_ws_2024-08-08.jsonl.gz", "README.md"]
    + [f"btcusdt_{market}_ws_2024-08-08_trades.parquet" for market in ("spot", "perp")],
)
def test_that_a_real_file_without_candles_or_quotes_is_refused(name: str) -> None:
    with pytest.raises(UnreadableRecording, match="not a supported format"):
        open_recording(recording(name))


def returns(name: str, step: int) -> dict[int, float]:
    """Logarithmic return of each whole step, by the step's number since 1970."""
    columns = opened(name).columns
    steps = columns.at // step
    lasts = np.flatnonzero(np.diff(steps, append=-1))
    changes = np.diff(np.log(columns.close[lasts]))
    follows = np.diff(steps[lasts]) == 1
    return dict(zip(steps[lasts][1:][follows].tolist(), changes[follows].tolist(), strict=True))


def agreement(one: str, other: str, step: int) -> float:
    """Correlation of returns where both have them: an hour's shift of the clock would leave next to nothing."""
    a, b = returns(one, step), returns(other, step)
    both = sorted(a.keys() & b.keys())
    assert len(both) > 200
    return float(np.corrcoef([a[at] for at in both], [b[at] for at in both])[0, 1])


@pytest.mark.parametrize(
    ("one", "other", "step"),
    [
        (MT5_RATES, MT5_MISLABELLED, HOUR),
        (MT5_RATES, MT5_MISLABELLED, MINUTE),
        (MT5_RATES, MT5_EXPORT, HOUR),
        (MT5_RATES, MT5_EXPORT, MINUTE),
        (MT5_RATES_CSV, MT5_MISLABELLED, MINUTE),
        (MT5_RATES, HISTDATA.format(1), HOUR),
        (MT5_RATES, HISTDATA.format(1), MINUTE),
        (MT5_RATES, HISTDATA.format(2), HOUR),
        (MT5_RATES, HISTDATA.format(3), HOUR),
        (MT5_RATES, HISTDATA.format(3), MINUTE),
        (MT5_MISLABELLED, HISTDATA.format(3), HOUR),
        (OANDA_TICKS, LEAN, MINUTE),
        (MT5_BITCOIN, BINANCE_ZIP, HOUR),
        (MT5_BITCOIN, BINANCE_ZIP, MINUTE),
    ],
)
def test_that_recordings_of_one_market_agree_once_their_clocks_are_read(one: str, other: str, step: int) -> None:
    assert agreement(one, other, step) > 0.99


def test_that_candles_of_real_ticks_equal_those_made_by_others_from_the_same_ticks() -> None:
    ours = {candle.opened_at: candle for candle in opened(OANDA_TICKS).candles()}
    theirs = {candle.opened_at: candle for candle in opened(LEAN).candles()}
    shared = ours.keys() & theirs.keys()
    is_equal = [(ours[at].high, ours[at].low, ours[at].close) == (theirs[at].high, theirs[at].low, theirs[at].close)
                for at in shared]  # fmt: skip
    assert np.mean(is_equal) > 0.99


def test_that_real_taker_buying_is_a_part_of_the_volume() -> None:
    columns = opened(BINANCE_ZIP).columns
    assert columns.taker_buy is not None
    assert columns.volume is not None
    assert 0.4 < columns.taker_buy.sum() / columns.volume.sum() < 0.6


def test_that_no_real_spread_is_zero_where_others_are_not() -> None:
    recording = opened("xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet")
    assert recording.columns.spread is not None
    assert recording.columns.spread.min() > 0.0
    assert recording.source.notes == (
        "the spread of 13 of 100,000 candles is 0 in this file; the usual spread of their hour is used",
    )


def test_that_real_spreads_come_out_in_price() -> None:
    spreads = {name: opened(name).columns.spread for name in (MT5_EXPORT, MT5_RATES, MT5_RATES_CSV, MT5_BITCOIN)}
    medians = {name: float(np.median(spread)) for name, spread in spreads.items() if spread is not None}
    assert medians == pytest.approx({MT5_EXPORT: 0.16, MT5_RATES: 0.33, MT5_RATES_CSV: 0.12, MT5_BITCOIN: 1.0})


@pytest.mark.parametrize("name", [MT5_RATES, OANDA_TICKS])
def test_that_a_real_recording_plays_from_where_it_opens(name: str) -> None:
    found = opened(name)
    history = list(found.candles_before(found.opens_at))
    assert len(history) == min(500, len(found.columns) // 4)
    items = list(found.items_from(found.opens_at))
    quotes = [item for item in items if isinstance(item, Quote)]
    minutes = [item.candle for item in items if isinstance(item, Minute)]
    assert found.source.has_quotes is bool(quotes)
    assert quotes[0].at >= found.opens_at if quotes else [*history, *minutes] == list(found.candles())
