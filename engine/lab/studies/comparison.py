"""What a change of settings does: the setups and trades of two configurations side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from config.settings import Settings
from engine.domain.market import Side
from engine.domain.orders import ExitReason
from engine.lab.bench import Bench
from engine.lab.lab_trade import LabTrade
from engine.lab.progress import Progress, Report
from engine.lab.setups import Judged
from engine.statistics.bootstrap import ordinals
from engine.statistics.comparing import Difference, change_per_day

SAME_R: Final = 1e-9
"""Results this near are the same: they are sums of floats."""


class Status(StrEnum):
    """What became of a setup of either configuration."""

    SAME = "same"
    APPEARED = "appeared"
    VANISHED = "vanished"
    OUTCOME = "outcome"
    """Both have the setup, but not the same trade or result."""


class ComparedSetup(msgspec.Struct, frozen=True, kw_only=True):
    """A setup of A, of B or of both. R is None where it was not traded.

    `first_check` is the first check that fails where the setup is missing; empty where every check passes there, but
    the other side scores as high or higher.
    """

    candle_time: datetime
    side: Side
    status: Status
    first_check: str
    r_a: float | None
    r_b: float | None
    exit_a: ExitReason | None
    exit_b: ExitReason | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All setups of both by time, the trades of each, and the change of R a market day from A to B."""

    setups: tuple[ComparedSetup, ...]
    trades_a: tuple[LabTrade, ...]
    trades_b: tuple[LabTrade, ...]
    change: Difference | None


class _Played(msgspec.Struct, frozen=True):
    judged: Judged
    places: dict[tuple[int, bool], int]
    """Of each setup, by candle and whether it buys."""
    trades: dict[int, LabTrade]

    def trade(self, key: tuple[int, bool]) -> LabTrade | None:
        place = self.places.get(key)
        return None if place is None else self.trades.get(place)


def compare(bench: Bench, a: Settings, b: Settings, report: Report) -> Comparison:
    """Plays both and matches their setups by candle and side."""
    played = []
    for done, settings in enumerate((a, b)):
        report(Progress(done, 2, "configurations"))
        played.append(_play(bench, settings))
    report(Progress(2, 2, "configurations"))
    first, second = played
    keys = sorted(first.places.keys() | second.places.keys())
    days = ordinals(bench.market_days(a))
    return Comparison(
        setups=tuple(_compared(key, bench.opened_at(key[0]), first, second) for key in keys),
        trades_a=tuple(first.trades.values()),
        trades_b=tuple(second.trades.values()),
        change=change_per_day(*_results(first), *_results(second), days),
    )


def _play(bench: Bench, settings: Settings) -> _Played:
    judged = bench.judged(settings)
    setups = judged.setups
    keys = zip(setups.ideas.row.tolist(), setups.ideas.is_buy.tolist(), strict=True)
    return _Played(judged, {key: place for place, key in enumerate(keys)}, bench.of_setups(settings, setups))


def _results(played: _Played) -> tuple[Sequence[float], Sequence[int]]:
    trades = played.trades.values()
    return [trade.r * trade.weight for trade in trades], ordinals([trade.day for trade in trades])


def _compared(key: tuple[int, bool], opened_at: datetime, a: _Played, b: _Played) -> ComparedSetup:
    trade_a, trade_b = a.trade(key), b.trade(key)
    status, first_check = Status.SAME, ""
    if key not in a.places:
        status, first_check = Status.APPEARED, _first_failing(a.judged, key)
    elif key not in b.places:
        status, first_check = Status.VANISHED, _first_failing(b.judged, key)
    elif not _is_same(trade_a, trade_b):
        status = Status.OUTCOME
    return ComparedSetup(
        candle_time=opened_at,
        side=Side.BUY if key[1] else Side.SELL,
        status=status,
        first_check=first_check,
        r_a=None if trade_a is None else trade_a.r,
        r_b=None if trade_b is None else trade_b.r,
        exit_a=None if trade_a is None else trade_a.exit,
        exit_b=None if trade_b is None else trade_b.exit,
    )


def _is_same(a: LabTrade | None, b: LabTrade | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a.r - b.r) <= SAME_R and a.exit == b.exit and a.weight == b.weight


def _first_failing(judged: Judged, key: tuple[int, bool]) -> str:
    row, is_buy = key
    return judged.sides[Side.BUY if is_buy else Side.SELL].first_failing(row)
