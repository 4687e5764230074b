"""The account of a simulated desk: its limits, its money and its open trades, in the objects that the desk has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from config.settings import Settings
from engine.adapters.paper.account import PaperAccount
from engine.adapters.paper.faults import NO_FAULT
from engine.adapters.paper.fills import Fills
from engine.domain.contract import Contract
from engine.domain.market import MarketClose, Quote
from engine.domain.messages.broker import ClosePosition, OrderFilled, PositionClosed
from engine.domain.orders import DealReason, Order, Position, Refusal
from engine.domain.plan import price_to_enter
from engine.domain.risk import Authority, Denial, DeskState, OrderProposal
from engine.domain.trades import ClosedTrade, OpenTrade
from engine.errors import InvalidConfiguration, InvalidOrder
from engine.lab.simulator.held import Held
from engine.lab.simulator.setups import FoundSetup
from engine.market.account_day import AccountDay
from engine.market.state import MarketState
from engine.trading.positions.portfolio import Portfolio
from engine.trading.positions.trade_keeper import exit_reason
from engine.trading.risk.gate import RiskGate
from engine.trading.risk.sizing import max_deviation, size

_HOUR: Final = timedelta(hours=1)
_CENT: Final = 0.01
_TOKEN: Final = "LAB"
"""The token of every order: a run has no store, and orders differ by their place."""


class SimulatedAccount:
    """A paper account on one symbol; events arrive in order of time."""

    def __init__(self, contract: Contract, settings: Settings, opened_at: datetime) -> None:
        """Raises `InvalidConfiguration` for a symbol without rules."""
        rules = settings.rules_for(contract.symbol, contract.stands_for)
        if rules is None:
            known = ", ".join(sorted(settings.rules))
            raise InvalidConfiguration(f"{contract.symbol} has no rules to be simulated by: there are {known}")
        self._symbol, self._settings, paper = contract.symbol, settings, settings.paper
        self.contract = contract
        contracts = {self._symbol: contract}
        self._state = MarketState()
        self._account = PaperAccount(contracts, paper.starting_balance, paper.commission_per_lot)
        self._fills = Fills(self._account, contracts, self._state, paper)
        day_of = lru_cache(maxsize=4)(
            AccountDay.by(settings.risk_mitigation).day_of
        )  # asked several times of an instant
        self._portfolio = Portfolio(contracts, day_of)
        self._gate = RiskGate(rules, settings.risk_mitigation)
        self._cooldown = timedelta(seconds=settings.cooldown_seconds)
        self._cool_off = timedelta(seconds=settings.risk_mitigation.cool_off_seconds)
        self._cooldown_until = self._cool_off_until = opened_at
        self._money = self._fills.account(opened_at)
        self._in_flight = 0

    # -- an order -----------------------------------------------------------------------------------------------

    def order(self, setup: FoundSetup, quote: Quote, now: datetime, close: MarketClose | None) -> Order | Denial | None:
        """The order that the desk sends for a setup, or why it sends none; None where it could not be placed."""
        self._state.on_quote(quote)
        proposal = self._proposal(setup, now)
        denial = self._gate.check(proposal, self._desk_state(setup, proposal, quote, now, close))
        return self._placed(proposal, quote) if denial is None else denial

    def _proposal(self, setup: FoundSetup, now: datetime) -> OrderProposal:
        contract, settings = self.contract, self._settings
        volume = size(
            settings.execution,
            contract,
            max_lots=settings.risk_mitigation.max_volume_lots,
            equity=self._equity,
            entry=setup.entry,
            stop_loss=setup.stop_loss,
            costs_per_lot=2.0 * settings.paper.commission_per_lot,
        )
        return OrderProposal(
            plan_id="",
            signal_id="",
            symbol=self._symbol,
            side=setup.side,
            idea_price=setup.entry,
            stop_loss=contract.round_price(setup.stop_loss),
            take_profit=contract.round_price(setup.take_profit),
            volume=volume,
            ends_at=now + timedelta(minutes=1),
        )

    def _desk_state(
        self, setup: FoundSetup, proposal: OrderProposal, quote: Quote, now: datetime, close: MarketClose | None
    ) -> DeskState:
        portfolio, contract = self._portfolio, self.contract
        today = portfolio.day_of(now)
        figures, positions = portfolio.figures(today), len(portfolio.open_trades) + self._in_flight
        return DeskState(
            at=now,
            authority=Authority.AUTO,
            is_flattening=False,
            is_connected=True,
            is_reconciled=True,
            has_unknown_outcome=False,
            may_trade_side=True,
            is_signal_used=False,
            cooldown_until=self._cooldown_until,
            cool_off_until=self._cool_off_until,
            quote=quote,
            spread_mean=setup.spread_mean,
            is_volume_low=setup.is_volume_low,
            latency_ms=float(self._settings.paper.latency_ms),
            positions_of_symbol=positions,
            positions_in_all=positions,
            entries_last_hour=portfolio.entries_within(now - _HOUR, now),
            entries_today=portfolio.entries_on(today),
            realised_today=figures.profit,
            open_profit=portfolio.floating_profit(self._state.quotes),
            consecutive_losses=figures.consecutive_losses,
            equity=self._equity,
            margin_free=self._money.free_margin,
            margin_required=contract.margin(price_to_enter(setup.side, quote), proposal.volume),
            contract=contract,
            close=close,
        )

    @property
    def _equity(self) -> float:
        return self._money.balance + self._portfolio.floating_profit(self._state.quotes)

    def _placed(self, proposal: OrderProposal, quote: Quote) -> Order | None:
        is_netted = not self._settings.paper.is_hedging and (self._in_flight > 0 or not self._portfolio.is_flat)
        price, settings = price_to_enter(proposal.side, quote), self._settings.execution
        try:
            return None if is_netted else Order(
                token=_TOKEN,
                plan_id="",
                magic=settings.magic,
                symbol=self._symbol,
                side=proposal.side,
                volume_lots=proposal.volume,
                stop_loss=proposal.stop_loss,
                take_profit=proposal.take_profit,
                reference_price=price,
                max_deviation=max_deviation(settings, self.contract, price, proposal.stop_loss),
            )  # fmt: skip
        except InvalidOrder:
            return None

    def sent(self, at: datetime) -> None:
        """An order was sent."""
        self._portfolio.count_entry(at)
        self._begin_cooldown(at)
        self._in_flight += 1

    # -- what becomes of it -------------------------------------------------------------------------------------

    def refused(self) -> None:
        """The order waited too long for the market."""
        self._in_flight -= 1

    def enter(self, order: Order, quote: Quote) -> Position | None:
        """Fills the order at a quote; None where the broker refuses."""
        self._in_flight -= 1
        self._state.on_quote(quote)
        outcome = self._fills.enter(order, NO_FAULT, quote)
        if isinstance(outcome, Refusal):
            return None
        filled = outcome[-1]
        assert isinstance(filled, OrderFilled)
        position, entry = filled.position, filled.price
        self._money = self._fills.account(quote.at)
        self._begin_cooldown(quote.at)
        self._portfolio.put(
            OpenTrade(position=position, order=order, initial_stop=order.stop_loss, best_price=entry, worst_price=entry)
        )
        return position

    def leave(self, ticket: int, deal: DealReason, held: Held, quote: Quote) -> ClosedTrade:
        """Closes a position at a quote, after the course that it took."""
        self._state.on_quote(quote)
        position = self._account.get(ticket)
        assert position is not None, "it was entered"
        if deal is DealReason.DESK:
            request = ClosePosition(
                ticket=ticket,
                symbol=self._symbol,
                side=position.side,
                volume_lots=position.volume_lots,
                token=_TOKEN,
            )
            closing = self._fills.close(request, NO_FAULT, quote)
        else:
            closing = self._fills.take_out(position, deal, quote)
        assert not isinstance(closing, Refusal), "nothing stands in the way of a close"
        return self._finish(closing, held)

    def _finish(self, closing: PositionClosed, held: Held) -> ClosedTrade:
        trade, at = self._portfolio.get(closing.ticket), closing.at
        assert trade is not None, "it was entered"
        self._money = self._fills.account(at)
        self._cool_off_until = max(self._cool_off_until, at + self._cool_off)
        trade = msgspec.structs.replace(trade, best_price=held.best, worst_price=held.worst, stop_kind=held.kind)
        reason = exit_reason(closing.reason, held.kind, held.asked)
        return self._portfolio.finish(self._portfolio.realise(trade, closing), reason, at)

    def _begin_cooldown(self, at: datetime) -> None:
        self._cooldown_until = max(self._cooldown_until, at + self._cooldown)

    # -- margin -------------------------------------------------------------------------------------------------

    def may_run_out(self, by_move: float) -> bool:
        """Whether the account could not carry what is open, if every price moved against it by that much from here."""
        if self._portfolio.is_flat:
            return False
        lots = sum(position.volume_lots for position in self._account.on(self._symbol))
        left = self._money.equity - self.contract.cost(by_move, lots)
        return left <= self._money.margin * self._settings.paper.stop_out_pct / 100.0 + _CENT

    def stop_out(self, quote: Quote, held: Callable[[int], Held]) -> list[tuple[int, ClosedTrade]]:
        """What the account cannot carry at a quote: the tickets of positions that are closed, and their trades.

        `held` gives the course of a position until then, by its ticket.
        """
        self._state.on_quote(quote)
        return [(one.ticket, self._finish(one, held(one.ticket))) for one in self._fills.stop_out(quote)]
