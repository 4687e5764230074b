"""What makes the demo market look like gold and bitcoin. Distances are in basis points of price unless a name says so.

Fitted to one-minute candles of 2025-12 .. 2026-03 (MetaTrader 5: gold 100,000 candles, bitcoin 100,000); gold's spread
to a retail broker's export of 2026-02 with a median of 16 points. `python -m benchmarks.demo_market` shows the fit.
"""

from __future__ import annotations

from typing import NamedTuple


class Burst(NamedTuple):
    """A time of day at which markets start to move; the excitement fades within minutes."""

    new_york: str
    """Wall clock, HH:MM."""
    chance: float
    """Share of weekdays on which it happens."""
    size: float
    """Mean log of the factor on volatility."""


class SpreadModel(NamedTuple):
    """Ask minus bid in ticks: a usual value, never below the floor, wider in bursts and around the daily close."""

    floor: int
    usual: float
    calm: float
    """Log deviation towards narrower spreads."""
    excited: float
    """Log deviation towards wider spreads."""
    before_close: float
    """Factor in the last minutes of gold's trading day."""
    after_open: float
    """Factor in its first hour."""


class Calibration(NamedTuple):
    """All constants of one instrument."""

    price: float
    """Price at the first opening, and the level that pulls it back over months."""
    half_hours: tuple[float, ...]
    """Log of volatility by half hour of the New York weekday, from midnight, about its mean."""
    volatility: float
    """Median standard deviation of one minute."""
    daily_move: float
    """Standard deviation of a day of median volatility."""
    weekend_calm: float
    """Subtracted from log volatility from Friday to Sunday evening; weekends know no hours."""
    weekend_noise: float
    """Standard deviation of that, from one weekend to another."""
    level_noise: float
    """Standard deviation of log volatility from day to day."""
    slow_noise: float
    fast_noise: float
    minute_noise: float
    """Standard deviations of log volatility within a day: over hours, over minutes, of single minutes."""
    fast_half_life: float
    """Minutes."""
    steps: int
    """Moves of price within a minute: more of them make longer wicks."""
    busy: float
    """Volatility from which price makes all those moves; below, fewer."""
    opening_step: float
    """Size of the step from one minute's last quote to the next one's first, against the others."""
    opening_power: float
    """Power that its normal draw is raised to: 1 where a quote always is a change, more where prices repeat."""
    lean: float
    """Skew of a minute's move away from the recent mean, for each standard deviation between: makes sweeps return.

    From how seldom real closes leave the range of the last 60.
    """
    wick: float
    """Back-and-forth within a minute, as a share of its volatility: from the ratio of range to body."""
    daily_gap: float
    weekend_gap: float
    """Median size of the jump over gold's daily break and over the weekend."""
    bursts: tuple[Burst, ...]
    ticks: float
    """Quotes in a minute of volatility one, if nothing limited them."""
    ticks_power: float
    """Quotes grow with this power of volatility."""
    ticks_habit: float
    ticks_noise: float
    """Log deviations of the number of quotes: over an hour, and minute by minute."""
    ticks_limit: float
    """Quotes a minute that a broker's server does not exceed."""
    spread: SpreadModel


LEVEL_MEMORY = 0.83
"""Autocorrelation of a day's mean log range, in both recordings."""
SLOW_HALF_LIFE = 120.0
"""Minutes; from the autocorrelation of log ranges about their daily profile."""
TICKS_HALF_LIFE = 60.0
"""Minutes; from the autocorrelation of tick counts about what the range explains."""
BURST_HALF_LIFE = 5.0
"""Minutes; from the mean range after 08:30, 10:00 and 20:00 New York."""
REVERSION = 0.02
"""Share of the distance to `price` that is taken back each day: over the years prices lie a tenth away from it."""

_GOLD_HALF_HOURS = (
    -0.31, 0.00, 0.00, -0.01, -0.01, -0.14, -0.08, -0.09, -0.07, -0.18, -0.19, -0.20,
    -0.24, -0.27, -0.14, -0.23, 0.27, 0.24, 0.33, 0.74, 0.60, 0.46, 0.42, 0.31,
    0.20, 0.09, 0.07, -0.01, -0.06, -0.10, -0.04, 0.02, -0.43, -0.53, 0.00, 0.00,
    0.04, -0.04, 0.04, -0.09, 0.28, 0.21, 0.13, 0.11, 0.01, -0.25, -0.36, -0.47,
)  # fmt: skip
_BITCOIN_HALF_HOURS = (
    -0.23, -0.23, -0.18, -0.21, -0.24, -0.28, -0.18, -0.19, -0.12, -0.21, -0.23, -0.33,
    -0.26, -0.26, -0.15, -0.26, -0.06, 0.01, 0.17, 0.97, 0.79, 0.67, 0.59, 0.48,
    0.41, 0.37, 0.33, 0.28, 0.24, 0.14, 0.19, 0.14, -0.08, -0.22, -0.29, -0.14,
    -0.17, -0.22, -0.05, -0.14, 0.08, 0.00, 0.04, -0.08, -0.15, -0.25, -0.18, -0.33,
)  # fmt: skip

GOLD = Calibration(
    price=4700.0,
    half_hours=_GOLD_HALF_HOURS,
    volatility=3.35,
    daily_move=150.0,
    weekend_calm=0.0,
    weekend_noise=0.0,
    level_noise=0.47,
    slow_noise=0.3,
    fast_noise=0.22,
    minute_noise=0.15,
    fast_half_life=8.0,
    steps=32,
    busy=0.5,
    opening_step=0.35,
    opening_power=1.0,
    lean=0.1,
    wick=0.08,
    daily_gap=12.5,
    weekend_gap=29.0,
    bursts=(
        Burst("03:00", 1.0, 0.3),  # London opens
        Burst("08:30", 0.6, 0.8),  # United States figures
        Burst("10:00", 0.6, 0.5),
        Burst("14:00", 0.2, 0.6),  # the Federal Reserve
        Burst("18:00", 1.0, 0.3),  # the day's first quotes
        Burst("20:00", 1.0, 0.8),  # Asia opens
    ),
    ticks=70.0,
    ticks_power=1.1,
    ticks_habit=0.25,
    ticks_noise=0.09,
    ticks_limit=300.0,
    spread=SpreadModel(floor=13, usual=16.0, calm=0.16, excited=0.25, before_close=1.8, after_open=1.35),
)

BITCOIN = Calibration(
    price=77000.0,
    half_hours=_BITCOIN_HALF_HOURS,
    volatility=6.2,
    daily_move=220.0,
    weekend_calm=0.6,
    weekend_noise=0.5,
    level_noise=0.22,
    slow_noise=0.32,
    fast_noise=0.25,
    minute_noise=0.22,
    fast_half_life=4.0,
    steps=40,
    busy=10.0,
    opening_step=0.045,
    opening_power=3.0,
    lean=0.17,
    wick=0.0,
    daily_gap=0.0,
    weekend_gap=0.0,
    bursts=(
        Burst("03:00", 1.0, 0.3),
        Burst("08:30", 0.6, 0.6),
        Burst("10:00", 0.6, 0.3),
        Burst("14:00", 0.2, 0.5),
        Burst("18:00", 1.0, 0.4),
    ),
    ticks=68.0,
    ticks_power=1.0,
    ticks_habit=0.25,
    ticks_noise=0.03,
    ticks_limit=530.0,
    spread=SpreadModel(floor=100, usual=75.0, calm=0.3, excited=0.6, before_close=1.0, after_open=1.0),
)

CALIBRATIONS = {"XAUUSD": GOLD, "BTCUSD": BITCOIN}
