"""The faces without a window: `microscalp readings FILE ...` and its siblings."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from engine.domain.market import Candle
from engine.errors import DeskError

EXIT_REFUSED = 2
"""Exit code for what a person can mend: a broken file, a wrong option."""


def add_recording_options(parser: argparse.ArgumentParser) -> None:
    """The options that say how a recording is to be read; the same for every command."""
    parser.add_argument("--clock", help="clock of the file: UTC, UTC+3, ny-close, or a zone such as Europe/London")
    parser.add_argument("--spread", type=float, help="spread in price units, for files that have none")


def main(arguments: Sequence[str]) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DeskError as error:
        print(f"microscalp: {error}", file=sys.stderr)  # noqa: T201
        return EXIT_REFUSED
    except BrokenPipeError:
        # The reader of a pipe has seen enough, as `head` does; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="microscalp", description="The micro-scalp desk, without its window.")
    commands = parser.add_subparsers(dest="command", required=True)
    readings = commands.add_parser("readings", help="print all readings of a recording, one JSON object per candle")
    readings.add_argument("file", type=Path)
    readings.add_argument("--symbol", help="symbol of the file, where its name does not tell")
    readings.add_argument("--limit", type=_positive, help="stop after this many candles")
    add_recording_options(readings)
    readings.set_defaults(run=print_readings)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def say(text: str) -> None:
    """A message for the person, kept apart from the results on standard output."""
    print(text, file=sys.stderr)  # noqa: T201


def with_progress(items: Iterable[Candle], total: int) -> Iterator[Candle]:
    """The items, with a progress bar where a person watches a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from tqdm import tqdm

    yield from tqdm(items, total=total, unit=" candles", unit_scale=True)


def print_readings(options: argparse.Namespace) -> int:
    from config.loader import load_settings
    from engine.adapters.recorded import open_recording
    from engine.bootstrap import analyzer_for
    from engine.readings import encode_readings

    recording = open_recording(options.file, symbol=options.symbol, clock=options.clock, spread=options.spread)
    source = recording.source
    count = len(recording.columns)
    say(f"{source.symbol}: {source.format}, clock {source.clock}, {count:,} candles")
    analyzer = analyzer_for(source, load_settings())
    candles = islice(recording.candles(), options.limit)
    write = sys.stdout.buffer.write
    for candle in with_progress(candles, min(count, options.limit or count)):
        write(encode_readings(analyzer.update(candle)) + b"\n")
    sys.stdout.buffer.flush()
    return 0
