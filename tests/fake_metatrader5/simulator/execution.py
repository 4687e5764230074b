"""Turns orders into deals and deals into positions, hedging or netting."""

from __future__ import annotations

from tests.fake_metatrader5 import _constants as mt5
from tests.fake_metatrader5.simulator.exchange import Exchange, is_buy
from tests.fake_metatrader5.simulator.ledger import Ledger, Record

_NOTHING = 1e-9


class Execution:
    """Fills orders at given prices; what may be filled was judged before."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def fill(self, ledger: Ledger, order: Record, volume: float, price: float) -> Record:
        """Carries out `volume` of the order and files it; returns the deal."""
        deal = self._deal(ledger, order, volume, price)
        order["volume_current"] = max(0.0, round(order["volume_current"] - volume, 8))
        order["price_current"] = price
        if order["volume_current"] < _NOTHING:
            ledger.file_order(order, mt5.ORDER_STATE_FILLED)
        elif order["type_filling"] == mt5.ORDER_FILLING_RETURN:
            order["state"] = mt5.ORDER_STATE_PARTIAL
            ledger.orders[order["ticket"]] = order
        else:
            ledger.file_order(order, mt5.ORDER_STATE_CANCELED)
        return deal

    def close(self, ledger: Ledger, position: Record, price: float, reason: int, comment: str) -> Record:
        """Closes a position by an order of the server's own: stop, target or stop-out."""
        magic = position["magic"] if self._exchange.world.server.closing_keeps_magic else 0
        volume = position["volume"]
        order = ledger.write_order(
            symbol=position["symbol"],
            type=1 - position["type"],
            volume_initial=volume,
            volume_current=volume,
            position_id=position["identifier"],
            magic=magic,
            reason=reason,
        )
        order["comment"] = comment  # the server's own words are not cut
        return self.fill(ledger, order, volume, price)

    def _deal(self, ledger: Ledger, order: Record, volume: float, price: float) -> Record:
        held = self._position_of(ledger, order)
        if held is None:
            return self._open(ledger, order, volume, price)
        if is_buy(held["type"]) == is_buy(order["type"]):
            return self._add(ledger, held, order, volume, price)
        if volume > held["volume"] + _NOTHING:
            return self._reverse(ledger, held, order, volume, price)
        return self._reduce(ledger, held, order, volume, price)

    def _position_of(self, ledger: Ledger, order: Record) -> Record | None:
        if not ledger.is_hedging:
            return ledger.position_of(order["symbol"])
        held = (each for each in ledger.positions.values() if each["identifier"] == order["position_id"])
        return next(held, None)

    def _open(self, ledger: Ledger, order: Record, volume: float, price: float) -> Record:
        position = ledger.write_position(order, volume, price)
        order["position_id"] = position["identifier"]
        self._mark(position)
        return self._entry(ledger, order, position, volume, price)

    def _entry(self, ledger: Ledger, order: Record, position: Record, volume: float, price: float) -> Record:
        return ledger.write_deal(
            order,
            entry=mt5.DEAL_ENTRY_IN,
            position_id=position["identifier"],
            volume=volume,
            price=price,
            commission=0.0 - round(ledger.account.commission_on_entry * volume, 2),
        )

    def _add(self, ledger: Ledger, position: Record, order: Record, volume: float, price: float) -> Record:
        whole = position["volume"] + volume
        average = (position["price_open"] * position["volume"] + price * volume) / whole
        position |= {"volume": round(whole, 8), "price_open": average}
        position |= {name: order[name] for name in ("sl", "tp") if order[name]}
        ledger.touch(position)
        self._mark(position)
        return self._entry(ledger, order, position, volume, price)

    def _reduce(self, ledger: Ledger, position: Record, order: Record, volume: float, price: float) -> Record:
        share = min(1.0, volume / position["volume"])
        swap = round(position["swap"] * share, 2)
        deal = ledger.write_deal(
            order,
            entry=mt5.DEAL_ENTRY_OUT,
            position_id=position["identifier"],
            volume=volume,
            price=price,
            commission=0.0 - round(ledger.account.commission_on_exit * volume, 2),
            swap=swap,
            profit=self._exchange.profit(position["symbol"], position["type"], volume, position["price_open"], price),
        )
        order["position_id"] = position["identifier"]
        left = round(position["volume"] - volume, 8)
        if left < _NOTHING:
            ledger.remove_position(position)  # whoever sees that late sees it as it was
            return deal
        position |= {"volume": left, "swap": round(position["swap"] - swap, 2)}
        ledger.touch(position)
        self._mark(position)
        return deal

    def _reverse(self, ledger: Ledger, position: Record, order: Record, volume: float, price: float) -> Record:
        """On a netting account: one deal closes the position and opens the rest on the other side."""
        rest = round(volume - position["volume"], 8)
        deal = self._reduce(ledger, position, order, position["volume"], price)
        deal |= {"entry": mt5.DEAL_ENTRY_INOUT, "volume": volume}
        opened = ledger.write_position(order, rest, price)
        deal["position_id"] = order["position_id"] = opened["identifier"]
        self._mark(opened)
        return deal

    def _mark(self, position: Record) -> None:
        tick = self._exchange.markets[position["symbol"]].tick
        assert tick is not None
        self._exchange.mark(position, tick)
