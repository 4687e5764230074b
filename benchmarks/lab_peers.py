"""The same setups of the same candles in other programs, each in an environment of its own.

They fill an order at the next open, know of a candle only its four prices, and have stop and target and nothing else:
less than a replay does, and less than the lab.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from engine.adapters.recorded.columns import CandleColumns
from engine.domain.market import Side
from engine.lab.simulator import FoundSetup

INSTALL_WITHIN_S: Final = 600
RUN_WITHIN_S: Final = 600

_HEAD: Final = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
given = np.load(sys.argv[1])
index = pd.to_datetime(given["at"], unit="us")
side, stop, target = given["side"], given["stop"], given["target"]
"""
_TAIL: Final = """
play()
begun = time.process_time()
trades = play()
print(json.dumps({"seconds": time.process_time() - begun, "version": module.__version__, "trades": int(trades)}))
"""
_BACKTESTING: Final = """
import backtesting as module
from backtesting import Backtest, Strategy
frame = pd.DataFrame({each: given[each.lower()] for each in ("Open", "High", "Low", "Close")}, index=index)

class Setups(Strategy):
    def init(self):
        pass

    def next(self):
        row = len(self.data) - 1
        if side[row]:
            (self.buy if side[row] > 0 else self.sell)(size=1, sl=stop[row], tp=target[row])

def play():
    return Backtest(frame, Setups, cash=1e9, hedging=True).run()["# Trades"]
"""
_VECTORBT: Final = """
import vectorbt as module
bars = pd.DataFrame({each: given[each] for each in ("open", "high", "low", "close")}, index=index)
signal, stops, targets = (np.concatenate([[0.0], values[:-1]]) for values in (side, stop, target))
opened = given["open"]
away = lambda price: np.where(signal == 0.0, np.nan, np.maximum(np.abs(opened - price), 1e-9) / opened)

def play():
    return module.Portfolio.from_signals(
        bars["close"], signal > 0, False, signal < 0, False, price=bars["open"], open=bars["open"], high=bars["high"],
        low=bars["low"], sl_stop=away(stops), tp_stop=away(targets), stop_entry_price="fillprice", size=1.0,
        init_cash=1e9, upon_opposite_entry="ignore", freq="1min",
    ).trades.count()
"""
PEERS: Final = {"backtesting": _BACKTESTING, "vectorbt": _VECTORBT}
"""What is run for each package; vectorbt holds one position at a time, and compiles itself in the run before."""


def peers(candles: CandleColumns, setups: Sequence[FoundSetup], per_year: float) -> dict[str, dict[str, Any]]:
    """Processor seconds for a year, the version and the trades of each; or the reason why there are none."""
    with TemporaryDirectory() as folder:
        given = Path(folder) / "setups.npz"
        _write(given, candles, setups)
        return {name: _measured(Path(folder) / name, name, given, per_year) for name in PEERS}


def _write(path: Path, candles: CandleColumns, setups: Sequence[FoundSetup]) -> None:
    """Setups by candle: side 1, -1 or 0, stop and target; those that the other programs refuse are left out."""
    side, stop, target = np.zeros((3, len(candles)))
    for setup in setups:
        close = float(candles.close[setup.row])
        low, high = sorted((setup.stop_loss, setup.take_profit))
        if low < close < high:
            side[setup.row] = 1.0 if setup.side is Side.BUY else -1.0
            stop[setup.row], target[setup.row] = setup.stop_loss, setup.take_profit
    prices = {name: getattr(candles, name) for name in ("at", "open", "high", "low", "close")}
    np.savez(path, side=side, stop=stop, target=target, **prices)


def _measured(home: Path, package: str, given: Path, per_year: float) -> dict[str, Any]:
    try:
        python = _installed(home, package)
        found = json.loads(_run([python, "-c", _HEAD + PEERS[package] + _TAIL, str(given)], RUN_WITHIN_S))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return {"seconds": None, "version": None, "reason": _last_line(error)}
    return {**found, "seconds": round(found["seconds"] * per_year, 2)}


def _installed(home: Path, package: str) -> str:
    venv.create(home, with_pip=True)
    python = str(home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    _run([python, "-m", "pip", "install", "--quiet", package], INSTALL_WITHIN_S)
    return python


def _run(command: Sequence[str], within_s: float) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=within_s, check=True)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _last_line(error: Exception) -> str:
    words = getattr(error, "stderr", None) or str(error)
    return str(words).strip().splitlines()[-1] if str(words).strip() else type(error).__name__
