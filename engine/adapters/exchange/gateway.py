"""How the connection to an exchange stands: announced on the bus, and shown among the desk's vitals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from engine.adapters.exchange.clock import ExchangeClock
from engine.adapters.exchange.inlet import CandlesMissing, MarketInlet
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.health import LinkSigns
from engine.domain.messages.engine import (
    Event,
    GatewayChanged,
    GatewayCommand,
    QuoteRefused,
    ReconnectGateway,
    SourceMissing,
)

_REFUSALS_EVERY: Final = timedelta(seconds=10)
"""An exchange that sends nonsense does so a hundred times a second."""
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class ExchangeGateway:
    """Listens to the feed, publishes what the user must know, and passes on the user's requests."""

    def __init__(self, clock: ExchangeClock, publish: Callable[[Event], None], missing: Sequence[str] = ()) -> None:
        """`missing` are sentences about symbols that the exchange does not have."""
        self._clock = clock
        self._publish = publish
        self._missing = tuple(missing)
        self._published: GatewayChanged | None = None
        self._is_working = False
        self._refused: dict[str, tuple[datetime, int]] = {}
        self.reconnect: Callable[[], None] = lambda: None
        """Ends the wait before the next attempt."""
        self.was_reached = False
        """Whether a market was connected at some time."""

    # -- the feed -----------------------------------------------------------------------------------------------

    def refuse(self, symbol: str, reason: str) -> None:
        now = self._clock.now()
        said_at, others = self._refused.get(symbol, (_EARLIEST, 0))
        if now - said_at < _REFUSALS_EVERY:
            self._refused[symbol] = (said_at, others + 1)
            return
        self._refused[symbol] = (now, 0)
        self._publish(QuoteRefused(symbol, f"{reason} ({others} more like it before)" if others else reason))

    def follow(self, inlets: Sequence[MarketInlet]) -> None:
        if self._published is None:
            for sentence in self._missing:
                self._publish(SourceMissing(sentence))
        changed = _changed(inlets)
        self._is_working = any(inlet.fault is None for inlet in inlets)
        self.was_reached = self.was_reached or self._is_working
        if changed != self._published:
            self._published = changed
            self._publish(changed)

    # -- the desk -----------------------------------------------------------------------------------------------

    def handle(self, command: GatewayCommand) -> None:
        if isinstance(command, ReconnectGateway):
            self.reconnect()

    @property
    def sentence(self) -> str:
        """How the connection stands, for the user."""
        return "Connecting to the exchange." if self._published is None else self._published.sentence

    def signs(self) -> LinkSigns:
        """For the desk's vitals. What is lost of several markets alone has old prices, which the risk check denies."""
        shown, clock, is_working = self._published, self._clock, self._is_working
        has_trip = is_working and clock.round_trip is not None
        return LinkSigns(
            is_working=is_working,
            sentence=self.sentence,
            way_out="" if shown is None else shown.way_out,
            clock_offset_ms=None if clock.offset is None else clock.offset / _MILLISECOND,
            computer_ahead_ms=None if clock.offset is None else clock.computer_ahead / _MILLISECOND,
            round_trip_ms=clock.round_trip / _MILLISECOND if has_trip and clock.round_trip is not None else None,
            peer="the exchange",
        )


def _changed(inlets: Sequence[MarketInlet]) -> GatewayChanged:
    fault = next((inlet.fault for inlet in inlets if inlet.fault is not None), None)
    if fault is None:
        venues = ", ".join(f"{inlet.market.symbol} from {inlet.market.venue}" for inlet in inlets)
        sentence = f"Live prices: {venues}."
    elif isinstance(fault, CandlesMissing):
        symbols = ", ".join(inlet.market.symbol for inlet in inlets if inlet.fault is not None)
        sentence = f"{symbols}: {fault}; no position is opened until they are known."
    else:
        lost = ", ".join(inlet.market.symbol for inlet in inlets if inlet.fault is not None)
        sentence = f"No live prices for {lost}: {fault}."
    return GatewayChanged(
        state="ready" if fault is None else "reconnecting",
        sentence=sentence,
        way_out="" if fault is None else fault.way_out or "Wait: the desk reconnects automatically.",
        is_ready=fault is None,
        account=PAPER_ACCOUNT,
        unconfirmed=None,
        may_start=False,
    )
