"""The trade server: carries out requests, and by itself stops, targets, pending orders, stop-outs and swaps."""

from __future__ import annotations

import math
from collections import deque

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5.simulator.checks import FINE, Checks
from tests.fake_metatrader5.simulator.exchange import Exchange, is_buy
from tests.fake_metatrader5.simulator.execution import Execution
from tests.fake_metatrader5.simulator.ledger import Ledger, Record
from tests.fake_metatrader5.simulator.requests import Outcome, Request, Twist, kind_of
from tests.fake_metatrader5.simulator.world import Symbol

_PLAIN = Twist()
_BURST_MS = 1000


class TradeServer:
    """Requests to it have a number each, from 1."""

    def __init__(self, exchange: Exchange) -> None:
        self.checks = Checks(exchange)
        self.execution = Execution(exchange)
        self._exchange = exchange
        self._requests = 0
        self._recent: deque[int] = deque()
        self._placed: list[tuple[float, Ledger, Record]] = []

    def send(self, ledger: Ledger, request: Request, twist: Twist = _PLAIN, reason: int = 3) -> Outcome:
        """Carries out a request; `reason` 3 is a program, 0 the user at the terminal."""
        self._requests += 1
        objection = self.objection(ledger, request, reason)
        if objection != FINE:
            return self._answer(objection, request)
        match kind_of(request):
            case "open" | "close":
                return self._deal(ledger, request, twist, reason)
            case "sltp":
                return self._set_levels(ledger, request)
            case "pending":
                return self._place(ledger, request, reason)
            case "modify":
                return self._modify(ledger, request)
        ledger.file_order(ledger.orders[request["order"]], mt5.ORDER_STATE_CANCELED)
        return self._answer(mt5.TRADE_RETCODE_DONE, request, order=request["order"])

    def objection(self, ledger: Ledger, request: Request, reason: int = 3) -> int:
        if not ledger.account.trade_allowed:
            return mt5.TRADE_RETCODE_TRADE_DISABLED
        if not ledger.account.trade_expert and reason == mt5.ORDER_REASON_EXPERT:
            return mt5.TRADE_RETCODE_SERVER_DISABLES_AT
        return self.checks.objection(ledger, request)

    def is_burst(self) -> bool:
        """Whether this request is one too many for this second; counts it."""
        now_ms, maximum = self._exchange.clock.now_ms, self._exchange.world.server.burst
        self._recent.append(now_ms)
        while self._recent[0] <= now_ms - _BURST_MS:
            self._recent.popleft()
        return 0 < maximum < len(self._recent)

    def refuse(self, retcode: int, request: Request) -> Outcome:
        """An answer with this code, and with the prices of the moment."""
        self._requests += 1
        return self._answer(retcode, request)

    def reject(self, ledger: Ledger, request: Request) -> None:
        """Takes an order and rejects it: it stands among the past ones."""
        ledger.file_order(self._order(ledger, request, _PLAIN, mt5.ORDER_REASON_EXPERT), mt5.ORDER_STATE_REJECTED)

    def fill_placed(self) -> None:
        """Fills what was accepted and only then carried out."""
        due = [each for each in self._placed if each[0] <= self._exchange.clock.now_ms]
        self._placed = [each for each in self._placed if each not in due]
        for _, ledger, order in due:
            is_gone = order["position_id"] and not any(
                each["identifier"] == order["position_id"] for each in ledger.positions.values()
            )
            if is_gone:
                ledger.file_order(order, mt5.ORDER_STATE_REJECTED)
                continue
            self.execution.fill(ledger, order, order["volume_current"], self._price(order, 0, None))

    # -- requests -------------------------------------------------------------------------------------------------

    def _deal(self, ledger: Ledger, request: Request, twist: Twist, reason: int) -> Outcome:
        order = self._order(ledger, request, twist, reason)
        if twist.placed_for_s is not None:
            order["state"] = mt5.ORDER_STATE_PLACED
            ledger.orders[order["ticket"]] = order
            self._placed.append((self._exchange.clock.now_ms + twist.placed_for_s * 1000, ledger, order))
            return self._answer(mt5.TRADE_RETCODE_PLACED, request, order=order["ticket"], volume=request["volume"])
        volume = part_of(self._exchange.symbol(request["symbol"]), request["volume"], twist.fraction)
        price = self._price(order, twist.slip_points, request["deviation"])
        deal = self.execution.fill(ledger, order, volume, price)
        code = mt5.TRADE_RETCODE_DONE if volume == request["volume"] else mt5.TRADE_RETCODE_DONE_PARTIAL
        if twist.is_blank or self._exchange.world.server.sends_blank_results:
            return self._answer(code, request, order=order["ticket"], volume=volume)
        return self._answer(code, request, deal=deal["ticket"], order=order["ticket"], volume=volume, price=price)

    def _order(self, ledger: Ledger, request: Request, twist: Twist, reason: int) -> Record:
        position = ledger.positions.get(request["position"])
        is_bare = twist.strips_stops or position is not None
        taken = {name: request[name] for name in ("symbol", "type", "type_filling", "magic", "comment")}
        return ledger.write_order(
            **taken,
            volume_initial=request["volume"],
            volume_current=request["volume"],
            price_open=request["price"],
            sl=0.0 if is_bare else request["sl"],
            tp=0.0 if is_bare else request["tp"],
            position_id=0 if position is None else position["identifier"],
            reason=reason,
        )

    def _price(self, order: Record, slip_points: int, deviation: int | None) -> float:
        """The price of the moment, moved against the trader; no further than `deviation` where that counts."""
        terms = self._exchange.symbol(order["symbol"])
        slip = slip_points or self._exchange.world.server.slippage
        if deviation is not None and terms.execution <= mt5.SYMBOL_TRADE_EXECUTION_INSTANT:
            slip = min(slip, deviation)
        sign = 1 if is_buy(order["type"]) else -1
        return round(self.checks.price_now(terms.name, order["type"]) + sign * slip * terms.point, terms.digits)

    def _set_levels(self, ledger: Ledger, request: Request) -> Outcome:
        position = self.checks.position_meant(ledger, request)
        assert position is not None
        position |= {"sl": request["sl"], "tp": request["tp"]}
        ledger.touch(position)
        return Outcome(mt5.TRADE_RETCODE_DONE, request_id=self._requests)

    def _place(self, ledger: Ledger, request: Request, reason: int) -> Outcome:
        order = self._order(ledger, request, _PLAIN, reason)
        order |= {"type_time": request["type_time"], "time_expiration": request["expiration"]}
        order["state"] = mt5.ORDER_STATE_PLACED
        ledger.orders[order["ticket"]] = order
        return self._answer(mt5.TRADE_RETCODE_DONE, request, order=order["ticket"], volume=request["volume"])

    def _modify(self, ledger: Ledger, request: Request) -> Outcome:
        order = ledger.orders[request["order"]]
        changed = {"price_open": request["price"], "sl": request["sl"], "tp": request["tp"]}
        if changed.items() <= order.items():
            return self._answer(mt5.TRADE_RETCODE_NO_CHANGES, request)
        order |= changed
        return self._answer(mt5.TRADE_RETCODE_DONE, request, order=order["ticket"])

    def _answer(
        self, retcode: int, request: Request, *, deal: int = 0, order: int = 0, volume: float = 0.0, price: float = 0.0
    ) -> Outcome:
        market = self._exchange.markets.get(request["symbol"])
        tick = None if market is None else market.tick
        bid, ask = (0.0, 0.0) if tick is None else (tick.bid, tick.ask)
        return Outcome(retcode, deal, order, volume, price, bid, ask, self._requests)


def part_of(terms: Symbol, volume: float, fraction: float) -> float:
    """A share of a volume in whole steps, never nothing."""
    steps = math.floor(volume * fraction / terms.volume_step + 1e-6)
    return volume if fraction >= 1.0 else max(terms.volume_min, round(steps * terms.volume_step, 8))
