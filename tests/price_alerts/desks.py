"""A desk of price alerts on a store, what it announced, and a market that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from config.settings import Settings
from engine.archive import Archive
from engine.clock import MarketClock
from engine.domain.judgement import Explanation
from engine.domain.market import Quote
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.trading import CommandRefused
from engine.domain.price_alerts import (
    AddPriceAlert,
    Anchor,
    AtLevel,
    AtLine,
    LineKind,
    PriceAlert,
    PriceAlertCommand,
    PriceAlertFired,
)
from engine.domain.snapshot import MarketSnapshot
from engine.market.state import MarketState
from engine.price_alerts.desk import PriceAlertDesk
from engine.price_alerts.keeper import Announced
from tests.builders import MONDAY, at, quote

GOLD_AND_BITCOIN = {"XAUUSD": True, "BTCUSD": False}


def alert(alert_id: str = "a", **changes: Any) -> PriceAlert:
    """An alert at 2000 in either direction."""
    given: dict[str, Any] = {"symbol": "XAUUSD", "cause": AtLevel(2000.0), "created_at": MONDAY}
    return PriceAlert(alert_id=alert_id, **given | changes)


def line(kind: LineKind, *anchors: tuple[float, float]) -> AtLine:
    """A line through points, each seconds after Monday's start and a price."""
    first, second = (Anchor(at(seconds), price) for seconds, price in anchors)
    return AtLine(drawing="d", kind=kind, first=first, second=second)


class AlertDesk:
    """Closed on leaving a `with`. `announced` has every event, and the store's alerts when it was published."""

    def __init__(self, directory: Path | None = None, *, is_played: bool = False, now: datetime = MONDAY) -> None:
        self.clock, self.market = MarketClock(now), MarketState()
        self.archive = Archive.open(directory, Settings(), self.clock)
        self.announced: list[Announced] = []
        self.kept_when_fired: list[tuple[PriceAlert, ...]] = []
        self.desk = PriceAlertDesk(
            *(self.archive.price_alerts, self.clock, self._hear, lambda: Settings().alerts), is_played=is_played
        )
        self.desk.begin_market(GOLD_AND_BITCOIN, self.market)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.desk.stop()
        self.archive.close()

    def _hear(self, event: Announced) -> None:
        self.announced.append(event)
        if isinstance(event, PriceAlertFired):
            self.kept_when_fired.append(self.archive.price_alerts.alerts())

    def add(self, *alerts: PriceAlert) -> Self:
        for each in alerts:
            self.do(AddPriceAlert(each))
        return self

    def do(self, *commands: PriceAlertCommand) -> Self:
        for command in commands:
            self.desk.handle(command)
        return self

    def prices(self, *bids: float, seconds: float = 0.0, step_s: float = 1.0, age_s: float = 0.0) -> Self:
        """Quotes one step apart from `seconds` on; each comes `age_s` seconds late."""
        for number, bid in enumerate(bids):
            self.quote(quote(seconds + number * step_s, bid=bid), age_s=age_s)
        return self

    def quote(self, found: Quote, *, age_s: float = 0.0) -> None:
        self.clock.set(found.at + timedelta(seconds=age_s))
        self.market.on_quote(found)
        self.desk.on_quote(found)

    def candle(
        self, snapshot: MarketSnapshot, explain: Callable[[], Explanation | None] = lambda: None, *, age_s: float = 0.0
    ) -> None:
        self.clock.set(snapshot.candle.closed_at + timedelta(seconds=age_s))
        self.market.on_candle(snapshot)
        self.desk.on_candle(CandleClosed(snapshot, None), explain)

    @property
    def fired(self) -> list[PriceAlertFired]:
        return [event for event in self.announced if isinstance(event, PriceAlertFired)]

    @property
    def fired_at(self) -> list[float | None]:
        """The price of each alert that fired."""
        return [event.price for event in self.fired]

    @property
    def refusals(self) -> list[str]:
        return [event.reason for event in self.announced if isinstance(event, CommandRefused)]
