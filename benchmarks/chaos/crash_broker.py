"""The broker of `benchmarks.chaos.crash`: a paper broker in a separate process, that outlives every desk.

It prints its port, then serves the harness and one desk at a time. Messages are pairs of a word and a value.
"""

from __future__ import annotations

import argparse
import queue
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, Listener, wait
from typing import Any, Final

from benchmarks.chaos.headless import CONTRACTS, PAPER, START, SYMBOL
from engine.adapters.paper.broker import PaperBroker
from engine.clock import MarketClock
from engine.domain.market import Quote
from engine.domain.messages.broker import BrokerEvent, SubmitOrder
from engine.market.state import MarketState

STEP: Final = timedelta(milliseconds=100)
STEP_S: Final = 0.004
"""Real seconds for each step of the market: it runs at 25 times its speed."""
NAKED: Final = timedelta(seconds=1)


class BrokerProcess:
    """Moves a market, executes what desks ask, and reports the true state to the harness."""

    def __init__(self, seed: int, listener: Listener) -> None:
        self._random = random.Random(seed)
        self._clock = MarketClock(START)
        self._broker = PaperBroker(CONTRACTS, PAPER, self._clock, MarketState())
        self._bid = 2000.0
        self._newcomers: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self._harness: Connection = listener.accept()
        self._desk: Connection | None = None
        self._is_frozen = False
        self._sent: Counter[str] = Counter()
        self._naked_since: dict[int, datetime] = {}
        self._unprotected: set[int] = set()
        threading.Thread(target=self._welcome, args=(listener,), daemon=True).start()

    def run(self) -> None:
        """Until the harness hangs up."""
        due_s = time.monotonic()
        with suppress(EOFError, ConnectionError):
            while True:
                self._admit()
                lines = [self._harness] if self._desk is None else [self._harness, self._desk]
                for line in wait(lines, max(0.0, due_s - time.monotonic())):
                    if line is self._harness:
                        self._obey(*self._harness.recv())
                    else:
                        self._hear_desk()
                if time.monotonic() >= due_s:
                    due_s = time.monotonic() + STEP_S
                    self._step()

    def _welcome(self, listener: Listener) -> None:
        while True:
            self._newcomers.put(listener.accept())

    def _admit(self) -> None:
        with suppress(queue.Empty):
            self._desk = self._newcomers.get_nowait()
            self._report("time", self._clock.now())

    # -- the desk -----------------------------------------------------------------------------------------------

    def _hear_desk(self) -> None:
        assert self._desk is not None
        try:
            word, value = self._desk.recv()
        except (EOFError, ConnectionError):
            self._desk = None
            return
        if word == "connect":
            self._broker.connect(self._forward)
            return
        if isinstance(value, SubmitOrder):
            self._sent[value.order.token] += 1
        self._broker.send(value)

    def _forward(self, event: BrokerEvent) -> None:
        self._report("event", event)

    def _report(self, word: str, value: object) -> None:
        if self._desk is not None:
            with suppress(ConnectionError):  # its death is noticed where it is heard
                self._desk.send((word, value))

    # -- the market ---------------------------------------------------------------------------------------------

    def _step(self) -> None:
        if self._is_frozen:
            return
        self._clock.set(self._clock.now() + STEP)
        self._report("time", self._clock.now())  # fills of this instant are reported before its quote
        self._bid = round(self._bid + self._random.gauss(0.0, 0.05), 2)
        quote = Quote(symbol=SYMBOL, at=self._clock.now(), bid=self._bid, ask=round(self._bid + 0.1, 2))
        self._broker.market.on_quote(quote)
        self._broker.on_quote(quote)
        self._report("quote", quote)
        self._watch_stops()

    def _watch_stops(self) -> None:
        now = self._clock.now()
        naked = {position.ticket for position in self._broker.positions if position.stop_loss is None}
        self._naked_since = {ticket: self._naked_since.get(ticket, now) for ticket in naked}
        self._unprotected |= {ticket for ticket, since in self._naked_since.items() if now - since > NAKED}

    # -- the harness --------------------------------------------------------------------------------------------

    def _obey(self, word: str, value: object) -> None:
        if word == "freeze":
            self._is_frozen = True
            self._report("report", None)
            self._harness.send(self._account_state())
        elif word == "thaw":
            self._is_frozen = False
        else:
            self._report(word, value)

    def _account_state(self) -> dict[str, Any]:
        return {
            "at": self._clock.now(),
            "positions": self._broker.positions,
            "deals": self._broker.deals,
            "sent": dict(self._sent),
            "unprotected": len(self._unprotected),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    with Listener(("127.0.0.1", 0), authkey=bytes.fromhex(options.key)) as listener:
        print(listener.address[1], flush=True)
        BrokerProcess(options.seed, listener).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
