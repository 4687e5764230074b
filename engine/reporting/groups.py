"""Figures of a group of trades as one row of text: the same on a page, in the window and in a file."""

from __future__ import annotations

from typing import NamedTuple

from engine.reporting.words import MISSING, factor, money, r, share
from engine.statistics.bootstrap import MIN_DAYS
from engine.statistics.figures import Figures
from engine.statistics.intervals import Interval


class Heading(NamedTuple):
    """Title of a column, what it shows, the longest words usually in it, and whether it is money of the account."""

    title: str
    tip: str
    sample: str
    is_money: bool = False


MEAN_TIP = f"95 % interval of the mean, resampled by trading day; not below {MIN_DAYS} days"
GROUP_HEADINGS = (
    Heading("Trades", "Closed trades; below 20 nothing can be concluded", "1,234"),
    Heading("Win rate", "Share of trades with a net profit", "100 %"),
    Heading("Win rate, 95 %", "The true win rate lies here in 95 of 100 samples (Wilson)", "100 % to 100 %"),
    Heading("Mean R, net", "Result of a trade after all costs, in units of the risk taken", "+10.00 R"),
    Heading("Mean R, 95 %", MEAN_TIP, "+10.00 to +10.00 R"),
    Heading("Cost", "What a trade paid in spread, slippage, commission and swap, mean in R", "10.00 R"),
    Heading("Sum R", "All results in R added up", "+100.00 R"),
    Heading("Expectancy", "Mean net result per trade", "+1,000.00", is_money=True),
    Heading("Net", "Net result after costs", "+10,000.00", is_money=True),
    Heading("Profit factor", "Money won per unit of money lost", "10.00"),
    Heading("MFE", "How far price went in favour of the trade, mean in R", "10.00"),
    Heading("MAE", "How far price went against the trade, mean in R", "10.00"),
)


def group_cells(figures: Figures) -> tuple[str, ...]:
    """One cell for each of `GROUP_HEADINGS`."""
    return (
        f"{figures.trades:,}",
        share(figures.win_rate),
        _shares(figures.win_rate_interval),
        r(figures.mean_r),
        mean_words(figures),
        MISSING if figures.mean_cost_r is None else f"{figures.mean_cost_r:.2f} R",
        r(figures.sum_r),
        money(figures.expectancy),
        money(figures.net_profit),
        factor(figures.profit_factor),
        _plain(figures.mean_favourable_r),
        _plain(figures.mean_adverse_r),
    )


def _shares(interval: Interval | None) -> str:
    return MISSING if interval is None else f"{share(interval.low)} to {share(interval.high)}"


def mean_words(figures: Figures) -> str:
    """The interval of the mean of R, or that there are too few days for one."""
    if figures.has_too_few_days:
        return "too few days"
    interval = figures.mean_r_interval
    return MISSING if interval is None else f"{r(interval.low).removesuffix(' R')} to {r(interval.high)}"


def _plain(amount: float | None) -> str:
    return MISSING if amount is None else f"{amount:.2f}"
