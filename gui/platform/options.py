"""The command-line options of a desk with a window."""

from __future__ import annotations

import argparse
import math
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from config import VERSION

SOURCES: Final = ("demo", "binance", "kraken", "metatrader")
"""Every source that the settings know; they are not imported for it, since the window comes first."""


def parser() -> argparse.ArgumentParser:
    """The parser of all options."""
    made = argparse.ArgumentParser(
        prog="microscalp",
        description="The micro-scalp desk. Without arguments it opens on the demo market.",
        epilog="Commands without a window: microscalp readings --help",
    )
    made.add_argument(
        "--data", type=Path, action="append", nargs="+", metavar="FILE", help="play recordings, files or folders"
    )
    made.add_argument("--source", choices=SOURCES, help="where prices come from, in place of the settings' choice")
    made.add_argument(
        "--symbol",
        action="append",
        help="symbol of each file whose name does not contain it, in the same order; with an exchange, what is watched",
    )
    made.add_argument("--clock", help="time zone of the files: UTC, UTC+3, ny-close, or a zone such as Europe/London")
    made.add_argument("--spread", type=float, help="spread of every candle in price units, in place of the file's")
    made.add_argument("--start", type=_instant, help="start playing here, such as 2026-03-02T14:00 (UTC)")
    made.add_argument("--speed", type=_speed, help="market seconds per second, 1 to 1000, or max")
    made.add_argument("--seed", type=int, help="seed of the demo market")
    made.add_argument("--data-dir", type=Path, metavar="DIR", help="folder of the desk's plans and journal")
    made.add_argument("--version", action="version", version=f"microscalp {VERSION}")
    made.add_argument("--tour", action="store_true", help="play fast, without a screen, and write pictures to tour/")
    return made


def _instant(text: str) -> datetime:
    from engine.commands.terminal import instant

    return instant(text)


def _speed(text: str) -> float:
    if text == "max":
        return math.inf
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 1.0 <= speed <= 1000.0:
        raise argparse.ArgumentTypeError(f"{text} is not a speed from 1 to 1000, or max")
    return speed


def has_display() -> bool:
    """Whether Qt can put a window somewhere; only X11 and Wayland can be missing."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
