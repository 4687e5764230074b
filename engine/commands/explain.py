"""`microscalp explain [FILE] --at TIME`: why a candle, recorded or of the running desk, was or was not a setup."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from engine.commands.desk_candles import explain_at_desk
from engine.commands.judged_recording import JudgedRecording, add_recording_arguments, open_judged
from engine.commands.terminal import instant, show
from engine.conditions.catalogue import LAYER_TITLES, headline, sentence, title
from engine.domain.judgement import Check, Explanation, LayerChecks
from engine.domain.market import NO_VOLUME, Side, minute_of
from engine.domain.snapshot import MarketSnapshot
from engine.errors import DeskError


class NoSuchCandle(DeskError):
    """The recording has no candle of the minute that was asked for."""


def add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("explain", help="explain every check of one candle, for both sides")
    add_recording_arguments(parser, without_file="without one the running desk is asked")
    parser.add_argument(
        "--at", type=instant, required=True, metavar="TIME", help="opening time of the candle, UTC: 2026-03-02T14:05"
    )
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="data folder of the desk that is asked")
    parser.set_defaults(run=print_explanation)


def print_explanation(options: argparse.Namespace) -> int:
    if options.file is None:
        return explain_at_desk(options)
    judged = open_judged(options)
    snapshot = _snapshot_at(judged, minute_of(options.at))
    if judged.evaluator is None:
        show(f"{judged.source.symbol} has no rules, so no candle is evaluated.")
        return 0
    digits = judged.source.instrument.digits
    _show_candle(snapshot, digits)
    explanation = judged.evaluator.explain(snapshot)
    for side in Side:
        _show_side(explanation, side)
    _show_idea(explanation, digits)
    return 0


def _snapshot_at(judged: JudgedRecording, opened_at: datetime) -> MarketSnapshot:
    """The snapshot after the candle of that minute. Raises `NoSuchCandle`, naming the candles around it."""
    before: datetime | None = None
    for candle in judged.recording.candles():
        snapshot = judged.analyzer.update(candle)
        if candle.opened_at == opened_at:
            return snapshot
        if candle.opened_at > opened_at:
            raise NoSuchCandle(_missing(judged, opened_at, before, candle.opened_at))
        before = candle.opened_at
    raise NoSuchCandle(_missing(judged, opened_at, before, None))


def _missing(judged: JudgedRecording, at: datetime, before: datetime | None, after: datetime | None) -> str:
    around = " and ".join(f"{each:%Y-%m-%d %H:%M}" for each in (before, after) if each is not None)
    return f"{judged.source.name}: no candle opened at {at:%Y-%m-%d %H:%M} UTC; the nearest ones opened at {around} UTC"


def _show_candle(snapshot: MarketSnapshot, digits: int) -> None:
    candle = snapshot.candle
    prices = "  ".join(f"{name} {getattr(candle, name):.{digits}f}" for name in ("open", "high", "low", "close"))
    show(f"{candle.symbol}  candle of {candle.opened_at:%Y-%m-%d %H:%M} UTC, known at {candle.closed_at:%H:%M}")
    volume = NO_VOLUME if candle.volume is None else f"volume {candle.volume:g}"
    show(f"  {prices}  {volume}  session {snapshot.session}")


def _show_side(explanation: Explanation, side: Side) -> None:
    verdict = explanation.judgement.of(side)
    points = verdict.points
    show()
    show(f"{side}: {headline(explanation, side)}")
    show(
        f"  score {verdict.score:g} of 8: wick {points.wick:g}, VWAP {points.vwap:g}, key levels {points.edges:g}, "
        f"volatility {points.volatility:g}, session {points.session:g}"
    )
    for layer in explanation.of(side):
        _show_layer(layer)


def _show_layer(layer: LayerChecks) -> None:
    is_passed = all(check.is_passed for check in layer.deciding)
    show(f"  {LAYER_TITLES[layer.layer]}: {'pass' if is_passed else 'FAIL'}")
    for check in layer.deciding:
        _show_check(check, "pass" if check.is_passed else "FAIL")
    for check in layer.evidence:
        _show_check(check, "yes" if check.is_passed else "no")


_UNITS = {"edges": "key levels", "times mean": "times average"}
"""Units of checks that keep their machine name, in the words of the screen."""


def _show_check(check: Check, word: str) -> None:
    distance = check.distance
    missing = (
        f"  [{check.name}, {distance:.6g} {_UNITS.get(check.unit, check.unit)} from passing]"
        if distance
        else f"  [{check.name}]"
    )
    show(f"    {word:5}{title(check.name)}: {sentence(check)}{missing}")


def _show_idea(explanation: Explanation, digits: int) -> None:
    setup = explanation.judgement.setup
    if setup is None:
        return
    idea = setup.idea
    show()
    show(
        f"{'A+ setup' if setup.is_a_plus else 'Setup'} {setup.side}: entry {idea.entry:.{digits}f}, "
        f"stop {idea.stop_loss:.{digits}f}, target {idea.take_profit:.{digits}f}  (signal {setup.signal_id})"
    )
    if idea.is_stop_inside_one_candle:
        show(f"  The stop is {idea.stop_in_ranges:.2f} average M1 ranges away: one candle can reach it.")
    if not idea.is_spread_known:
        show("  The spread is unknown: entry and stop assume a spread of zero.")
