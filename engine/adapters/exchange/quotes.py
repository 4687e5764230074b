"""Quotes out of the top of an exchange's book: refused where they cannot be true, left out where nothing changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from engine.adapters.exchange.messages import BestPrices
from engine.domain.market import Quote
from engine.errors import InvalidMarketData

MAX_SPREAD: Final = 0.05
"""Share of price; no market that the desk trades is wider, in any news."""
MAX_DISTANCE: Final = 0.1
"""Share of price between the middle of a quote and the last trade."""
RENUMBERED_AFTER: Final = timedelta(seconds=5)
"""Numbers that stay below the highest for so long are a new count, or that one was wrong."""
REPEAT_AFTER: Final = timedelta(seconds=0.5)
"""An unchanged price is said again so often, since it is fresh."""


class QuoteMaker:
    """The quotes of one symbol, stamped by the exchange, or when they are received: a spot book carries no time.

    Sizes in the book change a hundred times a second; only changes of price matter here.
    """

    def __init__(self, symbol: str) -> None:
        self._symbol = symbol
        self._number = 0
        self._numbered_at: datetime | None = None
        self._bid = self._ask = self._traded = 0.0
        self._said_at: datetime | None = None

    def restart(self) -> None:
        """A new connection: the exchange may number them from the start."""
        self._number = 0

    def on_traded(self, amount: float) -> None:
        """What was traded since the last quote becomes the volume of the next."""
        self._traded += amount

    def on_best(self, best: BestPrices, at: datetime, last_price: float | None) -> Quote | None:
        """The quote, None where it is an older one or says nothing new; `last_price` is that of the newest trade.

        Raises `InvalidMarketData` for one that is crossed or far from any price.
        """
        if best.number and best.number <= self._number and not self._is_renumbered(at):
            return None
        self._check(best, last_price)
        self._number, self._numbered_at = best.number, at
        is_same = (best.bid, best.ask) == (self._bid, self._ask)
        if is_same and self._said_at is not None and at - self._said_at < REPEAT_AFTER:
            return None
        at = at if self._said_at is None else max(at, self._said_at)
        quote = Quote(symbol=self._symbol, at=at, bid=best.bid, ask=best.ask, volume=self._traded)
        self._bid, self._ask, self._said_at, self._traded = best.bid, best.ask, at, 0.0
        return quote

    def _is_renumbered(self, at: datetime) -> bool:
        return self._numbered_at is not None and at - self._numbered_at >= RENUMBERED_AFTER

    def _check(self, best: BestPrices, last_price: float | None) -> None:
        if not 0.0 < best.bid < best.ask:
            raise InvalidMarketData(f"{self._symbol}: bid {best.bid} and ask {best.ask} are crossed or not prices")
        middle = (best.bid + best.ask) / 2.0
        if best.ask - best.bid > MAX_SPREAD * middle:
            raise InvalidMarketData(f"{self._symbol}: a spread of {best.ask - best.bid:g} at {middle:g} is implausible")
        if last_price is not None and abs(middle - last_price) > MAX_DISTANCE * last_price:
            raise InvalidMarketData(f"{self._symbol}: a quote at {middle:g} while the last trade was at {last_price:g}")
