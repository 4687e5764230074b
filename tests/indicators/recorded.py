"""Stretches of real recordings, read with pandas alone."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from engine.domain.market import Candle
from tests.recordings import recording

if TYPE_CHECKING:  # each process that shares the tests would spend half a second
    import pandas as pd

GOLD_FILE = "xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet"
BITCOIN_FILE = "BTCUSDT-1m-2026-03.zip"


def gold_candles(first: int, count: int) -> list[Candle]:
    """Gold of a MetaTrader server whose clock runs seven hours ahead of New York's."""
    import pandas as pd

    rows = pd.read_parquet(recording(GOLD_FILE)).iloc[first : first + count]
    new_york = (rows["time"] - pd.Timedelta(hours=7)).dt.tz_localize("America/New_York")
    rows = rows.assign(time=new_york.dt.tz_convert("UTC"), volume=rows["tick_volume"], spread=rows["spread"] * 0.01)
    return _candles("XAUUSD", rows, ["spread"])


def bitcoin_candles(first: int, count: int) -> list[Candle]:
    """Bitcoin of an exchange with aggressor volume."""
    import pandas as pd

    names = ["time", "open", "high", "low", "close", "volume", "closes", "quoted", "trades", "taker_buy", "paid", "no"]
    rows = pd.read_csv(recording(BITCOIN_FILE), header=None, names=names).iloc[first : first + count]
    rows = rows.assign(time=pd.to_datetime(rows["time"], unit="us", utc=True))
    return _candles("BTCUSD", rows, ["taker_buy"])


def _candles(symbol: str, rows: pd.DataFrame, extra: list[str]) -> list[Candle]:
    columns: dict[str, list[Any]] = {
        name: rows[name].astype(float).tolist() for name in ["open", "high", "low", "close", "volume", *extra]
    }
    columns["opened_at"] = [instant.to_pydatetime().astimezone(UTC) for instant in rows["time"]]
    return [
        Candle(symbol=symbol, **dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)
    ]
