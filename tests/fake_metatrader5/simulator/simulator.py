"""The whole world behind a terminal, and the log of what was asked of it."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import msgspec

from tests.fake_metatrader5._session import TEXTS
from tests.fake_metatrader5.simulator.exchange import Exchange
from tests.fake_metatrader5.simulator.faults import FaultPlan, Strike
from tests.fake_metatrader5.simulator.market import Market, Tick
from tests.fake_metatrader5.simulator.requests import kind_of
from tests.fake_metatrader5.simulator.server_actions import ServerActions
from tests.fake_metatrader5.simulator.terminal import Refused, Terminal
from tests.fake_metatrader5.simulator.trade_server import TradeServer
from tests.fake_metatrader5.simulator.world import World

_QUIET = ("is_ready",)
"""The package's own looks at the connection; neither logged nor struck by faults."""
_MAX_LOGGED = 200_000


class Entry(msgspec.Struct, kw_only=True):
    """One call of the terminal: who made it and when (seconds of our clock, milliseconds of the world's, UTC).

    `code` is the error it was answered with, 1 for none, and None while it has no answer. Orders have the kind of
    the request, the request itself, and what the broker made of it whether or not the desk received it.
    """

    number: int
    pid: int
    at: float
    world_ms: int
    function: str
    arguments: list[Any]
    faults: tuple[str, ...] = ()
    kind: str = ""
    code: int | None = None
    retcode: int | None = None
    reported_retcode: int | None = None
    deal: int = 0
    order: int = 0

    @property
    def request(self) -> dict[str, Any]:
        """Of an order."""
        return dict(self.arguments[0])


class CrashedTerminal(Exception):
    """The terminal is gone, and with it everybody's connection."""


class Simulator:
    """Everything but sockets; whoever calls holds the one lock of the process."""

    def __init__(self, world: World) -> None:
        self.exchange = Exchange(world)
        self.trade_server = TradeServer(self.exchange)
        self.terminal = Terminal(self.exchange, self.trade_server)
        self.faults = FaultPlan()
        self.log: deque[Entry] = deque(maxlen=_MAX_LOGGED)
        self._calls = 0
        self._watch = ServerActions(self.exchange, self.trade_server.execution)
        self.exchange.listeners.append(self._heard)

    def step(self) -> None:
        """Lets happen what is due now."""
        self.exchange.step()
        self.trade_server.fill_placed()
        self._watch.pass_midnight()

    def begin(self, pid: int, function: str, arguments: list[Any]) -> tuple[Entry, Strike]:
        """Notes a call and what is to go wrong with it; raises `CrashedTerminal`."""
        self.step()
        now_ms = self.exchange.clock.now_ms
        kind = kind_of(arguments[0]) if function == "order_send" else ""
        strike = Strike() if function in _QUIET else self.faults.strike(function, kind, now_ms)
        entry = Entry(
            number=self._calls, pid=pid, at=time.time(), world_ms=now_ms, function=function, arguments=arguments,
            faults=strike.names, kind=kind,
        )  # fmt: skip
        if function not in _QUIET:
            self.log.append(entry)
            self._calls += 1
        if strike.crashes("before"):
            raise CrashedTerminal
        return entry, strike

    def finish(self, entry: Entry, strike: Strike) -> dict[str, Any]:
        """Carries out a call and words the answer; raises `CrashedTerminal`."""
        self.step()
        for fault in strike.faults:
            if fault.terminal:
                self.terminal.change(**fault.terminal)
            if fault.switch_to:
                self.terminal.switch(fault.switch_to)
        try:
            value, code, text = self._carried_out(entry, strike), 1, TEXTS[1]
        except Refused as refused:
            value, code, text = None, refused.code, refused.text or TEXTS[refused.code]
        if strike.crashes("after"):
            raise CrashedTerminal
        entry.code = code
        late = {"late_by_s": strike.late_s, "holds_gil": strike.holds_gil}
        is_sticky = any(fault.is_sticky for fault in strike.faults)
        return {"code": code, "text": text, "value": value, "is_sticky": is_sticky} | late

    def _carried_out(self, entry: Entry, strike: Strike) -> Any:
        fault = strike.answer
        is_order = entry.function == "order_send"
        if fault is not None and not fault.is_carried_out:
            if fault.is_recorded:
                self.trade_server.reject(self.terminal.ledger, entry.arguments[0])
            if fault.code != 1:
                raise Refused(fault.code)
            outcome = self.trade_server.refuse(fault.retcode, entry.arguments[0])
            entry.retcode = entry.reported_retcode = outcome.retcode
            return outcome.row
        if not is_order:
            value = self.terminal.call(entry.function, entry.arguments)
        else:
            outcome = self.terminal.send(entry.arguments[0], strike.twist)
            entry.retcode = entry.reported_retcode = outcome.retcode
            entry.deal, entry.order = outcome.deal, outcome.order
            value = outcome.row
        if fault is None:
            return value
        if fault.code != 1:
            entry.reported_retcode = None
            raise Refused(fault.code)
        entry.reported_retcode = fault.retcode
        return self.trade_server.refuse(fault.retcode, entry.arguments[0]).row

    def _heard(self, market: Market, tick: Tick) -> None:
        self._watch.look(market, tick)
