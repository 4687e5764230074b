"""Answers to orders are lost by the hundred on one desk with many symbols: the great number in `faults`."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from typing import Any, Final

import msgspec

from benchmarks.chaos.fault_desk import Diary, running_desk, world
from benchmarks.chaos.fault_judge import Verdict, Watchman, agreement, judge
from engine.domain.messages.execution import OrderFailed, OrderUnknown, TradeOpened
from tests.fake_metatrader5.simulator import (
    Fault,
    Server,
    SimulatorClient,
    ipc_failure,
    lost_answer,
    placed_then_filled,
    timed_out,
)

SYMBOLS: Final = 24
"""An unknown outcome holds up its symbol for seconds; on so many symbols some are always free."""
_MAX_S: Final = 420.0
_OPEN: Final = ("open",)


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the orders of one desk whose answers were lost; `known_s` are the seconds to each outcome."""

    unknown: int
    filled: int
    known_s: tuple[float, ...]
    verdict: Verdict


def lose_answers(seed: int, wanted: int) -> Outcomes:
    """In a separate process; a server that keeps comments whole, cut or not at all, and shows at once or late."""
    return asyncio.run(_lose_answers(seed, wanted))


async def _lose_answers(seed: int, wanted: int) -> Outcomes:
    dice = random.Random(seed)
    server = Server(comment_kept=dice.choice((29, 16, 0)), visible_after_s=dice.choice((0.0, 0.0, 1.0, 2.5)))
    with SimulatorClient.start(world(SYMBOLS, seed, server=server)) as simulator:
        async with running_desk(simulator, seed, SYMBOLS, tick_poll_ms=200, idle_poll_ms=200) as desk:
            watchman = Watchman(simulator, desk)
            watching = asyncio.create_task(watchman.watch())
            for fault in _losses(dice):
                simulator.inject(fault)
            desk.is_trading = True
            until = time.monotonic() + _MAX_S
            while len(_unknown(desk.diary)) < wanted and time.monotonic() < until:
                await asyncio.sleep(0.1)
            desk.is_trading = False
            simulator.clear_faults()
            await desk.settles()
            odd = await agreement(simulator, desk)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            return _outcomes(desk.diary, judge(simulator, desk, watchman, (), (), odd))


def _losses(dice: random.Random) -> list[Fault]:
    """Of five orders about four lose their answer, few of them with the connection, which holds up everybody."""
    often: dict[str, Any] = {"requests": _OPEN, "count": None, "probability": 0.25}
    seldom: dict[str, Any] = {"requests": _OPEN, "count": None, "probability": 0.01}
    losses = [
        lost_answer(-1, **often),
        ipc_failure(-1, **often),
        timed_out(is_carried_out=True, **often),
        timed_out(is_carried_out=False, **often),
        placed_then_filled(dice.uniform(0.2, 8.0), **(often | {"probability": 0.1})),
        Fault(name="in part", fraction=0.5, **(often | {"probability": 0.1})),
        lost_answer(-10002, **seldom),
        ipc_failure(-10001, is_sticky=True, **seldom),
    ]
    return [msgspec.structs.replace(loss, seed=dice.randrange(1 << 30)) for loss in losses]


def _unknown(diary: Diary) -> list[str]:
    return [token for token, outcomes in diary.outcomes.items() if "unknown" in outcomes]


def _outcomes(diary: Diary, verdict: Verdict) -> Outcomes:
    doubted = {event.order.token: at for at, event in diary.all_of(OrderUnknown)}
    known = {event.order.token: at for at, event in diary.all_of(OrderFailed)}
    known |= {event.trade.order.token: at for at, event in diary.all_of(TradeOpened)}
    return Outcomes(
        unknown=len(doubted),
        filled=sum("opened" in diary.outcomes[token] for token in doubted),
        known_s=tuple(
            known[token] - at for token, at in doubted.items() if token in known and token not in diary.settled
        ),
        verdict=verdict,
    )
