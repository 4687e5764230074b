"""The answer to an order is lost, and the order did or did not fill: is what became of it always found out?

    python -m benchmarks.chaos.unknown_outcome [--runs N] [--seed S] [--json]

Each run sends one order to the paper broker in a random market, loses the answer in one of several ways, and goes on
trying to enter. An order of which the broker shows nothing has to stay unknown, and its symbol blocked, until the user
settles it: here after five minutes. Times are seconds of market time.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from benchmarks.machine import Row, print_json, print_machine, print_table, summary
from config.desk import PaperSettings
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.faults import NO_FAULT, Fault
from engine.clock import MarketClock
from engine.domain.market import Quote, Side
from engine.domain.messages.broker import BrokerRequest, SubmitOrder
from engine.domain.messages.execution import ExecutionEvent, OrderFailed, OrderUnknown, TradeOpened
from engine.domain.orders import Order
from engine.domain.tokens import order_token
from engine.errors import EntryBlocked
from engine.market.state import MarketState
from engine.trading.reconciliation.ledger import KnownOrder
from tests.broker_values import CONTRACTS
from tests.builders import MONDAY
from tests.execution.desks import Desk

SYMBOL: Final = "XAUUSD"
STEP: Final = timedelta(milliseconds=250)
MAX_WAIT: Final = timedelta(minutes=5)
CASES: Final = (
    "reported in doubt",
    "no answer at all",
    "comment lost",
    "filled in part",
    "shown late",
    "shown very late",
    "never arrived",
    "filled without its stop",
    "stopped out at once",
    "restarted in between",
)

FAULTS: Final = (
    *("wrong", "assumed", "unresolved", "still_blocked", "duplicates", "entries_while_unknown", "unprotected"),
)
"""Figures that have to be 0; `assumed` are outcomes for which there was no evidence."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one run came to."""

    case: str
    is_filled: bool
    has_evidence: bool
    """Whether the broker ever shows what became of the order."""
    is_right: bool
    is_resolved: bool
    """Without the user's word."""
    is_freed: bool
    """Whether the symbol could be entered again afterwards."""
    entries_while_unknown: int
    duplicates: int
    without_stop_s: float
    resolution_s: float


class OneLoss:
    """Loses the answer to the first order, in the way of the case; counts the orders of each name."""

    def __init__(self, fault: Fault) -> None:
        self._fault: Fault | None = fault
        self.sent: Counter[str] = Counter()

    def next(self, request: BrokerRequest) -> Fault:
        if not isinstance(request, SubmitOrder):
            return NO_FAULT
        self.sent[request.order.token] += 1
        fault, self._fault = self._fault, None
        return fault or NO_FAULT


class Run:
    """One order, one lost answer, and what the desk makes of it."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.case = self._random.choice(CASES)
        self._fault = self._draw_fault()
        self._faults = OneLoss(self._fault)
        self._clock = MarketClock(MONDAY)
        paper = PaperSettings(latency_ms=50)
        self._broker = PaperBroker(CONTRACTS, paper, self._clock, MarketState(), self._faults)
        self._desk = Desk(self._broker, self._clock, self._broker.market)
        self._desk.execution.start()
        self._heard_before: list[ExecutionEvent] = []
        self._bid = 2000.0
        self._entered = 0
        self._naked: timedelta = timedelta(0)
        self._naked_since: datetime | None = None

    def play(self) -> Outcome:
        """Sends the order, loses its answer and lets the market run until the desk knows, or too long."""
        self._tick()
        order = self._order("plan")
        self._desk.submit(order)
        sent_at = self._clock.now()
        if self.case == "restarted in between":
            self._restart(order, sent_at)
        while not self._is_resolved(order) and self._clock.now() - sent_at < MAX_WAIT:
            self._tick()
            if not self._is_resolved(order):
                self._try_to_enter()
        resolution = self._clock.now() - sent_at
        is_resolved = self._is_resolved(order)
        if not is_resolved and not self._has_evidence:
            self._desk.execution.orders.settle_unknown(order.token)
        for _ in range(8):
            self._tick()
        return self._outcome(order, resolution, is_resolved=is_resolved)

    @property
    def _has_evidence(self) -> bool:
        """A rejected order is in the history under its name, if it arrived and the broker kept the name."""
        fault = self._fault
        return fault.is_executed or (fault.is_recorded and not fault.is_token_lost)

    def _draw_fault(self) -> Fault:
        late_s = {"shown late": (0.5, 3.0), "shown very late": (10.0, 90.0)}.get(self.case, (0.0, 0.0))
        return Fault(
            is_answer_lost=True,
            is_executed=self._random.random() < 0.6 and self.case != "never arrived",
            is_recorded=self.case != "never arrived",
            is_silent=self.case == "no answer at all",
            is_token_lost=self.case == "comment lost",
            filled_fraction=0.5 if self.case == "filled in part" else 1.0,
            visible_after=timedelta(seconds=self._random.uniform(*late_s)),
            is_stripped=self.case == "filled without its stop",
        )

    def _restart(self, order: Order, sent_at: datetime) -> None:
        """The desk dies with the order on its way; the next one knows the intent only."""
        self._clock.set(sent_at + timedelta(milliseconds=10))
        self._heard_before = self._desk.events
        self._desk = Desk(self._broker, self._clock, self._broker.market)
        self._desk.execution.start((KnownOrder(order=order, sent_at=sent_at),))

    @property
    def _events(self) -> list[ExecutionEvent]:
        return [*self._heard_before, *self._desk.events]

    def _order(self, plan_id: str) -> Order:
        side = self._random.choice((Side.BUY, Side.SELL))
        sign = 1.0 if side is Side.BUY else -1.0
        return Order(
            token=order_token(plan_id),
            plan_id=plan_id,
            magic=7,
            symbol=SYMBOL,
            side=side,
            volume_lots=0.04,
            stop_loss=round(self._bid - sign * 0.8, 2),
            take_profit=round(self._bid + sign * 2.0, 2),
            reference_price=self._bid,
        )

    def _tick(self) -> None:
        self._clock.set(self._clock.now() + STEP)
        self._bid = round(self._bid + self._random.gauss(0.0, self._volatility()), 2)
        quote = Quote(symbol=SYMBOL, at=self._clock.now(), bid=self._bid, ask=self._bid + 0.15)
        self._desk.market.on_quote(quote)
        self._broker.on_quote(quote)
        self._desk.execution.on_quote(quote)
        self._watch_stops(quote.at)

    def _volatility(self) -> float:
        is_open = bool(self._broker.positions)
        return 1.5 if self.case == "stopped out at once" and is_open else 0.03

    def _watch_stops(self, now: datetime) -> None:
        if any(position.stop_loss is None for position in self._broker.positions):
            self._naked_since = self._naked_since or now
            self._naked = max(self._naked, now - self._naked_since)
        else:
            self._naked_since = None

    def _try_to_enter(self) -> None:
        if self._is_awaited():
            return
        try:
            self._desk.submit(self._order(f"second-{self._clock.now().isoformat()}"))
        except EntryBlocked:
            return
        self._entered += 1

    def _is_awaited(self) -> bool:
        """Whether the answer may still come: a second order beside the first is in order then."""
        is_doubted = any(isinstance(event, OrderUnknown) for event in self._events)
        return not is_doubted and self.case != "restarted in between"

    def _is_resolved(self, order: Order) -> bool:
        return self._opened(order) or self._failed(order)

    def _opened(self, order: Order) -> bool:
        opened = (event.trade.order for event in self._events if isinstance(event, TradeOpened))
        return any(one is not None and one.token == order.token for one in opened)

    def _failed(self, order: Order) -> bool:
        return any(isinstance(event, OrderFailed) and event.order.token == order.token for event in self._events)

    def _outcome(self, order: Order, resolution: timedelta, *, is_resolved: bool) -> Outcome:
        is_filled = any(deal.is_entry for deal in self._broker.deals)
        return Outcome(
            case=self.case,
            is_filled=is_filled,
            has_evidence=self._has_evidence,
            is_resolved=is_resolved,
            is_right=self._opened(order) is is_filled and self._failed(order) is not is_filled,
            is_freed=self._desk.execution.orders.entry_block(SYMBOL) is None,
            entries_while_unknown=self._entered,
            duplicates=sum(count - 1 for count in self._faults.sent.values()),
            without_stop_s=self._naked.total_seconds(),
            resolution_s=resolution.total_seconds(),
        )


def results(runs: int, seed: int) -> dict[str, object]:
    """All figures of `runs` runs; the same seed gives the same figures."""
    outcomes = [Run(seed * 1_000_003 + number).play() for number in range(runs)]
    proven = [outcome for outcome in outcomes if outcome.has_evidence]
    times = [outcome.resolution_s for outcome in proven]
    return {
        "runs": runs,
        "seed": seed,
        "filled": sum(outcome.is_filled for outcome in outcomes),
        "wrong": sum(outcome.is_resolved and not outcome.is_right for outcome in outcomes),
        "assumed": sum(outcome.is_resolved and not outcome.has_evidence for outcome in outcomes),
        "unresolved": sum(not outcome.is_resolved for outcome in proven),
        "still_blocked": sum(not outcome.is_freed for outcome in outcomes),
        "duplicates": sum(outcome.duplicates for outcome in outcomes),
        "entries_while_unknown": sum(outcome.entries_while_unknown for outcome in outcomes),
        "unprotected": sum(outcome.without_stop_s > 1.0 for outcome in outcomes),
        "resolution_median_s": summary(times)["median"],
        "resolution_p99_s": summary(times)["p99"],
        "cases": [_case(name, outcomes) for name in CASES],
    }


def _case(name: str, outcomes: Sequence[Outcome]) -> Row:
    mine = [outcome for outcome in outcomes if outcome.case == name]
    return {
        "case": name,
        "runs": len(mine),
        "filled": sum(outcome.is_filled for outcome in mine),
        "wrong": sum(not outcome.is_right for outcome in mine),
        "no evidence": sum(not outcome.has_evidence for outcome in mine),
        "longest s": max((outcome.resolution_s for outcome in mine if outcome.has_evidence), default=None),
        "without stop s": max((outcome.without_stop_s for outcome in mine), default=None),
    }


def main() -> int:
    """Measure and print; 1 if any outcome was wrong, assumed, unresolved, doubled or unprotected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="orders whose answer is lost")
    parser.add_argument("--seed", type=int, default=1, help="of the market and of what goes wrong")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    figures = results(options.runs, options.seed)
    if options.json:
        print_json(figures)
    else:
        print_machine()
        cases = figures.pop("cases")
        assert isinstance(cases, list)
        print_table("Orders whose answer was lost", cases)
        print_table("In all", [figures])
    return int(any(figures[name] for name in FAULTS))


if __name__ == "__main__":
    raise SystemExit(main())
