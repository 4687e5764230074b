"""A trade from its fill to its result: position, order, risk and profit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from engine.domain.contract import MONEY_DECIMALS
from engine.domain.exit_rules import ExitRules
from engine.domain.fills import FillModel
from engine.domain.market import Side
from engine.domain.orders import ExitReason, Order, Position, signed


class StopKind(StrEnum):
    """Who put the stop where it is."""

    INITIAL = "initial"
    TRAILING = "trailing"
    BREAK_EVEN = "break_even"
    BY_HAND = "by_hand"
    PROTECTION = "protection"
    """Placed by the desk because the position had none."""


class Realised(msgspec.Struct, frozen=True, kw_only=True):
    """The closed part of a trade, in lots and money. `turnover` is the sum of exit price times lots.

    `price_cost` is the part of `profit` that spread and slippage took, None where it was not measured throughout.
    """

    volume_lots: float = 0.0
    turnover: float = 0.0
    profit: float = 0.0
    commission: float = 0.0
    swap: float = 0.0
    price_cost: float | None = 0.0

    def plus(self, part: Realised) -> Realised:
        return Realised(
            volume_lots=_money(self.volume_lots + part.volume_lots),
            turnover=self.turnover + part.turnover,
            profit=_money(self.profit + part.profit),
            commission=_money(self.commission + part.commission),
            swap=_money(self.swap + part.swap),
            price_cost=None
            if self.price_cost is None or part.price_cost is None
            else _money(self.price_cost + part.price_cost),
        )


class OpenTrade(msgspec.Struct, frozen=True, kw_only=True):
    """A position of ours. `order` is None where none of ours is known to have opened it.

    `initial_stop` is the stop that 1 R is measured to; `best_price` the best exit price seen since the entry,
    `worst_price` the worst one, None where the desk has not watched the trade from its fill on.
    """

    position: Position
    order: Order | None
    initial_stop: float | None
    best_price: float
    worst_price: float | None = None
    is_trailing: bool = False
    stop_kind: StopKind = StopKind.INITIAL
    realised: Realised = Realised()
    rules: ExitRules = ExitRules()
    added: tuple[Order, ...] = ()
    """Further orders that its position grew by, where the account nets positions."""
    is_touched: bool = False
    """Whether the user closed a part, moved a level or switched an exit rule: then it is no evidence for settings."""

    @property
    def ticket(self) -> int:
        return self.position.ticket

    @property
    def symbol(self) -> str:
        return self.position.symbol

    @property
    def side(self) -> Side:
        return self.position.side

    @property
    def plan_id(self) -> str:
        return self.order.plan_id if self.order else ""

    @property
    def risk_distance(self) -> float | None:
        """1 R in price units, from the fill to the initial stop; None where there is no stop on the losing side."""
        if self.initial_stop is None:
            return None
        distance = signed(self.side, self.position.entry - self.initial_stop)
        return distance if distance > 0.0 else None

    @property
    def entries(self) -> int:
        """The orders that it came of: each counts against the limits like a position of its own."""
        return 1 + len(self.added)

    def grown_by(self, order: Order, position: Position) -> OpenTrade:
        """The trade once `order` was merged into its position, which stands so now. 1 R is the sum of both risks: its
        initial stop is the mean of those of the orders by volume."""
        orders = (*((self.order,) if self.order else ()), *self.added, order)
        lots = sum(each.volume_lots for each in orders)
        initial_stop = _money(sum(each.stop_loss * each.volume_lots for each in orders) / lots)
        grown = msgspec.structs.replace(self, position=position, added=(*self.added, order), initial_stop=initial_stop)
        return msgspec.structs.replace(grown, best_price=position.entry, worst_price=None, is_trailing=False)

    @property
    def whole_lots(self) -> float:
        """The volume that was entered: what is open and what was closed of it."""
        return self.position.volume_lots + self.realised.volume_lots

    def r_at(self, price: float) -> float | None:
        """The result of the whole trade in R if the rest of it ended at `price`, before costs; None where 1 R is not
        known. 1 R is the initial risk of the whole volume, whatever was closed of it since."""
        risk, realised, position = self.risk_distance, self.realised, self.position
        if risk is None:
            return None
        if not realised.volume_lots:
            return signed(self.side, price - position.entry) / risk
        moved = realised.turnover + price * position.volume_lots - position.entry * self.whole_lots
        return signed(self.side, moved) / (risk * self.whole_lots)


_A_DAY = timedelta(days=1)


class ExitOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A position that the user or the desk has decided to leave: it is asked for until the position is gone."""

    identifier: int
    symbol: str
    side: Side
    opened_at: datetime
    reason: ExitReason

    def is_about(self, position: Position) -> bool:
        """Whether it is this position; its time may differ where the server's clock was measured differently."""
        names = (position.identifier, position.symbol, position.side)
        return names == (self.identifier, self.symbol, self.side) and (
            abs(position.opened_at - self.opened_at) <= _A_DAY
        )


class FlattenRest(msgspec.Struct, frozen=True, kw_only=True):
    """What is left to close: open positions, and orders on their way that may still become some.

    `retry_at` is when the next refused close is asked for again, for `reason`; None where nothing waits for that.
    """

    positions: int
    orders: int
    retry_at: datetime | None = None
    reason: str = ""
    is_certain: bool = True
    """Whether the broker has shown what there is."""

    @property
    def is_flat(self) -> bool:
        return self.is_certain and not self.positions and not self.orders


class ClosedTrade(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trade. `exit` is the mean price of its exits, weighted by volume.

    `profit` is before `commission` and `swap` (negative where they cost); `r` is the net result in units of the risk
    taken, None where the trade had no stop to measure it by. `cost_r` is what spread, slippage, commission and swap
    took of it in the same unit, None where spread and slippage were not measured. `best_price` and `worst_price` are
    the exit prices between which it moved, None where the desk did not watch all of it. `fill_model` is None where a
    broker's market filled it; simulated trades kept by versions before 0.2 have none either, see
    `engine.persistence.trades`.
    """

    plan_id: str
    token: str
    ticket: int
    symbol: str
    side: Side
    volume_lots: float
    entered_at: datetime
    entry: float
    stop_loss: float | None
    take_profit: float | None
    exited_at: datetime
    exit: float
    reason: ExitReason
    profit: float
    commission: float
    swap: float
    r: float | None
    trading_day: date
    best_price: float | None = None
    worst_price: float | None = None
    fill_model: FillModel | None = None
    cost_r: float | None = None
    is_touched: bool = False
    """Whether the user changed the trade manually before it closed, as far as is known after a restart."""

    @property
    def trade_id(self) -> str:
        """What notes name it by: its plan, or its position where no plan is known to have opened it."""
        return self.plan_id or f"ticket-{self.ticket}-{self.entered_at:%Y%m%dT%H%M%S}"

    @property
    def net_profit(self) -> float:
        return _money(self.profit + self.commission + self.swap)

    @property
    def gross_r(self) -> float | None:
        """The result before spread, slippage, commission and swap; None where these or R are not known."""
        return None if self.r is None or self.cost_r is None else self.r + self.cost_r

    @property
    def favourable_r(self) -> float | None:
        """How far price went the trade's way (its MFE) in R, never negative; None where that is not known."""
        return self._excursion(self.best_price, 1.0)

    @property
    def adverse_r(self) -> float | None:
        """How far price went against the trade (its MAE) in R, never negative; None where that is not known."""
        return self._excursion(self.worst_price, -1.0)

    def _excursion(self, price: float | None, direction: float) -> float | None:
        if price is None or self.stop_loss is None:
            return None
        risk = signed(self.side, self.entry - self.stop_loss)
        return max(0.0, direction * signed(self.side, price - self.entry) / risk) if risk > 0.0 else None


class DayFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Realised results of one trading day. Money net of costs; `r` sums the trades that have one.

    `drawdown` is the largest fall of the day's running result from its highest point, never negative;
    `consecutive_losses` counts the latest losses without a win after them.
    """

    trades: int = 0
    wins: int = 0
    losses: int = 0
    profit: float = 0.0
    costs: float = 0.0
    r: float = 0.0
    r_trades: int = 0
    peak: float = 0.0
    drawdown: float = 0.0
    consecutive_losses: int = 0

    @property
    def win_rate(self) -> float | None:
        """Share of winning trades; None before the first trade."""
        return self.wins / self.trades if self.trades else None

    @property
    def expectancy_r(self) -> float | None:
        """Mean result of a trade in R; None before the first trade that has one."""
        return self.r / self.r_trades if self.r_trades else None

    def plus(self, trade: ClosedTrade) -> DayFigures:
        """The figures with one more trade."""
        net = trade.net_profit
        profit = _money(self.profit + net)
        peak = max(self.peak, profit)
        return DayFigures(
            trades=self.trades + 1,
            wins=self.wins + (net > 0.0),
            losses=self.losses + (net < 0.0),
            profit=profit,
            costs=_money(self.costs + trade.commission + trade.swap),
            r=_money(self.r + (trade.r or 0.0)),
            r_trades=self.r_trades + (trade.r is not None),
            peak=peak,
            drawdown=max(self.drawdown, _money(peak - profit)),
            consecutive_losses=0 if net > 0.0 else self.consecutive_losses + (net < 0.0),
        )


class LiveResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an open trade would bring if it were closed now, before costs: money of the open part, R of the whole."""

    profit: float
    r: float | None


def _money(amount: float) -> float:
    return round(amount, MONEY_DECIMALS)
