"""`microscalp replay FILE`: a recording through the whole engine, as fast as it goes, with its trades."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import time
from pathlib import Path
from typing import Any

from config.loader import load_settings
from config.settings import Settings
from engine.bootstrap import MarketChoice, PlayedDesk, build_engine, open_markets
from engine.commands.chronicle import Chronicle
from engine.commands.judged_recording import add_reading_options
from engine.commands.terminal import say, show
from engine.domain.messages import Event, HistoryCompleted
from engine.domain.risk import Authority
from engine.domain.trades import ClosedTrade
from engine.domain.trading_messages import SetAuthority, SetAuto


def add_replay(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("replay", help="play recordings through the whole engine and print the trades")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="recordings; they play together")
    parser.add_argument("--symbol", action="append", help="symbol of a file whose name does not tell, in their order")
    add_reading_options(parser)
    parser.add_argument("--auto", action="store_true", help="trade every setup; otherwise proposals wait for nobody")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=print_replay)


def print_replay(options: argparse.Namespace) -> int:
    markets = open_markets(
        MarketChoice(
            files=tuple(options.files),
            symbols=tuple(options.symbol or ()),
            clock=options.clock,
            spread=options.spread,
        )
    )
    for market in markets:
        say(f"{market.source.symbol}: {market.source.words}")
    settings = load_settings(options.config)
    begins_at = min(market.first_at for market in markets)
    desk = build_engine(markets, settings, speed=math.inf, start=begins_at)
    chronicle = Chronicle()
    chronicle.listen(desk.bus)
    if options.auto:
        trade_without_asking(desk, settings)
    started_s = time.perf_counter()
    asyncio.run(desk.engine.play())
    seconds = time.perf_counter() - started_s
    desk.archive.close()
    report = _report(chronicle, seconds)
    show(json.dumps(report) if options.json else _table(report))
    return 0


def trade_without_asking(desk: PlayedDesk, settings: Settings) -> None:
    """Switches to auto once the market is open; symbols without rules have nothing to trade by."""

    def switch(_: Event) -> None:
        desk.engine.handle(SetAuthority(Authority.AUTO))
        for source in desk.engine.sources:
            if settings.rules_for(source.symbol, source.instrument.stands_for) is not None:
                desk.engine.handle(SetAuto(source.symbol, True))

    desk.bus.subscribe(switch, HistoryCompleted)


def _report(chronicle: Chronicle, seconds: float) -> dict[str, Any]:
    trades = chronicle.trades
    return {
        "candles": chronicle.candles,
        "trades": [_trade(trade) for trade in trades],
        "decision_hash": chronicle.decision_hash,
        "ambiguous_exits": sum(trade.ambiguous_exits for trade in trades),
        "profit_targets_first": round(sum(trade.profit_if_targets_first for trade in trades), 8),
        "seconds": round(seconds, 3),
    }


def _trade(trade: ClosedTrade) -> dict[str, Any]:
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
    }


def _instant(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))


def _table(report: dict[str, Any]) -> str:
    trades = report["trades"]
    lines = [
        f"{trade['entered_at'][:16]}  {trade['symbol']:10}{trade['side']:6}{trade['entry']:12.2f}{trade['exit']:12.2f}"
        f"  {trade['reason']:16}{trade['profit']:10.2f}" + ("" if trade["r"] is None else f"{trade['r']:8.2f} R")
        for trade in trades
    ]
    profit = sum(trade["profit"] for trade in trades)
    share = report["ambiguous_exits"] / len(trades) if trades else 0.0
    return "\n".join(
        [
            *lines,
            f"{report['candles']:,} candles, {len(trades)} trades, profit {profit:.2f} in {report['seconds']:.1f} s",
            f"{report['ambiguous_exits']} exits ({share:.0%}) had stop and target in one recorded candle; the stop was "
            f"taken first. With targets first the profit would be {report['profit_targets_first']:.2f}.",
            f"decisions {report['decision_hash']}",
        ]
    )
