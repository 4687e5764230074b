"""The command line without a window: `microscalp readings FILE ...` and its siblings."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from config.atomic_file import reason_of
from engine.commands.auto_run import add_auto_run
from engine.commands.config import add_config
from engine.commands.explain import add_explain
from engine.commands.lab import add_lab
from engine.commands.mcp import add_mcp
from engine.commands.mt5 import add_mt5
from engine.commands.plan import add_plan
from engine.commands.readings import add_indicators_command
from engine.commands.replay import add_replay
from engine.commands.report import add_report
from engine.commands.scan import add_scan
from engine.commands.serve import add_serve
from engine.commands.setups import add_setups
from engine.commands.status import add_status
from engine.commands.terminal import EXIT_REFUSED, say
from engine.commands.watch import add_watch
from engine.errors import DeskError


def main(arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code. Ctrl+C is for the caller to answer."""
    options = _parser().parse_args(arguments)
    _never_fail_at_a_letter()
    try:
        return int(options.run(options))
    except DeskError as error:
        say(f"microscalp: {error}")
        return EXIT_REFUSED
    except BrokenPipeError:
        # The reader of a pipe has seen enough, as `head` does; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        say(f"microscalp: {error.filename or 'a file'} cannot be used: {reason_of(error)}")
        return EXIT_REFUSED


def _never_fail_at_a_letter() -> None:
    """A broker or a symbol may be written in letters that the place where the output goes has not."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="microscalp", description="Commands of the micro-scalp desk that need no window."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for add in (
        add_indicators_command,
        add_explain,
        add_scan,
        add_setups,
        add_auto_run,
        add_replay,
        add_watch,
        add_serve,
        add_mcp,
        add_status,
        add_lab,
        add_plan,
        add_report,
        add_config,
        add_mt5,
    ):
        add(commands)
    return parser
