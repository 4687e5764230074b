"""`microscalp report`: the trades of a day, or of a longer time, as one HTML page."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path

from config.atomic_file import reason_of, write_atomically
from config.loader import load_settings
from engine.bootstrap import user_data_directory
from engine.clock import SystemClock
from engine.commands.terminal import instant, say, show
from engine.domain.market import DayRoll
from engine.domain.trade_facts import TradeFacts
from engine.errors import DeskError
from engine.market.sessions import SessionCalendar
from engine.persistence.opening import DATABASE_FILE, visit_store
from engine.persistence.trades import StoredTrades
from engine.reporting.page import report_page
from engine.reporting.scope import ReportScope


class NoReport(DeskError):
    """There is nothing to report on, or nowhere to write it."""


def add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("report", help="write the closed trades of a day or a longer period as an HTML page")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder of the desk's plans and journal")
    parser.add_argument("--day", type=_day, metavar="DATE", help="trading day (default: the latest with a trade)")
    parser.add_argument("--since", type=instant, metavar="TIME", help="trades closed at or after this time (UTC)")
    parser.add_argument("--until", type=instant, metavar="TIME", help="trades closed before this time (UTC)")
    parser.add_argument("--output", type=Path, default=Path("report.html"), metavar="FILE", help="report.html")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a configuration file to use instead of the user's")
    parser.set_defaults(run=write_report)


def write_report(options: argparse.Namespace) -> int:
    if options.day is not None and (options.since or options.until):
        raise NoReport("--day and --since or --until exclude each other: give a trading day or a period")
    page, said = _page(options, SystemClock().now())
    try:
        write_atomically(options.output, page)
    except OSError as error:
        raise NoReport(f"--output: {options.output} cannot be written: {reason_of(error)}") from error
    say(said)
    show(str(options.output))
    return 0


def _page(options: argparse.Namespace, now: datetime) -> tuple[str, str]:
    """The page, and what it is about in a line. Raises `NoReport` where no desk has kept anything."""
    directory = options.data_dir or user_data_directory()
    if not (directory / DATABASE_FILE).exists():
        raise NoReport(f"{directory} holds no store: --data-dir must name the desk's data folder")
    sessions = SessionCalendar(load_settings(options.config).sessions, DayRoll.UTC_MIDNIGHT)
    database = visit_store(directory, now)
    try:
        trades = StoredTrades(database, sessions.session)
        facts, title = _asked_for(options, trades)
        page = report_page(facts, ReportScope(title=title, made_at=now), trades.prices)
        left_out = f"; {unreadable}" if (unreadable := database.faults.sentence) else ""
        return page, f"{title}: {len(facts)} trades{left_out}"
    finally:
        database.close()


def _asked_for(options: argparse.Namespace, trades: StoredTrades) -> tuple[list[TradeFacts], str]:
    """The trades to report on, and what to call them."""
    if options.since or options.until:
        return trades.read(since=options.since, until=options.until), _stretch(options.since, options.until)
    day = options.day or trades.newest_day()
    return ([] if day is None else trades.read(day=day)), f"Trades of {day or 'no day yet'}"


def _stretch(since: datetime | None, until: datetime | None) -> str:
    begin = "" if since is None else f" from {since:%Y-%m-%d %H:%M}"
    end = "" if until is None else f" to {until:%Y-%m-%d %H:%M}"
    return f"Trades{begin}{end} UTC"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-03-02") from error
