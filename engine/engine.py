"""The engine: one market after the other from its opening to its end, and what the user asks for meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from config.settings import Settings
from engine.bus import Bus
from engine.changeover import Changeover
from engine.clock import Clock
from engine.domain.calendar import EMPTY_CALENDAR, CalendarChanged, CalendarEvent, ClearCalendar, ImportCalendar
from engine.domain.market import Source
from engine.domain.messages.commands import HALT_RELEASED, LowerAuthority, TradingCommand
from engine.domain.messages.engine import (
    ChangeSettings,
    Command,
    ConfirmAccount,
    ConfirmClock,
    ExplainLive,
    FaultReported,
    GatewayCommand,
    HealthReported,
    HistoryCompleted,
    HistoryRead,
    MarketEnded,
    MarketOpened,
    Pause,
    PlayerCommand,
    RecallCandle,
    ReconnectGateway,
    Resume,
    Seek,
    SetSpeed,
    StepCandle,
)
from engine.domain.messages.trading import CommandRefused, TradingEvent
from engine.domain.price_alerts import (
    AddPriceAlert,
    ChangePriceAlert,
    MovePriceAlert,
    PriceAlertCommand,
    RemovePriceAlert,
    SwitchPriceAlert,
)
from engine.domain.risk import Authority
from engine.driving import Driver
from engine.errors import DeskError
from engine.history import history_of
from engine.market.feed import Feed
from engine.market.news import CalendarSource
from engine.market.state import MarketState
from engine.market.tape import Tape
from engine.pipeline import NEVER, Pipeline
from engine.price_alerts.desk import PriceAlertDesk
from engine.pulse import Pulse
from engine.settings_store import SettingsStore
from engine.survival import Survival
from engine.symbol_state import SymbolState
from engine.trading.early import EarlyOrders
from engine.trading.trader import Trader

SymbolStateFactory = Callable[[Source, Settings], SymbolState]
TraderFactory = Callable[[Callable[[TradingEvent], None], Settings, MarketState], Trader]
"""Makes the trader of a market that begins; its events go to the callable."""
Leave = Callable[[bool], None]
"""Closes what is open in a played market before it jumps; True if the practice session ends there."""


class TradingEngine:
    """Listens to a feed, keeps the state of every symbol, and is the sole publisher on the bus."""

    def __init__(
        self,
        feed: Feed,
        bus: Bus,
        clock: Clock,
        state_of: SymbolStateFactory,
        open_trading: TraderFactory,
        settings: SettingsStore,
        alerts: PriceAlertDesk,
        beat_s: float | None = None,
        tape: Tape | None = None,
        gateway: Callable[[GatewayCommand], None] | None = None,
        pulse: Pulse | None = None,
        early: EarlyOrders | None = None,
        calendar: CalendarSource | None = None,
        leave: Leave | None = None,
        missing_candles: Callable[[str], str] = lambda _: "",
    ) -> None:
        """`beat_s` is how often trading handles what is due without a quote, None where quotes alone move the time;
        `tape` records every accepted item, `gateway` handles the user's commands on the connection to the broker.
        `pulse` measures the desk's health while it runs; a market that is only played through needs none. `early`
        accepts safety orders before a market has opened; a played one opens at once, and has a way to `leave` it.
        `calendar` knows the news. `missing_candles` says which of a symbol's candles are not known now, empty for none:
        until then nothing of it is judged or entered."""
        self._leave = leave
        self._goes_on = False
        self._missing_candles = missing_candles
        self._gateway = gateway
        self._pulse = pulse
        self._early = early
        self._calendar = calendar
        self._feed = feed
        self._tape = tape
        self._beat_s = beat_s
        self._driver = Driver(feed, bus.publish)
        self._bus = bus
        self._clock = clock
        self._state_of = state_of
        self._open_trading = open_trading
        self._alerts = alerts
        self._changeover = Changeover(settings, feed, clock, bus.publish, self._close_only)
        self._pipeline: Pipeline | None = None
        self.survival = Survival(bus.publish, self._close_only)

    @property
    def sources(self) -> tuple[Source, ...]:
        return self._feed.sources

    # -- life ---------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Follows the feed, again after each seek; ends only by cancellation, since the user may always jump back.

        A live feed that ends has learned something that its past has to be read by, and starts again at once. What
        fails unexpectedly is passed over with less authority, and a live market is started again: it trades when broker
        and store agree again, as after any start. A played feed that fails ends the run.
        """
        self.survival.is_on = True
        if self._early is not None:
            self._early.announce(self._bus.publish)
        try:
            async with asyncio.TaskGroup() as tasks:
                if (pulse := self._pulse) is not None:
                    tasks.create_task(self.survival.keep("The health check", partial(self._beat, pulse)))
                if (calendar := self._calendar) is not None:
                    follow = partial(calendar.run, self._on_calendar)
                    tasks.create_task(self.survival.keep("The economic calendar", follow))
                if self._driver.player is None:
                    await self.survival.keep("The market", self._play_on)
                else:
                    await self._play_on()
        finally:
            self._stop_trading()
            self._alerts.stop()

    async def _beat(self, pulse: Pulse) -> None:
        await pulse.beat(self._look_at_health)

    def _on_calendar(self, event: CalendarEvent) -> None:
        if isinstance(event, CalendarChanged) and self._pipeline is not None:
            self._pipeline.market.calendar = event.calendar
        self._bus.publish(event)

    async def _play_on(self) -> None:
        while True:
            await self.play()
            if self._driver.player is not None:
                await self._driver.has_sought.wait()

    async def play(self) -> None:
        """Reads history and follows the feed once, to its end or to a seek. Lets errors through, unlike `run`."""
        self._driver.has_sought.clear()
        await self._feed.open()
        previous = self._open_market()
        await asyncio.sleep(0)  # who listens shows what was opened
        if self._beat_s is None:
            await self._trade(previous)
            return
        self.pipeline.trader.connect()  # what is open is managed, and closed if need be, while history is read
        async with asyncio.TaskGroup() as tasks:
            beat = tasks.create_task(self._keep_time(self._beat_s))
            await self._trade(previous)
            beat.cancel()

    async def _trade(self, previous: dict[str, SymbolState]) -> None:
        await self._read_history(previous)
        if self._driver.has_sought.is_set():
            return
        self.pipeline.trader.start()
        if self._early is not None and self._early.has_released:
            self.pipeline.trader.handle(LowerAuthority(Authority.MANUAL, HALT_RELEASED))
        await self._follow_feed()
        if not self._driver.has_sought.is_set():
            self._bus.publish(MarketEnded())

    async def _follow_feed(self) -> None:
        pipeline = self.pipeline
        async for item in self._feed.items():
            try:
                pipeline.process(item)
            except Exception as error:
                self.survival.note(f"A quote of {item.symbol}", error)

    async def _keep_time(self, beat_s: float) -> None:
        while True:
            await asyncio.sleep(beat_s)
            self.survival.attempt("A timed task", self.pipeline.on_time)

    def _close_only(self, cause: str) -> None:
        if self._pipeline is not None:
            self._pipeline.trader.keep_to_exits(cause)

    def _look_at_health(self) -> None:
        assert self._pulse is not None
        pipeline, player = self._pipeline, self._driver.player
        states, market = ({}, MarketState()) if pipeline is None else (pipeline.states, pipeline.market)
        health = self._pulse.measure(states, market, player, asyncio.get_running_loop().time())
        if pipeline is not None:
            pipeline.trader.on_health(health)
        self._bus.publish(HealthReported(health))

    def _open_market(self) -> dict[str, SymbolState]:
        """Starts over, and returns the states of the symbols of a played market as it was left."""
        is_played, before = self._driver.player is not None, self._pipeline
        self._changeover.begin_market(is_played=is_played)
        calendar = EMPTY_CALENDAR if self._calendar is None else self._calendar.calendar
        settings, market = self._changeover.settings, MarketState(calendar, self._missing_candles)
        states = {source.symbol: self._state_of(source, settings) for source in self._feed.sources}
        if self._tape is not None:
            self._tape.market_opens()
        self._stop_trading()
        self._bus.publish(MarketOpened(self._feed.sources, goes_on=self._goes_on))
        self._alerts.begin_market({symbol: state.is_judged for symbol, state in states.items()}, market)
        self._pipeline = Pipeline(
            bus=self._bus,
            clock=self._clock,
            feed=self._feed,
            states=states,
            market=market,
            trader=self._open_trading(self._bus.publish, settings, market),
            alerts=self._alerts,
            changeover=self._changeover,
            tape=self._tape,
            survival=self.survival,
            after_candle=self._driver.announce_if_changed,
        )
        return before.states if is_played and before is not None else {}

    def _stop_trading(self) -> None:
        if self._pipeline is not None:
            self._pipeline.trader.stop()

    async def _read_history(self, previous: dict[str, SymbolState]) -> None:
        count = 0
        jumps_to = None if self._driver.player is None else self._clock.now()
        pipeline = self.pipeline
        for chunk in history_of(self._feed, pipeline.states, jumps_to, previous):
            for closed in chunk.read:
                pipeline.on_history(closed)
            if chunk.shown:
                self._bus.publish(HistoryRead(chunk.shown))
            count += len(chunk.read)
            await asyncio.sleep(0)
            if self._driver.has_sought.is_set():
                return
        self._bus.publish(HistoryCompleted(count))

    # -- commands -----------------------------------------------------------------------------------------------

    def handle(self, command: Command) -> None:
        """Carries out what the user asked for; what came of it is announced as an event."""
        try:
            self._carry_out(command)
        except Exception as error:
            self.survival.note(f"The command {type(command).__name__}", error)
            if isinstance(
                command, TradingCommand | PriceAlertCommand
            ):  # each time: who asked must not take it for done
                self._bus.publish(CommandRefused(command, f"an internal error ({type(error).__name__}); see the log"))

    def _carry_out(self, command: Command) -> None:
        match command:
            case ExplainLive() | RecallCandle() if self._pipeline is None:
                pass  # nothing is known yet
            case ExplainLive(symbol):
                self.pipeline.explain_live(symbol)
            case RecallCandle(symbol, opened_at):
                self.pipeline.recall(symbol, opened_at)
            case ImportCalendar() | ClearCalendar():
                if self._calendar is not None:
                    self._calendar.handle(command)
            case ChangeSettings():
                self._change_settings(command)
            case Pause() | Resume() | StepCandle() | SetSpeed() | Seek():
                self._drive(command)
            case ConfirmAccount() | ConfirmClock() | ReconnectGateway():
                if self._gateway is not None:
                    self._gateway(command)
            case _ if self._pipeline is None:
                if self._early is None or not self._early.carry_out(command, self._bus.publish):
                    self._bus.publish(CommandRefused(command, "the market is not open yet, and nothing trades"))
            case AddPriceAlert() | ChangePriceAlert() | MovePriceAlert() | SwitchPriceAlert() | RemovePriceAlert():
                self._alerts.handle(command)
            case _:
                self.pipeline.trader.note_time()
                self.pipeline.trader.handle(command)

    def _change_settings(self, command: ChangeSettings) -> None:
        if (pipeline := self._pipeline) is None:
            self._changeover.ask(command, NEVER, {})
        else:
            self._changeover.ask(command, pipeline.minute_ends_at, pipeline.states)

    def _drive(self, command: PlayerCommand) -> None:
        try:
            if isinstance(command, Seek):
                self._leave_for(command)
            self._driver.drive(command)
        except DeskError as error:
            self._bus.publish(FaultReported("Playback continues unchanged", str(error)))

    def _leave_for(self, seek: Seek) -> None:
        """Before the clock jumps: what is open ends at the prices and the time of the place that is left."""
        if self._leave is None or self._pipeline is None:
            return
        if not self._driver.has_sought.is_set() or seek.is_new_session:
            self._leave(seek.is_new_session)
            self._goes_on = not seek.is_new_session

    @property
    def opened(self) -> Pipeline | None:
        """The pipeline of the open market; None before there is one."""
        return self._pipeline

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline of the open market; there has to be one."""
        assert self._pipeline is not None, "the market has not been opened"
        return self._pipeline
