"""Studies of one configuration, or of two beside each other."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import msgspec

from engine.commands.lab.options import VERDICT_SEEDS, add_files, calendar_day
from engine.commands.terminal import positive_up_to
from engine.errors import DeskError

_Tools = argparse._SubParsersAction
MAX_HORIZON_DAYS: Final = 2_500
"""Ten years of trading days."""


def add_evidence(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "evidence",
        help="measure what the settings earn, and how certain that is",
        description="Simulates the settings on the recordings and reports every figure with its interval. The verdict "
        "is based only on market days after these settings were adopted, and is reached after 60, 120, 240 ... "
        "such days.",
    )
    add_files(parser, paths=VERDICT_SEEDS)
    parser.add_argument(
        "--open-sealed",
        action="store_true",
        help="include the days that searches leave out; this cannot be undone: they count as in-sample from then on",
    )
    parser.set_defaults(run=run_evidence)


def run_evidence(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import evidence_table
    from engine.lab.memory.trial import StudyKind

    with open_study(StudyKind.EVIDENCE, options) as study:
        trades = study.bench.trades(study.settings, study.output.report)
        return study.show(study.evidence(trades), evidence_table)


def add_gates(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "gates",
        help="measure what each check of the conditions is worth",
        description="For each check: the mean R of the setups that it alone blocked, each simulated by itself, and how "
        "far the mean of the setups taken lies above it. Above zero, the check keeps bad trades away.",
    )
    add_files(parser, paths=1)
    parser.set_defaults(run=run_gates)


def run_gates(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import gates_table
    from engine.lab.memory.trial import StudyKind
    from engine.lab.studies.gates import gates

    with open_study(StudyKind.GATES, options) as study:
        found = gates(study.bench, study.settings, study.output.report)
        return study.show({"gates": msgspec.to_builtins(found)}, gates_table)


def add_ablation(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "ablation",
        help="simulate the whole strategy with one check or signal off at a time",
        description="The change in R per market day when one rule is off; p values are adjusted for the number of "
        "rules (Holm).",
    )
    add_files(parser, paths=1)
    parser.set_defaults(run=run_ablation)


def run_ablation(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import ablation_table
    from engine.lab.evidence import mean_result
    from engine.lab.memory.trial import StudyKind
    from engine.lab.studies.ablation import ablation

    with open_study(StudyKind.ABLATION, options) as study:
        given, rows = ablation(study.bench, study.settings, study.output.report)
        found = {
            "taken": msgspec.to_builtins(mean_result(given)),
            "rows": msgspec.to_builtins(rows),
        }
        return study.show(found, ablation_table)


def add_comparison(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "diff",
        help="compare two configurations setup by setup",
        description="Setups of both configurations, matched by candle and side: same, appeared, vanished, or with "
        "another outcome; and the change in R per market day from A to B.",
    )
    add_files(parser, paths=1)
    parser.add_argument("--a", type=Path, metavar="FILE", help="configuration A (default: the user's)")
    parser.add_argument("--b", type=Path, metavar="FILE", required=True, help="configuration B")
    parser.add_argument("--day", type=calendar_day, metavar="DATE", help="list only the setups of this trading day")
    parser.set_defaults(run=run_comparison)


def run_comparison(options: argparse.Namespace) -> int:
    from config.loader import load_settings
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import comparison_table
    from engine.lab.evidence import mean_result
    from engine.lab.memory.trial import StudyKind
    from engine.lab.studies.comparison import compare

    options.config = options.a or options.config
    with open_study(StudyKind.DIFF, options) as study:
        a, b = study.settings, load_settings(options.b)
        compared = compare(study.bench, a, b, study.output.report)
        study.remember(a, compared.trades_a)
        study.remember(b, compared.trades_b)
        day, change = options.day, compared.change
        rows = None if day is None else study.bench.rows_of(day, a)
        setups = [each for each in compared.setups if rows is None or study.bench.row_at(each.candle_time) in rows]
        counts = dict.fromkeys(("same", "appeared", "vanished", "outcome"), 0)
        for setup in setups:
            counts[setup.status] += 1
        names = (options.a or options.config, options.b)
        results = (mean_result(compared.trades_a), mean_result(compared.trades_b))
        sides = {
            key: {
                "name": "settings in use" if name is None else Path(name).name,
                "settings_hash": study.settings_hash(settings),
                "trades": result.trades,
                "mean_r": result.mean_r,
                "mean_r_low": result.low,
                "mean_r_high": result.high,
            }
            for key, name, settings, result in zip("ab", names, (a, b), results, strict=True)
        }
        found = {
            **sides,
            "setups": msgspec.to_builtins(setups),
            "counts": counts,
            "change_r": None if change is None else change.value,
            "low": None if change is None else change.low,
            "high": None if change is None else change.high,
            "candles_of_day": None if rows is None else study.bench.prices(rows),
        }
        return study.show(found, comparison_table)


def add_chance(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "chance",
        help="compare the strategy with random entries",
        description="Compares the mean R of the setups with 1,000 sets of entries at random candles of the same hours, "
        "on a random side, with the same stops and exits. Each entry is simulated by itself.",
    )
    add_files(parser, paths=1)
    parser.set_defaults(run=run_chance)


def run_chance(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import chance_table
    from engine.lab.memory.trial import StudyKind
    from engine.lab.studies.chance import against_chance

    with open_study(StudyKind.CHANCE, options) as study:
        found = against_chance(study.bench, study.settings, study.output.report)
        if found is None:
            raise NoTrades("chance: the settings made no trade on these recordings, so nothing can be compared")
        result = {
            "trades": found.trades,
            "mean_r": found.mean_r,
            "p": found.p,
            "percentile": found.percentile,
            "draws": list(found.draws),
        }
        return study.show(result, chance_table)


def add_costs(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "costs",
        help="simulate the same setups at other spreads and slippages",
        description="The result at 0 to 3 times the recorded spread, with slippage of 0, 0.5 and 1 times the spread "
        "and that of the settings, and the multiple of the spread at which the strategy breaks even.",
    )
    add_files(parser, paths=1)
    parser.set_defaults(run=run_costs)


def run_costs(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import costs_table
    from engine.lab.memory.trial import StudyKind
    from engine.lab.studies.costs import costs

    with open_study(StudyKind.COSTS, options) as study:
        found = costs(study.bench, study.settings, study.output.report)
        return study.show(msgspec.to_builtins(found), costs_table)


def add_ruin(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "ruin",
        help="estimate drawdowns, losing streaks and the risk of losing a third of the equity",
        description="Resamples whole market days of the strategy's own results, with replacement, 4,000 times.",
    )
    add_files(parser, paths=1)
    parser.add_argument("--risk", type=_percent, metavar="PERCENT", help="risk per trade (default: as in the settings)")
    parser.add_argument(
        "--horizon",
        type=positive_up_to(MAX_HORIZON_DAYS),
        default=250,
        metavar="DAYS",
        help="market days ahead (default 250)",
    )
    parser.set_defaults(run=run_ruin)


def run_ruin(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import ruin_table
    from engine.lab.memory.trial import StudyKind
    from engine.statistics.bootstrap import DRAWS, MIN_DAYS
    from engine.statistics.ruin import ruin_of

    with open_study(StudyKind.RUIN, options) as study:
        trades = study.bench.trades(study.settings)
        risk = study.settings.execution.risk_pct if options.risk is None else options.risk
        days = [trade.day.toordinal() for trade in trades]
        found = ruin_of([trade.r for trade in trades], days, risk_pct=risk, days=options.horizon)
        if found is None:
            raise NoTrades(
                f"ruin: the settings traded on fewer than {MIN_DAYS} days of these recordings: too few to draw from"
            )
        result = {
            "risk_pct": risk,
            "horizon_days": options.horizon,
            "draws": DRAWS,
            "trades": len(trades),
            "max_drawdown_r": {"p50": found.drawdown_r(0.5), "p95": found.drawdown_r(0.95)},
            "losing_streak": {"p50": found.losing_streak(0.5), "p95": found.losing_streak(0.95)},
            "probability_of_losing_a_third": found.probability_of_losing_a_third,
        }
        return study.show(result, ruin_table)


class NoTrades(DeskError):
    """There is nothing to work with."""


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 100.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a percentage above 0, up to 100")
    return value
