"""Events and commands of the engine: two closed unions. Events are past, commands imperative."""

from __future__ import annotations

from datetime import datetime

import msgspec

from config.changes import Change
from config.settings import Settings
from engine.domain.calendar import CalendarCommand, CalendarEvent
from engine.domain.facts import ClockConfirmed, DeskClosed
from engine.domain.health import Health
from engine.domain.judgement import Explanation, Judgement
from engine.domain.market import Candle, Quote, Source
from engine.domain.messages.commands import TradingCommand
from engine.domain.messages.trading import TradingEvent
from engine.domain.price_alerts import PriceAlertCommand, PriceAlertEvent
from engine.domain.snapshot import MarketSnapshot


class QuoteReceived(msgspec.Struct, frozen=True, gc=False):
    """A quote moved the market; `forming` is the candle it belongs to, not closed yet."""

    quote: Quote
    forming: Candle | None


class QuoteRefused(msgspec.Struct, frozen=True, gc=False):
    """A quote that cannot be true was left out."""

    symbol: str
    reason: str


class CandleClosed(msgspec.Struct, frozen=True, gc=False):
    """A candle closed live, with all that is known after it; no judgement where the symbol has no rules."""

    snapshot: MarketSnapshot
    judgement: Judgement | None


class HistoryRead(msgspec.Struct, frozen=True, gc=False):
    """Candles from before the live stream, oldest first, in chunks, as they would have been read live.

    Of a played market only those of the last weeks; earlier ones are processed but not published.
    """

    candles: tuple[CandleClosed, ...]


class CandleRecalled(msgspec.Struct, frozen=True, gc=False):
    """What was known and thought at the close of a past candle, as requested.

    `explanation` is None where the symbol has no rules.
    """

    candle: CandleClosed
    explanation: Explanation | None


class LiveExplained(msgspec.Struct, frozen=True, gc=False):
    """What is thought of the newest closed candle at this moment, as requested."""

    explanation: Explanation


class MarketOpened(msgspec.Struct, frozen=True, gc=False):
    """The sources are known and restart, at the start and after each seek: what was shown of them before is void.

    `goes_on` if the practice session goes on: its account, trades and figures are what they were.
    """

    sources: tuple[Source, ...]
    goes_on: bool = False


class HistoryCompleted(msgspec.Struct, frozen=True, gc=False):
    """All candles from before the live stream are read."""

    candles: int


class MarketEnded(msgspec.Struct, frozen=True, gc=False):
    """The recording is over."""


class PlaybackChanged(msgspec.Struct, frozen=True, gc=False):
    """The state of the player; `speed` in market seconds per second, infinite for as fast as it can."""

    is_paused: bool
    speed: float


class WaitingChange(msgspec.Struct, frozen=True):
    """A change that was asked for and is not in force; a loosened limit waits until `due_at` (aware UTC).

    Any other waits for the next candle only, or for indicators to be recomputed, and has None.
    """

    change: Change
    due_at: datetime | None


class SettingsChanged(msgspec.Struct, frozen=True):
    """Settings were asked for, or came into force; `settings` are those in force from this event on.

    `changes` came into force with it; `wanted` is what was asked for last, and `waiting` what of it is not in force.
    `by` says who asked: "window", "file", or "desk" where a wait is over.
    """

    settings: Settings
    changes: tuple[Change, ...]
    wanted: Settings
    waiting: tuple[WaitingChange, ...]
    by: str


class GatewayChanged(msgspec.Struct, frozen=True):
    """The way to a broker's account is in another condition; where prices are played there is none.

    `state` is its stable machine name, `sentence` says what is the matter and `way_out` what the user can do about
    it. `account` names the account in words, "" while none is known; `unconfirmed` is the number of one that waits
    for the user's word. `may_start` says that the desk could open the broker's program if the user consents.
    `unconfirmed_clock`: how many minutes the server is ahead of UTC by this computer's clock, while only the user can
    say whether this clock is right; else None.
    """

    state: str
    sentence: str
    way_out: str
    is_ready: bool
    account: str
    unconfirmed: int | None
    may_start: bool
    unconfirmed_clock: int | None = None


class HealthReported(msgspec.Struct, frozen=True, gc=False):
    """How the desk is, about once a second."""

    health: Health


class SourceMissing(msgspec.Struct, frozen=True):
    """Prices that the user asked for cannot be had, and why."""

    reason: str


class SourceFound(msgspec.Struct, frozen=True):
    """Prices that were missing for this `reason` are there now."""

    reason: str


class TermsDoubted(msgspec.Struct, frozen=True):
    """What is wrong with the broker's terms of a symbol, and what follows; an empty `sentence` ends the doubt."""

    symbol: str
    sentence: str


class FaultReported(msgspec.Struct, frozen=True):
    """Something failed and the desk goes on without it: a short title, and a sentence with the consequence."""

    title: str
    sentence: str


Event = (
    QuoteReceived
    | QuoteRefused
    | CandleClosed
    | CandleRecalled
    | LiveExplained
    | HistoryRead
    | MarketOpened
    | HistoryCompleted
    | MarketEnded
    | PlaybackChanged
    | SettingsChanged
    | GatewayChanged
    | HealthReported
    | SourceMissing
    | SourceFound
    | TermsDoubted
    | ClockConfirmed
    | DeskClosed
    | FaultReported
    | PriceAlertEvent
    | CalendarEvent
    | TradingEvent
)


class Pause(msgspec.Struct, frozen=True, gc=False):
    """Hold the played market."""


class Resume(msgspec.Struct, frozen=True, gc=False):
    """Let the played market go on."""


class StepCandle(msgspec.Struct, frozen=True, gc=False):
    """Play to the end of the next closed candle, then hold."""


class SetSpeed(msgspec.Struct, frozen=True, gc=False):
    """Play at `speed` market seconds per second; infinite for as fast as it can."""

    speed: float


class Seek(msgspec.Struct, frozen=True, gc=False):
    """Go on at `instant` (aware UTC): everything before becomes history, and open positions are closed first.

    The practice session goes on unless a new one is asked for, with a paper account of its own.
    """

    instant: datetime
    is_new_session: bool = False


class RecallCandle(msgspec.Struct, frozen=True):
    """Tell again what was known and thought of the candle of `symbol` that opened at `opened_at` (aware UTC)."""

    symbol: str
    opened_at: datetime


class ExplainLive(msgspec.Struct, frozen=True):
    """Tell what is thought of the newest closed candle of `symbol`, with spread and age of its prices as they are."""

    symbol: str


class ChangeSettings(msgspec.Struct, frozen=True):
    """Work by other settings from the next candle on; limits that are loosened wait longer.

    What waits is taken back by asking for the value that is in force. `by` is who asks: "window" or "file".
    """

    settings: Settings
    by: str = "window"


class ConfirmAccount(msgspec.Struct, frozen=True):
    """Trade on the account of this number, which the user has seen."""

    login: int


class ConfirmClock(msgspec.Struct, frozen=True):
    """This computer's clock is right, by which the broker's server is `server_ahead_minutes` ahead of UTC."""

    server_ahead_minutes: int


class ReconnectGateway(msgspec.Struct, frozen=True):
    """Try the way to the broker again now; `may_start` consents to opening the broker's program this once."""

    may_start: bool = False


GatewayCommand = ConfirmAccount | ConfirmClock | ReconnectGateway
PlayerCommand = Pause | Resume | StepCandle | SetSpeed | Seek
Command = (
    PlayerCommand
    | GatewayCommand
    | CalendarCommand
    | PriceAlertCommand
    | RecallCandle
    | ExplainLive
    | ChangeSettings
    | TradingCommand
)
