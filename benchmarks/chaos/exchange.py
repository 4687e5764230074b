"""Faults of an exchange: candles made live against candles made of the trades, and entries while prices are lost.

    python -m benchmarks.chaos.exchange [--fault NAME ...] [--capture FILE] [--speed 20] [--json]

A mock exchange in its own process plays a raw capture, stamped again, twenty times as fast, to a whole desk whose clock
runs as fast; setups are offered to it each second on AUTO, whatever the age of its prices. For each fault every candle
that the desk judges is compared with the one that all trades of its minute make.
"""

from __future__ import annotations

import argparse
import asyncio
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.chaos.exchange_desk import BITCOIN, Diary, offer_setups, running_desk
from benchmarks.machine import Row, print_json, print_machine, print_table
from engine.domain.market import Candle
from tests.mock_exchange.faults import Fault, fault_of
from tests.mock_exchange.playing import moment
from tests.mock_exchange.running import PERPETUAL, SPOT, Market, RunningExchange, mock_exchange

SPEED: Final = 20.0
GOLD: Final = "XAUUSD"
CAPTURES: Final = {BITCOIN: SPOT if SPOT.exists() else None, GOLD: PERPETUAL if PERPETUAL.exists() else None}
MAX_AGE_S: Final = 5.0
"""Prices that are older let nothing enter; a second of the machine's own more for what is on its way."""
_LOSSES: Final = ("cut", "stall")
_LATE_S: Final = 60.0
_MAX_SPEEDS: Final = {BITCOIN: math.inf, GOLD: 8.0}
"""The capture of the perpetual has 254 messages a second, that of bitcoin 109, and a desk that cannot keep up has no
fresh price to enter by."""


class Case(NamedTuple):
    """Faults as the mock exchange takes them: `NAME@SECOND:DURATION` after its start."""

    name: str
    faults: tuple[str, ...] = ()
    ahead_s: float = 0.0
    more: tuple[str, ...] = ()
    symbol: str = BITCOIN
    """The symbol as the strategy names it: XAUUSD is the perpetual, with two sockets."""


CASES: Final = (
    Case("exchange: nothing wrong"),
    Case("exchange: no closed candle in the stream", more=("--no-klines",)),
    Case("exchange: connection cut for 75 s", ("cut@100:75",)),
    Case("exchange: silent for 70 s", ("stall@110:70",)),
    Case("exchange: every message twice", ("duplicate@0:400",)),
    Case("exchange: messages out of order", ("reorder@0:400",), more=("--no-klines",)),
    Case("exchange: bad JSON", ("garbage@60:120",)),
    Case("exchange: crossed quotes", ("crossed@60:120",)),
    Case("exchange: HTTP 429 after a cut", ("cut@100:5", "limit@105:30")),
    Case("exchange: trades left out for 20 s", ("gap@100:20",), more=("--no-klines",)),
    Case("exchange: requests fail after a cut", ("cut@100:10", "rest_down@100:90")),
    Case("exchange: clock off by 1.3 s", ahead_s=1.3),
    Case("exchange: candles that cannot be had", ("gap@70:60", "rest_down@70:180"), more=("--no-klines",)),
    Case("perpetual: nothing wrong", symbol=GOLD),
    Case("perpetual: connections cut for 75 s", ("cut@100:75",), symbol=GOLD),
    Case("perpetual: trades left out for 20 s", ("gap@100:20",), more=("--no-klines",), symbol=GOLD),
)
NAMES: Final = tuple(case.name for case in CASES)


def run_case(case: Case, market: Market, speed: float) -> Row:
    """Plays the market once with the fault; times in market seconds."""
    return asyncio.run(_run(case, market, min(speed, _MAX_SPEEDS[case.symbol])))


async def _run(case: Case, market: Market, speed: float) -> Row:
    market.said()  # before the desk runs: its loop must not wait for it
    with mock_exchange(market, speed=speed, faults=case.faults, ahead_s=case.ahead_s, more=case.more) as exchange:
        async with running_desk(exchange, speed, case.symbol) as (desk, diary):
            offering = asyncio.create_task(offer_setups(desk, diary, speed))
            async with asyncio.timeout((600.0 + _LATE_S) / speed + 60.0):
                while not await asyncio.to_thread(lambda: exchange.shift_ms):
                    await asyncio.sleep(0.2)
                minutes = set(await asyncio.to_thread(_whole_minutes, exchange))
                while not minutes <= diary.candles.keys():
                    await asyncio.sleep(0.2)
            offering.cancel()
            return _row(case, exchange, diary, speed)


def _whole_minutes(exchange: RunningExchange) -> list[datetime]:
    """Those whose end a trade shows: the last one of a capture is never over."""
    return sorted(exchange.candles())[:-1]


def _row(case: Case, exchange: RunningExchange, diary: Diary, speed: float) -> Row:
    expected, minutes = exchange.candles(), _whole_minutes(exchange)
    wrong = sum(not is_same(diary.candles[at], expected[at]) for at in minutes if at in diary.candles)
    missing = sum(at not in diary.candles for at in minutes)
    began = moment(exchange.shift_ms + exchange.market.said()[0].at)
    blind = [_blind(began, fault, speed) for fault in map(fault_of, case.faults) if fault.name in _LOSSES]
    blind += diary.times_without_candles()
    entered = sum(since <= at < until for at in (*diary.sent, *diary.opened) for since, until in blind)
    return {
        "fault": case.name,
        "runs": 1,
        "candles": len(minutes) - missing,
        "wrong": wrong,
        "missing": missing,
        "orders": len(diary.sent),
        "entries while lost": entered,
        "crossed": diary.crossed,
        "p99 s": _noticed_s(began, case, diary),
        "quotes": diary.quotes,
        "silence s": round(diary.longest_silence_s, 1),
        "losses": len(diary.lost_at) - 1,
        "refused": diary.refused,
        "violations": wrong + missing + entered + diary.crossed,
    }


def _noticed_s(began: datetime, case: Case, diary: Diary) -> float | None:
    """Seconds from the beginning of a loss to the first word of it; None where nothing is lost."""
    begins = [began + timedelta(seconds=each.begins_s) for each in map(fault_of, case.faults) if each.name in _LOSSES]
    words = [at for at in diary.lost_at if begins and at >= begins[0]]
    return round((words[0] - begins[0]).total_seconds(), 1) if words else None


def _blind(began: datetime, fault: Fault, speed: float) -> tuple[datetime, datetime]:
    """When nothing may enter: from when prices are too old to when they can be there again."""
    begins = began + timedelta(seconds=fault.begins_s)
    return begins + timedelta(seconds=MAX_AGE_S + speed), begins + timedelta(seconds=fault.lasts_s)


def is_same(candle: Candle, expected: Sequence[float]) -> bool:
    """Whether a candle has the open, high, low, close, volume and taker volume that trades make."""
    volume, taker_buy = candle.volume or 0.0, candle.taker_buy or 0.0
    mine = (candle.open, candle.high, candle.low, candle.close, volume, taker_buy)
    return all(math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) for one, other in zip(mine, expected, strict=True))


def play_faults(names: Sequence[str], capture: Path | None = None, speed: float = SPEED) -> list[Row]:
    """One run of each fault, one after the other: they share the machine's time with nothing else. Without a `capture`
    each market plays its own, or a generated one where there is none."""
    chosen = [case for case in CASES if case.name in names]
    return [run_case(case, Market(capture=capture or CAPTURES[case.symbol]), speed) for case in chosen]


def main() -> int:
    """Measure and print; 1 if anything was wrong, missing or entered while prices were lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    parser.add_argument("--capture", type=Path, help="a raw capture; else that of each market, or a generated one")
    parser.add_argument("--speed", type=float, default=SPEED, help="market seconds per second")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    rows = play_faults(options.fault, options.capture, options.speed)
    violations = sum(row["violations"] for row in rows)
    if options.json:
        print_json({"violations": violations, "faults": rows})
    else:
        print_machine()
        print_table("The desk under each fault of an exchange, judged by the exchange's trades", rows)
    return int(violations > 0)


if __name__ == "__main__":
    raise SystemExit(main())
