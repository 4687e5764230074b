"""Settings of execution and of the limits that protect the account."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from annotated_types import Interval, Unit

from config.calendar import CurrencyLines, NewsBlackoutMinutes
from config.section import Names, Relaxes, Section, TimeOfDay, TimeZone, setting

Lots = Annotated[float, Interval(gt=0, le=1000), Unit("lots"), Relaxes.HIGHER]


class ExecutionSettings(Section):
    """How approved trades are sent, and how open positions are managed."""

    auto_symbols: Names = setting(
        (),
        "Automatic symbols",
        "Symbols that trade without approval, by prefix or by the market they stand for (XAUUSD also covers GOLD); "
        "all others wait for approval.",
        effect="at the next start",
        synonyms=("auto trading", "autotrading", "algo trading", "automatic trading"),
    )
    remember_auto: bool = setting(
        False,
        "Remember automatic mode",
        "Keeps automatic mode across a restart of the desk.",
        effect="at the next start",
        synonyms=("auto trading", "autotrading"),
    )
    sizing: Annotated[Literal["fixed", "risk"], Relaxes.ANY] = setting(
        "fixed",
        "Sizing",
        "Whether the volume is fixed or follows the risk of each trade.",
        synonyms=("position size", "position sizing", "lot size", "lots", "money management"),
    )
    volume_lots: Lots = setting(
        0.01,
        "Fixed volume",
        "Volume of each trade while sizing is fixed.",
        synonyms=("lot size", "fixed lot", "position size", "order size", "quantity"),
    )
    risk_pct: Annotated[float, Interval(gt=0, le=10), Unit("%"), Relaxes.HIGHER] = setting(
        0.5,
        "Risk per trade",
        "Share of equity at risk while sizing follows risk.",
        synonyms=("risk percent", "position size", "position sizing", "money management"),
    )
    deviation_points: Annotated[int, Interval(ge=0, le=100_000), Unit("points"), Relaxes.HIGHER] = setting(
        20,
        "Min deviation",
        "Slippage an entry may always have, in price steps of its symbol.",
        synonyms=("max slippage", "requote"),
    )
    deviation_r: Annotated[float, Interval(ge=0, le=1), Unit("R"), Relaxes.HIGHER] = setting(
        0.2,
        "Deviation",
        "Slippage an entry may have, as a share of the distance to its stop; the larger of both counts.",
        synonyms=("max slippage", "requote"),
    )
    magic: Annotated[int, Interval(ge=1, le=2**31 - 1)] = setting(
        772_601,
        "Magic number",
        "Marks the desk's own orders; positions with another magic number are not managed.",
        effect="at the next start",
        synonyms=("EA number", "expert ID"),
    )
    plan_expiry_minutes: Annotated[int, Interval(ge=1, le=1440), Unit("min")] = setting(
        30,
        "Plan lifetime",
        "A plan that no setup has triggered by then expires.",
        synonyms=("expiration", "time in force", "good till", "GTD"),
    )
    manual_range_factor: Annotated[float, Interval(ge=1, le=100), Relaxes.HIGHER] = setting(
        1.0,
        "Stop range of manual orders",
        "How many times wider the ranges of stop and target are for your own market orders; 1 keeps the symbol's.",
        synonyms=("order ticket", "stop distance", "manual trading", "SL", "TP"),
    )
    trigger_distance_r: Annotated[float, Interval(ge=0, le=10), Unit("R")] = setting(
        0.5, "Trigger distance", "A setup this near to a plan's entry may trigger it."
    )
    adverse_candle_exit: Annotated[bool, Relaxes.OFF] = setting(
        True,
        "Opposite candle close",
        "Closes a position when a candle closes against it.",
        synonyms=("early exit", "reversal"),
    )
    trailing: Annotated[bool, Relaxes.OFF] = setting(
        True,
        "Trailing stop",
        "Lets the stop follow the best price of a winning position.",
        synonyms=("TSL", "stop loss", "SL"),
    )
    trailing_start_r: Annotated[float, Interval(ge=0, le=100), Unit("R")] = setting(
        0.5,
        "Trailing start",
        "Profit at which the stop begins to follow the price.",
        synonyms=("TSL", "stop loss", "SL", "activation"),
    )
    trailing_atr1: Annotated[float, Interval(gt=0, le=100), Unit("ATR(1)")] = setting(
        0.3,
        "Trailing distance",
        "How far the stop follows the best price.",
        synonyms=("TSL", "stop loss", "SL", "trailing step"),
    )
    time_stop_minutes: Annotated[float | None, Interval(gt=0, le=1440), Unit("min"), Relaxes.HIGHER] = setting(
        None,
        "Time stop",
        "Closes a position of this age; none switches it off.",
        synonyms=("max holding time", "time exit", "timeout"),
    )
    break_even_at_r: Annotated[float | None, Interval(gt=0, le=100), Unit("R"), Relaxes.HIGHER] = setting(
        None,
        "Break-even at",
        "Open profit at which the stop moves to the entry price; none switches it off.",
        synonyms=("BE", "breakeven", "stop loss", "SL", "risk free"),
    )
    flat_before_close_minutes: Annotated[int, Interval(ge=0, le=360), Unit("min"), Relaxes.LOWER] = setting(
        10,
        "Flat before the close",
        "Closes positions and blocks entries this long before the weekly close of the market; 0 switches it off.",
        synonyms=("weekend", "Friday close", "close all", "gap"),
    )
    flat_before_break: Annotated[bool, Relaxes.OFF] = setting(
        False,
        "Flat before the daily break",
        "Does the same before each daily break of the market.",
        synonyms=("rollover", "swap", "overnight", "close all"),
    )


class RiskMitigation(Section):
    """What may be lost, how often may be traded, and how bad the conditions of an order may be."""

    max_positions_per_symbol: Annotated[int, Interval(ge=1, le=100), Unit("positions"), Relaxes.HIGHER] = setting(
        2, "Max positions per symbol", "Open positions of one symbol at a time.", synonyms=("open trades", "exposure")
    )
    max_positions: Annotated[int, Interval(ge=1, le=100), Unit("positions"), Relaxes.HIGHER] = setting(
        3, "Max open positions", "Open positions of all symbols at a time.", synonyms=("open trades", "exposure")
    )
    max_trades_per_hour: Annotated[int, Interval(ge=1, le=1000), Unit("trades"), Relaxes.HIGHER] = setting(
        10,
        "Max orders per hour",
        "Entry orders within 60 minutes, all symbols.",
        synonyms=("overtrading", "trade limit"),
    )
    max_trades_per_day: Annotated[int, Interval(ge=1, le=10_000), Unit("trades"), Relaxes.HIGHER] = setting(
        40,
        "Max orders per day",
        "Entry orders per day of the account, all symbols together.",
        synonyms=("overtrading", "trade limit"),
    )
    max_daily_loss_pct: Annotated[float, Interval(gt=0, le=100), Unit("%"), Relaxes.HIGHER] = setting(
        2.0,
        "Max daily loss",
        "Loss in a day of the account, all symbols and open positions included, that stops entries for the day.",
        synonyms=("max drawdown", "DD", "daily drawdown", "loss limit", "circuit breaker"),
    )
    max_consecutive_losses: Annotated[int, Interval(ge=1, le=100), Unit("trades"), Relaxes.HIGHER] = setting(
        4,
        "Max consecutive losses",
        "Losing trades in a row that stop entries for the day.",
        synonyms=("losing streak", "losses in a row", "max drawdown", "DD"),
    )
    account_day_ends: Annotated[TimeOfDay, Relaxes.ANY] = setting(
        "17:00",
        "Account day ends",
        "Time at which the account's day ends for the daily limits, HH:MM; the same for all symbols.",
        synonyms=("daily reset", "day rollover", "daily loss"),
    )
    account_day_zone: Annotated[TimeZone, Relaxes.ANY] = setting(
        "America/New_York",
        "Account day time zone",
        "IANA name of the zone in which the account's day ends.",
        synonyms=("timezone", "daily reset", "daily loss"),
    )
    max_volume_lots: Lots = setting(
        1.0,
        "Max volume",
        "Maximum volume of an order.",
        synonyms=("lot size", "max lot", "position size", "order size", "quantity"),
    )
    max_price_drift_r: Annotated[float, Interval(gt=0, le=10), Unit("R"), Relaxes.HIGHER] = setting(
        0.25,
        "Max price drift",
        "Move of price since the signal, in R, that blocks the entry.",
        synonyms=("slippage", "chasing"),
    )
    max_slippage_pct: Annotated[float, Interval(gt=0, le=10), Unit("%"), Relaxes.HIGHER] = setting(
        0.1,
        "Max slippage",
        "Move of price since the signal, in percent, that blocks the entry.",
        synonyms=("deviation", "requote"),
    )
    max_latency_ms: Annotated[float, Interval(gt=0, le=60_000), Unit("ms"), Relaxes.HIGHER] = setting(
        200.0,
        "Max round trip",
        "A broker round trip above this blocks entries.",
        synonyms=("latency", "ping", "execution delay"),
    )
    cool_off_seconds: Annotated[int, Interval(ge=0, le=86_400), Unit("s"), Relaxes.LOWER] = setting(
        60,
        "Cool-off",
        "Wait after an exit before the symbol trades again.",
        synonyms=("cooldown", "revenge trading", "pause after loss"),
    )
    loosen_delay_minutes: Annotated[int, Interval(ge=0, le=1440), Unit("min"), Relaxes.LOWER] = setting(
        10,
        "Delay before a limit is relaxed",
        "Wait before a relaxed limit takes effect.",
        synonyms=("loosen a limit", "raise a limit"),
    )
    news_blackout_minutes: NewsBlackoutMinutes = setting(
        NewsBlackoutMinutes(),
        "News blackout",
        "Blocks entries around events of the economic calendar.",
        synonyms=("economic calendar", "news filter", "NFP", "CPI", "FOMC", "blackout"),
    )
    news_currencies: CurrencyLines = setting(
        (),
        "News currencies",
        "Currencies whose news count for a symbol, such as XAUUSD: USD EUR. By default those in its name.",
        synonyms=("economic calendar", "news filter", "countries"),
    )
    news_needs_calendar: Annotated[bool, Relaxes.OFF] = setting(
        True,
        "Calendar required",
        "Blocks entries while the news blackout is on and the calendar does not cover the day.",
        synonyms=("economic calendar", "news filter", "missing calendar"),
    )

    ascending: ClassVar = (
        ("max_positions_per_symbol", "max_positions"),
        ("max_trades_per_hour", "max_trades_per_day"),
    )
