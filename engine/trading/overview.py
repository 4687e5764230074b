"""The account and the authority of a desk at one instant, for those who only read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import msgspec

from engine.domain.market import Side
from engine.domain.risk import Authority
from engine.domain.trades import DayFigures, OpenTrade
from engine.market.state import MarketState
from engine.trading.orders.execution import Execution
from engine.trading.plans.store import PlanStore
from engine.trading.positions.portfolio import Portfolio
from engine.trading.store import TradingStore

_WORDS = {
    Authority.HALT: "HALT",
    Authority.EXITS_ONLY: "CLOSE ONLY",
    Authority.MANUAL: "MANUAL",
    Authority.AUTO: "AUTO",
}


class OpenPosition(msgspec.Struct, frozen=True, kw_only=True):
    """An open position of the desk; `profit` and `r` as if it were closed now, None without a quote."""

    ticket: int
    symbol: str
    side: Side
    volume_lots: float
    entry: float
    stop_loss: float | None
    take_profit: float | None
    opened_at: datetime
    plan_id: str
    profit: float | None = None
    r: float | None = None


class TradingOverview(msgspec.Struct, frozen=True, kw_only=True):
    """Money in the account's currency; None where the broker has not reported it."""

    at: datetime
    account: str
    currency: str
    balance: float | None
    equity: float | None
    authority: Authority
    auto_symbols: frozenset[str]
    cause: str
    is_halted: bool
    is_flattening: bool
    trading_day: date
    figures: DayFigures
    realised_in_part: float
    open_profit: float
    entries_last_hour: int
    entries_today: int
    positions: tuple[OpenPosition, ...]
    of_others: int
    proposals_waiting: int

    @property
    def authority_words(self) -> str:
        return _WORDS[self.authority]

    def mode_of(self, symbol: str) -> str:
        """How a setup of the symbol is traded now."""
        if self.authority is Authority.AUTO and symbol not in self.auto_symbols:
            return _WORDS[Authority.MANUAL]
        return self.authority_words


def overview_of(
    now: datetime,
    hour_ago: datetime,
    store: TradingStore,
    plans: PlanStore,
    portfolio: Portfolio,
    execution: Execution,
    market: MarketState,
    is_automatic: Callable[[str], bool],
) -> TradingOverview:
    """`is_automatic` says whether a symbol trades without approval now: its mode allows it, and its permit."""
    modes, locks, account = store.modes.modes, store.locks, execution.orders.account
    day, open_profit = portfolio.day_of(now), portfolio.floating_profit(market.quotes)
    return TradingOverview(
        at=now,
        account=store.account,
        currency="" if account is None else account.currency,
        balance=None if account is None else account.balance,
        equity=None if account is None else account.balance + open_profit,
        authority=Authority.HALT if locks.halt else modes.authority,
        auto_symbols=frozenset(filter(is_automatic, portfolio.symbols)),
        cause=locks.halt.reason if locks.halt else modes.cause,
        is_halted=locks.halt is not None,
        is_flattening=locks.flatten is not None,
        trading_day=day,
        figures=portfolio.figures(day),
        realised_in_part=portfolio.realised_in_part,
        open_profit=open_profit,
        entries_last_hour=portfolio.entries_within(hour_ago, now),
        entries_today=portfolio.entries_on(day),
        positions=tuple(_position_of(trade, portfolio, market) for trade in portfolio.open_trades),
        of_others=len(portfolio.foreign),
        proposals_waiting=len(plans.proposed),
    )


def _position_of(trade: OpenTrade, portfolio: Portfolio, market: MarketState) -> OpenPosition:
    position, quote = trade.position, market.quotes.get(trade.symbol)
    live = None if quote is None else portfolio.live(trade, quote)
    return OpenPosition(
        ticket=trade.ticket,
        symbol=trade.symbol,
        side=trade.side,
        volume_lots=position.volume_lots,
        entry=position.entry,
        stop_loss=position.stop_loss,
        take_profit=position.take_profit,
        opened_at=position.opened_at,
        plan_id=trade.plan_id,
        profit=None if live is None else live.profit,
        r=None if live is None else live.r,
    )
