"""Studies of many configurations."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import msgspec

from engine.commands.lab.cluster import add_cluster, cluster_of, open_workers
from engine.commands.lab.options import add_files
from engine.commands.terminal import positive_up_to
from engine.errors import DeskError

_Tools = argparse._SubParsersAction
MIN_DAYS: Final = 5
"""Market days below which the last fifth cannot be sealed."""

MAX_TRIALS: Final = 10_000


class UnknownAxis(DeskError):
    """A setting of the heat map is not searched, or occurs twice."""


def add_sweep(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "sweep",
        help="search settings, and judge whether the best of so many is luck",
        description="Simulates many configurations on all but the sealed last fifth of the days. The search space is a "
        "JSON object that maps dotted setting names to a list of values or to [low, high, step], for example "
        '{"execution.trailing_atr1": [0.2, 0.6, 0.1]}. A sweep that was interrupted resumes where it stopped.',
    )
    _add_search(parser)
    parser.add_argument(
        "--tpe",
        type=positive_up_to(MAX_TRIALS),
        default=0,
        metavar="M",
        help="further configurations, chosen by TPE based on earlier results; needs the package optuna (default none)",
    )
    parser.add_argument("--heat", nargs=2, metavar=("X", "Y"), help="settings of the heat map (default: the first two)")
    parser.set_defaults(run=run_sweep)


def add_walk(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "walk",
        help="walk-forward: choose settings on 40 days, test them on 10 later days, and roll on",
        description="Only test days count, and only with 5 windows or more. One day between choice and test is "
        "skipped; the sealed last fifth of the days is left out.",
    )
    _add_search(parser)
    parser.set_defaults(run=run_walk)


def _add_search(parser: argparse.ArgumentParser) -> None:
    add_files(parser, paths=1)
    parser.add_argument("--space", type=Path, required=True, metavar="FILE", help="the settings to vary, as JSON")
    parser.add_argument(
        "--trials",
        type=positive_up_to(MAX_TRIALS),
        default=64,
        metavar="N",
        help="configurations to try, spread evenly over the space by a Sobol sequence (default 64)",
    )
    add_cluster(parser)


def run_sweep(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.search import Search
    from engine.commands.lab.tables import sweep_table
    from engine.lab.memory.trial import StudyKind
    from engine.lab.search.space import read_space
    from engine.lab.studies.sweep import swept

    address = cluster_of(options)
    with open_study(StudyKind.SWEEP, options, min_days=MIN_DAYS) as study:
        space = read_space(options.space, study.settings)
        names = [parameter.key for parameter in space.parameters]
        axes = _axes(options.heat, names)
        points = tuple(space.points(options.trials))
        with open_workers(address, study) as workers:
            search = Search(study, len(points) + options.tpe, workers)
            tried = search.play(points)
            if options.tpe:
                tried += search.play_tpe(space, tried, options.tpe)
        found = swept(space, tried, search.open_days, study.trials(), axes)
        best = found.best_of
        report = {
            "parameters": names,
            "trials_run": msgspec.to_builtins(found.trials),
            "best": msgspec.to_builtins(found.best),
            "deflated_sharpe": None if best is None else best.deflated_sharpe,
            "pbo": None if best is None or best.overfitting is None else best.overfitting.pbo,
            "spa_p": None if best is None else best.spa_p,
            "heat": msgspec.to_builtins(found.heat),
            "sealed": search.sealed,
        }
        return study.show(report, sweep_table)


def run_walk(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.search import Search
    from engine.commands.lab.tables import walk_table
    from engine.lab.memory.trial import StudyKind
    from engine.lab.search.space import read_space
    from engine.lab.search.walk_forward import windows_of
    from engine.lab.studies.walk import walked

    address = cluster_of(options)
    with open_study(StudyKind.WALK, options, min_days=MIN_DAYS) as study:
        points = tuple(read_space(options.space, study.settings).points(options.trials))
        with open_workers(address, study) as workers:
            search = Search(study, len(points), workers)
            tried = search.play(points)
        found = walked(tried, study.days, windows_of(search.open_days))
        report = {
            "windows": msgspec.to_builtins(found.windows),
            "stitched": msgspec.to_builtins(found.stitched),
            "objective": found.objective,
            "sealed": search.sealed,
        }
        return study.show(report, walk_table)


def _axes(asked: list[str] | None, names: list[str]) -> tuple[str, str] | None:
    """The settings of the heat map: the first two that are searched where none are asked for."""
    if asked is None:
        return (names[0], names[1]) if len(names) > 1 else None
    for name in asked:
        if name not in names:
            raise UnknownAxis(f"--heat {name} is not searched: allowed are {', '.join(names)}")
    x, y = asked
    if x == y:
        raise UnknownAxis(f"--heat has {x} twice: allowed are two different settings of {', '.join(names)}")
    return x, y
