"""`microscalp setups`: the setups of one market as lines of JSON while they are found, for programs."""

from __future__ import annotations

import argparse
import os
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from config.desk import FeedsSettings
from config.loader import load_settings, parse_settings
from config.settings import Settings
from engine.bootstrap import MarketChoice, open_markets
from engine.commands.judged_recording import add_recording_options
from engine.commands.search_lines import FoundSetup, SearchLine, SearchProgress
from engine.commands.terminal import instant
from engine.conditions.evaluator import Evaluator
from engine.errors import UnreadableRecording
from engine.indicators.analyzer import Analyzer
from engine.market.feed import Market

CANDLES_A_LINE = 4_000
_ENDLESS = timedelta(days=7)
_encode = msgspec.json.Encoder().encode


def add_setups(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("setups", help="print the setups of one market as lines of JSON, as they are found")
    parser.add_argument("file", type=Path, nargs="?", help="a recording, file or folder (default: the demo market)")
    parser.add_argument("--symbol", help="symbol of the file, if its name does not contain it; or of the demo market")
    parser.add_argument("--seed", type=int, default=FeedsSettings().demo_seed, help="seed of the demo market")
    parser.add_argument("--until", type=instant, metavar="TIME", help="read candles before this instant only (UTC)")
    add_recording_options(parser)
    parser.set_defaults(run=print_setups)


def print_setups(options: argparse.Namespace) -> int:
    if hasattr(os, "nice"):
        os.nice(5)  # a desk may be running beside it
    settings = _settings(options.config)
    market = _market(options)
    last_at = market.last_at or market.opens_at + _ENDLESS
    until = min(options.until or last_at, last_at) + timedelta(minutes=1)
    _search(market, settings, until)
    return 0


def _settings(config: Path | None) -> Settings:
    """`-` is standard input; a program that begins without a console has it only as a descriptor."""
    if config != Path("-"):
        return load_settings(config)
    with open(0, "rb", closefd=False) as given:
        return parse_settings(given.read(), "standard input")


def _market(options: argparse.Namespace) -> Market:
    symbols = () if options.symbol is None else (options.symbol,)
    if options.file is not None:
        choice = MarketChoice(files=(options.file,), symbols=symbols, clock=options.clock, spread=options.spread)
        return open_markets(choice)[0]
    markets = {market.source.symbol: market for market in open_markets(MarketChoice(seed=options.seed))}
    if options.symbol not in markets:
        raise UnreadableRecording(f"the demo market has no {options.symbol}: allowed are {', '.join(markets)}")
    return markets[options.symbol]


def _search(market: Market, settings: Settings, until: datetime) -> None:
    rules = settings.rules_for(market.source.symbol, market.source.instrument.stands_for)
    if rules is not None:
        analyzer = Analyzer(market.source, rules, settings.sessions)
        evaluator = Evaluator(market.source.instrument, rules)
        for number, candle in enumerate(market.candles_before(until)):
            setup = evaluator.evaluate(analyzer.update(candle)).setup
            if setup is not None:
                _print_line(FoundSetup(setup.candle_time, setup.symbol, setup.side, setup.is_a_plus))
            if number % CANDLES_A_LINE == 0:
                _print_line(SearchProgress((candle.opened_at - market.first_at) / (until - market.first_at)))
    _print_line(SearchProgress(1.0))


def _print_line(line: SearchLine) -> None:
    print(_encode(line).decode(), flush=True)  # noqa: T201
