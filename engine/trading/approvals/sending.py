"""Every order passes the risk gate twice: before its intent is written, and again when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

import msgspec

from config.settings import Settings
from engine.clock import Clock
from engine.domain.judgement import Setup
from engine.domain.orders import Order
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import Denial, DenialName, DeskState, OrderProposal
from engine.domain.tokens import order_token
from engine.domain.trade_facts import EntryGrounds
from engine.domain.trading_messages import PlanChanged, TradingEvent
from engine.errors import DeskError, EntryBlocked, IllegalTransition, InvalidOrder, PlanConflict, UnusableStore
from engine.market.state import MarketState
from engine.trading.execution import ExecutionManager
from engine.trading.plans.store import PlanStore
from engine.trading.risk.context import Moment
from engine.trading.risk.gate import RiskGate
from engine.trading.risk.modes import ModeSwitch
from engine.trading.risk.sizing import max_deviation

AUTO: Final = "auto"
"""Approver of an order for which the user was not asked."""


class _Outgoing(msgspec.Struct):
    """An order whose intent is on its way to the disk. `withdrawn` says why it is not to leave any more."""

    order: Order
    proposal: OrderProposal
    approved_by: str
    withdrawn: str = ""


class Dispatch:
    """Sends the orders of plans, or denies them by name.

    Only entries wait for the disk, and only here: once the intent is on the disk every check is made again, and an
    order that no longer passes is not sent.
    """

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        market: MarketState,
        moment: Moment,
        plans: PlanStore,
        modes: ModeSwitch,
        execution: ExecutionManager,
        guarded: Callable[[Callable[[], None]], None],
        refused: Callable[[str, str, DeskError], None],
        publish: Callable[[TradingEvent], None],
    ) -> None:
        """`guarded` carries out what happens once an intent is durable. `refused` hears of a plan, who approved it,
        and why its intent could not be written: then nothing has happened."""
        self._clock = clock
        self._market = market
        self._moment = moment
        self._plans = plans
        self._modes = modes
        self._execution = execution
        self._guarded = guarded
        self._refused = refused
        self._publish = publish
        self._outgoing: dict[str, _Outgoing] = {}
        self._automatic: dict[str, str] = {}
        """Symbols of orders on their way that nobody approved, by token."""
        self._durable: set[str] = set()
        """Tokens of orders that may leave now."""
        self._gates: dict[str, RiskGate] = {}
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Judges by other settings from now on; a symbol whose rules are gone is judged as before."""
        self._settings = settings
        for symbol in self._execution.portfolio.symbols:
            contract = self._moment.contract(symbol)
            if (rules := settings.rules_for(symbol, contract.stands_for)) is not None:
                self._gates[symbol] = RiskGate(rules, settings.risk_mitigation)

    def objections(self, proposal: OrderProposal, state: DeskState) -> tuple[Denial, ...]:
        """All that the gate would say of the proposal in that state."""
        return self._gates[proposal.symbol].objections(proposal, state)

    # -- before the intent --------------------------------------------------------------------------------------

    def send(self, plan: TradePlan, proposal: OrderProposal, approved_by: str, setup: Setup) -> None:
        """Sends the order of a plan that `setup` triggered once its intent is durable, or ends the plan as denied."""
        state = self._moment.state(proposal)
        denial = self._gates[plan.symbol].check(proposal, state)
        if denial is None:
            try:
                order = self._order(plan, proposal, state)
                self._execution.require_possible(order)
            except EntryBlocked:
                denial = _blocked(state)
            except InvalidOrder:
                denial = Denial(name=DenialName.STOP_TOO_CLOSE)
            else:
                self._intend(_Outgoing(order, proposal, approved_by), setup, state)
                return
        plan = self._plans.deny(plan.plan_id, self._clock.now(), denial=denial, signal_id=setup.signal_id, inputs=state)
        self._publish(PlanChanged(plan))

    def _order(self, plan: TradePlan, proposal: OrderProposal, state: DeskState) -> Order:
        told = state.entry_price(plan.direction)
        price = proposal.idea_price if told is None else told
        settings = self._settings.execution
        return Order(
            token=order_token(plan.plan_id, self._execution.installation),
            plan_id=plan.plan_id,
            magic=settings.magic,
            symbol=plan.symbol,
            side=plan.direction,
            volume_lots=plan.volume,
            stop_loss=plan.stop_loss,
            take_profit=plan.take_profit,
            reference_price=price,
            max_deviation=max_deviation(settings, state.contract, price, plan.stop_loss),
        )

    def _intend(self, outgoing: _Outgoing, setup: Setup, state: DeskState) -> None:
        """Puts the intent of the order on record, and counts it as on its way meanwhile."""
        now, plan_id = self._clock.now(), outgoing.order.plan_id
        self._outgoing[plan_id] = outgoing
        try:
            self._plans.intend(
                outgoing.order,
                now,
                approved_by=outgoing.approved_by,
                then=partial(self._hear, outgoing),
                signal_id=setup.signal_id,
                inputs=state,
                grounds=self._grounds(setup),
                locks=self._moment.reserve(outgoing.proposal, now),
            )
        except IllegalTransition:
            self._forget(outgoing)
            raise

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
        self._execution.withhold(reason)
        for plan_id in self._outgoing:
            self.withdraw(plan_id, reason)

    def withhold_automatic(self, reason: str) -> None:
        """Keeps automatic orders from leaving that wait for the broker, in symbols that are not automatic any more."""
        off = {token for token, symbol in self._automatic.items() if not self._modes.modes.is_auto(symbol)}
        if off:
            self._execution.withhold(reason, off)

    def stop(self, reason: str) -> None:
        """No order is sent from now on; intents that are on their way to the disk are marked as unsent."""
        self._execution.withhold(reason)
        outgoing, self._outgoing = self._outgoing, {}
        for one in outgoing.values():
            with suppress(UnusableStore, PlanConflict):  # then the intent cannot be written either
                self._plans.end_unsent(one.order, self._clock.now(), PlanStatus.CANCELLED, reason=reason)

    # -- once it is durable -------------------------------------------------------------------------------------

    def _hear(self, outgoing: _Outgoing, result: TradePlan | DeskError) -> None:
        if self._outgoing.get(outgoing.order.plan_id) is outgoing:
            self._guarded(partial(self._go_on, outgoing, result))

    def _go_on(self, outgoing: _Outgoing, result: TradePlan | DeskError) -> None:
        if isinstance(result, DeskError):
            self._forget(outgoing)
            self._give_up(outgoing, result)
            return
        self._publish(PlanChanged(result))
        try:
            self._leave(outgoing)
        finally:
            self._forget(outgoing)

    def _leave(self, outgoing: _Outgoing) -> None:
        """Makes every check again, on the present state, and sends the order or takes the intent back."""
        order, proposal = outgoing.order, outgoing.proposal
        if outgoing.withdrawn:
            self._take_back(order, PlanStatus.CANCELLED, outgoing.withdrawn)
            return
        if outgoing.approved_by == AUTO and not self._modes.modes.is_auto(order.symbol):
            self._take_back(order, PlanStatus.CANCELLED, "automatic trading was switched off before the order left")
            return
        state = self._moment.state(proposal)
        denial = self._gates[order.symbol].check(proposal, state)
        if denial is None:
            try:
                self._durable.add(order.token)
                self._execution.submit(order)
            except EntryBlocked:
                denial = _blocked(state)
            except InvalidOrder:
                denial = Denial(name=DenialName.STOP_TOO_CLOSE)
            else:
                self._moment.count_entry(self._clock.now())
                if outgoing.approved_by == AUTO:
                    self._automatic = {t: s for t, s in self._automatic.items() if self._execution.is_on_way(t)}
                    self._automatic[order.token] = order.symbol
                return
        told = {"denial": denial, "inputs": state}
        self._take_back(order, PlanStatus.DENIED, f"{denial.name.value}: {denial.sentence}", told)

    def require_intent(self, order: Order) -> None:
        """Raises `EntryBlocked` unless the intent of the order is durable; each intent allows one sending."""
        if order.token not in self._durable:
            raise EntryBlocked(f"order {order.token} has no durable intent")
        self._durable.discard(order.token)

    def _take_back(self, order: Order, to: PlanStatus, reason: str, told: object = None) -> None:
        self._durable.discard(order.token)
        self._publish(PlanChanged(self._plans.end_unsent(order, self._clock.now(), to, reason=reason, told=told)))

    def _give_up(self, outgoing: _Outgoing, error: DeskError) -> None:
        """The intent could not be written: the plan is as it was, unless the user has ended it meanwhile."""
        plan_id = outgoing.order.plan_id
        self._refused(plan_id, outgoing.approved_by, error)
        if outgoing.withdrawn and not isinstance(error, PlanConflict):
            plan = self._plans.cancel(plan_id, self._clock.now(), by="desk", reason=outgoing.withdrawn)
            self._publish(PlanChanged(plan))

    def _forget(self, outgoing: _Outgoing) -> None:
        self._outgoing.pop(outgoing.order.plan_id, None)
        self._moment.release(outgoing.order.plan_id)

    def _grounds(self, setup: Setup) -> EntryGrounds:
        return EntryGrounds(
            signal_id=setup.signal_id,
            candle_time=setup.candle_time,
            session=self._market.snapshots[setup.symbol].session,
            signals=setup.signals,
            edges=setup.edges,
            score=setup.score,
            is_a_plus=setup.is_a_plus,
        )


def _blocked(state: DeskState) -> Denial:
    """Why execution takes no order that the gate lets pass: it nets positions, or has had this one."""
    if state.positions_of_symbol:
        return Denial(name=DenialName.POSITIONS_OF_SYMBOL, value=state.positions_of_symbol, limit=1)
    return Denial(name=DenialName.DUPLICATE_SIGNAL)
