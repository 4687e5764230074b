"""`microscalp lab drift`: whether live results still are what the lab says."""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from engine.commands.lab.options import add_files, calendar_day
from engine.errors import DeskError

if TYPE_CHECKING:
    from engine.commands.lab.opening import Study


class NotAdopted(DeskError):
    """It is not known when the settings were adopted."""


def add_drift(tools: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "drift",
        help="check whether live results still match the lab's",
        description="Two CUSUM sums that grow while results disappoint: live trades compared with simulated trades on "
        "the same days, and simulated trades compared with earlier ones of the same settings. The live trades are "
        "those in the desk's data folder; trades of the user do not count.",
    )
    add_files(parser, paths=1)
    parser.add_argument(
        "--since",
        type=calendar_day,
        metavar="DATE",
        help="the last day of the evidence (default: when the settings were adopted)",
    )
    parser.set_defaults(run=run_drift)


def run_drift(options: argparse.Namespace) -> int:
    from engine.commands.lab.desk_store import closed_trades
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import drift_table
    from engine.lab.memory.trial import StudyKind
    from engine.lab.studies.drift import drift, live_trades

    with open_study(StudyKind.DRIFT, options) as study:
        since = options.since or _adopted_on(study)
        live = live_trades(closed_trades(study.data_directory, study.settings), study.bench.symbol)
        found = drift(live, study.bench.trades(study.settings, study.output.report), since)
        return study.show(msgspec.to_builtins(found), drift_table)


def _adopted_on(study: Study) -> date:
    with study.adoptions() as adoptions:
        current = adoptions.current(study.bench.symbol)
    if current is None or current.settings_hash != study.settings_hash():
        raise NotAdopted("it is not known when these settings were adopted: give the day with --since")
    return current.day
