"""How each fault of `benchmarks.chaos.faults` strikes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Final

import psutil

from benchmarks.chaos.fault_stage import Stage, Strike
from tests.fake_metatrader5.simulator import (
    Fault,
    blank_result,
    delay,
    hang,
    ipc_failure,
    lost_answer,
    partial_fill,
    placed_then_filled,
    refusal,
    requote,
    stripped_stops,
    timed_out,
)

OPEN: Final = ("open",)
_MAX_STALE_S: Final = 5.5
"""The gate lets no order through on a quote that is older than five seconds; the rest is its way to the terminal."""
_LOOKED_WITHIN_S: Final = 2.0
"""The link is looked at five times a second; after this time the desk has to know, on a busy machine too."""

_SAID_WITHIN_S: Final = 0.5
"""What the broker says itself is known as soon as it has said so; the rest is for orders that were on their way."""


def orders(*faults: Callable[[random.Random], Fault]) -> Strike:
    """One of these strikes an order."""

    async def strike(stage: Stage) -> None:
        await stage.arm(stage.random.choice(faults)(stage.random))
        await stage.healed()

    return strike


async def hung_read(stage: Stage) -> None:
    function = stage.random.choice(("symbol_info_tick", "positions_get", "account_info", "terminal_info"))
    await stage.arm(hang(stage.random.choice(("before", "after")), functions=(function,)))
    await stage.healed()


async def latency(stage: Stage) -> None:
    await stage.arm(delay(stage.random.uniform(0.1, 0.8), count=4, functions=("*",)))


async def burst(stage: Stage) -> None:
    stage.simulator.change_server(burst=stage.random.choice((1, 2, 3)))
    stage.strike()
    await stage.wait(1.0, 2.0)
    stage.simulator.change_server(burst=0)


async def disconnected(stage: Stage) -> None:
    with stage.blinded(_LOOKED_WITHIN_S):
        stage.simulator.change_terminal(connected=False)
        await stage.wait(0.5, 5.0)
    stage.simulator.change_terminal(connected=True)
    await stage.healed()


async def crashed(stage: Stage) -> None:
    stage.strike()
    stage.simulator.change_terminal(may_be_started=stage.random.random() < 0.5)
    stage.simulator.crash_terminal()
    await stage.wait(0.2, 2.0)
    stage.simulator.change_terminal(may_be_started=True)
    await stage.healed()


async def switched(stage: Stage) -> None:
    stage.strike()
    stage.simulator.switch_account(2002)
    await stage.wait(0.1, 2.0)
    stage.simulator.switch_account(1001)
    await stage.healed()


async def algo_off(stage: Stage) -> None:
    with stage.blinded(_LOOKED_WITHIN_S):
        stage.simulator.change_terminal(trade_allowed=False)
        await stage.wait(0.5, 5.0)
    stage.simulator.change_terminal(trade_allowed=True)
    await stage.healed()


async def refused(stage: Stage) -> None:
    """The broker says that it takes no orders; the user tries again after a while."""
    has_struck = await stage.arm(refusal(stage.random.choice((10017, 10026, 10027, 10032)), requests=OPEN))
    known_at = time.time() + _SAID_WITHIN_S
    await stage.wait(0.5, 3.0)
    if has_struck:
        stage.blind.append((known_at, time.time()))
    await stage.healed()


async def updated(stage: Stage) -> None:
    build = 6300 + stage.random.randrange(1000)
    stage.strike()
    stage.simulator.update_terminal(build, fits_package=stage.random.random() < 0.5)
    await stage.wait(0.5, 2.0)
    stage.simulator.change_terminal(fits_package=True)
    await stage.healed()


async def killed(stage: Stage) -> None:
    await stage.wait(0.0, 0.3)
    if (pid := stage.desk.desk.link.report.worker_pid) is not None:
        stage.strike()
        psutil.Process(pid).kill()
    await stage.healed()


async def silent(stage: Stage) -> None:
    _quiet(stage, is_still=True)
    with stage.blinded(_MAX_STALE_S):
        await stage.wait(6.5, 8.0)
    _quiet(stage, is_still=False)
    await stage.wait(0.5, 1.0)


def _quiet(stage: Stage, *, is_still: bool) -> None:
    for symbol in stage.symbols:
        stage.simulator.still(symbol, is_still)


def bad_ticks(make: Callable[[float], tuple[float, float, float]]) -> Strike:
    """While nothing else moves, ticks that no decision may rest on."""

    async def strike(stage: Stage) -> None:
        _quiet(stage, is_still=True)
        prices = {symbol: stage.simulator.tick(symbol) for symbol in stage.symbols}
        with stage.blinded(_MAX_STALE_S):
            until = time.monotonic() + stage.random.uniform(6.5, 8.0)
            while time.monotonic() < until:
                for symbol, tick in prices.items():
                    stage.simulator.push(symbol, *make(tick["bid"]))
                await stage.wait(0.1, 0.3)
        for symbol, tick in prices.items():
            stage.simulator.push(symbol, tick["bid"], tick["ask"])
        _quiet(stage, is_still=False)
        await stage.wait(0.5, 1.0)

    return strike


async def absurd(stage: Stage) -> None:
    """Single ticks far off, in a market that moves."""
    stage.strike()
    for _ in range(stage.random.randint(3, 10)):
        symbol = stage.random.choice(stage.symbols)
        tick, factor = stage.simulator.tick(symbol), stage.random.choice((0.5, 0.9, 1.1, 3.0))
        stage.simulator.push(symbol, round(tick["bid"] * factor, 3), round(tick["ask"] * factor, 3))
        await stage.wait(0.02, 0.1)
        stage.simulator.push(symbol, tick["bid"], tick["ask"])
        await stage.wait(0.1, 0.3)


async def closed_by_hand(stage: Stage) -> None:
    if (held := await stage.own_position()) is not None:
        side = "sell" if held["type"] == 0 else "buy"
        share = stage.random.choice((1.0, 1.0, 0.5))
        volume = max(0.01, round(held["volume"] * share, 2))
        stage.strike()
        stage.simulator.trade(held["symbol"], volume, side=side, position=held["ticket"])
    await stage.wait(0.3, 0.8)


async def moved_by_hand(stage: Stage) -> None:
    if (held := await stage.own_position()) is not None:
        is_removed = stage.random.random() < 0.5
        away = (1 if held["type"] == 0 else -1) * stage.random.uniform(1.0, 3.0)
        level = 0.0 if is_removed else round(held["price_open"] - away, 3)
        stage.strike()
        stage.simulator.set_levels(held["ticket"], level, held["tp"])
    await stage.wait(0.3, 0.8)


async def gapped(stage: Stage) -> None:
    """The market opens beyond a stop, and fills it worse still."""
    if (held := await stage.own_position()) is not None:
        stage.simulator.change_server(stop_slippage=stage.random.randrange(0, 800))
        tick, sign = stage.simulator.tick(held["symbol"]), (-1 if held["type"] == 0 else 1)
        gap = sign * stage.random.uniform(2.0, 15.0)
        stage.strike()
        stage.simulator.push(held["symbol"], round(tick["bid"] + gap, 3), round(tick["ask"] + gap, 3))
    await stage.wait(0.3, 0.8)


async def storm(stage: Stage) -> None:
    """Many at once, of which some only come in company."""
    seed, chance = stage.random.randrange(1 << 30), stage.random.uniform(0.05, 0.3)
    for at, make in enumerate(stage.random.sample(_STORMY, 5)):
        rare = {"probability": chance, "seed": seed + at, "count": 6}
        stage.simulator.inject(make(stage.random, **rare))
    await stage.wait(3.0, 5.0)
    stage.simulator.clear_faults()
    await stage.healed()


_STORMY: Final[Sequence[Callable[..., Fault]]] = (
    lambda dice, **when: delay(dice.uniform(0.05, 0.5), functions=("*",), **when),
    lambda _, **when: lost_answer(**when),
    lambda _, **when: timed_out(is_carried_out=True, **when),
    lambda _, **when: timed_out(is_carried_out=False, **when),
    lambda _, **when: requote(**when),
    lambda _, **when: partial_fill(requests=OPEN, **when),
    lambda dice, **when: placed_then_filled(dice.uniform(0.1, 3.0), **when),
    lambda _, **when: blank_result(**when),
    lambda _, **when: refusal(10024, **when),
    lambda _, **when: stripped_stops(requests=OPEN, **when),
    lambda _, **when: ipc_failure(-10001, is_sticky=True, **when),
    lambda _, **when: ipc_failure(-10002, functions=("*",), **when),
    lambda _, **when: hang("after", **(when | {"count": 1})),
)  # fmt: skip
