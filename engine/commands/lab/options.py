"""The arguments that studies of past trades have in common, and what they open."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from engine.child_process import MAX_WORKERS
from engine.commands.judged_recording import add_recording_options
from engine.commands.terminal import MAX_PATHS, positive_up_to, seed_number

VERDICT_SEEDS = 8
"""Paths of each candle that a verdict takes."""


def add_files(parser: argparse.ArgumentParser, *, paths: int) -> None:
    """The recordings, and how they are read and played; `paths` is the number where the user names none."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="recordings, or folders of them")
    parser.add_argument("--symbol", help="symbol to study, if there are several or no file name contains it")
    add_recording_options(parser)
    parser.add_argument("--seed", type=seed_number, default=1, metavar="N", help="seed of the first path (default 1)")
    parser.add_argument(
        "--paths",
        type=positive_up_to(MAX_PATHS),
        default=paths,
        metavar="K",
        help=f"paths of each candle (default {paths})",
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="folder of the indicators kept between runs")
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="data folder; the trial ledger is in its folder lab"
    )
    add_output(parser)


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--progress",
        choices=["bar", "json"],
        default="bar",
        help="how progress is shown on standard error: as a bar at a terminal, or as JSON lines",
    )


def add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=positive_up_to(MAX_WORKERS), metavar="N", help="worker processes (default: one per core)"
    )


def calendar_day(text: str) -> date:
    """A calendar day, for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-03-02") from error
