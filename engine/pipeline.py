"""The life of a candle, from a quote to what everybody may know of it, top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from functools import partial

from engine.bus import Bus
from engine.changeover import Changeover
from engine.clock import Clock
from engine.domain.judgement import Explanation
from engine.domain.market import CANDLE_LENGTH, Candle, FeedItem, Minute, Quote, minute_of
from engine.domain.messages.engine import CandleClosed, CandleRecalled, LiveExplained, QuoteReceived, QuoteRefused
from engine.errors import InvalidMarketData
from engine.fills.minutes import closing_quote
from engine.market.feed import Feed
from engine.market.news import EventWatch
from engine.market.state import MarketState
from engine.market.tape import Tape
from engine.price_alerts.desk import PriceAlertDesk
from engine.recall import returned_by
from engine.survival import Survival
from engine.symbol_state import SymbolState
from engine.trading.trader import Trader

NEVER = datetime.min.replace(tzinfo=UTC)


class Pipeline:
    """One market from its opening to its end: each item of its feed goes through indicators, conditions and trading."""

    def __init__(
        self,
        bus: Bus,
        clock: Clock,
        feed: Feed,
        states: dict[str, SymbolState],
        market: MarketState,
        trader: Trader,
        alerts: PriceAlertDesk,
        changeover: Changeover,
        tape: Tape | None,
        survival: Survival,
        after_candle: Callable[[], None],
    ) -> None:
        """`states` has every symbol of the feed; `after_candle` is called when a candle has had its effect."""
        self._bus = bus
        self._clock = clock
        self._feed = feed
        self.states = states
        self.market = market
        self.trader = trader
        self.alerts = alerts
        self._changeover = changeover
        self._tape = tape
        self._survival = survival
        self._after_candle = after_candle
        self._events = EventWatch(feed.sources, bus.publish)
        self.minute_ends_at = NEVER

    def on_time(self) -> None:
        """Does what is due without a quote; a few times a second on a live market."""
        self.trader.note_time()
        self.trader.on_time()
        self._look_for_news()

    def on_history(self, closed: CandleClosed) -> None:
        """Takes an earlier candle, which is known but not traded."""
        self.market.on_candle(closed.snapshot)
        self.trader.on_history(closed)
        self.alerts.on_history(closed)

    def process(self, item: FeedItem) -> None:
        """Takes one item of the feed through the whole pipeline."""
        self.trader.note_time()
        if isinstance(item, Quote):
            self._on_quote(item)
        elif isinstance(item, Minute):
            self._on_minute(item.candle)
        else:
            self._on_closed_candle(item)
        self._look_for_news()

    def _look_for_news(self) -> None:
        self._events.look(self._clock.now(), self.market.calendar, self._changeover.settings)

    def _on_quote(self, quote: Quote) -> None:
        if quote.at >= self.minute_ends_at:
            self._close_minutes_before(quote.at)
        state = self.states[quote.symbol]
        try:
            state.on_quote(quote)
        except InvalidMarketData as error:
            self._bus.publish(QuoteRefused(quote.symbol, str(error)))
            return
        except Exception as error:
            self._survival.note(f"The indicators of {quote.symbol}", error)  # its positions are managed all the same
        self.market.on_quote(quote)
        if self._tape is not None:
            self._tape.add(quote)
        self.trader.on_quote(quote)
        self.alerts.on_quote(quote)
        if self._bus.is_heard(QuoteReceived):
            self._bus.publish(QuoteReceived(quote, state.builder.forming))

    def _on_minute(self, candle: Candle) -> None:
        """Takes a minute on whose prices nothing depends: its last quote, for who decides or looks, and its candle."""
        quote = closing_quote(candle)
        if self._bus.is_heard(QuoteReceived):
            self._on_quote(quote)
        else:
            self.market.on_quote(quote)
            self.trader.on_quote(quote)
        self._on_closed_candle(candle)

    def _on_closed_candle(self, candle: Candle) -> None:
        state = self.states[candle.symbol]
        if state.newest is not None and state.newest.candle.opened_at >= candle.opened_at:
            return  # the broker is late with it: its quotes have closed this minute already
        if self._tape is not None:
            self._tape.add(candle)
        self._begin_minute(candle.opened_at)
        state.builder.drop_by(candle.closed_at)  # what the quotes made of this minute gives way
        self._close(state, candle)

    def _close_minutes_before(self, instant: datetime) -> None:
        self.minute_ends_at = minute_of(instant) + CANDLE_LENGTH
        for state in self.states.values():
            closed = state.builder.close_by(instant)
            if closed is not None and not self.market.missing_candles(closed.symbol):
                self._survival.attempt(f"The candle of {closed.symbol}", partial(self._close, state, closed))
        self._begin_minute(self.minute_ends_at - CANDLE_LENGTH)

    def _begin_minute(self, opens_at: datetime) -> None:
        self._changeover.begin_minute(opens_at, self.states, self.market, self.trader)

    def _close(self, state: SymbolState, candle: Candle) -> None:
        is_known = not self.market.missing_candles(candle.symbol)
        closed = state.update(candle) if is_known else state.update_unjudged(candle)
        self.market.on_candle(closed.snapshot)
        self._changeover.note(candle)
        self._bus.publish(closed)
        self.trader.on_candle(closed)
        self.alerts.on_candle(closed, partial(state.explain, closed.snapshot))
        self._after_candle()

    # -- requests of the window -------------------------------------------------------------------------------------

    def explain_live(self, symbol: str) -> None:
        """Announces the conditions of this moment, by the forming candle."""
        explanation = self.explanation_now(symbol)
        if explanation is not None:
            self._bus.publish(LiveExplained(explanation))

    def explanation_now(self, symbol: str) -> Explanation | None:
        """The conditions of this moment; None where nothing is judged."""
        state = self.states.get(symbol)
        if state is None:
            return None  # a record of the journal may be about a symbol that is not watched now
        return state.explain_live(self._clock.now(), self.market.quotes.get(symbol), self.trader.lock_left_s(symbol))

    def candles(self, symbol: str, since: datetime) -> Iterator[Candle]:
        """Closed candles of a symbol from `since` to where the market stands."""
        return self._feed.past(symbol, since)

    def recall(self, symbol: str, opened_at: datetime) -> None:
        """Publishes what was known at a past candle, where that can be recomputed."""
        recalled = returned_by(self.recalled(symbol, opened_at))
        if recalled is not None:
            self._bus.publish(recalled)

    def recalled(self, symbol: str, opened_at: datetime) -> Generator[None, None, CandleRecalled | None]:
        """Recomputes what was known at a past candle, in steps of a part of a frame; returns None where it cannot."""
        state = self.states.get(symbol)
        if state is None:
            return None
        return (yield from state.recall(opened_at, lambda since: self._feed.past(symbol, since)))
