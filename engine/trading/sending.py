"""An order passes the one gate as it is sent, whoever asked for it, and leaves only once its intent is written."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from config.settings import Settings
from engine.clock import Clock
from engine.domain.judgement import Setup
from engine.domain.orders import Order
from engine.domain.plan import TradePlan
from engine.domain.risk import Denial, DenialName, DeskState, OrderProposal
from engine.domain.tokens import order_token
from engine.domain.trade_facts import EntryGrounds
from engine.domain.trading_messages import PlanChanged, TradingEvent
from engine.errors import EntryBlocked, InvalidOrder
from engine.execution.manager import ExecutionManager
from engine.plans.store import PlanStore
from engine.risk.gate import RiskGate
from engine.risk.sizing import max_deviation
from engine.trading.market_view import MarketView
from engine.trading.moment import Moment


class _Permit(msgspec.Struct, frozen=True):
    """Who let the order at hand go, on which grounds, and the desk as the gate saw it."""

    approved_by: str
    grounds: EntryGrounds
    state: DeskState


class Dispatch:
    """Sends the orders of plans, or denies them by name."""

    def __init__(
        self,
        clock: Clock,
        settings: Settings,
        view: MarketView,
        moment: Moment,
        plans: PlanStore,
        execution: ExecutionManager,
        publish: Callable[[TradingEvent], None],
    ) -> None:
        self._clock = clock
        self._view = view
        self._moment = moment
        self._plans = plans
        self._execution = execution
        self._publish = publish
        self._permit: _Permit | None = None
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

    def send(self, plan: TradePlan, proposal: OrderProposal, approved_by: str, setup: Setup) -> None:
        """Sends the order of a plan that `setup` triggered, or ends the plan as denied."""
        state = self._moment.state(proposal)
        denial = self._gates[plan.symbol].check(proposal, state)
        if denial is None:
            denial = self._submit(plan, proposal, _Permit(approved_by, self._grounds(setup), state))
        if denial is not None:
            plan = self._plans.deny(
                plan.plan_id, self._clock.now(), denial=denial, signal_id=setup.signal_id, inputs=state
            )
            self._publish(PlanChanged(plan))

    def _submit(self, plan: TradePlan, proposal: OrderProposal, permit: _Permit) -> Denial | None:
        state = permit.state
        told = state.entry_price(plan.direction)
        price = proposal.idea_price if told is None else told
        self._permit = permit
        settings = self._settings.execution
        try:
            order = Order(
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
            self._execution.submit(order)
        except EntryBlocked:
            return self._blocked(state)
        except InvalidOrder:
            return Denial(name=DenialName.STOP_TOO_CLOSE)
        return None

    def _blocked(self, state: DeskState) -> Denial:
        """Why execution takes no order that the gate lets pass: it nets positions, or has had this one."""
        if state.positions_of_symbol:
            return Denial(name=DenialName.POSITIONS_OF_SYMBOL, value=state.positions_of_symbol, limit=1)
        return Denial(name=DenialName.DUPLICATE_SIGNAL)

    def intend(self, order: Order) -> None:
        """Puts the intent of an order on record; whatever this raises keeps the order from leaving."""
        permit, now = self._permit, self._clock.now()
        if permit is None:
            raise EntryBlocked(f"order {order.token} was permitted by nobody")
        plan = self._plans.intend(
            order,
            now,
            approved_by=permit.approved_by,
            signal_id=permit.grounds.signal_id,
            inputs=permit.state,
            grounds=permit.grounds,
            locks=self._moment.begin_cooldown(order.symbol, now),
        )
        self._permit = None
        self._moment.count_entry(now)
        self._publish(PlanChanged(plan))

    def _grounds(self, setup: Setup) -> EntryGrounds:
        return EntryGrounds(
            signal_id=setup.signal_id,
            candle_time=setup.candle_time,
            session=self._view.snapshots[setup.symbol].session,
            signals=setup.signals,
            edges=setup.edges,
            score=setup.score,
            is_a_plus=setup.is_a_plus,
        )
