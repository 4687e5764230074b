"""The trading half of the engine: exits first, then entries; every broker event reaches store and journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from config.settings import Settings
from engine.clock import Clock
from engine.domain.contract import Contract
from engine.domain.facts import PlanConflicted
from engine.domain.health import Health
from engine.domain.market import Quote
from engine.domain.messages.broker import BrokerState
from engine.domain.messages.commands import TradingCommand
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.execution import ExecutionEvent, OtherDeskSeen
from engine.domain.messages.trading import AccountOpened, PaperTradesEnded, PlanChanged, TradesRecalled, TradingEvent
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanTerms, TradePlan
from engine.errors import IllegalTransition, PlanConflict, UnusableStore
from engine.market.account_day import AccountDay
from engine.market.hours import TradingHours
from engine.market.state import MarketState
from engine.trading.approvals.entries import EntryDesk
from engine.trading.approvals.sending import Dispatch
from engine.trading.authority import AuthorityDesk
from engine.trading.broker import Broker, Venue
from engine.trading.broker_record import BrokerRecord
from engine.trading.commands import CommandDesk
from engine.trading.flattening import Flattening
from engine.trading.orders.execution import Execution
from engine.trading.overview import TradingOverview, overview_of
from engine.trading.plans.validation import terms_of
from engine.trading.positions.portfolio import Portfolio
from engine.trading.risk.context import RiskContext
from engine.trading.store import TradingStore

SAFETY_PAUSE: Final = timedelta(seconds=1)
"""Between two attempts to write what was ordered for safety and the store did not take."""

STOOD_STILL: Final = timedelta(seconds=10)
"""Without anything done: the computer slept, or the program was stopped. A live desk does something several times a
second."""

RECENT_PLANS: Final = 200
"""Plans of earlier runs that are shown when the desk opens."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Trader:
    """Takes quotes, closed candles and commands; announces what came of them. Its clock is the market's."""

    def __init__(
        self,
        store: TradingStore,
        settings: Settings,
        clock: Clock,
        market: MarketState,
        broker: Broker,
        venue: Venue | None,
        contracts: Mapping[str, Contract],
        publish: Callable[[TradingEvent], None],
    ) -> None:
        self._store, self._settings, self._clock, self._market = store, settings, clock, market
        self._venue, self._contracts, self._publish = venue, contracts, publish
        self._locks, self._plans = store.locks, store.plans_for(self._terms)
        self._use_for_plans(settings)
        self._hours = TradingHours(contracts, settings.execution)
        day = AccountDay.by(settings.risk_mitigation)
        self._portfolio = Portfolio(contracts, day.day_of)
        self._record = BrokerRecord(clock, store, self._plans, self._portfolio, day, publish)
        self._execution = Execution(
            *(broker, clock, market, settings.execution, self._portfolio, self._on_execution_event),
            *(store.other_desks.installation.name, store.has_sent, self._audit, self._hours.close_after),
        )
        self._authority = AuthorityDesk(clock, store, self._execution.orders, publish)
        self._risk = RiskContext(
            *(clock, settings, market, self._plans, self._locks, store.modes, self._execution, self._hours)
        )
        dispatch = Dispatch(
            *(clock, settings, market, self._risk, self._plans, store.modes, self._execution),
            *(self._authority, self._once_durable, publish),
        )
        self._entries = EntryDesk(
            *(clock, settings, market, self._risk, self._plans, dispatch, publish),
            *(self._terms, store.scope),
        )
        self._flattening = Flattening(clock, self._locks, self._execution, publish)
        self._commands = CommandDesk(
            *(clock, store, self._plans, self._entries, self._execution, self._flattening),
            *(self._terms, self._authority, publish),
        )
        self._plans.listen(lambda error: self.keep_to_exits(str(error)))
        self._plans_due_at = self._safety_due_at = self._awake_at = clock.now()
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
        now, store = self._clock.now(), self._store
        self._publish(AccountOpened(store.account))
        for plan in self._plans.begin(now):
            self._publish(PlanChanged(plan))
        resumed = store.resume(self._plans, self._portfolio, now)
        self._execution.start(resumed.known, resumed.ended, store.exits.ordered, store.exits.rules)
        self._flattening.resume()
        if resumed.trades:
            self._publish(TradesRecalled(resumed.trades))
        if resumed.lost:
            self._publish(PaperTradesEnded(resumed.lost))
        if not store.scope:
            for doubt in store.doubts:
                self.keep_to_exits(doubt)
        self._authority.announce()

    def start(self) -> None:
        """Connects, and shows what there is: plans, modes, figures. Nothing is entered until broker and store agree."""
        self.connect()
        self._is_started = True
        for plan in reversed(self._plans.recent(RECENT_PLANS)):
            self._publish(PlanChanged(plan))
        self._entries.read_external_plans(is_forced=True)
        self._authority.require_permits("AUTO was not confirmed for these settings")
        self._authority.announce()
        self._authority.on_differences()
        now = self._clock.now()
        self._authority.on_other_desks(self._store.other_desks.at_start, now)
        self._record.announce_figures(now)

    def stop(self) -> None:
        """No order leaves from now on: another trader takes over, or the desk is closed."""
        self._entries.dispatch.stop("the desk was closed before the order left")

    def leave(self) -> None:
        """A played market is left for another place: no order leaves from now on, every position is to be closed."""
        self._entries.dispatch.stop("the market jumped before the order left")
        for trade in self._portfolio.open_trades:
            self._execution.positions.close(trade.ticket, ExitReason.JUMP)

    def use(self, settings: Settings) -> None:
        """Works by other settings from now on; the paper account stays as it was opened. Only the user raises modes,
        but a symbol that traded without approval goes to MANUAL if AUTO was not confirmed for its settings."""
        risk = settings.risk_mitigation
        self._settings = settings
        self._store.permits.use(settings)
        self._authority.require_permits("a setting that affects trades was changed")
        self._check_interval = timedelta(seconds=settings.check_interval_seconds)
        self._locks.use(timedelta(seconds=settings.cooldown_seconds), timedelta(seconds=risk.cool_off_seconds))
        self._use_for_plans(settings)
        self._execution.positions.use(settings.execution)
        self._hours.use(settings.execution)
        self._record.use_day(AccountDay.by(risk))
        self._risk.use(settings)
        self._entries.use(settings)

    def _use_for_plans(self, settings: Settings) -> None:
        life = timedelta(minutes=settings.execution.plan_expiry_minutes)
        self._plans.use(life, settings.plans.outside_rows)

    def lock_left_s(self, symbol: str) -> float:
        """Seconds for which entries of `symbol` stay locked, infinite until the user lets go; 0 without a lock."""
        return self._locks.seconds_left(symbol, self._clock.now())

    def overview(self) -> TradingOverview:
        """Account and authority as they are now."""
        now = self._clock.now()
        parts = (self._store, self._plans, self._portfolio, self._execution, self._market)
        return overview_of(now, now - timedelta(hours=1), *parts, self._entries.dispatch.is_automatic)

    def recent_plans(self, count: int) -> tuple[TradePlan, ...]:
        """The newest plans of every account and state, newest first. May be called from any thread."""
        return self._plans.recent(count)

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

    def keep_to_exits(self, cause: str) -> None:
        """Entries are blocked until the user allows them."""
        self._authority.keep_to_exits(cause)

    def on_health(self, health: Health) -> None:
        """Does no more than the desk's health allows; a chance to write what waits even without a market."""
        self._see_to_safety()
        self._authority.on_health(health)

    def handle(self, command: TradingCommand) -> None:
        """Carries out a command; what cannot be done is refused with the reason."""
        self._commands.handle(command)

    # -- the market ---------------------------------------------------------------------------------------------

    def note_time(self) -> None:
        """Call before each item, command and look: after the desk stood still, it compares with the broker first.

        In a played market time jumps, over a weekend for example, and nothing can have happened meanwhile.
        """
        if self._venue is None:
            now = self._clock.now()
            stood_still, self._awake_at = now - self._awake_at, now
            if stood_still >= STOOD_STILL:
                self._execution.wake(stood_still)

    def on_quote(self, quote: Quote) -> None:
        """Fills and exits by a new quote; now and then what waits is looked at as well."""
        if self._venue is not None:
            self._venue.on_quote(quote)
        self._execution.on_quote(quote)
        self._see_to_what_is_due(quote.at)

    def on_time(self) -> None:
        """Does what is due without a quote; a few times a second where the broker lives by the machine's clock."""
        self._execution.on_time()
        self._see_to_what_is_due(self._clock.now())

    def on_history(self, closed: CandleClosed) -> None:
        """A candle from before the live stream: known, never acted on."""
        self._hours.note(closed.snapshot)

    def on_candle(self, closed: CandleClosed) -> None:
        """Leaves what the candle speaks against, then looks at what it proposes."""
        self._hours.note(closed.snapshot)
        self._execution.on_candle(closed.snapshot.candle)
        setup = self._entries.on_candle(closed)
        if self._plans.has_unfinished:
            self._guarded(self._entries.expire)
        if setup is not None and setup.symbol in self._contracts:
            self._guarded(lambda: self._entries.consider(setup))

    def _see_to_what_is_due(self, now: datetime) -> None:
        self._flattening.follow()
        if now >= self._safety_due_at:
            self._safety_due_at = now + SAFETY_PAUSE
            self._see_to_safety()
        if now >= self._plans_due_at and self._is_started:
            self._plans_due_at = _next_look(now, self._check_interval)
            self._look_at_plans(now)

    def _see_to_safety(self) -> None:
        """Writes what the store did not take, ends what a halt should have ended, and says what is still missing."""
        table = self._locks.table
        if not (table.is_behind or self._authority.unwritten or self._locks.halt is not None):
            return  # as on nearly every quote
        if table.is_behind:
            table.catch_up(self._clock.now())
        if self._locks.halt is not None and not table.unwritten and self._plans.has_unfinished:
            self._guarded(self._commands.cancel_what_waited)
        if table.unwritten != self._authority.unwritten:
            self._authority.announce()

    # -- plans --------------------------------------------------------------------------------------------------

    def _look_at_plans(self, now: datetime) -> None:
        if self._record.is_behind:
            self._guarded(self._record.catch_up)
        if self._plans.has_news:
            self._guarded(self._entries.read_external_plans)
            if self._plans.has_more:
                self._plans_due_at = now  # a little at a time: the market goes on in between
        if self._plans.has_unfinished:
            self._guarded(self._entries.expire)
            self._guarded(self._entries.check_plans)

    def _terms(self, symbol: str) -> PlanTerms | None:
        return terms_of(self._contracts.get(symbol), self._settings, self._market)

    def _guarded(self, act: Callable[[], None]) -> None:
        """A store that cannot be written to lowers the desk to CLOSE ONLY: without a record nothing is sent.

        Where another program was faster nothing has happened, and the next look at the table shows it.
        """
        try:
            act()
        except UnusableStore as error:
            self.keep_to_exits(str(error))
        except (IllegalTransition, PlanConflict) as error:
            self._publish(PlanConflicted(str(error)))

    def _once_durable(self, act: Callable[[], None]) -> None:
        """Goes on with an entry whose intent was waited for: the desk may have stood still meanwhile."""
        self.note_time()
        self._guarded(act)

    # -- events of the broker ----------------------------------------------------------------------------------

    def _on_execution_event(self, event: ExecutionEvent) -> None:
        self._guarded(lambda: self._record.write(event))
        self._publish(event)
        self._record.follow(event)
        if isinstance(event, OtherDeskSeen):
            self._authority.on_other_desks((event.installation,), self._clock.now())

    def _audit(self, state: BrokerState) -> None:
        if self._record.audit(state):
            self._authority.on_differences()


def _next_look(now: datetime, interval: timedelta) -> datetime:
    """The next of the instants that lie `interval` apart: the same whichever quotes came before."""
    return now + interval - (now - _EPOCH) % interval
