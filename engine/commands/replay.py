"""`microscalp replay FILE`: plays a recording through the whole engine at full speed, and prints its trades."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from config.loader import load_settings
from config.settings import Settings
from engine.bootstrap import MarketChoice, build_engine, open_markets, user_data_directory
from engine.commands.chronicle import Chronicle
from engine.commands.judged_recording import add_recording_options
from engine.commands.replay_words import replay_table
from engine.commands.terminal import positive, say, seed_number, show
from engine.domain.fills import FillModel, Fills
from engine.domain.trade_facts import TradeFacts
from engine.lab.calibrated import is_calibrated
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market
from engine.reporting.words import FILL_MODELS
from engine.statistics.figures import counted
from engine.statistics.seeds import net_result


def add_replay(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("replay", help="play recordings through the whole engine and print the trades")
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="recordings, files or folders, played together"
    )
    parser.add_argument(
        "--symbol", action="append", help="symbol of each file whose name does not contain it, in the same order"
    )
    add_recording_options(parser)
    parser.add_argument(
        "--auto", action="store_true", help="trade every setup; without it, proposals expire unanswered"
    )
    parser.add_argument("--seed", type=seed_number, default=1, metavar="N", help="seed of the first path (default 1)")
    parser.add_argument("--paths", type=positive, default=1, metavar="K", help="play K seeds, from N on (default 1)")
    parser.add_argument(
        "--fills",
        choices=[FillModel.PATHS.value, FillModel.WORST.value],
        default=FillModel.PATHS.value,
        help="how candles fill orders: along a drawn path, or with the stop first; ticks fill as recorded",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=print_replay)


def print_replay(options: argparse.Namespace) -> int:
    settings = load_settings(options.config)
    markets = open_markets(
        MarketChoice(
            files=tuple(options.files),
            symbols=tuple(options.symbol or ()),
            clock=options.clock,
            spread=options.spread,
        )
    )
    is_worst = options.fills == FillModel.WORST
    models = [Fills(is_worst=is_worst).model_of(has_quotes=market.source.has_quotes) for market in markets]
    for market, model in zip(markets, models, strict=True):
        say(f"{market.source.symbol}: {market.source.words}")
        say(f"{market.source.symbol}: fills: {FILL_MODELS[model]}")
    seeds = range(options.seed, options.seed + options.paths)
    if FillModel.PATHS not in models and len(seeds) > 1:
        say("No paths are drawn for these recordings: every seed gives the same trades, so only one is played")
        seeds = seeds[:1]
    calendar = user_data_directory() if settings.risk_mitigation.news_blackout_minutes.is_on else None
    if calendar is not None:
        say(f"news: the economic calendar in {calendar}")
    runs = []
    for seed in seeds:
        fills = Fills(seed=seed, is_worst=is_worst)
        runs.append(play(markets, settings, fills, is_auto=options.auto, calendar=calendar))
        if len(seeds) > 1:
            say(f"seed {seed}: {len(runs[-1].trades)} trades in {runs[-1].seconds:.1f} s")
    model = next((model for model in models if model is not FillModel.TICKS), FillModel.TICKS)
    report = _report(runs, model, seeds) | {"calibrated": is_calibrated(settings.execution, models)}
    show(json.dumps(report) if options.json else replay_table(report))
    return 0


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a recording with one seed."""

    candles: int
    trades: tuple[TradeFacts, ...]
    decision_hash: str
    seconds: float


def play(
    markets: Sequence[Market], settings: Settings, fills: Fills, *, is_auto: bool, calendar: Path | None = None
) -> Played:
    """Plays the markets from their beginning to their end with a fresh paper account and the news kept in a folder."""
    begins_at = min(market.first_at for market in markets)
    desk = build_engine(
        *(markets, settings), speed=math.inf, start=begins_at, fills=fills, is_reported=False, calendar=calendar
    )
    chronicle = Chronicle(fills)
    chronicle.listen(desk.bus)
    if is_auto:
        trade_without_asking(desk, settings)
    started_s = time.perf_counter()
    asyncio.run(desk.engine.play())
    seconds = time.perf_counter() - started_s
    desk.archive.journal.flush()
    trades = counted(desk.archive.trades(settings).read())
    desk.archive.close()
    return Played(candles=chronicle.candles, trades=trades, decision_hash=chronicle.decision_hash, seconds=seconds)


def _report(runs: Sequence[Played], model: FillModel, seeds: Sequence[int]) -> dict[str, Any]:
    """Trades and decisions are those of the first seed, the figures those of all."""
    first, found = runs[0], net_result([[each.trade for each in run.trades] for run in runs])
    interval = found.interval
    return {
        "candles": first.candles,
        "trades": [_trade(each) for each in first.trades],
        "decision_hash": first.decision_hash,
        "fills": model.value,
        "paths": len(seeds),
        "seeds": list(seeds),
        "seed_means": list(found.seed_means),
        "counted": found.trades,
        "days": found.days,
        "mean_r": found.mean_r,
        "mean_r_low": None if interval is None else interval.low,
        "mean_r_high": None if interval is None else interval.high,
        "gross_r": found.gross_r,
        "cost_r": found.cost_r,
        "depends_on_path": found.depends_on_path,
        "seconds": round(sum(run.seconds for run in runs), 3),
    }


def _trade(facts: TradeFacts) -> dict[str, Any]:
    trade = facts.trade
    return {
        "symbol": trade.symbol,
        "side": trade.side,
        "entered_at": _instant(trade.entered_at),
        "entry": trade.entry,
        "stop_loss": trade.stop_loss,
        "take_profit": trade.take_profit,
        "exited_at": _instant(trade.exited_at),
        "exit": trade.exit,
        "reason": trade.reason,
        "volume": trade.volume_lots,
        "profit": trade.net_profit,
        "r": trade.r,
        "cost_r": trade.cost_r,
        "fills": trade.fill_model,
        "score": facts.score,
        "session": facts.session,
        "signals": list(facts.signals),
    }


def _instant(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))
