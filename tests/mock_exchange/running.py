"""Starts the mock exchange as a process, with a clock for the desk that runs as fast as the exchange's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.request import Request, urlopen

from config.desk import ExchangeSettings
from engine.clock import SteadyClock, running_s
from tests.mock_exchange.capture import Said, bars, generated, read_capture
from tests.mock_exchange.playing import moment
from tests.recordings import RECORDINGS

SPOT: Final = RECORDINGS / "btcusdt_spot_ws_2024-08-08.jsonl.gz"
PERPETUAL: Final = RECORDINGS / "btcusdt_perp_ws_2024-08-08.jsonl.gz"
"""Raw captures, where they are there."""


class FastMachine:
    """A machine whose clocks run `speed` times as fast, from the wall clock of its beginning."""

    def __init__(self, speed: float) -> None:
        self.speed, self.began_s, self._wall = speed, running_s(), datetime.now(UTC)

    @property
    def wall_ms(self) -> float:
        """The wall clock at the beginning."""
        return self._wall.timestamp() * 1_000.0

    def wall(self) -> datetime:
        return self._wall + timedelta(seconds=(running_s() - self.began_s) * self.speed)

    def running_s(self) -> float:
        return self.began_s + (running_s() - self.began_s) * self.speed


class Market(NamedTuple):
    """What the exchange plays: a capture, or a generated market of so many seconds and messages a second."""

    capture: Path | None = None
    seconds: int = 240
    per_second: int = 20

    def said(self) -> list[Said]:
        """Read once: a desk that runs in the same process must not wait for it."""
        return _said_in(self)

    @property
    def arguments(self) -> list[str]:
        if self.capture:
            return ["--capture", str(self.capture)]
        return ["--seconds", str(self.seconds), "--per-second", str(self.per_second)]


@cache
def _said_in(market: Market) -> list[Said]:
    return read_capture(market.capture) if market.capture else generated(market.seconds, market.per_second)


class RunningExchange(NamedTuple):
    """`machine` is a clock of the same speed."""

    settings: ExchangeSettings
    machine: SteadyClock
    market: Market

    @property
    def shift_ms(self) -> int:
        """What moved the stamps of the market, once it has begun; 0 before."""
        return self._described("shift_ms")

    @property
    def sent(self) -> int:
        """Messages until now."""
        return self._described("sent")

    def _described(self, what: str) -> int:
        with urlopen(f"{self.settings.rest_url}/mock") as answer:
            return int(json.load(answer)[what])

    def strike(self, fault: str, lasts_s: float) -> None:
        """Something goes wrong from now on."""
        with urlopen(Request(f"{self.settings.rest_url}/mock/{fault}/{lasts_s}", method="POST")):
            pass

    def candles(self) -> dict[datetime, tuple[float, ...]]:
        """Open, high, low, close, volume and taker volume by minute, made of the trades alone."""
        return {moment(bar.opened_ms): bar[1:7] for bar in bars(self.market.said(), self.shift_ms)}


@contextmanager
def mock_exchange(
    market: Market, *, speed: float = 1.0, faults: Sequence[str] = (), ahead_s: float = 0.0, more: Sequence[str] = ()
) -> Iterator[RunningExchange]:
    """A mock exchange in its own process until the end of the context."""
    fast = FastMachine(speed)
    clock = ["--speed", str(speed), "--wall-ms", str(fast.wall_ms), "--began-s", str(fast.began_s)]
    wrong = [word for fault in faults for word in ("--fault", fault)]
    command = [sys.executable, "-m", "tests.mock_exchange", *market.arguments, *clock, "--ahead-s", str(ahead_s)]
    with subprocess.Popen([*command, *wrong, *more], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        try:
            assert process.stdout is not None
            begun = json.loads(process.stdout.readline())
            address = f"127.0.0.1:{begun['port']}"
            settings = ExchangeSettings(rest_url=f"http://{address}", ws_url=f"ws://{address}")
            yield RunningExchange(settings, SteadyClock(fast), market)
        finally:
            process.terminate()
