"""What the marks of a chart mean: one entry for each, by the overlay that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gui.features.chart.model.sample import ROWS


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A mark: its overlay, its name, what it means, and the rows of the sample market that show it."""

    overlay: str
    title: str
    words: str
    first: int = 0
    last: int = ROWS


LEGEND: Final = (
    LegendEntry(
        "setups",
        "Setup",
        "A candle that passed all four layers, with side and score; A+ setups have a mark of another colour. The "
        "newest one also shows entry, stop and target until it is decided.",
    ),
    LegendEntry(
        "trade_marks",
        "Trade arrows",
        "Entry and exit of a trade in the direction of its orders, joined by a line, with the result in R. Gains are "
        "filled and solid, losses hollow and dashed; the arrow of an open position has the accent colour.",
    ),
    LegendEntry(
        "trades",
        "Positions and plans",
        "Entry, stop and target: solid for positions, dashed for plans, dotted while dragged or not confirmed yet.",
        9,
    ),
    LegendEntry("price_alerts", "Price alerts", "The level of an active alert, with a bell; it can be dragged.", 3),
    LegendEntry(
        "order_blocks",
        "Order block",
        "The last opposite candle before a strong move: bullish or bearish by colour, fainter once price has touched "
        "it, and gone once price has closed through it.",
        3,
    ),
    LegendEntry(
        "sweeps",
        "Liquidity sweep",
        "Price went beyond a swing and closed back inside. SSL: lows were swept, which is bullish. BSL: highs were "
        "swept, which is bearish.",
        7,
    ),
    LegendEntry("swings", "Swing", "A high or low that the candles on both sides do not reach.", 2, 12),
    LegendEntry(
        "structure",
        "Break of structure",
        "From a swing to the candle that closed beyond it: BOS in the direction of the trend, CHOCH against it.",
        2,
    ),
    LegendEntry("equal_levels", "Equal highs and lows", "Swings at nearly the same price: EQH and EQL.", 4),
    LegendEntry("vwap", "VWAP", "The volume-weighted average price of the trading day."),
    LegendEntry("sigma_bands", "VWAP bands", "One, two and three standard deviations around VWAP."),
    LegendEntry("micro_band", "VWAP micro band", "The band inside which price counts as being at VWAP."),
    LegendEntry("vwap_anchor", "VWAP anchor", "The first candle of a trading day, where VWAP begins.", 0, 12),
    LegendEntry("day_levels", "Day high and low", "Of the trading day so far, dotted."),
    LegendEntry("prior_day_levels", "Prior day high and low", "PDH and PDL: of the trading day before, solid."),
    LegendEntry("prior_week_levels", "Prior week high and low", "PWH and PWL: of the week before, in long dashes."),
    LegendEntry(
        "prior_session_levels", "Prior session high and low", "PSH and PSL: of the last completed session, dashed."
    ),
    LegendEntry("sessions", "Sessions", "The trading sessions as background shading, each with its name."),
    LegendEntry("volume", "Volume", "Volume of each candle, in ticks or units."),
    LegendEntry(
        "economic_events",
        "Economic events",
        "News on the time axis: a filled diamond for high impact, a hollow one for medium, a dot for low.",
    ),
    LegendEntry("last_price", "Last price", "The bid as a dashed line, in the colour of the forming candle.", 8),
    LegendEntry(
        "spread", "Ask and spread", "The ask as a short line at the right edge, and the spread on the axis.", 8
    ),
    LegendEntry(
        "moment", "Selected candle", "The candle that was chosen in a table, the journal or the timeline.", 3, 12
    ),
    LegendEntry("crosshair", "Crosshair", "Price and time under the mouse; shared by the charts of a symbol."),
    LegendEntry("grid", "Grid", "Round prices and times."),
)
"""In the order of the legend: what decides first."""
WORDS_OF: Final = {entry.overlay: entry for entry in LEGEND}
