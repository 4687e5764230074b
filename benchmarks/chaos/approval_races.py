"""Clicks that are late, doubled or contradictory, while plans end in other ways: does any make a wrong order?

    python -m benchmarks.chaos.approval_races [--runs N] [--seed S] [--json]

Each run lays a proposal before the user, then lets clicks, halts, cancellations (some of them by another program on
the same store), restarts and the market's time follow each other at random. Everything is judged by the broker's true
book: only what was approved, once and in time, by the first click that counted, may have become an order.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from benchmarks.chaos.headless import CONTRACTS, PAPER, START, SYMBOL, open_archive, open_desk, setup_on
from benchmarks.machine import print_machine, print_table
from engine.adapters.paper.broker import PaperBroker
from engine.clock import MarketClock
from engine.domain.market import Quote, Side
from engine.domain.messages.broker import BrokerRequest
from engine.domain.messages.commands import ApprovePlan, CancelPlan, Halt, RejectPlan
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.trading import ApprovalAsked, PlanChanged, TradingEvent
from engine.domain.plan import PlanStatus
from engine.errors import IllegalTransition
from engine.market.state import MarketState
from engine.persistence.opening import visit_store
from engine.persistence.plan_visitor import PlanVisitor
from engine.trading.broker import BrokerListener

COUNTED: Final = ("duplicates", "unapproved", "after_the_end", "untold")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one run came to."""

    clicks: int
    orders: int
    duplicates: int
    unapproved: int
    """Orders of plans for which no approving click came in time."""
    after_the_end: int
    """Orders of plans that had been rejected, cancelled or halted before they were approved."""
    untold: int
    """Orders whose plan does not say so, or the other way round."""


class CountingBroker:
    """Passes everything on to the paper broker and counts the orders by their plan."""

    def __init__(self, clock: MarketClock) -> None:
        self.paper = PaperBroker(CONTRACTS, PAPER, clock, MarketState())
        self.sent: Counter[str] = Counter()

    def connect(self, listener: BrokerListener) -> None:
        self.paper.connect(listener)

    def send(self, request: BrokerRequest) -> None:
        if order := getattr(request, "order", None):
            self.sent[order.plan_id] += 1
        self.paper.send(request)

    def withhold(self, reason: str, tokens: Collection[str] | None = None) -> None:
        self.paper.withhold(reason, tokens)


class Race:
    """One proposal and everything that happens to it."""

    def __init__(self, seed: int, directory: Path) -> None:
        self._random = random.Random(seed)
        self._directory = directory
        self._clock = MarketClock(START)
        self._broker = CountingBroker(self._clock)
        self._statuses: dict[str, PlanStatus] = {}
        self._asked: list[str] = []
        self._approved: set[str] = set()
        self._ended: set[str] = set()
        self._ends_at = START
        self._clicks = 0
        self._open()

    def play(self) -> Outcome:
        """Lets a dozen things happen, then waits until everything has come to rest."""
        self._wait(1.0)
        self._propose()
        happenings: tuple[Callable[[], None], ...] = (
            *[self._approve] * 4,
            *[self._reject] * 2,
            *[lambda: self._wait(self._random.choice((0.1, 0.5, 1.0, 5.0, 30.0)))] * 4,
            self._cancel,
            self._cancel_outside,
            self._halt,
            self._restart,
            self._close_candle,
        )
        for _ in range(12):
            self._random.choice(happenings)()
        self._wait(10.0)
        self._archive.close()
        return self._outcome()

    # -- what happens -------------------------------------------------------------------------------------------

    def _approve(self) -> None:
        self._clicks += 1
        plan_id = self._asked[0]
        if self._clock.now() < self._ends_at and plan_id not in self._ended:
            self._approved.add(plan_id)
        self._trader.handle(ApprovePlan(plan_id))

    def _reject(self) -> None:
        self._clicks += 1
        self._end()
        self._trader.handle(RejectPlan(self._asked[0]))

    def _cancel(self) -> None:
        self._end()
        self._trader.handle(CancelPlan(self._asked[0]))

    def _cancel_outside(self) -> None:
        self._end()
        database = visit_store(self._directory, self._clock.now())
        with suppress(IllegalTransition):
            PlanVisitor(database).cancel(self._asked[0], self._clock.now(), by="another program")
        database.close()

    def _halt(self) -> None:
        self._end()
        self._trader.handle(Halt("enough"))

    def _restart(self) -> None:
        self._end()
        self._archive.close()
        self._open()
        self._wait(1.0)

    def _end(self) -> None:
        """Whatever has not been approved now must never become an order."""
        self._ended |= {self._asked[0]} - self._approved

    def _propose(self) -> None:
        side = self._random.choice((Side.BUY, Side.SELL))
        self._close(setup_on(self._quote, side, "signal"))
        self._ends_at = self._clock.now() + timedelta(minutes=1)

    def _close_candle(self) -> None:
        self._close(setup_on(self._quote, Side.BUY, "signal"))  # the same signal once more

    def _close(self, closed: CandleClosed) -> None:
        self._broker.paper.market.on_candle(closed.snapshot)
        self._trader.on_candle(closed)

    def _wait(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds / 0.5))):
            self._tick(self._clock.now() + timedelta(seconds=min(seconds, 0.5)))

    # -- parts --------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._archive = open_archive(self._directory, self._clock)
        self._trader = open_desk(
            self._archive, self._clock, self._broker.paper.market, self._broker, self._broker.paper, self._on_event
        )
        self._trader.start()

    def _tick(self, at: datetime) -> None:
        self._clock.set(at)
        self._quote = Quote(symbol=SYMBOL, at=at, bid=2000.0, ask=2000.1)
        self._broker.paper.market.on_quote(self._quote)
        self._trader.on_quote(self._quote)

    def _on_event(self, event: TradingEvent) -> None:
        if isinstance(event, ApprovalAsked):
            self._asked.append(event.card.plan.plan_id)
        elif isinstance(event, PlanChanged):
            self._statuses[event.plan.plan_id] = event.plan.status

    def _outcome(self) -> Outcome:
        sent = self._broker.sent
        has_sent = {PlanStatus.EXECUTING, PlanStatus.OPEN, PlanStatus.CLOSED, PlanStatus.FAILED}
        reported = {plan_id for plan_id, status in self._statuses.items() if status in has_sent}
        return Outcome(
            clicks=self._clicks,
            orders=sum(sent.values()),
            duplicates=sum(count - 1 for count in sent.values()),
            unapproved=len(set(sent) - self._approved),
            after_the_end=len(set(sent) & self._ended),
            untold=len(set(sent) ^ reported),
        )


def results(runs: int, seed: int) -> dict[str, object]:
    """All figures of `runs` races; the same seed gives the same figures."""
    outcomes = []
    for number in range(runs):
        with TemporaryDirectory() as directory:
            outcomes.append(Race(seed * 1_000_003 + number, Path(directory)).play())
    return {
        "runs": runs,
        "seed": seed,
        "clicks": sum(outcome.clicks for outcome in outcomes),
        "orders": sum(outcome.orders for outcome in outcomes),
        **{name: sum(getattr(outcome, name) for outcome in outcomes) for name in COUNTED},
    }


def main() -> int:
    """Measure and print; 1 if any click made a wrong order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500, help="proposals")
    parser.add_argument("--seed", type=int, default=1, help="of everything that happens")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    figures = results(options.runs, options.seed)
    if options.json:
        print(json.dumps(figures))
    else:
        print_machine()
        print_table("Clicks in a race", [figures])
    return int(any(figures[name] for name in COUNTED))


if __name__ == "__main__":
    raise SystemExit(main())
