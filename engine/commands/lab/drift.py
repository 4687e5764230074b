"""`microscalp lab drift`: whether live results still are what the lab says."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.commands.lab.options import add_files, calendar_day
from engine.errors import DeskError

if TYPE_CHECKING:
    from engine.commands.lab.opening import Study
    from engine.domain.trade_facts import TradeFacts


class NothingInForce(DeskError):
    """It is not known since when the settings are in force."""


def add_drift(tools: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "drift",
        help="see whether live results still are what the lab says",
        description="Two sums that grow while results disappoint: live trades against the lab's of the same days, and "
        "the lab's trades against what the same settings brought before. The live trades are those of the desk's data "
        "folder; trades of the user do not count.",
    )
    add_files(parser, paths=1)
    parser.add_argument(
        "--since",
        type=calendar_day,
        metavar="DATE",
        help="the last day of the evidence (default: when the settings came into force)",
    )
    parser.set_defaults(run=run_drift)


def run_drift(options: argparse.Namespace) -> int:
    from engine.commands.lab.opening import open_study
    from engine.commands.lab.tables import drift_table
    from engine.lab.memory.trial import StudyKind
    from engine.lab.studies.drift import drift, live_trades

    study = open_study(StudyKind.DRIFT, options)
    since = options.since or _in_force_since(study)
    live = live_trades(_facts(study.data_directory, study), study.bench.symbol)
    found = drift(live, study.bench.trades(study.settings, study.output.report), since)
    return study.show(msgspec.to_builtins(found), drift_table, trials=study.trials())


def _in_force_since(study: Study) -> date:
    with study.adoptions() as adoptions:
        current = adoptions.current(study.bench.symbol)
    if current is None or current.settings_hash != study.settings_hash():
        raise NothingInForce("it is not known since when these settings are in force: say so with --since")
    return current.day


def _facts(directory: Path, study: Study) -> list[TradeFacts]:
    """All closed trades of the desk's stores; none where no desk has kept anything."""
    from engine.clock import SystemClock
    from engine.domain.market import DayRoll
    from engine.market.sessions import SessionCalendar
    from engine.persistence.opening import DATABASE_FILE, visit_store
    from engine.persistence.trades import StoredTrades

    sessions = SessionCalendar(study.settings.sessions, DayRoll.UTC_MIDNIGHT)
    found: list[TradeFacts] = []
    for folder in (directory, directory / "live"):
        if (folder / DATABASE_FILE).exists():
            database = visit_store(folder, SystemClock().now())
            try:
                found += StoredTrades(database, sessions.session).read()
            finally:
                database.close()
    return found
