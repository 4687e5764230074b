"""A recording with its indicators and judgements, for the commands that look at the past."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from config.loader import load_settings
from config.settings import SymbolRules
from engine.adapters.recorded import Recording, open_recording
from engine.commands.terminal import say, with_progress
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Judgement
from engine.domain.market import Source
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer


def add_recording_arguments(parser: argparse.ArgumentParser, *, without_file: str = "") -> None:
    """The arguments that say which file is read, and how; the same for every command.

    `without_file` says what the command does where no file is named; empty where one has to be.
    """
    about = "a recording, file or folder; its format is detected from its content"
    if without_file:
        parser.add_argument("file", type=Path, nargs="?", help=f"{about}; {without_file}")
    else:
        parser.add_argument("file", type=Path, help=about)
    parser.add_argument("--symbol", help="symbol of the file, if its name does not contain it")
    add_recording_options(parser)


def add_recording_options(parser: argparse.ArgumentParser) -> None:
    """The options that hold for one file or for several alike."""
    parser.add_argument("--clock", help="time zone of the file: UTC, UTC+3, ny-close, or a zone such as Europe/London")
    parser.add_argument("--spread", type=float, metavar="VALUE", help="spread of every candle, in place of the file's")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a configuration file to use instead of the user's")


@dataclass(frozen=True, slots=True)
class JudgedRecording:
    """A recording with the rules by which it is judged; `rules` is None for a symbol that has none."""

    recording: Recording
    rules: SymbolRules | None
    analyzer: Analyzer
    evaluator: Evaluator | None

    @property
    def source(self) -> Source:
        return self.recording.source

    def __iter__(self) -> Iterator[tuple[MarketSnapshot, Judgement | None]]:
        return self.first(len(self.recording.columns))

    def first(self, limit: int) -> Iterator[tuple[MarketSnapshot, Judgement | None]]:
        """The snapshots and judgements of the first candles, oldest first; no judgement without rules."""
        update, evaluator = self.analyzer.update, self.evaluator
        count = min(limit, len(self.recording.columns))
        for candle in with_progress(islice(self.recording.candles(), limit), count):
            snapshot = update(candle)
            yield snapshot, None if evaluator is None else evaluator.evaluate(snapshot)


def open_judged(options: argparse.Namespace) -> JudgedRecording:
    """Opens what the arguments name and says what was recognised.

    Raises `UnreadableRecording` and `FaultyConfiguration`.
    """
    settings = load_settings(options.config)
    recording = open_recording(options.file, symbol=options.symbol, clock=options.clock, spread=options.spread)
    source = recording.source
    rules = settings.rules_for(source.symbol, source.instrument.stands_for)
    say(f"{source.symbol}: {len(recording.columns):,} candles, {source.words}")
    if rules is None:
        say(f"{source.symbol}: no rules for this symbol: chart only, no trading")
    return JudgedRecording(
        recording=recording,
        rules=rules,
        analyzer=Analyzer(source, rules or SymbolRules(), settings.sessions),
        evaluator=None if rules is None else Evaluator(source.instrument, rules),
    )
