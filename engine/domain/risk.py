"""Input and results of the risk check: proposals, the state of the desk, denials, locks."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from hashlib import sha256

import msgspec

from engine.domain.account import NO_ACCOUNT
from engine.domain.calendar import NewsBlackout
from engine.domain.contract import Contract
from engine.domain.judgement import Setup
from engine.domain.market import MarketClose, Quote, Side
from engine.domain.plan import TradePlan, price_to_enter


class Authority(IntEnum):
    """What the desk may do by itself; each level includes those below it."""

    HALT = 0
    EXITS_ONLY = 1
    MANUAL = 2
    AUTO = 3


class DenialName(StrEnum):
    """The machine name of every reason for which the gate denies an order."""

    HALTED = "halted"
    FLATTENING = "flattening"
    EXITS_ONLY = "exits_only"
    NOT_CONNECTED = "not_connected"
    NOT_RECONCILED = "not_reconciled"
    OUTCOME_UNKNOWN = "outcome_unknown"
    TRADING_DISABLED = "trading_disabled"
    TERMS_UNKNOWN = "terms_unknown"
    CANDLES_MISSING = "candles_missing"
    DUPLICATE_SIGNAL = "duplicate_signal"
    SETUP_OVER = "setup_over"
    COOLDOWN = "cooldown"
    COOL_OFF = "cool_off"
    BEFORE_CLOSE = "before_close"
    NEWS_BLACKOUT = "news_blackout"
    NEWS_UNKNOWN = "news_unknown"
    DATA_STALE = "data_stale"
    SPREAD_TOO_WIDE = "spread_too_wide"
    SPREAD_RATIO_TOO_HIGH = "spread_ratio_too_high"
    PRICE_DRIFTED = "price_drifted"
    SLIPPAGE_TOO_HIGH = "slippage_too_high"
    LATENCY_TOO_HIGH = "latency_too_high"
    POSITIONS_OF_SYMBOL = "positions_of_symbol"
    POSITIONS_IN_ALL = "positions_in_all"
    TRADES_PER_HOUR = "trades_per_hour"
    TRADES_PER_DAY = "trades_per_day"
    DAILY_LOSS = "daily_loss"
    CONSECUTIVE_LOSSES = "consecutive_losses"
    VOLUME_TOO_SMALL = "volume_too_small"
    VOLUME_TOO_LARGE = "volume_too_large"
    VOLUME_OFF_STEP = "volume_off_step"
    STOP_TOO_CLOSE = "stop_too_close"
    TARGET_TOO_CLOSE = "target_too_close"
    MARGIN = "margin"


_SENTENCES: dict[DenialName, str] = {
    DenialName.HALTED: "the desk is halted",
    DenialName.FLATTENING: "every position is being closed (Flatten)",
    DenialName.EXITS_ONLY: "the desk is CLOSE ONLY",
    DenialName.NOT_CONNECTED: "the broker is not connected",
    DenialName.NOT_RECONCILED: "orders and positions are not yet reconciled with the broker's",
    DenialName.OUTCOME_UNKNOWN: "the outcome of an earlier order of this symbol is unknown",
    DenialName.TRADING_DISABLED: "the broker does not let this symbol be traded on this side now",
    DenialName.TERMS_UNKNOWN: "the tick value of this symbol, or of one with an open position, is not known yet",
    DenialName.CANDLES_MISSING: "candles of this symbol are missing, so its indicators are not known",
    DenialName.DUPLICATE_SIGNAL: "this signal has been traded already",
    DenialName.SETUP_OVER: "the setup ended {value:.1f} s ago",
    DenialName.COOLDOWN: "cooldown after an entry: {value:.1f} s left",
    DenialName.COOL_OFF: "cool-off after an exit: {value:.1f} s left",
    DenialName.BEFORE_CLOSE: "the market closes in {value:.0f} min: no entries in the last {limit:g} min",
    DenialName.NEWS_BLACKOUT: "news in {value:.0f} min: no entries within {limit:g} min",
    DenialName.NEWS_UNKNOWN: "no news is known for this day",
    DenialName.DATA_STALE: "the last quote is {value:.1f} s old, max {limit:g} s",
    DenialName.SPREAD_TOO_WIDE: "spread {value:.6g} is above the maximum of {limit:g}",
    DenialName.SPREAD_RATIO_TOO_HIGH: "spread is {value:.3g} times its average, max {limit:g}",
    DenialName.PRICE_DRIFTED: "price moved {value:.3g} R from the planned entry, max {limit:g} R",
    DenialName.SLIPPAGE_TOO_HIGH: "price moved {value:.3g} % from the planned entry, max {limit:g} %",
    DenialName.LATENCY_TOO_HIGH: "the broker's round trip takes {value:.0f} ms, max {limit:g} ms",
    DenialName.POSITIONS_OF_SYMBOL: "open positions of this symbol: {value:.0f}, max {limit:.0f}",
    DenialName.POSITIONS_IN_ALL: "open positions: {value:.0f}, max {limit:.0f}",
    DenialName.TRADES_PER_HOUR: "orders within the last hour: {value:.0f}, max {limit:.0f}",
    DenialName.TRADES_PER_DAY: "orders today: {value:.0f}, max {limit:.0f}",
    DenialName.DAILY_LOSS: "today's loss is {value:.2f}; entries stop for the day at {limit:.2f}",
    DenialName.CONSECUTIVE_LOSSES: "consecutive losses today: {value:.0f}; entries stop for the day at {limit:.0f}",
    DenialName.VOLUME_TOO_SMALL: "volume {value:.6g} lots is below the minimum of {limit:g}",
    DenialName.VOLUME_TOO_LARGE: "volume {value:.6g} lots is above the maximum of {limit:.6g}",
    DenialName.VOLUME_OFF_STEP: "volume {value:.6g} lots is not a multiple of {limit:g}",
    DenialName.STOP_TOO_CLOSE: "the stop is {value:.6g} from the price, the broker requires {limit:.6g}",
    DenialName.TARGET_TOO_CLOSE: "the target is {value:.6g} from the price, the broker requires {limit:.6g}",
    DenialName.MARGIN: "the order needs {value:.2f} of margin, {limit:.2f} is free",
}


class Denial(msgspec.Struct, frozen=True, kw_only=True):
    """Why the gate said no: a machine name, what was found and what is allowed, in the limit's own unit.

    `words` take the place of the usual sentence where it does not say enough, such as which news are meant; records
    have them only then.
    """

    name: DenialName
    value: float = 0.0
    limit: float = 0.0
    words: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def sentence(self) -> str:
        """The reason for the user; made when the user looks."""
        return self.words or _SENTENCES[self.name].format(value=self.value, limit=self.limit)


class LockName(StrEnum):
    """What may hold back new entries for a time, or until the user lets go."""

    HALT = "halt"
    FLATTEN = "flatten"
    """Every position of ours is being closed; ends with the last one, or when the user cancels."""
    COOLDOWN = "cooldown"
    COOL_OFF = "cool_off"


EVERY_SYMBOL = ""


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """Holds back entries of `symbol` (or of all) from `since` to `until`, latched where that is None; aware UTC.

    It holds on `account`, or on every one where that is empty.
    """

    name: LockName
    symbol: str = EVERY_SYMBOL
    since: datetime
    until: datetime | None
    reason: str
    account: str = NO_ACCOUNT

    def holds_at(self, instant: datetime) -> bool:
        return self.until is None or instant < self.until


class OrderProposal(msgspec.Struct, frozen=True, kw_only=True):
    """An order to be sent; prices in price units, volume in lots, `ends_at` aware UTC.

    `idea_price` is what a market order would have paid at the signal, or when the user decided: price is measured
    against it.
    """

    plan_id: str
    signal_id: str
    symbol: str
    side: Side
    idea_price: float
    stop_loss: float
    take_profit: float
    volume: float
    ends_at: datetime
    may_merge: bool = False
    """Whether it may add to a position of its side that stands where the account nets positions."""

    @property
    def risk_distance(self) -> float:
        """One R in price units, as the idea had it."""
        return abs(self.idea_price - self.stop_loss)


class ApprovalCard(msgspec.Struct, frozen=True, kw_only=True):
    """What the user sees of a proposal that waits: the plan, the setup behind it, what it risks and what it costs.

    `spread` is that of the moment, `money_at_risk` what the stop would lose in the account's currency, `cost_r` the
    spread and expected slippage as a share of 1 R, `objections` what the gate would say now.
    """

    plan: TradePlan
    setup: Setup
    idea_price: float
    spread: float
    money_at_risk: float
    cost_r: float
    asked_at: datetime
    ends_at: datetime
    objections: tuple[Denial, ...]

    @property
    def fingerprint(self) -> str:
        """Hash of what an approval is for: symbol, side, levels, size, expiry and account, in 16 hexadecimal digits."""
        plan = self.plan
        shown = (plan.plan_id, plan.account, plan.symbol, plan.direction, self.idea_price, plan.stop_loss)
        more = (plan.take_profit, plan.volume, self.ends_at)
        return sha256(msgspec.json.encode((*shown, *more))).hexdigest()[:16]


class DeskState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the gate may ask about, at this one moment and for the symbol of the proposal.

    Positions and entries count orders on their way as well: two approvals at once must not both pass.
    Money in the account's currency; prices and distances in price units.
    """

    at: datetime
    authority: Authority
    is_flattening: bool
    """Every position is being closed by the user's order."""
    is_connected: bool
    is_reconciled: bool
    has_unknown_outcome: bool
    """Of an earlier order of this symbol."""
    may_trade_side: bool
    """The broker's own switches: account, symbol, side."""
    is_signal_used: bool
    cooldown_until: datetime | None
    cool_off_until: datetime | None
    quote: Quote | None
    spread_mean: float | None
    """None while too few samples are known for a ratio."""
    is_volume_low: bool
    latency_ms: float | None
    """The broker's measured round trip; None before the first."""
    positions_of_symbol: int
    positions_in_all: int
    entries_last_hour: int
    entries_today: int
    realised_today: float
    open_profit: float
    consecutive_losses: int
    """Of this trading day, all symbols."""
    equity: float
    margin_free: float
    margin_required: float
    """By this proposal."""
    contract: Contract
    has_unknown_money: bool = False
    """Whether an open position has no known tick value: its loss counts against the limits, but is not known."""
    are_candles_missing: bool = False
    """Whether candles before the present are not known: indicators without them are wrong."""
    close: MarketClose | None = None
    """The next close of the market before which the desk has to be flat; None where there is none."""
    blackout: NewsBlackout | None = None
    """News around which nothing is entered now."""
    news_gap: str = ""
    """Why news are unknown while they should block entries; empty where they are known, or block nothing."""

    def entry_price(self, side: Side) -> float | None:
        """What a market order would pay now; None without a quote."""
        return None if self.quote is None else price_to_enter(side, self.quote)
