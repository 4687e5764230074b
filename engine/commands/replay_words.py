"""The trades and figures of a replay as text."""

from __future__ import annotations

from typing import Any

from engine.domain.fills import FillModel
from engine.reporting.words import share, spoken
from engine.statistics.bootstrap import MIN_DAYS
from engine.statistics.figures import MIN_TRADES


def replay_table(report: dict[str, Any]) -> str:
    """One line for each trade of the first seed, then what all seeds say together and what that means."""
    trades = report["trades"]
    lines = [
        f"{trade['entered_at'][:16]}  {trade['symbol']:10}{trade['side']:6}{trade['entry']:12.2f}{trade['exit']:12.2f}"
        f"  {spoken(trade['reason']):23}{trade['profit']:10.2f}"
        + ("" if trade["r"] is None else f"{trade['r']:8.2f} R")
        for trade in trades
    ]
    titles = f"{'entered, UTC':18}{'symbol':10}{'side':6}{'entry':>12}{'exit':>12}"
    head = f"{titles}  {'exit by':23}{'profit':>10}{'R, net':>10}"
    profit = sum(trade["profit"] for trade in trades)
    of_seed = f" of seed {report['seeds'][0]}" if len(report["seeds"]) > 1 else ""
    made = f"{len(trades)} {'trade' if len(trades) == 1 else 'trades'}{of_seed}"
    return "\n".join(
        [
            *([head, *lines] if lines else []),
            f"{report['candles']:,} candles, {made}, profit {profit:.2f} in {report['seconds']:.1f} s",
            *(f"{name:18}{words}" for name, words in _figures(report)),
            _meaning(report),
            f"decision hash {report['decision_hash']}",
        ]
    )


def _figures(report: dict[str, Any]) -> list[tuple[str, str]]:
    seeds = report["seeds"]
    of_seeds = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    figures = [("fills", f"{report['fills']}, {of_seeds}, {_calibrated(report)}"), ("counted", _counted(report))]
    if report["mean_r"] is None:
        return figures
    return [
        *figures,
        ("mean R, net", f"{_r(report['mean_r'])}   {_interval(report)}"),
        ("gross, cost", f"{_r(report['gross_r'])}, {_r(report['cost_r'])}"),
        *([("mean of each seed", ", ".join(_r(mean) for mean in report["seed_means"]))] if len(seeds) > 1 else []),
        ("depends on path", _depends(report)),
    ]


def _calibrated(report: dict[str, Any]) -> str:
    if report["fills"] == FillModel.TICKS:
        return "as recorded"
    return "calibrated for these exits" if report["calibrated"] else "UNCALIBRATED for these exits (see docs/fills.md)"


def _counted(report: dict[str, Any]) -> str:
    each_once = ", those of several seeds once" if len(report["seeds"]) > 1 else ""
    return f"{report['counted']} trades with a stop on {report['days']} trading days{each_once}"


def _depends(report: dict[str, Any]) -> str:
    if report["fills"] != FillModel.PATHS:
        return "no path is drawn"
    depends = report["depends_on_path"]
    if depends is not None:
        return f"{share(depends)} of the trades that two seeds have"
    return "not measured: one seed" if len(report["seeds"]) == 1 else "not measured: no trade of two seeds"


def _interval(report: dict[str, Any]) -> str:
    if report["days"] < MIN_DAYS:
        return "too few days for an interval"
    caution = "" if report["calibrated"] else "; uncalibrated"
    return f"[{_r(report['mean_r_low'])}, {_r(report['mean_r_high'])}] at 95 %, resampled by trading day{caution}"


def _r(amount: float | None) -> str:
    """With a sign that every console can write."""
    return "none" if amount is None else f"{amount:+z.2f} R"


def _meaning(report: dict[str, Any]) -> str:
    """What the user may conclude from the interval."""
    low, high = report["mean_r_low"], report["mean_r_high"]
    if low is None:
        return "No trade was closed: nothing can be concluded."
    if report["days"] < MIN_DAYS:
        return f"Fewer than {MIN_DAYS} trading days: too few to conclude anything."
    if report["counted"] < MIN_TRADES:
        return f"Fewer than {MIN_TRADES} trades: too few to conclude anything."
    if low > 0.0:
        return "The whole interval is above zero: on days like these the trades made money after costs."
    if high < 0.0:
        return "The whole interval is below zero: on days like these the trades lost money after costs."
    return "Zero lies within the interval: the result may be due to chance."
