"""Commands of tests to the simulator, and queries of the broker's side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tests.fake_metatrader5.simulator.faults import Fault
from tests.fake_metatrader5.simulator.ledger import Ledger, broker_side
from tests.fake_metatrader5.simulator.requests import Request
from tests.fake_metatrader5.simulator.rows import account_row
from tests.fake_metatrader5.simulator.simulator import Simulator
from tests.fake_metatrader5.simulator.world import World

_ALWAYS_KNOWN = ("action", "magic", "order", "position", "position_by", "deviation", "type_filling", "type_time")


class Control:
    """Each public method is a command by its name; arguments and answers are plain."""

    def __init__(self, drop_terminals: Callable[[], None]) -> None:
        self.simulator = Simulator(World.live())
        self._drop_terminals = drop_terminals

    def obey(self, command: str, arguments: dict[str, Any]) -> Any:
        self.simulator.step()
        return getattr(self, command)(**arguments)

    # -- the world ------------------------------------------------------------------------------------------------

    def reset(self, world: dict[str, Any]) -> None:
        self.simulator = Simulator(msgspec.convert(world, World))
        self._drop_terminals()

    def now_ms(self) -> int:
        return self.simulator.exchange.clock.now_ms

    def advance(self, seconds: float, in_steps_of: float) -> None:
        while seconds > 0.0:
            self.simulator.exchange.clock.advance(min(seconds, in_steps_of))
            self.simulator.step()
            seconds -= in_steps_of

    def push(self, symbol: str, bid: float, ask: float, ago_s: float) -> None:
        at_ms = self.now_ms() - round(ago_s * 1000)
        self.simulator.exchange.markets[symbol].push(at_ms, bid, ask)

    def play(self, symbol: str, ticks: list[tuple[float, float, float]]) -> None:
        self.simulator.exchange.markets[symbol].play(ticks)

    def tick(self, symbol: str) -> dict[str, Any] | None:
        tick = self.simulator.exchange.markets[symbol].tick
        return None if tick is None else {"bid": tick.bid, "ask": tick.ask, "at_ms": tick.at_ms}

    def change_market(self, symbol: str, is_still: bool | None, is_closed: bool | None) -> None:
        market = self.simulator.exchange.markets[symbol]
        market.is_still = market.is_still if is_still is None else is_still
        market.is_closed_by_hand = market.is_closed_by_hand if is_closed is None else is_closed

    def change_symbol(self, symbol: str, changes: dict[str, Any]) -> None:
        market = self.simulator.exchange.markets[symbol]
        market.symbol = msgspec.structs.replace(market.symbol, **changes)

    def change_server(self, changes: dict[str, Any]) -> None:
        exchange = self.simulator.exchange
        server = msgspec.structs.replace(exchange.world.server, **changes)
        exchange.world = msgspec.structs.replace(exchange.world, server=server)
        for ledger in exchange.ledgers.values():
            ledger.server = server

    def change_account(self, login: int | None, changes: dict[str, Any]) -> None:
        ledger = self._ledger(login)
        ledger.account = msgspec.structs.replace(ledger.account, **changes)

    # -- the terminal ---------------------------------------------------------------------------------------------

    def change_terminal(self, changes: dict[str, Any]) -> None:
        self.simulator.terminal.change(**changes)

    def switch_account(self, login: int) -> None:
        self.simulator.terminal.switch(login)

    def crash_terminal(self) -> None:
        self.simulator.terminal.is_running = False
        self._drop_terminals()

    def start_terminal(self) -> None:
        self.simulator.terminal.start()

    def terminal_state(self) -> dict[str, Any]:
        terminal = self.simulator.terminal
        fields = {"is_running": terminal.is_running, "starts": terminal.starts, "login": terminal.login}
        return fields | msgspec.structs.asdict(terminal.state)

    # -- trades by others -----------------------------------------------------------------------------------------

    def trade(self, request: Request, reason: int, login: int | None) -> dict[str, Any]:
        blank = dict.fromkeys(_ALWAYS_KNOWN, 0) | {"symbol": "", "comment": "", "type": 0, "expiration": 0}
        blank |= dict.fromkeys(("volume", "price", "stoplimit", "sl", "tp"), 0.0)
        outcome = self.simulator.trade_server.send(self._ledger(login), blank | request, reason=reason)
        return {"retcode": outcome.retcode, "deal": outcome.deal, "order": outcome.order, "price": outcome.price}

    # -- the broker's side ----------------------------------------------------------------------------------------

    def positions(self, login: int | None) -> list[dict[str, Any]]:
        return broker_side(self._ledger(login).positions.values())

    def orders(self, login: int | None) -> list[dict[str, Any]]:
        return broker_side(self._ledger(login).orders.values())

    def past_orders(self, login: int | None) -> list[dict[str, Any]]:
        return broker_side(self._ledger(login).past_orders)

    def deals(self, login: int | None) -> list[dict[str, Any]]:
        return broker_side(self._ledger(login).deals)

    def account(self, login: int | None) -> dict[str, Any]:
        from tests.fake_metatrader5 import _results as results

        row = account_row(self.simulator.exchange, self._ledger(login))
        return dict(zip(results.AccountInfo.__match_args__, row, strict=True))

    # -- faults and the log ---------------------------------------------------------------------------------------

    def inject(self, fault: dict[str, Any]) -> int:
        return self.simulator.faults.inject(msgspec.convert(fault, Fault), self.now_ms())

    def clear_faults(self) -> None:
        self.simulator.faults.clear()

    def strikes_of(self, number: int) -> int:
        return self.simulator.faults.strikes_of(number)

    def log(self, since: int, function: str | None) -> list[Any]:
        return [each for each in self.simulator.log if each.number >= since and function in (None, each.function)]

    def _ledger(self, login: int | None) -> Ledger:
        return self.simulator.exchange.ledgers[login or self.simulator.terminal.login]
