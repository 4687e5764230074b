"""A candle of a running desk in words, asked for through its door."""

from __future__ import annotations

import argparse

import msgspec

from engine.assistant.lines import CheckLine, SideLines
from engine.assistant.market import ExplainedCandle, SymbolList
from engine.commands.running_desk import directory_of, running_desk
from engine.commands.terminal import cell, show
from engine.domain.market import NO_VOLUME
from engine.errors import DeskError

_OF_FILES = ("clock", "spread", "config")


class Unclear(DeskError):
    """The desk cannot be asked as the command was given."""


def explain_at_desk(options: argparse.Namespace) -> int:
    """Raises `Unclear`, `DoorRefused`, and `NoDoor` where no desk runs."""
    if given := [f"--{name}" for name in _OF_FILES if getattr(options, name) is not None]:
        raise Unclear(f"{', '.join(given)} is for a recording: name its FILE, or leave it out to ask the running desk")
    with running_desk(directory_of(options)) as desk:
        symbols = msgspec.convert(desk.ask("list_symbols"), SymbolList).symbols
        symbol = options.symbol or _only([line.symbol for line in symbols])
        answer = desk.ask("explain_candle", {"symbol": symbol, "at": options.at.isoformat()})
    digits = next((line.digits for line in symbols if line.symbol == symbol), 5)
    _show_candle(msgspec.convert(answer, ExplainedCandle), digits)
    return 0


def _only(symbols: list[str]) -> str:
    if len(symbols) != 1:
        raise Unclear(f"--symbol is needed: the desk watches {', '.join(map(cell, symbols)) or 'no symbol yet'}")
    return symbols[0]


def _show_candle(candle: ExplainedCandle, digits: int) -> None:
    prices = "  ".join(f"{name} {getattr(candle, name):.{digits}f}" for name in ("open", "high", "low", "close"))
    volume = NO_VOLUME if candle.volume is None else f"volume {candle.volume:g}"
    show(f"{cell(candle.symbol)}  candle of {candle.candle_time:%Y-%m-%d %H:%M} UTC")
    show(f"  {prices}  {volume}  session {candle.session}")
    sides = [side for side in (candle.buy, candle.sell) if side is not None]
    if not sides:
        show(f"{cell(candle.symbol)} has no rules, so no candle is evaluated.")
    for side in sides:
        _show_side(side)
    if (idea := candle.setup) is not None:
        show()
        show(
            f"{'A+ setup' if idea.is_a_plus else 'Setup'} {idea.side}: entry {idea.entry:.{digits}f}, "
            f"stop {idea.stop_loss:.{digits}f}, target {idea.take_profit:.{digits}f}  (signal {idea.signal_id})"
        )


def _show_side(side: SideLines) -> None:
    show()
    show(f"{side.side}: {side.headline}")
    show(f"  score {side.score:g} of 8")
    for layer in side.layers:
        show(f"  {layer.title}: {'pass' if layer.is_passed else 'FAIL'}")
        for check in layer.deciding:
            _show_check(check, "pass" if check.is_passed else "FAIL")
        for check in layer.evidence:
            _show_check(check, "yes" if check.is_passed else "no")


def _show_check(check: CheckLine, word: str) -> None:
    show(f"    {word:5}{check.title}: {check.sentence}  [{check.name}]")
