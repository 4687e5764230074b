"""Small files in each format, as their makers write them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MT5_EXPORT = (
    "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\r\n"
    "2026.02.16\t02:07:00\t5010.50\t5014.78\t5010.50\t5014.77\t271\t0\t19\r\n"
    "2026.02.16\t02:08:00\t5014.77\t5016.59\t5013.07\t5014.44\t407\t0\t20\r\n"
    "2026.02.16\t02:10:00\t5014.44\t5016.70\t5013.44\t5015.62\t290\t0\t21\r\n"
)
MT5_RATES = (
    "time,open,high,low,close,tick_volume,spread,real_volume\n"
    "2026-03-24 17:00:00,4381.49,4387.04,4380.75,4386.67,611,12,0\n"
    "2026-03-24 17:01:00,4387.12,4391.36,4384.9,4384.98,593,13,0\n"
    "2026-03-24 17:02:00,4384.94,4391.59,4383.12,4389.98,600,14,0\n"
)
HISTDATA = (
    "2026.01.01,18:00,4323.698000,4332.848000,4323.698000,4328.198000,0\n"
    "2026.01.01,18:01,4328.198000,4331.998000,4328.098000,4328.898000,0\n"
    "2026.01.01,18:03,4328.898000,4330.298000,4327.898000,4329.998000,0\n"
)
DUKASCOPY = (
    "Local time,Open,High,Low,Close,Volume\r\n"
    "29.05.2024 00:59:00.000 GMT+0300,2361.015,2361.015,2361.015,2361.015,0\r\n"
    "29.05.2024 01:00:00.000 GMT+0300,2361.25,2361.85,2360.995,2361.045,0.0532\r\n"
    "29.05.2024 01:01:00.000 GMT+0300,2361.05,2361.315,2360.745,2360.785,0.0471\r\n"
)
BINANCE_ARCHIVE = (
    "1772323200000000,66973.26,67029.25,66967.18,66998.58,9.19306,1772323259999999,615904.38,5610,4.61069,308907.1,0\n"
    "1772323260000000,66998.58,67006.78,66963.97,66967.55,29.24509,1772323319999999,1959180.15,5000,22.59109,15134.1,0\n"
    "1772323320000000,66967.55,66990.01,66960.00,66988.11,12.10001,1772323379999999,810001.15,4000,6.10001,408001.1,0\n"
)
BINANCE_TABLE = (
    "open_time,open,high,low,close,volume,close_time,qav,num_trades,taker_base,taker_quote,ignore,symbol\n"
    "2025-10-29 04:22:00+00:00,112731.29,112749.73,112730.4,112749.72,4.75297,x,535846.8,9,1.90045,2142.3,0,BTCUSDT\n"
    "2025-10-29 04:23:00+00:00,112749.71,112749.72,112686.38,112700.35,8.63715,x,973519.2,9,1.44497,1628.1,0,BTCUSDT\n"
    "2025-10-29 04:24:00+00:00,112700.35,112710.00,112690.00,112705.12,3.20001,x,360600.2,9,1.10001,1239.1,0,BTCUSDT\n"
)
TICKS = (
    "time_us,bid,ask\n"
    "1398988800046204,1284.065,1284.405\n"
    "1398988830049769,1284.081,1284.44\n"
    "1398988861000000,1284.1,1284.5\n"
)
DUKASCOPY_JSON = json.dumps(
    [
        {"timestamp": 1676894400084, "askPrice": 24921.5, "bidPrice": 24849.4},
        {"timestamp": 1676894400198, "askPrice": 24921.5, "bidPrice": 24849.0},
        {"timestamp": 1676894460299, "askPrice": 24924.3, "bidPrice": 24850.2},
    ]
)
LEAN = (
    "0,1310.926,1311.036,1310.668,1310.784,0,1311.237,1311.378,1310.981,1311.129,0\n"
    "60000,1310.744,1310.785,1310.668,1310.737,0,1311.089,1311.094,1310.999,1311.072,0\n"
    "120000,1310.737,1310.800,1310.700,1310.750,0,1311.072,1311.120,1311.010,1311.085,0\n"
)

MT4 = HISTDATA.replace(",0\n", ",133\n")
MT5_TICKS = (
    "<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>\r\n"
    "2026.02.02\t01:59:59.900\t4699.90\t\t\t\t2\r\n"
    "2026.02.02\t02:00:00.123\t4700.00\t4700.20\t\t\t6\r\n"
    "2026.02.02\t02:00:15.123\t4700.10\t\t\t\t2\r\n"
    "2026.02.02\t02:00:20.123\t\t\t4700.15\t1\t8\r\n"
    "2026.02.02\t02:00:30.123\t\t4700.40\t\t\t4\r\n"
    "2026.02.02\t02:01:00.123\t4699.59\t4699.79\t\t\t6\r\n"
)
HISTDATA_ASCII = (
    "20260201 190000;4700.00;4700.27;4699.75;4700.00;0\n"
    "20260201 190100;4700.00;4700.89;4699.54;4699.59;0\n"
    "20260201 190200;4699.59;4700.15;4698.71;4699.15;0\n"
)
TRADINGVIEW = (
    "time,open,high,low,close,Volume\n"
    "2026-02-01T19:00:00-05:00,4700.0,4700.27,4699.75,4700.0,133\n"
    "2026-02-01T19:01:00-05:00,4700.0,4700.89,4699.54,4699.59,137\n"
    "2026-02-01T19:02:00-05:00,4699.59,4700.15,4698.71,4699.15,186\n"
)
FREQTRADE = json.dumps(
    [
        [1769990400000, 68000.0, 68031.85, 67977.11, 68007.9, 21.0],
        [1769990460000, 68007.9, 68055.6, 67986.03, 68043.98, 18.9],
        [1769990520000, 68043.98, 68067.74, 68030.54, 68058.63, 19.9],
    ]
)

FILES: Mapping[str, str] = {
    "XAUUSD_M1_202602160207_202602160210.csv": MT5_EXPORT,
    "xauusd_rates.csv": MT5_RATES,
    "DAT_MT_XAUUSD_M1_202601.csv": HISTDATA,
    "XAUUSD_Candlestick_1_M_BID.csv": DUKASCOPY,
    "BTCUSDT-1m-2026-03.csv": BINANCE_ARCHIVE,
    "btc_klines.csv": BINANCE_TABLE,
    "xauusd_ticks.csv": TICKS,
    "btcusd-tick.json": DUKASCOPY_JSON,
    "20140506_xauusd_minute_quote.csv": LEAN,
    "XAUUSD1.csv": MT4,
    "XAUUSD_ticks_export.csv": MT5_TICKS,
    "DAT_ASCII_XAUUSD_M1_202602.csv": HISTDATA_ASCII,
    "OANDA_XAUUSD, 1.csv": TRADINGVIEW,
    "BTC_USDT-1m.json": FREQTRADE,
}
"""A valid text file of each format, named after its symbol."""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return body.getvalue()


def parquet(columns: Mapping[str, Any]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet as files

    body = io.BytesIO()
    files.write_table(pa.table(dict(columns)), body)
    return body.getvalue()


def with_line(text: str, number: int, line: str) -> str:
    """`text` with that line (counted from 1) replaced, its own line end kept."""
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines[number - 1].endswith("\r\n") else "\n"
    return "".join([*lines[: number - 1], line + end, *lines[number:]])


def mt5_rates(times: Sequence[str], *, volume: int = 100) -> str:
    """A `copy_rates` CSV of flat candles at those times."""
    rows = [f"{time},10.01,10.02,10.0,10.01,{volume},5,0" for time in times]
    return "\n".join(["time,open,high,low,close,tick_volume,spread,real_volume", *rows, ""])
