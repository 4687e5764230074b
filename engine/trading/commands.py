"""Carries out the user's commands, or refuses them with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import UNSET

from engine.clock import Clock
from engine.domain.manual_facts import ProposalEdited
from engine.domain.messages.auto import AllowAuto, WithdrawAuto
from engine.domain.messages.commands import (
    HALT_RELEASED,
    USER,
    AddPlan,
    AnnotateTrade,
    ApprovePlan,
    BreakEven,
    CancelFlatten,
    CancelPlan,
    CloseTrade,
    ConfirmRecords,
    Flatten,
    Halt,
    LowerAuthority,
    MoveStops,
    Reconcile,
    RejectPlan,
    ReleaseHalt,
    ReplacePlan,
    ReviewApprovals,
    SetAuthority,
    SetAuto,
    SettleUnknownOrder,
    TradeHere,
    TradingCommand,
)
from engine.domain.messages.manual import (
    CloseTrades,
    EditProposal,
    ManualCommand,
    PlaceOrder,
    ReviewOrder,
    SetExitRules,
)
from engine.domain.messages.proposals import ArmPlan, DeclinePlan, ProposePlan, ReviewProposals, WithdrawProposal
from engine.domain.messages.trading import (
    CommandRefused,
    OtherDesksChanged,
    PlanChanged,
    RecordsDiffer,
    TradeAnnotated,
    TradingEvent,
)
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.records import record_of
from engine.domain.risk import Authority
from engine.domain.well_formed import fault_in, well_formed_text
from engine.errors import DeskError, UnusableStore
from engine.trading.approvals.entries import EntryDesk
from engine.trading.authority import AuthorityDesk
from engine.trading.flattening import Flattening
from engine.trading.orders.execution import Execution
from engine.trading.plans.store import PlanStore
from engine.trading.plans.validation import TermsFor, faults_of, moved_stop_fault
from engine.trading.store import TradingStore

_AUTO_OFF = "the user switched automatic trading off before the order was sent"


def _done(what: str, by: str) -> str:
    return f"{what} by {'the user' if by == USER else by}"


class CommandDesk:
    """Takes each command to where it is carried out."""

    def __init__(
        self,
        clock: Clock,
        store: TradingStore,
        plans: PlanStore,
        entries: EntryDesk,
        execution: Execution,
        flattening: Flattening,
        terms_for: TermsFor,
        authority: AuthorityDesk,
        publish: Callable[[TradingEvent], None],
    ) -> None:
        self._clock = clock
        self._locks, self._modes, self._notes = store.locks, store.modes, store.notes
        self._other_desks, self._records, self._permits = store.other_desks, store.records, store.permits
        self._store, self._plans = store, plans
        self._entries = entries
        self._execution, self._orders, self._positions = execution, execution.orders, execution.positions
        self._flattening = flattening
        self._terms = terms_for
        self._authority = authority
        self._publish = publish
        self._halted_at: datetime | None = None
        self._halted_by = USER

    def handle(self, command: TradingCommand) -> None:
        """Carries out a command; what cannot be done is refused with the reason."""
        if isinstance(command, Halt):
            command = Halt(well_formed_text(command.reason), command.by)  # a halt is never refused for its words
        if (reason := fault_in(command)) is None:
            try:
                reason = self._carry_out(command)
            except DeskError as error:
                reason = str(error)
                if isinstance(error, UnusableStore):
                    self._authority.keep_to_exits(reason)
        if reason is not None:
            self._publish(CommandRefused(command, reason))

    def _carry_out(self, command: TradingCommand) -> str | None:
        """Why nothing came of it, None where it was done; raises `DeskError` where it could not be."""
        now = self._clock.now()
        match command:
            case AddPlan(plan):
                return self._add(plan)
            case CancelPlan(plan_id, by) if not self._entries.dispatch.withdraw(plan_id, _done("cancelled", by)):
                plan = self._plans.cancel(plan_id, now, by=by, reason=_done("cancelled", by))
                self._entries.withdraw(plan_id)
                self._publish(PlanChanged(plan))
            case ReplacePlan(plan_id, plan):
                return self._replace(plan_id, plan)
            case ApprovePlan(plan_id, shown):
                return self._entries.approve(plan_id, USER, shown)
            case RejectPlan(plan_id, by):
                return self._entries.reject(plan_id, by, _done("rejected", by))
            case ReviewApprovals():
                self._entries.review()
            case SetAuthority(authority):
                objection = self._authority.objection(authority) or self._authority.auto_objection(to=authority)
                if objection is not None:
                    return objection
                self._modes.set_authority(authority, now, by=USER)
                if authority > Authority.EXITS_ONLY:
                    self._store.settle_doubts()
                else:
                    self._orders.withhold("the user switched to CLOSE ONLY before the order was sent")
                self._authority.withhold_automatic(_AUTO_OFF)
                self._authority.announce()
            case LowerAuthority(authority, cause, by):
                self._authority.lower(authority, cause, by=by)
            case SetAuto(symbol, is_auto):
                if is_auto and (objection := self._authority.auto_objection(symbol=symbol)) is not None:
                    return objection
                self._modes.set_symbol(symbol, now, is_auto=is_auto, by=USER)
                self._authority.withhold_automatic(_AUTO_OFF)
                self._authority.announce()
            case AllowAuto():
                if (objection := self._permits.allow(command, now, by=USER)) is not None:
                    return objection
                self._authority.announce()
            case WithdrawAuto(symbol, reason, keeps_confirmed):
                if not keeps_confirmed or self._permits.is_by_verdict(symbol):
                    self._authority.withdraw_auto(symbol, reason)
            case Halt(reason, by):
                self._halt(reason, by, now)
            case ReleaseHalt():
                self.cancel_what_waited()
                if self._locks.halt is not None:
                    self._authority.lower(Authority.MANUAL, HALT_RELEASED)
                self._locks.release_halt(now, by=USER)
                self._authority.announce()
            case Flatten():
                self._entries.dispatch.withdraw_all("every position is being closed (Flatten)")
                self._flattening.begin(USER)
            case CancelFlatten():
                return self._flattening.cancel(USER)
            case CloseTrade(ticket, volume_lots) if volume_lots is not None:
                if not self._orders.may_be_reduced(ticket):
                    return "an order that adds to it is on its way: close a part once it has been filled"
                self._positions.close_part(ticket, volume_lots)
            case CloseTrade(ticket):
                self._positions.close(ticket)
            case CloseTrades() | SetExitRules() | EditProposal() | PlaceOrder() | ReviewOrder():
                return self._carry_out_manual(command, now)
            case BreakEven(ticket):
                self._positions.break_even(ticket)
            case MoveStops():
                return self._move_stops(command)
            case Reconcile():
                self._execution.reconcile("requested by the user")
            case ConfirmRecords():
                self._store.put_on_record(self._records.confirm(now, by=USER))
                self._publish(RecordsDiffer(()))
            case TradeHere():
                self._other_desks.accept(now, by=USER)
                self._publish(OtherDesksChanged(()))
            case SettleUnknownOrder(token):
                self._orders.settle_unknown(token)
            case ProposePlan() | WithdrawProposal() | ArmPlan() | DeclinePlan() | ReviewProposals():
                return self._entries.proposals.carry_out(command, USER)
            case AnnotateTrade(trade_id, note, tags):
                self._publish(TradeAnnotated(self._notes.annotate(trade_id, note, tags, now, by=USER)))
        return None

    def _carry_out_manual(self, command: ManualCommand, now: datetime) -> str | None:
        match command:
            case PlaceOrder(order):
                return self._entries.manual.place(order, USER)
            case ReviewOrder(order):
                self._entries.manual.review(order)
            case EditProposal(plan_id=plan_id):
                if (reason := self._entries.edit(command)) is not None:
                    return reason
                self._note_edit(command, self._plans.get(plan_id), now)
            case CloseTrades(symbol, side):
                if not self._positions.close_all(symbol, side):
                    return "there is no such position of the desk"
            case SetExitRules(ticket, trailing, opposite_candle):
                self._positions.set_rules(ticket, trailing, opposite_candle)
        return None

    def _note_edit(self, edit: EditProposal, plan: TradePlan | None, now: datetime) -> None:
        if plan is not None:
            fact = ProposalEdited(plan, USER, edit.stop_loss, edit.take_profit, edit.volume)
            self._store.journal(record_of(fact, now))

    def _add(self, plan: TradePlan) -> str | None:
        now = self._clock.now()
        if faults := faults_of(plan, self._terms(plan.symbol), now):
            return "; ".join(faults)
        self._publish(PlanChanged(self._plans.add(plan, now)))
        return None

    def _replace(self, plan_id: str, plan: TradePlan) -> str | None:
        """The old plan ends first: if the new one cannot be kept then, none of them trades."""
        now, before = self._clock.now(), self._plans.get(plan_id)
        if before is None or before.status is not PlanStatus.PENDING:
            state = "unknown here" if before is None else before.status.value.replace("_", " ")
            return f"plan {plan_id} is {state}: only a plan that waits for a setup can be changed"
        if plan.status is not PlanStatus.PENDING:
            return f"plan {plan.plan_id} cannot begin as {plan.status.value}"
        if self._plans.get(plan.plan_id) is not None:
            return f"plan id {plan.plan_id} has been used already"
        if faults := faults_of(plan, self._terms(plan.symbol), now):
            return "; ".join(faults)
        ended = self._plans.cancel(plan_id, now, by=USER, reason=f"changed by the user: now {plan.plan_id}")
        self._publish(PlanChanged(ended))
        self._publish(PlanChanged(self._plans.add(plan, now)))
        return None

    def _move_stops(self, asked: MoveStops) -> str | None:
        trade = self._positions.portfolio.get(asked.ticket)
        if trade is not None and asked.stop_loss is not UNSET:
            fault = moved_stop_fault(trade, asked.stop_loss, self._terms(trade.symbol))
            if fault is not None:
                return fault
        self._positions.change_stops(asked.ticket, asked.stop_loss, asked.take_profit)
        return None

    def _halt(self, reason: str, by: str, now: datetime) -> None:
        """Entries are blocked from here on, even if the store fails; what waits is cancelled as soon as possible."""
        self._locks.engage_halt(now, by=by, reason=reason)
        self._entries.dispatch.withdraw_all(f"halt: {reason}")
        self._authority.announce()
        self._halted_at, self._halted_by = now, by
        if not self._locks.table.unwritten:
            self.cancel_what_waited()

    def cancel_what_waited(self) -> None:
        """Takes back every plan that was made before the halt; raises `UnusableStore` where it has to wait."""
        halt = self._locks.halt
        if halt is None:
            return
        now, reason = self._clock.now(), f"halt: {halt.reason}"
        made_until = max(halt.since, self._halted_at or halt.since)
        for plan in self._plans.cancel_pending(now, by=self._halted_by, reason=reason, made_until=made_until):
            self._entries.withdraw(plan.plan_id)
            self._publish(PlanChanged(plan))
