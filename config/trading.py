"""Settings of execution and of the limits that protect the account."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import field_validator, model_validator

from config.section import TIME_OF_DAY, Names, Section, known_zone, setting


class ExecutionSettings(Section):
    """How approved trades are sent, and how open positions are managed."""

    auto_symbols: Names = setting(
        (),
        effect="at the next start",
        title="Automatic symbols",
        about="Symbols that trade without asking, by prefix or by the market they stand for (XAUUSD also covers GOLD); "
        "all others wait for approval.",
    )
    remember_auto: bool = setting(
        False,
        effect="at the next start",
        title="Remember automatic mode",
        about="Keeps automatic mode across a restart of the desk.",
    )
    sizing: Literal["fixed", "risk"] = setting(
        "fixed", looser="any", title="Sizing", about="Whether the volume is fixed or follows the risk of each trade."
    )
    volume_lots: float = setting(
        0.01,
        gt=0,
        le=1000,
        unit="lots",
        looser="higher",
        title="Fixed volume",
        about="Volume of each trade while sizing is fixed.",
    )
    risk_pct: float = setting(
        0.5,
        gt=0,
        le=10,
        unit="%",
        looser="higher",
        title="Risk per trade",
        about="Share of equity at risk while sizing follows risk.",
    )
    deviation_points: int = setting(
        20,
        ge=0,
        le=100_000,
        unit="points",
        looser="higher",
        title="Min deviation",
        about="Slippage an entry may always have, in price steps of its symbol.",
    )
    deviation_r: float = setting(
        0.2,
        ge=0,
        le=1,
        unit="R",
        looser="higher",
        title="Deviation",
        about="Slippage an entry may have, as a share of the distance to its stop; the larger of both counts.",
    )
    magic: int = setting(
        772_601,
        ge=1,
        le=2**31 - 1,
        effect="at the next start",
        title="Magic number",
        about="Marks the desk's own orders; positions with another magic number are not managed.",
    )
    plan_expiry_minutes: int = setting(
        30,
        ge=1,
        le=1440,
        unit="min",
        title="Plan lifetime",
        about="A plan that no setup has triggered by then expires.",
    )
    trigger_distance_r: float = setting(
        0.5,
        ge=0,
        le=10,
        unit="R",
        title="Trigger distance",
        about="A setup this near to a plan's entry may trigger it.",
    )
    adverse_candle_exit: bool = setting(
        True, looser="off", title="Opposite candle close", about="Closes a position when a candle closes against it."
    )
    trailing: bool = setting(
        True, looser="off", title="Trailing stop", about="Lets the stop follow the best price of a winning position."
    )
    trailing_start_r: float = setting(
        0.5,
        ge=0,
        le=100,
        unit="R",
        title="Trailing start",
        about="Profit at which the stop begins to follow the price.",
    )
    trailing_atr1: float = setting(
        0.3, gt=0, le=100, unit="ATR(1)", title="Trailing distance", about="How far the stop follows the best price."
    )
    time_stop_minutes: float | None = setting(
        None,
        gt=0,
        le=1440,
        unit="min",
        looser="higher",
        title="Time stop",
        about="Closes a position of this age; none switches it off.",
    )
    break_even_at_r: float | None = setting(
        None,
        gt=0,
        le=100,
        unit="R",
        looser="higher",
        title="Break-even at",
        about="Open profit at which the stop moves to the entry price; none switches it off.",
    )
    flat_before_close_minutes: int = setting(
        10,
        ge=0,
        le=360,
        unit="min",
        looser="lower",
        title="Flat before the close",
        about="Closes positions and blocks entries this long before the weekly close of the market; 0 switches it off.",
    )
    flat_before_break: bool = setting(
        False,
        looser="off",
        title="Flat before the daily break",
        about="Does the same before each daily break of the market.",
    )


class RiskMitigation(Section):
    """What may be lost, how often may be traded, and how bad the conditions of an order may be."""

    max_positions_per_symbol: int = setting(
        2,
        ge=1,
        le=100,
        unit="positions",
        looser="higher",
        title="Max positions per symbol",
        about="Open positions of one symbol at a time.",
    )
    max_positions: int = setting(
        3,
        ge=1,
        le=100,
        unit="positions",
        looser="higher",
        title="Max open positions",
        about="Open positions of all symbols at a time.",
    )
    max_trades_per_hour: int = setting(
        10,
        ge=1,
        le=1000,
        unit="trades",
        looser="higher",
        title="Max orders per hour",
        about="Entry orders within 60 minutes, all symbols.",
    )
    max_trades_per_day: int = setting(
        40,
        ge=1,
        le=10_000,
        unit="trades",
        looser="higher",
        title="Max orders per day",
        about="Entry orders per day of the account, all symbols together.",
    )
    max_daily_loss_pct: float = setting(
        2.0,
        gt=0,
        le=100,
        unit="%",
        looser="higher",
        title="Max daily loss",
        about="Loss in a day of the account, all symbols and open positions included, that stops entries for the day.",
    )
    max_consecutive_losses: int = setting(
        4,
        ge=1,
        le=100,
        unit="trades",
        looser="higher",
        title="Max consecutive losses",
        about="Losing trades in a row that stop entries for the day.",
    )
    account_day_ends: str = setting(
        "17:00",
        pattern=TIME_OF_DAY,
        looser="any",
        title="Account day ends",
        about="Time at which the account's day ends for the daily limits, HH:MM; the same for all symbols.",
    )
    account_day_zone: str = setting(
        "America/New_York",
        looser="any",
        title="Account day time zone",
        about="IANA name of the zone in which the account's day ends.",
    )
    max_volume_lots: float = setting(
        1.0, gt=0, le=1000, unit="lots", looser="higher", title="Max volume", about="Maximum volume of an order."
    )
    max_price_drift_r: float = setting(
        0.25,
        gt=0,
        le=10,
        unit="R",
        looser="higher",
        title="Max price drift",
        about="Move of price since the signal, in R, that blocks the entry.",
    )
    max_slippage_pct: float = setting(
        0.1,
        gt=0,
        le=10,
        unit="%",
        looser="higher",
        title="Max slippage",
        about="Move of price since the signal, in percent, that blocks the entry.",
    )
    max_latency_ms: float = setting(
        200.0,
        gt=0,
        le=60_000,
        unit="ms",
        looser="higher",
        title="Max round trip",
        about="A broker round trip above this blocks entries.",
    )
    cool_off_seconds: int = setting(
        60,
        ge=0,
        le=86_400,
        unit="s",
        looser="lower",
        title="Cool-off",
        about="Wait after an exit before the symbol trades again.",
    )
    loosen_delay_minutes: int = setting(
        10,
        ge=0,
        le=1440,
        unit="min",
        looser="lower",
        title="Delay before a limit is relaxed",
        about="Wait before a relaxed limit takes effect.",
    )

    @field_validator("account_day_zone")
    @classmethod
    def _is_known_zone(cls, zone: str) -> str:
        return known_zone(zone)

    @model_validator(mode="after")
    def _parts_are_within_the_whole(self) -> Self:
        parts = (("max_positions_per_symbol", "max_positions"), ("max_trades_per_hour", "max_trades_per_day"))
        faults = [
            f"{part} {getattr(self, part)} is above {whole} {getattr(self, whole)}; allowed is at most that"
            for part, whole in parts
            if getattr(self, part) > getattr(self, whole)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self
