"""The pipeline: the life of a candle, from a quote to what everybody may know of it, top to bottom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from config.settings import Settings
from engine.bus import Bus
from engine.changeover import Changeover
from engine.clock import Clock
from engine.domain.market import CANDLE_LENGTH, Candle, FeedItem, Minute, Quote, Source, minute_of
from engine.domain.messages import (
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
    LiveExplained,
    MarketEnded,
    MarketOpened,
    Pause,
    PlayerCommand,
    QuoteReceived,
    QuoteRefused,
    RecallCandle,
    ReconnectGateway,
    Resume,
    Seek,
    SetSpeed,
    SettingsChanged,
    StepCandle,
)
from engine.domain.trading_messages import CommandRefused, TradingCommand, TradingEvent
from engine.driving import Driver
from engine.errors import DeskError, InvalidMarketData
from engine.fills.minutes import closing_quote
from engine.history import history_of
from engine.market.feed import Feed
from engine.market.state import MarketState
from engine.market.tape import Tape
from engine.pulse import Pulse
from engine.settings_store import SettingsStore
from engine.survival import Survival
from engine.trading.early import EarlyOrders
from engine.trading.trader import Trader
from engine.watch import Watch

_DAWN = datetime.min.replace(tzinfo=UTC)

WatchFactory = Callable[[Source, Settings], Watch]
TraderFactory = Callable[[Callable[[TradingEvent], None], Settings, MarketState], Trader]
"""Makes the trader of a market that begins; its events go to the callable."""


class TradingEngine:
    """Listens to a feed, keeps the readings of every symbol, and is the sole publisher on the bus."""

    def __init__(
        self,
        feed: Feed,
        bus: Bus,
        clock: Clock,
        watch_for: WatchFactory,
        open_trading: TraderFactory,
        settings: SettingsStore,
        beat_s: float | None = None,
        tape: Tape | None = None,
        gateway: Callable[[GatewayCommand], None] | None = None,
        pulse: Pulse | None = None,
        early: EarlyOrders | None = None,
    ) -> None:
        """`beat_s` is how often trading sees to what is due without a quote, None where quotes are all the time there
        is; `tape` hears all that is believed, `gateway` what the user wants of the way to the broker. `pulse` tells how
        the desk is while it runs; a market that is only played through needs none. `early` takes what is ordered for
        safety before a market has opened; one that is played opens at once."""
        self._gateway = gateway
        self._pulse = pulse
        self._early = early
        self._feed = feed
        self._tape = tape
        self._beat_s = beat_s
        self._driver = Driver(feed, bus.publish)
        self._bus = bus
        self._clock = clock
        self._watch_for = watch_for
        self._open_trading = open_trading
        self._changeover = Changeover(settings, feed, clock)
        self._watches: dict[str, Watch] = {}
        self._market = MarketState()
        self._trader: Trader | None = None
        self._minute_ends_at = _DAWN
        self.survival = Survival(bus.publish, self._close_only)

    @property
    def sources(self) -> tuple[Source, ...]:
        return self._feed.sources

    # -- life ---------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Follows the feed, again after each seek; ends only by cancellation, since the user may always jump back.

        A live feed that ends has learned something that its past has to be read by, and begins anew at once. What
        fails unexpectedly is passed over with less authority, and a live market is begun anew: it trades when broker
        and store agree again, as after any start. A played feed that fails ends the run.
        """
        self.survival.is_on = True
        if self._early is not None:
            self._early.announce(self._bus.publish)
        try:
            async with asyncio.TaskGroup() as tasks:
                if (pulse := self._pulse) is not None:
                    tasks.create_task(self.survival.keep("The health check", partial(self._beat, pulse)))
                if self._driver.player is None:
                    await self.survival.keep("The market", self._play_on)
                else:
                    await self._play_on()
        finally:
            self._stop_trading()

    async def _beat(self, pulse: Pulse) -> None:
        await pulse.beat(self._look_at_health)

    async def _play_on(self) -> None:
        while True:
            await self.play()
            if self._driver.player is not None:
                await self._driver.has_sought.wait()

    async def play(self) -> None:
        """Reads history and follows the feed once, to its end or to a seek. Raises whatever fails, without `run`."""
        self._driver.has_sought.clear()
        await self._feed.open()
        left = self._open_market()
        await asyncio.sleep(0)  # who listens shows what was opened
        if self._beat_s is None:
            await self._trade(left)
            return
        self._trading.connect()  # what is open is led, and closed if need be, while history is read
        async with asyncio.TaskGroup() as tasks:
            beat = tasks.create_task(self._keep_time(self._beat_s))
            await self._trade(left)
            beat.cancel()

    async def _trade(self, left: dict[str, Watch]) -> None:
        await self._read_history(left)
        if self._driver.has_sought.is_set():
            return
        self._trading.start()
        await self._follow_feed()
        if not self._driver.has_sought.is_set():
            self._bus.publish(MarketEnded())

    async def _follow_feed(self) -> None:
        async for item in self._feed.items():
            try:
                self.process(item)
            except Exception as error:
                self._note(f"A quote of {item.symbol}", error)

    async def _keep_time(self, beat_s: float) -> None:
        while True:
            await asyncio.sleep(beat_s)
            self._attempt("A timed task", self.on_time)

    def _attempt(self, part: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self._note(part, error)

    def _note(self, part: str, error: Exception) -> None:
        """To be called where `error` is handled."""
        if not self.survival.is_on:
            raise error
        self.survival.note(part, error)

    def _close_only(self, cause: str) -> None:
        if self._trader is not None:
            self._trader.keep_to_exits(cause)

    def on_time(self) -> None:
        """Does what is due without a quote; a few times a second on a live market."""
        self._trading.note_time()
        self._trading.on_time()

    def _look_at_health(self) -> None:
        assert self._pulse is not None
        health = self._pulse.take(self._watches, self._market, self._driver.player, asyncio.get_running_loop().time())
        if self._trader is not None:
            self._trader.on_health(health)
        self._bus.publish(HealthReported(health))

    def _open_market(self) -> dict[str, Watch]:
        """Starts over, and returns the states of the symbols of a played market as it was left."""
        self._tell_settings(self._changeover.begin_market(is_played=self._driver.player is not None))
        settings = self._changeover.settings
        left = self._watches if self._driver.player is not None else {}
        self._watches = {source.symbol: self._watch_for(source, settings) for source in self._feed.sources}
        self._market, self._minute_ends_at = MarketState(), _DAWN
        if self._tape is not None:
            self._tape.market_opens()
        self._stop_trading()
        self._bus.publish(MarketOpened(self._feed.sources))
        self._trader = self._open_trading(self._bus.publish, settings, self._market)
        return left

    def _stop_trading(self) -> None:
        if self._trader is not None:
            self._trader.stop()

    async def _read_history(self, left: dict[str, Watch]) -> None:
        count = 0
        winds_to = None if self._driver.player is None else self._clock.now()
        for chunk in history_of(self._feed, self._watches, winds_to, left):
            for closed in chunk.read:
                self._market.on_candle(closed.snapshot)
                self._trading.on_history(closed)
            if chunk.shown:
                self._bus.publish(HistoryRead(chunk.shown))
            count += len(chunk.read)
            await asyncio.sleep(0)
            if self._driver.has_sought.is_set():
                return
        self._bus.publish(HistoryCompleted(count))

    # -- the life of a candle -----------------------------------------------------------------------------------

    def process(self, item: FeedItem) -> None:
        """Takes one item of the feed through the whole pipeline."""
        self._trading.note_time()
        if isinstance(item, Quote):
            self._take_quote(item)
        elif isinstance(item, Minute):
            self._take_minute(item.candle)
        else:
            self._take_closed_candle(item)

    def _take_quote(self, quote: Quote) -> None:
        if quote.at >= self._minute_ends_at:
            self._close_minutes_before(quote.at)
        watch = self._watches[quote.symbol]
        try:
            watch.on_quote(quote)
        except InvalidMarketData as error:
            self._bus.publish(QuoteRefused(quote.symbol, str(error)))
            return
        except Exception as error:
            if not self.survival.is_on:
                raise
            self.survival.note(f"The indicators of {quote.symbol}", error)  # its positions are managed all the same
        self._market.on_quote(quote)
        if self._tape is not None:
            self._tape.take(quote)
        self._trading.on_quote(quote)
        if self._bus.is_heard(QuoteReceived):
            self._bus.publish(QuoteReceived(quote, watch.builder.forming))

    def _take_minute(self, candle: Candle) -> None:
        """Takes a minute on whose prices nothing depends: its last quote, for who decides or looks, and its candle."""
        quote = closing_quote(candle)
        if self._bus.is_heard(QuoteReceived):
            self._take_quote(quote)
        else:
            self._market.on_quote(quote)
            self._trading.on_quote(quote)
        self._take_closed_candle(candle)

    def _take_closed_candle(self, candle: Candle) -> None:
        watch = self._watches[candle.symbol]
        if watch.newest is not None and watch.newest.candle.opened_at >= candle.opened_at:
            return  # the broker is late with it: its quotes have closed this minute already
        if self._tape is not None:
            self._tape.take(candle)
        self._begin_minute(candle.opened_at)
        watch.builder.drop_by(candle.closed_at)  # what the quotes made of this minute gives way
        self._close(watch, candle)

    def _close_minutes_before(self, instant: datetime) -> None:
        self._minute_ends_at = minute_of(instant) + CANDLE_LENGTH
        for watch in self._watches.values():
            closed = watch.builder.close_by(instant)
            if closed is not None:
                self._attempt(f"The candle of {closed.symbol}", partial(self._close, watch, closed))
        self._begin_minute(self._minute_ends_at - CANDLE_LENGTH)

    def _begin_minute(self, opens_at: datetime) -> None:
        """The one place where other settings come into force: while no candle forms."""
        self._tell_settings(self._changeover.begin_minute(opens_at, self._watches, self._market, self._trading))

    def _close(self, watch: Watch, candle: Candle) -> None:
        closed = watch.read(candle)
        self._market.on_candle(closed.snapshot)
        self._changeover.note(candle)
        self._bus.publish(closed)
        self._trading.on_candle(closed)
        self._driver.announce_if_changed()

    # -- commands -----------------------------------------------------------------------------------------------

    def handle(self, command: Command) -> None:
        """Carries out what the user asked for; what came of it is announced as an event."""
        try:
            self._carry_out(command)
        except Exception as error:
            if not self.survival.is_on:
                raise
            self.survival.note(f"The command {type(command).__name__}", error)
            if isinstance(command, TradingCommand):  # each time: who asked must not take it for done
                self._bus.publish(CommandRefused(command, f"an internal error ({type(error).__name__}); see the log"))

    def _carry_out(self, command: Command) -> None:
        match command:
            case ExplainLive(symbol):
                self._explain_live(symbol)
            case RecallCandle(symbol, opened_at):
                self._recall(symbol, opened_at)
            case ChangeSettings():
                self._tell_settings(self._changeover.ask(command, self._minute_ends_at, self._watches))
            case Pause() | Resume() | StepCandle() | SetSpeed() | Seek():
                self._drive(command)
            case ConfirmAccount() | ConfirmClock() | ReconnectGateway():
                if self._gateway is not None:
                    self._gateway(command)
            case _ if self._trader is None:
                if self._early is None or not self._early.carry_out(command, self._bus.publish):
                    self._bus.publish(CommandRefused(command, "the market is not open yet, and nothing trades"))
            case _:
                self._trading.note_time()
                self._trading.handle(command)

    def _drive(self, command: PlayerCommand) -> None:
        try:
            self._driver.drive(command)
        except DeskError as error:
            self._bus.publish(FaultReported("Playback continues unchanged", str(error)))

    @property
    def _trading(self) -> Trader:
        assert self._trader is not None, "the market has not been opened"
        return self._trader

    def _tell_settings(self, told: SettingsChanged | None) -> None:
        if told is None:
            return
        if (fault := self._changeover.write(told)) is not None and self._trader is not None:
            self._trader.keep_to_exits(fault)
        self._bus.publish(told)

    def _explain_live(self, symbol: str) -> None:
        watch = self._watches.get(symbol)
        if watch is None:
            return  # a record of the journal may be about a symbol that is not watched now
        explanation = watch.explain_live(
            self._clock.now(), self._market.quotes.get(symbol), self._trading.lock_left_s(symbol)
        )
        if explanation is not None:
            self._bus.publish(LiveExplained(explanation))

    def _recall(self, symbol: str, opened_at: datetime) -> None:
        watch = self._watches.get(symbol)
        if watch is None:
            return
        recalled = watch.recall(opened_at, lambda since: self._feed.past(symbol, since))
        if recalled is not None:
            self._bus.publish(recalled)
