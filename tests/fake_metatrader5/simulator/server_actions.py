"""Actions of the trade server by itself: stops, targets, pending orders, stop-outs at each tick, swaps at midnight."""

from __future__ import annotations

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5.simulator.exchange import Exchange, is_buy
from tests.fake_metatrader5.simulator.execution import Execution
from tests.fake_metatrader5.simulator.ledger import Ledger, Record
from tests.fake_metatrader5.simulator.market import Market, Tick

_DAY_MS = 86_400_000
_TRIPLE_DAY = 2
"""The Wednesday, counted from Monday: its night pays for the weekend."""


class ServerActions:
    """Looks at all accounts, whichever the terminal is on."""

    def __init__(self, exchange: Exchange, execution: Execution) -> None:
        self._exchange = exchange
        self._execution = execution
        self._day = self._today()

    def look(self, market: Market, tick: Tick) -> None:
        for ledger in self._exchange.ledgers.values():
            self._trigger_orders(ledger, market, tick)
            self._close_at_levels(ledger, market, tick)
            self._stop_out(ledger)

    def pass_midnight(self) -> None:
        """Charges swaps for each midnight of the server that has passed."""
        while self._day < self._today():
            nights = 3 if (self._day + 3) % 7 == _TRIPLE_DAY else 1
            for ledger in self._exchange.ledgers.values():
                for position in ledger.positions.values():
                    self._charge(position, nights)
            self._day += 1

    def _today(self) -> int:
        clock = self._exchange.clock
        return clock.stamp_ms(clock.now_ms) // _DAY_MS

    def _charge(self, position: Record, nights: int) -> None:
        terms = self._exchange.symbol(position["symbol"])
        points = terms.swap_long if is_buy(position["type"]) else terms.swap_short
        money = points * terms.value_of_tick * position["volume"] * nights
        position["swap"] = round(position["swap"] + money, 2)

    def _trigger_orders(self, ledger: Ledger, market: Market, tick: Tick) -> None:
        for order in list(ledger.orders.values()):
            if order["symbol"] != market.symbol.name or order["type"] < mt5.ORDER_TYPE_BUY_LIMIT:
                continue
            expires_ms = order["time_expiration"] * 1000
            if expires_ms and tick.stamp_ms >= expires_ms:
                ledger.file_order(order, mt5.ORDER_STATE_EXPIRED)
                continue
            price = tick.ask if is_buy(order["type"]) else tick.bid
            if _is_reached(order["type"], order["price_open"], price):
                self._execution.fill(ledger, order, order["volume_current"], price)

    def _close_at_levels(self, ledger: Ledger, market: Market, tick: Tick) -> None:
        for position in list(ledger.positions.values()):
            if position["symbol"] != market.symbol.name:
                continue
            is_long = is_buy(position["type"])
            price, sign = (tick.bid, 1) if is_long else (tick.ask, -1)
            if position["sl"] and sign * (price - position["sl"]) <= 0.0:
                slip = sign * self._exchange.world.server.stop_slippage * market.symbol.point
                self._close(ledger, position, round(price - slip, market.symbol.digits), mt5.DEAL_REASON_SL, "sl")
            elif position["tp"] and sign * (price - position["tp"]) >= 0.0:
                self._close(ledger, position, price, mt5.DEAL_REASON_TP, "tp")

    def _close(self, ledger: Ledger, position: Record, price: float, reason: int, word: str) -> None:
        digits = self._exchange.symbol(position["symbol"]).digits
        self._execution.close(ledger, position, price, reason, f"[{word} {position[word]:.{digits}f}]")

    def _stop_out(self, ledger: Ledger) -> None:
        """The worst position goes first, until what is left is enough."""
        account = ledger.account
        while ledger.positions and self._exchange.margin_level(ledger) <= account.stop_out_percent:
            worst = min(ledger.positions.values(), key=lambda each: each["profit"])
            level, equity = self._exchange.margin_level(ledger), self._exchange.equity(ledger)
            words = f"[so {level:.2f}%/{equity:.2f}/{self._exchange.margin_used(ledger):.2f}]"
            self._execution.close(ledger, worst, worst["price_current"], mt5.DEAL_REASON_SO, words)


def _is_reached(kind: int, level: float, price: float) -> bool:
    if kind in (mt5.ORDER_TYPE_BUY_LIMIT, mt5.ORDER_TYPE_SELL_STOP):
        return price <= level
    return price >= level
