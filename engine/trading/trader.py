"""The trading half of the engine: exits first, then entries; every event of the broker reaches store and journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from config.settings import Settings
from engine.clock import Clock
from engine.domain.broker_messages import BrokerState
from engine.domain.contract import Contract
from engine.domain.execution_events import ExecutionEvent, OtherDeskSeen, TradeClosed
from engine.domain.health import Health
from engine.domain.journal import JournalRecord
from engine.domain.market import Quote
from engine.domain.messages import CandleClosed
from engine.domain.plan import AUTO, PlanTerms, TradePlan
from engine.domain.risk import Authority
from engine.domain.trading_messages import (
    AccountOpened,
    ApprovePlan,
    CommandRefused,
    DayFiguresChanged,
    Halt,
    ModesChanged,
    OtherDesksChanged,
    PaperTradesEnded,
    PlanChanged,
    PlanRefused,
    RecordsDiffer,
    TradingCommand,
    TradingEvent,
)
from engine.domain.well_formed import fault_in, well_formed_text
from engine.errors import DeskError, IllegalTransition, PlanConflict, UnusableStore
from engine.market.account_day import AccountDay
from engine.market.hours import TradingHours
from engine.market.state import MarketState
from engine.trading.approvals.entries import EntryDesk
from engine.trading.approvals.sending import Dispatch
from engine.trading.broker import Broker, Venue
from engine.trading.commands import CommandDesk
from engine.trading.flattening import Flattening
from engine.trading.orders.execution import Execution
from engine.trading.plans.validation import plan_terms
from engine.trading.positions.portfolio import Portfolio
from engine.trading.record import TradeRecord
from engine.trading.risk.caution import Caution
from engine.trading.risk.context import RiskContext
from engine.trading.store import Office
from engine.trading.wakefulness import Wakefulness

SAFETY_PAUSE = timedelta(seconds=1)
"""Between two attempts to write what was ordered for safety and the store did not take."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

RECENT_PLANS = 200
"""Plans of earlier runs that are shown when the desk opens."""


class Trader:
    """Takes quotes, closed candles and commands; tells what came of them. Its clock is the market's."""

    def __init__(
        self,
        office: Office,
        settings: Settings,
        clock: Clock,
        market: MarketState,
        broker: Broker,
        venue: Venue | None,
        contracts: Mapping[str, Contract],
        publish: Callable[[TradingEvent], None],
    ) -> None:
        self._office = office
        self._settings = settings
        self._clock = clock
        self._venue = venue
        self._contracts = contracts
        self._day = AccountDay.by(settings.risk_mitigation)
        self._publish = publish
        self._hours = TradingHours(contracts, settings.execution)
        self._market = market
        self._locks, self._modes, self._plans = office.locks, office.modes, office.plans_for(self._terms)
        self._portfolio = Portfolio(contracts, self._day.day_of)
        self._record = TradeRecord(clock, office, self._plans, self._tell_plan)
        self._execution = Execution(
            *(
                broker,
                clock,
                market,
                settings.execution,
                self._portfolio,
                self._hear,
            ),
            *(office.other_desks.installation.name, self._plans.has_sent, self._audit),
            self._hours.close_after,
        )
        self._risk = RiskContext(
            *(clock, settings, market, self._plans, self._locks, self._modes, self._execution, self._day.day_of),
            self._hours,
        )
        self._dispatch = Dispatch(
            *(clock, settings, market, self._risk, self._plans, self._modes, self._execution),
            *(self._once_durable, self._not_intended, publish),
        )
        self._entries = EntryDesk(
            *(clock, settings, market, self._risk, self._plans, self._modes, self._dispatch),
            *(publish, office.scope),
        )
        self._flattening = Flattening(clock, self._locks, self._execution, office.journal, publish)
        self._caution = Caution(clock, office.journal, self.lower)
        self._commands = CommandDesk(
            *(clock, office, self._plans, self._entries, self._execution, self._flattening, self._terms),
            *(self._objection, self._tell_modes, publish),
        )
        self._wakefulness = Wakefulness(clock, self._wake)
        self._plans.listen(lambda error: self.keep_to_exits(str(error)))
        self._plans_due_at = self._safety_due_at = clock.now()
        self._unwritten = ""
        self._is_audited = False
        self._desks_before = office.other_desks.seen
        self._is_connected = self._is_started = False
        self._check_interval = timedelta(seconds=settings.check_interval_seconds)

    # -- life ---------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Takes up what an earlier run left and has execution manage it; nothing is entered before `start`.

        Doing it again does nothing more.
        """
        if self._is_connected:
            return
        self._is_connected = True
        now = self._clock.now()
        self._publish(AccountOpened(self._office.account))
        for plan in self._plans.begin(now):
            self._publish(PlanChanged(plan))
        resumed = self._office.resume(self._plans, self._portfolio, self._risk, now)
        self._execution.start(resumed.known, resumed.ended, self._office.exits.ordered)
        self._flattening.resume()
        if resumed.lost:
            self._publish(PaperTradesEnded(resumed.lost))
        if not self._office.scope:
            for doubt in self._plans.doubts:
                self.keep_to_exits(doubt)
        self._tell_modes()

    def start(self) -> None:
        """Connects, and shows what there is: plans, modes, figures. Nothing is entered until broker and store agree."""
        self.connect()
        self._is_started = True
        for plan in self._plans.recent(RECENT_PLANS):
            self._publish(PlanChanged(plan))
        self._take_in_plans(is_forced=True)
        self._tell_modes()
        self._tell_differences()
        now = self._clock.now()
        self._see_other_desks(self._office.other_desks.at_start, now)
        self._tell_figures(now)

    def stop(self) -> None:
        """No order leaves from now on: another trader takes over, or the desk is closed."""
        self._entries.stop("the desk was closed before the order left")

    def use(self, settings: Settings) -> None:
        """Works by other settings from now on.

        Modes are the user's alone, and the paper account stays as it was opened.
        """
        risk = settings.risk_mitigation
        self._settings = settings
        self._check_interval = timedelta(seconds=settings.check_interval_seconds)
        self._locks.use(timedelta(seconds=settings.cooldown_seconds), timedelta(seconds=risk.cool_off_seconds))
        self._plans.use(timedelta(minutes=settings.execution.plan_expiry_minutes))
        self._execution.positions.use(settings.execution)
        self._risk.use(settings)
        self._hours.use(settings.execution)
        self._use_day(AccountDay.by(risk))
        self._dispatch.use(settings)
        self._entries.use(settings)

    def _use_day(self, day: AccountDay) -> None:
        if day == self._day:
            return
        self._day = day
        self._portfolio.use_day(day.day_of)
        self._risk.use_day(day.day_of)
        self._tell_figures(self._clock.now())

    def lock_left_s(self, symbol: str) -> float:
        """Seconds for which entries of `symbol` stay locked, infinite until the user lets go; 0 without a lock."""
        return self._locks.seconds_left(symbol, self._clock.now())

    def depends_on(self, symbol: str) -> bool:
        """Whether prices of `symbol` before its next candle closes can change what is decided: of a position, an order,
        a proposal or a plan."""
        return (
            self._flattening.is_in_force
            or bool(self._portfolio.on(symbol))
            or self._execution.orders.in_flight(symbol) > 0
            or (self._plans.has_unfinished and any(plan.symbol == symbol for plan in self._plans.unfinished))
            or self._plans.has_news  # what another program wrote may be a plan of any symbol
        )

    # -- time ---------------------------------------------------------------------------------------------------

    def note_time(self) -> None:
        """Call before each item, command and look: after the desk stood still, it compares with the broker first.

        In a played market time jumps, over a weekend for example, and nothing can have happened meanwhile.
        """
        if self._venue is None:
            self._wakefulness.note()

    def _wake(self, stood_still: timedelta) -> None:
        self._execution.wake(stood_still)

    # -- the market ---------------------------------------------------------------------------------------------

    def on_quote(self, quote: Quote) -> None:
        """Fills and exits by a new quote; now and then what waits is looked at as well."""
        if self._venue is not None:
            self._venue.on_quote(quote)
        self._execution.on_quote(quote)
        self._flattening.follow()
        self._see_to_safety_if_due(quote.at)
        self._look_at_plans_if_due(quote.at)

    def on_time(self) -> None:
        """Does what is due without a quote; a few times a second where the broker lives by the machine's clock."""
        self._execution.on_time()
        self._flattening.follow()
        self._see_to_safety_if_due(self._clock.now())
        self._look_at_plans_if_due(self._clock.now())

    def on_history(self, closed: CandleClosed) -> None:
        """Readings from before the live stream: known, never acted on."""
        self._hours.note(closed.snapshot)

    def on_candle(self, closed: CandleClosed) -> None:
        """Leaves what the candle speaks against, then looks at what it proposes."""
        snapshot = closed.snapshot
        self._hours.note(snapshot)
        self._execution.on_candle(snapshot.candle)
        setup = self._entries.on_candle(closed)
        if self._plans.has_unfinished:
            self._guarded(self._entries.expire)
        if setup is not None and setup.symbol in self._contracts:
            self._guarded(lambda: self._entries.consider(setup))

    def _look_at_plans_if_due(self, now: datetime) -> None:
        if now < self._plans_due_at or not self._is_started:
            return
        self._plans_due_at = _next_look(now, self._check_interval)
        if self._record.is_behind:
            self._guarded(self._record.catch_up)
        if self._plans.has_news:
            self._guarded(self._take_in_plans)
            if self._plans.has_more:
                self._plans_due_at = now  # a little at a time: the market goes on in between
        if self._plans.has_unfinished:
            self._guarded(self._entries.expire)
            self._guarded(self._entries.check_plans)

    def _guarded(self, act: Callable[[], None]) -> None:
        """A store that cannot be written to lowers the desk to CLOSE ONLY: without a record nothing is sent.

        Where another program was faster nothing has happened, and the next look at the table tells.
        """
        try:
            act()
        except UnusableStore as error:
            self.keep_to_exits(str(error))
        except (IllegalTransition, PlanConflict) as error:
            self._note_conflict(error)

    def _note_conflict(self, error: DeskError) -> None:
        payload = {"reason": str(error)}
        self._office.journal(JournalRecord(at=self._clock.now(), kind="plan_conflict", payload=payload))

    def keep_to_exits(self, cause: str) -> None:
        """Nothing is entered until the user says so: something that has to be written down could not be."""
        self.lower(Authority.EXITS_ONLY, cause)

    def lower(self, to: Authority, cause: str) -> None:
        """Takes authority down to `to`, if it is higher, until the user raises it again."""
        was = self._modes.modes
        with suppress(UnusableStore):  # less authority is in force even where it cannot be written down
            self._modes.lower(to, self._clock.now(), cause=cause)
        if to <= Authority.EXITS_ONLY:
            self._execution.orders.withhold(cause)
        self._entries.withhold_automatic(cause)
        if self._modes.modes != was:
            self._tell_modes()

    def heed(self, health: Health) -> None:
        """Does no more than the desk's health allows; a moment to write what waits even without a market."""
        self._see_to_safety()
        self._caution.heed(health)

    # -- what is ordered for safety -----------------------------------------------------------------------------

    def _see_to_safety_if_due(self, now: datetime) -> None:
        if now >= self._safety_due_at:
            self._safety_due_at = now + SAFETY_PAUSE
            self._see_to_safety()

    def _see_to_safety(self) -> None:
        """Writes what the store did not take, ends what a halt should have ended, and says what is still missing."""
        table = self._locks.table
        if not (table.is_behind or self._unwritten or self._locks.halt is not None):
            return  # as on nearly every quote
        if table.is_behind:
            table.catch_up(self._clock.now())
        if self._locks.halt is not None and not table.unwritten and self._plans.has_unfinished:
            self._guarded(self._commands.cancel_what_waited)
        if table.unwritten != self._unwritten:
            self._tell_modes()

    # -- plans of others ----------------------------------------------------------------------------------------

    def _take_in_plans(self, *, is_forced: bool = False) -> None:
        news = self._plans.take_in(self._clock.now(), is_forced=is_forced)
        for plan in (*news.accepted, *news.changed):
            self._publish(PlanChanged(plan))
        for refused in news.refused:
            self._publish(PlanRefused(refused.plan_id, refused.reason))
            if refused.plan is not None:
                self._publish(PlanChanged(refused.plan))
        for plan in news.changed:
            self._entries.withdraw(plan.plan_id)

    def _terms(self, symbol: str) -> PlanTerms | None:
        contract = self._contracts.get(symbol)
        rules = None if contract is None else self._settings.rules_for(symbol, contract.stands_for)
        if rules is None or contract is None:
            return None
        snapshot = self._market.snapshots.get(symbol)
        return plan_terms(rules, contract, None if snapshot is None else snapshot.atr14)

    # -- what the user asks for ---------------------------------------------------------------------------------

    def handle(self, command: TradingCommand) -> None:
        """Carries out a command; what cannot be done is told with the reason."""
        if isinstance(command, Halt):
            command = Halt(well_formed_text(command.reason))  # a halt is never refused for its words
        if (fault := fault_in(command)) is not None:
            self._refuse(command, fault, asked=None)  # what cannot be written down is not
            return
        try:
            reason = self._commands.carry_out(command)
        except DeskError as error:
            reason = str(error)
            if isinstance(error, UnusableStore):
                self.keep_to_exits(reason)
        if reason is not None:
            self._refuse(command, reason, asked=command)

    def _refuse(self, command: TradingCommand, reason: str, asked: TradingCommand | None) -> None:
        told = {"command": type(command).__name__, "asked": asked, "reason": reason}
        self._office.journal(JournalRecord(at=self._clock.now(), kind="command_refused", payload=told))
        self._publish(CommandRefused(command, reason))

    def _tell_modes(self) -> None:
        modes, self._unwritten = self._modes.modes, self._locks.table.unwritten
        self._publish(
            ModesChanged(
                *(modes.authority, modes.auto_symbols, modes.cause, self._locks.halt, modes.before),
                unwritten=self._unwritten,
            )
        )

    def _tell_figures(self, at: datetime) -> None:
        day = self._day.day_of(at)
        self._publish(DayFiguresChanged(day, self._portfolio.figures(day)))

    # -- what the broker tells ----------------------------------------------------------------------------------

    def _hear(self, event: ExecutionEvent) -> None:
        self._guarded(lambda: self._record.write(event))
        self._publish(event)
        self._office.exits.note(event)
        match event:
            case TradeClosed(trade=trade):
                self._office.records.note(trade)
                self._tell_figures(trade.exited_at)
            case OtherDeskSeen(installation=installation):
                self._see_other_desks((installation,), self._clock.now())

    def _see_other_desks(self, seen: tuple[str, ...], now: datetime) -> None:
        """While another desk is on the account, every entry needs approval until the user says which desk trades."""
        desks = self._office.other_desks
        desks.see(seen, now)
        if (objection := desks.objection(Authority.AUTO)) is not None:
            self.lower(Authority.MANUAL, objection)
            self._publish(OtherDesksChanged(desks.undecided, desks.installation.copied_from))

    def _audit(self, state: BrokerState) -> None:
        """Counts trades of the account's day that the broker shows and this store lacks: the store may be a new one."""
        if self._office.scope or self._is_audited:
            return  # a practice run begins with its paper account; later on the desk has seen everything itself
        self._is_audited = True
        now, records, portfolio = self._clock.now(), self._office.records, self._portfolio
        day = self._day.day_of(now)
        known = {trade.position.identifier for trade in portfolio.open_trades if trade.order is not None}
        before = records.differences
        results, entries = records.unrecorded(
            *(state.deals, (day, self._day.begins(day)), known, self._plans.has_sent, self._desks_before)
        )
        for at in entries:
            self._risk.count_entry(at)
        for trade in results:
            portfolio.record(trade)
        if results:
            self._tell_figures(now)
        if records.differences != before:
            self._tell_differences()

    def _tell_differences(self) -> None:
        """While records do not agree the desk only closes positions, until the user has confirmed."""
        records = self._office.records
        if not records.differences:
            return
        self._office.journal(records.found(self._clock.now()))
        self.keep_to_exits(records.objection(Authority.MANUAL) or "")
        self._publish(RecordsDiffer(records.differences))

    def _objection(self, to: Authority) -> str | None:
        """Why authority cannot be as high as `to` now; None where it can."""
        return (
            self._caution.objection(to) or self._office.records.objection(to) or self._office.other_desks.objection(to)
        )

    def _once_durable(self, act: Callable[[], None]) -> None:
        """Goes on with an entry whose intent was waited for: the desk may have stood still meanwhile."""
        self.note_time()
        self._guarded(act)

    def _not_intended(self, plan_id: str, approved_by: str, error: DeskError) -> None:
        """The intent of an entry could not be written: nothing was sent."""
        if isinstance(error, UnusableStore):
            self.keep_to_exits(str(error))
        if approved_by != AUTO:
            command = ApprovePlan(plan_id)
            self._refuse(command, str(error), asked=command)
        elif not isinstance(error, UnusableStore):
            self._note_conflict(error)

    def _tell_plan(self, plan: TradePlan) -> None:
        self._publish(PlanChanged(plan))


def _next_look(now: datetime, interval: timedelta) -> datetime:
    """The next of the instants that lie `interval` apart: the same whichever quotes came before."""
    return now + interval - (now - _EPOCH) % interval
