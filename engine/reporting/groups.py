"""Figures of a group of trades as one row of words: the same on a page, in the window and in a file."""

from __future__ import annotations

from typing import NamedTuple

from engine.reporting.words import MISSING, factor, money, r, share
from engine.statistics.figures import Figures
from engine.statistics.intervals import Interval


class Heading(NamedTuple):
    """Title of a column, what it tells, and the longest words usually in it."""

    title: str
    tip: str
    sample: str


GROUP_HEADINGS = (
    Heading("Trades", "Closed trades; below 20 nothing can be concluded", "1,234"),
    Heading("Win rate", "Share of trades with a net gain", "100 %"),
    Heading("Win rate, 95 %", "The true win rate lies here in 95 of 100 samples (Wilson)", "100 % to 100 %"),
    Heading("Mean R", "Net result of a trade in units of the risk taken", "+10.00 R"),
    Heading("Mean R, 95 %", "The true mean lies here in 95 of 100 samples (Student)", "+10.00 to +10.00 R"),
    Heading("Sum R", "All results in R added up", "+100.00 R"),
    Heading("Expectancy", "Mean net money of a trade", "+1,000.00"),
    Heading("Net", "Money after costs", "+10,000.00"),
    Heading("Profit factor", "Money gained for each unit lost", "10.00"),
    Heading("MFE", "How far price went the trade's way, mean in R", "10.00"),
    Heading("MAE", "How far price went against the trade, mean in R", "10.00"),
    Heading("Stop first", "Trades that ended within a recorded candle that held stop and target", "100 %"),
    Heading("Targets first", "Net money had those candles reached the target first", "+10,000.00"),
)


def group_cells(figures: Figures) -> tuple[str, ...]:
    """One cell for each of `GROUP_HEADINGS`."""
    return (
        f"{figures.trades:,}",
        share(figures.win_rate),
        _shares(figures.win_rate_interval),
        r(figures.mean_r),
        _means(figures.mean_r_interval),
        r(figures.sum_r),
        money(figures.expectancy),
        money(figures.net_profit),
        factor(figures.profit_factor),
        _plain(figures.mean_favourable_r),
        _plain(figures.mean_adverse_r),
        share(figures.ambiguous_share),
        money(figures.profit_if_targets_first),
    )


def _shares(interval: Interval | None) -> str:
    return MISSING if interval is None else f"{share(interval.low)} to {share(interval.high)}"


def _means(interval: Interval | None) -> str:
    return MISSING if interval is None else f"{r(interval.low).removesuffix(' R')} to {r(interval.high)}"


def _plain(amount: float | None) -> str:
    return MISSING if amount is None else f"{amount:.2f}"
