"""Judges price alerts at quotes and closed candles, in any market: live, on paper or played."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime

from config.alerts import AlertsSettings
from engine.clock import Clock
from engine.domain.judgement import Explanation
from engine.domain.market import CANDLE_LENGTH, Quote
from engine.domain.messages.engine import CandleClosed
from engine.domain.price_alerts import OnConditions, PriceAlertCommand, PriceAlertFired, PriceAlertsListed
from engine.market.state import MarketState
from engine.price_alerts.keeper import AlertKeeper, AlertTable, Announced
from engine.price_alerts.market_time import MarketTime
from engine.price_alerts.trigger import Trigger


class PriceAlertDesk:
    """Fires each alert at most once in a candle, and an alert that does not repeat once for good.

    While the feed is lost, as the settings define it, nothing is judged: a quote that comes so late is not, and the
    next one that is fresh is, from where the price was before; nor is a candle that closes a minute late. In a market
    that `is_played` time goes back, and nothing happens while the desk is not running: there the first quote only says
    on which side of each level the price is.
    """

    def __init__(
        self,
        table: AlertTable,
        clock: Clock,
        publish: Callable[[Announced], None],
        settings: Callable[[], AlertsSettings],
        *,
        is_played: bool,
    ) -> None:
        self._clock, self._publish, self._settings = clock, publish, settings
        self._is_played = is_played
        self._market = MarketState()
        self._times: defaultdict[str, MarketTime] = defaultdict(MarketTime)
        self._alerts = AlertKeeper(table, clock, publish, self._show_price, is_resumed=not is_played)

    def begin_market(self, judged: Mapping[str, bool], market: MarketState) -> None:
        """A market opens, of these symbols, each with whether it has rules; says what is kept."""
        self._alerts.judged, self._market = judged, market
        if self._is_played:
            for trigger in self._alerts.triggers:
                trigger.forget_side()
        if alerts := tuple(trigger.alert for trigger in self._alerts.triggers):
            self._publish(PriceAlertsListed(alerts))

    def handle(self, command: PriceAlertCommand) -> None:
        """Carries out a command, or refuses it with the reason."""
        self._alerts.handle(command)

    def on_history(self, closed: CandleClosed) -> None:
        """A candle from before the live stream: only which minutes the market has had matters."""
        self._times[closed.snapshot.candle.symbol].on_candle(closed.snapshot)

    def depends_on(self, symbol: str) -> bool:
        """Whether an alert waits for prices of `symbol` within its minutes."""
        now = self._clock.now()
        return any(
            trigger.is_of_prices and trigger.is_active(now) for trigger in self._alerts.by_symbol.get(symbol, ())
        )

    def on_quote(self, quote: Quote) -> None:
        """Fires what this quote reaches."""
        triggers = self._alerts.by_symbol.get(quote.symbol)
        if triggers is None or not self._is_fresh(quote.at):
            return
        snapshot, time = self._market.snapshots.get(quote.symbol), self._times[quote.symbol]
        for trigger in triggers:
            if trigger.is_of_prices and (hit := trigger.on_quote(quote, snapshot, time)) is not None:
                self._alerts.fire(
                    trigger,
                    PriceAlertFired(
                        alert=trigger.alert, at=quote.at, price=hit.price, level=hit.level, was_away=hit.was_away
                    ),
                )

    def on_candle(self, closed: CandleClosed, explain: Callable[[], Explanation | None]) -> None:
        """Fires what waits for the conditions of this candle; `explain` has all of them, where they are judged."""
        candle = closed.snapshot.candle
        self._times[candle.symbol].on_candle(closed.snapshot)
        triggers = self._alerts.by_symbol.get(candle.symbol)
        if triggers is None:
            return
        if self._clock.now() - candle.closed_at <= CANDLE_LENGTH:  # later, another candle should have closed
            self._judge_conditions([trigger for trigger in triggers if not trigger.is_of_prices], closed, explain)
        self._note_sides(triggers)

    def _note_sides(self, triggers: tuple[Trigger, ...]) -> None:
        if not self._is_played:
            self._alerts.note_sides(triggers)

    def _show_price(self, trigger: Trigger) -> None:
        """A new trigger begins on the side of the newest price."""
        symbol = trigger.alert.symbol
        if (quote := self._market.quotes.get(symbol)) is not None:
            trigger.on_quote(quote, self._market.snapshots.get(symbol), self._times[symbol])

    def _is_fresh(self, at: datetime) -> bool:
        return (self._clock.now() - at).total_seconds() <= self._settings().feed_lost_seconds

    def stop(self) -> None:
        """Keeps on which side of each alert the price was last."""
        for triggers in self._alerts.by_symbol.values():
            self._note_sides(triggers)

    def _judge_conditions(
        self, triggers: list[Trigger], closed: CandleClosed, explain: Callable[[], Explanation | None]
    ) -> None:
        at = closed.snapshot.candle.closed_at
        waiting = [trigger for trigger in triggers if trigger.may_fire_at(at)]
        explanation = explain() if waiting else None
        if explanation is None:
            return
        for trigger in waiting:
            cause = trigger.alert.cause
            if isinstance(cause, OnConditions) and (missing := explanation.missing(cause.side)) <= cause.max_missing:
                self._alerts.fire(trigger, PriceAlertFired(alert=trigger.alert, at=at, missing=missing))
