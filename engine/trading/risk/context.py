"""Builds the context of the risk check from the desk's current state; the one place that denies an order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from config.settings import Settings
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.plan import price_to_enter
from engine.domain.risk import Authority, Denial, DeskState, Lock, LockName, OrderProposal
from engine.errors import InvalidOrder
from engine.market.hours import TradingHours
from engine.market.news import blackout_at, currencies_for, news_gap
from engine.market.state import MarketState
from engine.trading.orders.execution import Execution
from engine.trading.plans.store import PlanStore
from engine.trading.risk.gate import RiskGate
from engine.trading.risk.locks import Locks
from engine.trading.risk.modes import ModeSwitch

_HOUR = timedelta(hours=1)
_MILLISECOND = timedelta(milliseconds=1)


class _Reservation(NamedTuple):
    """An order that is about to leave, and the locks that began with it."""

    symbol: str
    locks: tuple[Lock, ...]


_NOTHING = _Reservation("", ())


class RiskContext:
    """Gathers a `DeskState` from those who own its parts; nothing is remembered but the orders about to leave."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        market: MarketState,
        plans: PlanStore,
        locks: Locks,
        modes: ModeSwitch,
        execution: Execution,
        hours: TradingHours,
    ) -> None:
        self._clock = clock
        self._market = market
        self._plans = plans
        self._locks = locks
        self._modes = modes
        self._orders, self._portfolio = execution.orders, execution.positions.portfolio
        self._reconciler = execution.reconciler
        self._hours = hours
        self._reserved: dict[str, _Reservation] = {}
        self._gates: dict[str, RiskGate] = {}
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Judges by other settings from now on; a symbol whose rules are gone is judged as before."""
        self._risk = settings.risk_mitigation
        for symbol in self._portfolio.symbols:
            contract = self.contract(symbol)
            if (rules := settings.rules_for(symbol, contract.stands_for)) is not None:
                self._gates[symbol] = RiskGate(rules, settings.risk_mitigation)

    # -- what the gate says -------------------------------------------------------------------------------------

    def check(self, proposal: OrderProposal) -> tuple[DeskState, Denial | None]:
        """The desk now, and the gate's first objection to the order; None where it may be sent."""
        state = self.state(proposal)
        return state, self._gates[proposal.symbol].check(proposal, state)

    def objections(self, proposal: OrderProposal) -> tuple[DeskState, tuple[Denial, ...]]:
        """The desk now, and all that the gate would say."""
        state = self.state(proposal)
        return state, self._gates[proposal.symbol].objections(proposal, state)

    # -- orders that are about to leave -------------------------------------------------------------------------

    def reserve(self, proposal: OrderProposal, at: datetime) -> tuple[Lock, ...]:
        """Counts an order that is about to leave against every limit of the others; returns the locks that begin.

        So a second approval cannot slip through before the intent or the fill of the first.
        """
        locks = self._locks.with_order(proposal.symbol, at)
        self._reserved[proposal.plan_id] = _Reservation(proposal.symbol, locks)
        return locks

    def release(self, plan_id: str) -> None:
        """The order has left, or never will."""
        self._reserved.pop(plan_id, None)

    def entry_failed(self, symbol: str) -> None:
        """An order of the symbol never left: it begins no cooldown."""
        self._locks.entry_failed(symbol)

    # -- the desk now -------------------------------------------------------------------------------------------

    def contract(self, symbol: str) -> Contract:
        """The terms of a symbol that may be entered; raises `InvalidOrder` where it is not watched now."""
        if (contract := self._portfolio.contract(symbol)) is None:
            allowed = ", ".join(self._portfolio.symbols)
            raise InvalidOrder(f"{symbol} is not open now: allowed are {allowed}")
        return contract

    @property
    def equity(self) -> float:
        """Balance and open profit in the account's currency; nothing before the broker has reported it."""
        account = self._orders.account
        if account is None:
            return 0.0
        return account.balance + self._portfolio.floating_profit(self._market.quotes)

    def state(self, proposal: OrderProposal) -> DeskState:
        """What the gate has to know; what was reserved for this very proposal does not stand against it."""
        now, symbol = self._clock.now(), proposal.symbol
        orders, portfolio, locks, market = self._orders, self._portfolio, self._locks, self._market
        link, account = orders.link, orders.account
        today = portfolio.day_of(now)
        own = self._reserved.get(proposal.plan_id, _NOTHING)
        others = [one for plan_id, one in self._reserved.items() if plan_id != proposal.plan_id]
        figures = portfolio.figures(today)
        quote, contract = market.quotes.get(symbol), self.contract(symbol)
        price = proposal.idea_price if quote is None else price_to_enter(proposal.side, quote)
        currencies = currencies_for(symbol, contract.stands_for, self._risk)
        return DeskState(
            at=now,
            authority=Authority.HALT if locks.halt else self._modes.modes.authority,
            is_flattening=locks.flatten is not None,
            is_connected=link is not None and link.is_connected,
            is_reconciled=self._reconciler.is_reconciled,
            has_unknown_outcome=orders.doubt(symbol) is not None,
            may_trade_side=link is not None and link.may_trade,
            is_signal_used=self._plans.is_signal_used(proposal.signal_id, proposal.plan_id),
            cooldown_until=None
            if locks.lock(LockName.COOLDOWN, symbol) in own.locks
            else locks.until(LockName.COOLDOWN, symbol),
            cool_off_until=locks.until(LockName.COOL_OFF, symbol),
            quote=quote,
            spread_mean=market.spread_mean(symbol),
            is_volume_low=market.is_volume_low(symbol),
            latency_ms=None if link is None or link.round_trip is None else link.round_trip / _MILLISECOND,
            positions_of_symbol=self._positions(symbol) + sum(one.symbol == symbol for one in others),
            positions_in_all=self._positions() + len(others),
            entries_last_hour=portfolio.entries_within(now - _HOUR, now) + len(others),
            entries_today=portfolio.entries_on(today) + len(others),
            realised_today=figures.profit + portfolio.realised_in_part,
            open_profit=portfolio.floating_profit(market.quotes),
            consecutive_losses=figures.consecutive_losses,
            equity=self.equity,
            margin_free=0.0 if account is None else account.free_margin,
            margin_required=contract.margin(price, proposal.volume),
            contract=contract,
            has_unknown_money=portfolio.has_unknown_money,
            are_candles_missing=bool(market.missing_candles(symbol)),
            close=self._hours.close_after(symbol, now),
            blackout=blackout_at(market.calendar, now, currencies, self._risk),
            news_gap=news_gap(market.calendar, now, currencies, self._risk),
        )

    def _positions(self, symbol: str | None = None) -> int:
        """Of one symbol or of all, with those of others and orders on their way; an order that was merged into a
        position counts like one of its own."""
        portfolio = self._portfolio
        ours = portfolio.open_trades if symbol is None else portfolio.on(symbol)
        others = sum(symbol in (None, each.symbol) for each in portfolio.foreign)
        return sum(trade.entries for trade in ours) + others + self._orders.in_flight(symbol)
