"""Results of studies as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from engine.conditions.catalogue import TITLES
from engine.reporting.words import percent, spoken

_NAME_WIDTH: Final = 28
_STATUSES: Final = {
    "same": "unchanged",
    "appeared": "appeared",
    "vanished": "vanished",
    "outcome": "with another outcome",
}


def evidence_table(found: dict[str, Any]) -> str:
    lines = [
        *_heading(found),
        f"  trades                {found['trades']:,} on {found['days']:,} market days",
        f"  mean net              {_mean(found['mean_r'], found['mean_r_low'], found['mean_r_high'])}",
        f"  mean before costs     {_r(found['gross_r'])}; costs {_r(found['cost_r'])}",
        f"  win rate              {_share(found['win_rate'])}; profit factor {_plain(found['profit_factor'])}",
        f"  max drawdown          {_plain(found['max_drawdown_r'])} R; losing streak {found['losing_streak']}",
        f"  depends on the path   {_share(found['depends_on_path'])} of the trades made on two paths or more",
        f"  trades needed         {_count(found['trades_needed'])} to detect a mean of 0.10 R with 80 % power",
        f"  configurations tried  {'unknown' if found['trials'] is None else format(found['trials'], ',')}",
        f"Verdict: {found['verdict']}. {found['sentence']}",
    ]
    for title, groups in found["by"].items():
        lines += ["", f"By {title}", *_rows((_name(each["name"]), each) for each in groups)]
    return "\n".join(lines)


def gates_table(found: dict[str, Any]) -> str:
    lines = [
        *_heading(found),
        "Check, setups that it alone blocked, their mean, and selectivity (mean of the setups taken minus theirs):",
    ]
    for gate in found["gates"]:
        worth = _mean(gate["selectivity"], gate["selectivity_low"], gate["selectivity_high"])
        blocked = f"{gate['blocked']:>7,}  {_r(gate['blocked_mean_r'])}"
        lines.append(f"  {_title(gate['check']):<{_NAME_WIDTH}} {blocked}  {worth}{_p(gate)}")
    return "\n".join(lines)


def ablation_table(found: dict[str, Any]) -> str:
    taken = found["taken"]
    lines = [
        *_heading(found),
        f"As given: {taken['trades']:,} trades, mean {_mean(taken['mean_r'], taken['low'], taken['high'])}. "
        "With one rule off:",
    ]
    for row in found["rows"]:
        change = _mean(row["change_r_per_day"], row["low"], row["high"])
        lines.append(f"  {_title(row['check']):<{_NAME_WIDTH}} {row['trades']:>7,} trades  {change} per day{_p(row)}")
    return "\n".join(lines)


def comparison_table(found: dict[str, Any]) -> str:
    a, b, counts = found["a"], found["b"], found["counts"]
    lines = [
        *_heading(found),
        *(f"  {one['name']:<{_NAME_WIDTH}} {one['trades']:>7,} trades, mean {_r(one['mean_r'])}" for one in (a, b)),
        "  setups: " + ", ".join(f"{count:,} {_STATUSES[status]}" for status, count in counts.items()),
        f"  change per day        {_mean(found['change_r'], found['low'], found['high'])} on {found['days']:,} days",
    ]
    changed = [setup for setup in found["setups"] if setup["status"] != "same"]
    for setup in changed[:20]:
        why = f" ({_title(setup['first_check'])})" if setup["first_check"] else ""
        results = f"{_r(setup['r_a'])} -> {_r(setup['r_b'])}"
        lines.append(f"  {setup['candle_time']} {setup['side']:<4} {_STATUSES[setup['status']]}{why}: {results}")
    if len(changed) > 20:
        lines.append(f"  … and {len(changed) - 20:,} more; --json has all")
    return "\n".join(lines)


def sweep_table(found: dict[str, Any]) -> str:
    best = found["best"]
    lines = [*_heading(found), f"{_counted(found['trials_run'])}; ranked by the lower bound of mean R:"]
    known = [trial for trial in found["trials_run"] if trial["low"] is not None]
    for trial in sorted(known, key=lambda trial: -trial["low"])[:10]:
        values = ", ".join(f"{name} {value}" for name, value in trial["values"].items())
        lines.append(f"  {_r(trial['mean_r'])} (at least {_r(trial['low'])}), {trial['trades']:,} trades: {values}")
    if best is not None:
        lines += [
            f"  deflated Sharpe ratio       {_plain(found['deflated_sharpe'])} (chance of a true ratio above zero)",
            f"  probability of overfitting  {_share(found['pbo'])}",
            f"  superior predictive ability p = {_plain(found['spa_p'])}",
        ]
        if any(trial["origin"] == "tpe" for trial in found["trials_run"]):
            by_tpe = "; the best was found by TPE, and they do not apply to it" if best["origin"] == "tpe" else ""
            lines.append(f"  the first two are based on the Sobol trials alone, the third on all{by_tpe}")
    return "\n".join(lines)


def _counted(trials: list[dict[str, Any]]) -> str:
    by_tpe = sum(trial["origin"] == "tpe" for trial in trials)
    words = f"{len(trials):,} configurations"
    return f"{words} ({len(trials) - by_tpe:,} Sobol, {by_tpe:,} TPE)" if by_tpe else words


def walk_table(found: dict[str, Any]) -> str:
    lines = [*_heading(found), "Test windows, each with the configuration that was best before it:"]
    for window in found["windows"]:
        days = f"{window['test_from']} to {window['test_to']}"
        results = f"{_r(window['train_mean_r'])} trained, {_r(window['test_mean_r'])} tested"
        lines.append(f"  {days}  {results}, {window['test_trades']:,} trades")
    stitched = found["stitched"]
    if stitched is None:
        lines.append("No result: at least 5 test windows are needed")
    else:
        mean = _mean(stitched["mean_r"], stitched["low"], stitched["high"])
        lines.append(f"All test days: {mean}, {stitched['trades']:,} trades on {stitched['days']:,} days")
    return "\n".join(lines)


def chance_table(found: dict[str, Any]) -> str:
    better = percent(found["percentile"] / 100.0, 1)
    return "\n".join([
        *_heading(found),
        f"  mean of the strategy   {_r(found['mean_r'])}, {found['trades']:,} setups, each simulated alone",
        f"  better than            {better} of {len(found['draws']):,} sets of random entries "
        f"at the same hours; p = {_plain(found['p'])}",
    ])  # fmt: skip


def costs_table(found: dict[str, Any]) -> str:
    lines = [*_heading(found), "Spread, slippage, and the result with it:"]
    for row in found["rows"]:
        mean = _mean(row["mean_r"], row["low"], row["high"])
        costs = f"{row['spread_x']:<3g} x spread, slippage {row['slippage_spreads']:<4g} x spread"
        lines.append(f"  {costs}  {mean}, {row['trades']:,} trades")
    return "\n".join([*lines, _break_even(found)])


def _break_even(found: dict[str, Any]) -> str:
    multiple: float | None = found["break_even_multiple"]
    if not any(row["trades"] for row in found["rows"]):
        return "No trades at any spread"
    if multiple is None:
        return "Profitable at every spread that was tried"
    return f"Breaks even at {multiple:.2f} times the spread" if multiple else "Not profitable even without a spread"


def ruin_table(found: dict[str, Any]) -> str:
    drawdown, streak = found["max_drawdown_r"], found["losing_streak"]
    return "\n".join([
        *_heading(found),
        f"  {found['draws']:,} draws of {found['horizon_days']} market days, risking {found['risk_pct']:g} % a trade",
        f"  max drawdown           median {_plain(drawdown['p50'])} R; in 95 % at most {_plain(drawdown['p95'])} R",
        f"  losing streak          median {_count(streak['p50'])} trades; in 95 % at most {_count(streak['p95'])}",
        f"  loses a third          in {_share(found['probability_of_losing_a_third'])}",
    ])  # fmt: skip


def drift_table(found: dict[str, Any]) -> str:
    lines = [*_heading(found)]
    for key, title in (("live_minus_lab", "live minus lab"), ("lab_minus_evidence", "lab minus its evidence")):
        one = found[key]
        state = "no alarm" if not one["is_alarm"] else "ALARM"
        lines.append(
            f"  {title:<24} {state}: {_plain(one['s'])} of {_plain(one['threshold'])}, {one['trades']:,} trades"
        )
    return "\n".join(lines)


def _name(name: str | int | None) -> str:
    return "unknown" if name is None else _title(name) if isinstance(name, str) else str(name)


def _title(name: str) -> str:
    """What the condition panel calls a check or signal; other machine names as words."""
    return TITLES.get(name) or spoken(name)


def _heading(found: dict[str, Any]) -> list[str]:
    paths = f"{found['paths']} paths from seed {found['seed']}" if found["paths"] > 1 else f"seed {found['seed']}"
    calibrated = "calibrated" if found["calibrated"] else "uncalibrated: see docs/fills.md"
    return [
        f"{found['symbol']}, {found['first_day']} to {found['last_day']}, {found['candles']:,} candles; "
        f"fills on drawn paths ({calibrated}), {paths}",
        f"  recording {found['recording_hash']}, settings {found['settings_hash']}, version {found['version']}",
    ]


def _rows(groups: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    return [
        f"  {name:<{_NAME_WIDTH}} {each['trades']:>7,}  {_mean(each['mean_r'], each['low'], each['high'])}"
        for name, each in groups
    ]


def _mean(mean: float | None, low: float | None, high: float | None) -> str:
    return _r(mean) if low is None or high is None else f"{_r(mean)} [{low:+.3f}, {high:+.3f}]"


def _r(value: float | None) -> str:
    return "no result" if value is None else f"{value:+.3f} R"


def _p(row: dict[str, Any]) -> str:
    return "" if row["p_holm"] is None else f", adjusted p {row['p_holm']:.3f}"


def _share(value: float | None) -> str:
    return "unknown" if value is None else percent(value, 1)


def _plain(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def _count(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"
