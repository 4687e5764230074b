"""`microscalp scan FILE`: the setups of a recording, and which layers blocked the other candles."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from engine.commands.judged_recording import add_recording_arguments, open_judged
from engine.commands.terminal import show
from engine.domain.judgement import Judgement, Layer, Setup, SideJudgement
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot
from engine.reporting.words import percent


def add_scan(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("scan", help="list the setups of a recording, per day, with the funnel of the layers")
    add_recording_arguments(parser)
    parser.set_defaults(run=print_scan)


@dataclass(slots=True)
class Scan:
    """Counts over judged candles. A layer *lets through* a candle that passed it and all layers before it."""

    candles: int = 0
    setups: list[Setup] = field(default_factory=list)
    setups_of_day: Counter[date] = field(default_factory=Counter)
    let_through: Counter[tuple[Side, Layer]] = field(default_factory=Counter)
    passed_alone: Counter[tuple[Side, Layer]] = field(default_factory=Counter)
    near_misses: Counter[str] = field(default_factory=Counter)
    ties: int = 0

    def add(self, snapshot: MarketSnapshot, judgement: Judgement) -> None:
        self.candles += 1
        self._count_layers(judgement.buy)
        self._count_layers(judgement.sell)
        self.near_misses.update(name for _, name in judgement.near_misses)
        self.ties += judgement.is_tied
        if judgement.setup is not None:
            self.setups.append(judgement.setup)
            self.setups_of_day[snapshot.trading_day] += 1

    def _count_layers(self, side: SideJudgement) -> None:
        may_go_on = True
        for verdict in side.layers:
            may_go_on = may_go_on and verdict.is_passed
            self.let_through[side.side, verdict.layer] += may_go_on
            self.passed_alone[side.side, verdict.layer] += verdict.is_passed


def print_scan(options: argparse.Namespace) -> int:
    judged = open_judged(options)
    if judged.rules is None:
        show(f"{judged.source.symbol} has no rules, so no candle is evaluated.")
        return 0
    scan = Scan()
    for snapshot, judgement in judged:
        if judgement is not None:
            scan.add(snapshot, judgement)
    digits = judged.source.instrument.digits
    _show_setups(scan.setups, digits)
    _show_days(scan)
    for note in judged.source.notes:
        show(note)
    _show_funnel(scan)
    _show_near_misses(scan)
    return 0


def _show_setups(setups: Iterable[Setup], digits: int) -> None:
    show(f"{'time (UTC)':17}{'side':6}{'score':>5} {'':3}{'entry':>11}{'stop':>11}{'target':>11}  signals; key levels")
    for setup in setups:
        idea = setup.idea
        prices = "".join(f"{price:11.{digits}f}" for price in (idea.entry, idea.stop_loss, idea.take_profit))
        mark = "A+" if setup.is_a_plus else ""
        words = f"{' '.join(setup.signals)}; {' '.join(setup.edges)}"
        show(f"{setup.candle_time:%Y-%m-%d %H:%M} {setup.side:6}{setup.score:5.1f} {mark:3}{prices}  {words}")


def _show_days(scan: Scan) -> None:
    show()
    show(f"{len(scan.setups)} setups on {len(scan.setups_of_day)} trading days")
    for day, count in sorted(scan.setups_of_day.items()):
        show(f"  {day}  {count}")


def _show_funnel(scan: Scan) -> None:
    show()
    show(f"{'layer':12}{'BUY passed':>23}{'alone':>10}{'SELL passed':>23}{'alone':>10}")
    show(f"{'(candles)':12}{scan.candles:23,}{'':10}{scan.candles:23,}")
    for layer in Layer:
        cells = "".join(
            f"{scan.let_through[side, layer]:14,} {_share(scan.let_through[side, layer], scan.candles):>8}"
            f"{_share(scan.passed_alone[side, layer], scan.candles):>10}"
            for side in Side
        )
        show(f"{layer:12}{cells}")
    if scan.ties:
        show(f"{scan.ties} candles passed on both sides with the same score: no setup.")


def _share(count: int, total: int) -> str:
    return percent(count / total, 2) if total else "-"


def _show_near_misses(scan: Scan) -> None:
    show()
    show("near misses: only this check failed")
    for name, count in scan.near_misses.most_common():
        show(f"  {name:24}{count:8,}")
