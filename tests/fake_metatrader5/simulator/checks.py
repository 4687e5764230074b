"""Checks of a trade server before it executes a request: the first objection is the answer."""

from __future__ import annotations

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5.simulator.exchange import Exchange, is_buy
from tests.fake_metatrader5.simulator.ledger import Ledger, Record
from tests.fake_metatrader5.simulator.market import Tick
from tests.fake_metatrader5.simulator.requests import Request, kind_of
from tests.fake_metatrader5.simulator.world import Symbol

FINE = 0
_MAX_OFF_GRID = 1e-6
_FOK, _IOC = 1, 2
_ON_REQUEST = (mt5.SYMBOL_TRADE_EXECUTION_REQUEST, mt5.SYMBOL_TRADE_EXECUTION_INSTANT)
_ONLY = {
    mt5.SYMBOL_TRADE_MODE_LONGONLY: (mt5.ORDER_TYPE_SELL, mt5.TRADE_RETCODE_LONG_ONLY),
    mt5.SYMBOL_TRADE_MODE_SHORTONLY: (mt5.ORDER_TYPE_BUY, mt5.TRADE_RETCODE_SHORT_ONLY),
}


class Checks:
    """The rules of one exchange; each answers with a return code, `FINE` for no objection."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def objection(self, ledger: Ledger, request: Request) -> int:
        symbol = request["symbol"]
        kind = kind_of(request)
        if kind == "unknown" or (symbol not in self._exchange.markets and kind != "remove"):
            return mt5.TRADE_RETCODE_INVALID
        match kind:
            case "open":
                return self._open(ledger, request)
            case "close":
                return self._close(ledger, request)
            case "sltp":
                return self._levels(ledger, request)
            case "pending":
                return self._pending(ledger, request)
            case "modify" | "remove":
                return FINE if request["order"] in ledger.orders else mt5.TRADE_RETCODE_INVALID
        return mt5.TRADE_RETCODE_INVALID_ORDER

    def _open(self, ledger: Ledger, request: Request) -> int:
        terms = self._exchange.symbol(request["symbol"])
        if request["type"] not in (mt5.ORDER_TYPE_BUY, mt5.ORDER_TYPE_SELL):
            return mt5.TRADE_RETCODE_INVALID
        return (
            self._mode(ledger, terms, request)
            or self._market(terms)
            or self._volume(ledger, terms, request)
            or filling_objection(terms, request["type_filling"])
            or self._price(terms, request)
            or self.stops_objection(terms, request["type"], request)
            or self._money(ledger, request)
        )

    def _close(self, ledger: Ledger, request: Request) -> int:
        position = ledger.positions.get(request["position"])
        if position is None:
            gone = ledger.has_known(request["position"])
            return mt5.TRADE_RETCODE_POSITION_CLOSED if gone else mt5.TRADE_RETCODE_INVALID
        terms = self._exchange.symbol(request["symbol"])
        if position["symbol"] != terms.name or request["type"] != 1 - position["type"]:
            return mt5.TRADE_RETCODE_INVALID
        if request["volume"] > position["volume"] + _MAX_OFF_GRID:
            return mt5.TRADE_RETCODE_INVALID_CLOSE_VOLUME
        return (
            self._disabled(terms)
            or self._market(terms)
            or volume_objection(terms, request["volume"])
            or filling_objection(terms, request["type_filling"])
            or self._price(terms, request)
            or self._frozen(terms, position)
            or _order_objection(ledger, position)
        )

    def _levels(self, ledger: Ledger, request: Request) -> int:
        position = self.position_meant(ledger, request)
        if position is None:
            gone = ledger.has_known(request["position"]) and request["position"]
            return mt5.TRADE_RETCODE_POSITION_CLOSED if gone else mt5.TRADE_RETCODE_INVALID
        if position["symbol"] != request["symbol"]:
            return mt5.TRADE_RETCODE_INVALID
        terms = self._exchange.symbol(position["symbol"])
        if (request["sl"], request["tp"]) == (position["sl"], position["tp"]):
            return mt5.TRADE_RETCODE_NO_CHANGES
        return (
            self._disabled(terms)
            or self._market(terms)
            or self._frozen(terms, position)
            or self.stops_objection(terms, position["type"], request)
        )

    def _pending(self, ledger: Ledger, request: Request) -> int:
        terms = self._exchange.symbol(request["symbol"])
        if not mt5.ORDER_TYPE_BUY_LIMIT <= request["type"] <= mt5.ORDER_TYPE_SELL_STOP:
            return mt5.TRADE_RETCODE_INVALID_ORDER
        if len(ledger.orders) >= ledger.account.limit_orders:
            return mt5.TRADE_RETCODE_LIMIT_ORDERS
        if terms.execution == mt5.SYMBOL_TRADE_EXECUTION_MARKET and request["type_filling"] != mt5.ORDER_FILLING_RETURN:
            return mt5.TRADE_RETCODE_INVALID_FILL
        if request["type_time"] == mt5.ORDER_TIME_SPECIFIED and request["expiration"] * 1000 <= self._stamp_ms():
            return mt5.TRADE_RETCODE_INVALID_EXPIRATION
        return (
            self._mode(ledger, terms, request)
            or self._market(terms)
            or volume_objection(terms, request["volume"])
            or self._far_price(terms, request)
        )

    def position_meant(self, ledger: Ledger, request: Request) -> Record | None:
        """By ticket; only a netting account can do without."""
        if request["position"] or ledger.is_hedging:
            return ledger.positions.get(request["position"])
        return ledger.position_of(request["symbol"])

    # -- single rules ---------------------------------------------------------------------------------------------

    def _disabled(self, terms: Symbol) -> int:
        is_disabled = terms.trade_mode == mt5.SYMBOL_TRADE_MODE_DISABLED
        return mt5.TRADE_RETCODE_TRADE_DISABLED if is_disabled else FINE

    def _mode(self, ledger: Ledger, terms: Symbol, request: Request) -> int:
        side = mt5.ORDER_TYPE_BUY if is_buy(request["type"]) else mt5.ORDER_TYPE_SELL
        held = None if ledger.is_hedging else ledger.position_of(terms.name)
        if held is not None and held["type"] != side:
            return self._disabled(terms)
        if terms.trade_mode == mt5.SYMBOL_TRADE_MODE_CLOSEONLY:
            return mt5.TRADE_RETCODE_CLOSE_ONLY
        barred, code = _ONLY.get(terms.trade_mode, (None, FINE))
        return self._disabled(terms) or (code if side == barred else FINE)

    def _market(self, terms: Symbol) -> int:
        market = self._exchange.markets[terms.name]
        if not market.is_open:
            return mt5.TRADE_RETCODE_MARKET_CLOSED
        return FINE if market.tick is not None else mt5.TRADE_RETCODE_PRICE_OFF

    def _volume(self, ledger: Ledger, terms: Symbol, request: Request) -> int:
        same = (each for each in ledger.positions.values() if each["symbol"] == terms.name)
        held = sum(each["volume"] for each in same if each["type"] == request["type"])
        if terms.volume_limit and held + request["volume"] > terms.volume_limit + _MAX_OFF_GRID:
            return mt5.TRADE_RETCODE_LIMIT_VOLUME
        return volume_objection(terms, request["volume"])

    def _price(self, terms: Symbol, request: Request) -> int:
        """Where the request names the price, it has to be there still, within the deviation it allows."""
        if terms.execution not in _ON_REQUEST:
            return FINE
        if request["price"] <= 0.0 or not is_on_grid(terms, request["price"]):
            return mt5.TRADE_RETCODE_INVALID_PRICE
        now, sign = self.price_now(terms.name, request["type"]), (1 if is_buy(request["type"]) else -1)
        worse = sign * (now - request["price"]) / terms.point
        return mt5.TRADE_RETCODE_REQUOTE if worse > request["deviation"] + _MAX_OFF_GRID else FINE

    def _far_price(self, terms: Symbol, request: Request) -> int:
        kind, price = request["type"], request["price"]
        now = self.price_now(terms.name, kind)
        is_above = kind in (mt5.ORDER_TYPE_BUY_STOP, mt5.ORDER_TYPE_SELL_LIMIT)
        away = (price - now if is_above else now - price) / terms.point
        is_far = away > terms.stops_level - _MAX_OFF_GRID and away > 0.0
        return FINE if is_far and is_on_grid(terms, price) else mt5.TRADE_RETCODE_INVALID_PRICE

    def stops_objection(self, terms: Symbol, kind: int, request: Request) -> int:
        """Levels of a buy are measured from the bid, those of a sell from the ask."""
        tick, sign = self._tick(terms.name), (1 if is_buy(kind) else -1)
        price = tick.bid if is_buy(kind) else tick.ask
        for level, direction in ((request["sl"], -sign), (request["tp"], sign)):
            away = direction * (level - price) / terms.point
            is_far = away > 0.0 and away > terms.stops_level - _MAX_OFF_GRID
            if level and not (is_far and is_on_grid(terms, level)):
                return mt5.TRADE_RETCODE_INVALID_STOPS
        return FINE

    def _frozen(self, terms: Symbol, position: Record) -> int:
        levels = (level for level in (position["sl"], position["tp"]) if level)
        freeze = terms.freeze_level * terms.point + _MAX_OFF_GRID
        is_near = any(abs(level - position["price_current"]) <= freeze for level in levels)
        return mt5.TRADE_RETCODE_FROZEN if terms.freeze_level and is_near else FINE

    def _money(self, ledger: Ledger, request: Request) -> int:
        exchange, volume = self._exchange, request["volume"]
        held = None if ledger.is_hedging else ledger.position_of(request["symbol"])
        if held is not None and held["type"] != request["type"]:
            volume = max(0.0, volume - 2 * held["volume"])
        needed = exchange.margin(ledger, request["symbol"], volume, self.price_now(request["symbol"], request["type"]))
        free = exchange.equity(ledger) - exchange.margin_used(ledger)
        return FINE if needed <= free else mt5.TRADE_RETCODE_NO_MONEY

    def price_now(self, symbol: str, kind: int) -> float:
        """What a market order of this type is filled at."""
        tick = self._tick(symbol)
        return tick.ask if is_buy(kind) else tick.bid

    def _tick(self, symbol: str) -> Tick:
        tick = self._exchange.markets[symbol].tick
        assert tick is not None
        return tick

    def _stamp_ms(self) -> int:
        return self._exchange.clock.stamp_ms(self._exchange.clock.now_ms)


def _order_objection(ledger: Ledger, position: Record) -> int:
    older = (
        each
        for each in ledger.positions.values()
        if each["symbol"] == position["symbol"] and each["time_msc"] < position["time_msc"]
    )
    is_out_of_turn = ledger.account.fifo_close and any(older)
    return mt5.TRADE_RETCODE_FIFO_CLOSE if is_out_of_turn else FINE


def volume_objection(terms: Symbol, volume: float) -> int:
    steps = volume / terms.volume_step
    is_within = terms.volume_min - _MAX_OFF_GRID <= volume <= terms.volume_max + _MAX_OFF_GRID
    return FINE if is_within and abs(steps - round(steps)) < _MAX_OFF_GRID else mt5.TRADE_RETCODE_INVALID_VOLUME


def filling_objection(terms: Symbol, filling: int) -> int:
    """Of a market order: the bits of a symbol are not the numbers of a request."""
    allowed = {mt5.ORDER_FILLING_FOK} if terms.filling_mask & _FOK else set()
    allowed |= {mt5.ORDER_FILLING_IOC} if terms.filling_mask & _IOC else set()
    if terms.execution in _ON_REQUEST:
        allowed = {mt5.ORDER_FILLING_FOK, mt5.ORDER_FILLING_IOC, mt5.ORDER_FILLING_RETURN}
    elif terms.execution == mt5.SYMBOL_TRADE_EXECUTION_EXCHANGE:
        allowed |= {mt5.ORDER_FILLING_RETURN}
    return FINE if filling in allowed else mt5.TRADE_RETCODE_INVALID_FILL


def is_on_grid(terms: Symbol, price: float) -> bool:
    steps = price / terms.point
    return abs(steps - round(steps)) < 1e-4
