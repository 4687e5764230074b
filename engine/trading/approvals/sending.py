"""Sends proposals as orders: each is checked before its intent is written, and again when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import msgspec

from config.settings import Settings
from engine.clock import Clock
from engine.domain.facts import PlanConflicted
from engine.domain.judgement import Setup
from engine.domain.messages.commands import ApprovePlan
from engine.domain.messages.trading import CommandRefused, PlanChanged, TradingEvent
from engine.domain.orders import Order
from engine.domain.plan import AUTO, Permit, PlanStatus
from engine.domain.risk import Denial, DenialName, DeskState, OrderProposal
from engine.domain.tokens import order_token
from engine.domain.trade_facts import EntryGrounds
from engine.domain.trades import OpenTrade
from engine.errors import DeskError, EntryBlocked, IllegalTransition, InvalidOrder, PlanConflict, UnusableStore
from engine.market.state import MarketState
from engine.trading.authority import AuthorityDesk
from engine.trading.orders.execution import Execution
from engine.trading.plans.store import PlanStore
from engine.trading.risk.context import RiskContext
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.sizing import max_deviation


class _Outgoing(msgspec.Struct):
    """An order whose intent is on its way to the disk. `withdrawn` says why it is not to leave any more."""

    order: Order
    proposal: OrderProposal
    approved_by: str
    withdrawn: str = ""


class _Ruling(NamedTuple):
    """An order that may be sent in the desk's current state, or why there is none."""

    state: DeskState
    order: Order | None
    denial: Denial | None


class Dispatch:
    """Sends the orders of plans, or denies them by name.

    Only entries wait for the disk, and only here: once the intent is on the disk its permit comes back, every check is
    made again, and an order that no longer passes is not sent.
    """

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        market: MarketState,
        risk: RiskContext,
        plans: PlanStore,
        modes: ModeSwitch,
        execution: Execution,
        authority: AuthorityDesk,
        guarded: Callable[[Callable[[], None]], None],
        publish: Callable[[TradingEvent], None],
    ) -> None:
        """`guarded` carries out what happens once an intent is durable."""
        self._clock = clock
        self._settings = settings
        self._market = market
        self._risk = risk
        self._plans = plans
        self._modes = modes
        self._orders, self._portfolio = execution.orders, execution.positions.portfolio
        self._installation = execution.installation
        self._guarded = guarded
        self._authority = authority
        self._publish = publish
        self._outgoing: dict[str, _Outgoing] = {}

    def use(self, settings: Settings) -> None:
        """Uses other settings for orders from now on."""
        self._settings = settings

    def is_automatic(self, symbol: str) -> bool:
        """Whether an order of `symbol` may be sent without approval; never for a symbol without a permit, whatever its
        mode."""
        return self._modes.modes.is_auto(symbol) and self._authority.auto_objection(symbol=symbol) is None

    def _rule(self, proposal: OrderProposal, order: Order | None = None) -> _Ruling:
        """The one place where an order is denied: by the risk gate, or because it cannot be sent as it is."""
        state, denial = self._risk.check(proposal)
        if denial is None:
            try:
                order = order or self._order(proposal, state)
                self._orders.require_possible(order)
            except EntryBlocked:
                denial = _blocked(state)
            except InvalidOrder:
                denial = Denial(name=DenialName.STOP_TOO_CLOSE)
        return _Ruling(state, None if denial else order, denial)

    def _order(self, proposal: OrderProposal, state: DeskState) -> Order:
        quoted = state.entry_price(proposal.side)
        price = proposal.idea_price if quoted is None else quoted
        settings = self._settings.execution
        return Order(
            token=order_token(proposal.plan_id, self._installation),
            plan_id=proposal.plan_id,
            magic=settings.magic,
            symbol=proposal.symbol,
            side=proposal.side,
            volume_lots=proposal.volume,
            stop_loss=proposal.stop_loss,
            take_profit=proposal.take_profit,
            reference_price=price,
            max_deviation=max_deviation(settings, state.contract, price, proposal.stop_loss),
            may_merge=proposal.may_merge,
        )

    def objections(self, proposal: OrderProposal) -> tuple[DeskState, tuple[Denial, ...]]:
        """The desk now, and all that speaks against sending the order: what the gate says, else what the broker's
        account would not take."""
        state, objections = self._risk.objections(proposal)
        denial = None if objections else self._rule(proposal).denial
        return state, objections if denial is None else (denial,)

    def grown_by(self, proposal: OrderProposal) -> OpenTrade | None:
        """The position that the order would add to because the account nets positions; None where it opens its own."""
        return self._orders.grown_by(proposal.symbol, proposal.side) if proposal.may_merge else None

    def is_rest(self, proposal: OrderProposal) -> bool:
        """Whether it would add to a position of which a part was or is being closed."""
        return proposal.may_merge and self._orders.is_rest(proposal.symbol, proposal.side)

    # -- before the intent --------------------------------------------------------------------------------------

    def send(self, proposal: OrderProposal, approved_by: str, setup: Setup | None, *, is_edited: bool = False) -> None:
        """Sends the order of a plan once its intent is durable, or ends the plan as denied.

        `setup` triggered the plan, None for a market order of the user; `is_edited` if the user changed what was
        proposed.
        """
        state, order, denial = self._rule(proposal)
        if order is not None:
            grounds = None if setup is None else self._grounds(setup, is_edited=is_edited)
            self._intend(_Outgoing(order, proposal, approved_by), grounds, state)
        elif denial is not None:
            now, signal_id = self._clock.now(), proposal.signal_id or None
            plan = self._plans.deny(proposal.plan_id, now, denial=denial, signal_id=signal_id, inputs=state)
            self._publish(PlanChanged(plan))

    def _intend(self, outgoing: _Outgoing, grounds: EntryGrounds | None, state: DeskState) -> None:
        """Puts the intent of the order on record, and counts it as on its way meanwhile."""
        now, plan_id = self._clock.now(), outgoing.order.plan_id
        self._outgoing[plan_id] = outgoing
        try:
            self._plans.intend(
                outgoing.order,
                now,
                approved_by=outgoing.approved_by,
                then=partial(self._hear, outgoing),
                signal_id=outgoing.proposal.signal_id or None,
                inputs=state,
                grounds=grounds,
                locks=self._risk.reserve(outgoing.proposal, now),
            )
        except IllegalTransition:
            self._forget(outgoing)
            raise

    def _grounds(self, setup: Setup, *, is_edited: bool) -> EntryGrounds:
        return EntryGrounds(
            signal_id=setup.signal_id,
            candle_time=setup.candle_time,
            session=self._market.snapshots[setup.symbol].session,
            signals=setup.signals,
            edges=setup.edges,
            score=setup.score,
            is_a_plus=setup.is_a_plus,
            is_edited=is_edited,
        )

    # -- while it is written ------------------------------------------------------------------------------------

    def withdraw(self, plan_id: str, reason: str) -> bool:
        """Keeps an order from leaving whose intent is on its way to the disk; False where there is none."""
        outgoing = self._outgoing.get(plan_id)
        if outgoing is None:
            return False
        outgoing.withdrawn = outgoing.withdrawn or reason
        return True

    def withdraw_all(self, reason: str) -> None:
        """Keeps every order from leaving whose intent is on its way to the disk, or that waits for the broker."""
        self._orders.withhold(reason)
        for plan_id in self._outgoing:
            self.withdraw(plan_id, reason)

    def stop(self, reason: str) -> None:
        """No order is sent from now on; intents that are on their way to the disk are marked as unsent."""
        self._orders.withhold(reason)
        outgoing, self._outgoing = self._outgoing, {}
        for one in outgoing.values():
            with suppress(UnusableStore, PlanConflict):  # then the intent cannot be written either
                self._plans.end_unsent(one.order, self._clock.now(), PlanStatus.CANCELLED, reason=reason)

    # -- once it is durable -------------------------------------------------------------------------------------

    def _hear(self, outgoing: _Outgoing, result: Permit | DeskError) -> None:
        if self._outgoing.get(outgoing.order.plan_id) is outgoing:
            self._guarded(partial(self._go_on, outgoing, result))

    def _go_on(self, outgoing: _Outgoing, result: Permit | DeskError) -> None:
        if isinstance(result, DeskError):
            self._forget(outgoing)
            self._give_up(outgoing, result)
            return
        self._publish(PlanChanged(result.plan))
        try:
            self._leave(outgoing, result)
        finally:
            self._forget(outgoing)

    def _leave(self, outgoing: _Outgoing, permit: Permit) -> None:
        """Makes every check again, on the present state, and sends the order or takes the intent back."""
        order, proposal = outgoing.order, outgoing.proposal
        if outgoing.withdrawn:
            self._end_unsent(order, PlanStatus.CANCELLED, outgoing.withdrawn)
            return
        if permit.approved_by == AUTO and not self.is_automatic(order.symbol):
            self._end_unsent(order, PlanStatus.CANCELLED, "automatic trading was switched off before the order left")
            return
        state, _, denial = self._rule(proposal, order)
        if denial is None:
            self._orders.submit(order, permit)
            self._portfolio.count_entry(self._clock.now())
            return
        details = {"denial": denial, "inputs": state}
        self._end_unsent(order, PlanStatus.DENIED, f"{denial.name.value}: {denial.sentence}", details)

    def _end_unsent(self, order: Order, to: PlanStatus, reason: str, details: object = None) -> None:
        self._risk.entry_failed(order.symbol)
        self._publish(PlanChanged(self._plans.end_unsent(order, self._clock.now(), to, reason=reason, details=details)))

    def _give_up(self, outgoing: _Outgoing, error: DeskError) -> None:
        """The intent could not be written: the plan is as it was, unless the user has ended it meanwhile."""
        plan_id = outgoing.order.plan_id
        self._risk.entry_failed(outgoing.order.symbol)
        if isinstance(error, UnusableStore):
            self._authority.keep_to_exits(str(error))
        if outgoing.approved_by != AUTO:
            self._publish(CommandRefused(ApprovePlan(plan_id), str(error)))
        elif not isinstance(error, UnusableStore):
            self._publish(PlanConflicted(str(error)))
        if outgoing.withdrawn and not isinstance(error, PlanConflict):
            plan = self._plans.cancel(plan_id, self._clock.now(), by="desk", reason=outgoing.withdrawn)
            self._publish(PlanChanged(plan))

    def _forget(self, outgoing: _Outgoing) -> None:
        self._outgoing.pop(outgoing.order.plan_id, None)
        self._risk.release(outgoing.order.plan_id)


def _blocked(state: DeskState) -> Denial:
    """Why the broker accepts no order that passes the risk check: the account nets positions, or it was sent before."""
    if state.positions_of_symbol:
        return Denial(name=DenialName.POSITIONS_OF_SYMBOL, value=state.positions_of_symbol, limit=1)
    return Denial(name=DenialName.DUPLICATE_SIGNAL)
