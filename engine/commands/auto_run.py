"""What AUTO would have done on the parts of the market that a session played: the same engine, without a user."""

from __future__ import annotations

import argparse
import asyncio
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from config.loader import parse_settings
from config.settings import Settings
from engine.bootstrap import MarketChoice, PlayedDesk, build_engine, open_markets
from engine.child_process import end_with_parent
from engine.commands.auto_run_lines import AutoLine, AutoProgress, AutoRequest, AutoResult
from engine.domain.market import CANDLE_LENGTH, minute_of
from engine.domain.messages.engine import CandleClosed, Event, Seek
from engine.domain.practice import PracticeTrade, Stretch
from engine.errors import UnreadableRecording
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market

_REPORTED_EVERY = 240
"""Candles between two reports of progress."""
_encode = msgspec.json.Encoder().encode


def add_auto_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "autorun", help="play parts of markets with AUTO, as standard input asks; for programs"
    )
    parser.set_defaults(run=print_auto_run)


def print_auto_run(_: argparse.Namespace) -> int:
    with open(0, "rb", closefd=False, buffering=0) as given:
        request = msgspec.json.decode(given.readline(), type=AutoRequest)
    end_with_parent()
    settings = parse_settings(msgspec.json.encode(request.settings), "the settings of the desk")
    calendar = None if request.calendar is None else Path(request.calendar)
    trades = play_auto(
        *(markets_of(request), settings, request.parts, lambda share: _say(AutoProgress(share))), calendar=calendar
    )
    _say(AutoResult(trades))
    return 0


def _say(line: AutoLine) -> None:
    print(_encode(line).decode(), flush=True)  # noqa: T201


def markets_of(request: AutoRequest) -> list[Market]:
    """Opens what is to be played. Raises `UnreadableRecording`."""
    if not request.files:
        return list(open_markets(MarketChoice(seed=request.seed)))
    found: list[Market] = []
    for file in request.files:
        choice = MarketChoice(
            files=(Path(file.path),),
            symbols=() if file.symbol is None else (file.symbol,),
            clock=file.clock,
            spread=file.spread,
        )
        found += open_markets(choice)
    return found


def play_auto(
    markets: Sequence[Market],
    settings: Settings,
    parts: Sequence[Stretch],
    report: Callable[[float], None],
    calendar: Path | None = None,
) -> tuple[PracticeTrade, ...]:
    """The trades of AUTO on the whole minutes of `parts`, on one paper account; flat before each, as after a jump.

    `report` hears what share of the parts is played. Raises `UnreadableRecording` for a part that is not in the
    markets.
    """
    whole = [part for part in parts if part.ends_at - minute_of(part.begins_at) >= CANDLE_LENGTH]
    if not whole:
        return ()
    first, last = min(market.first_at for market in markets), [market.last_at for market in markets]
    end = None if None in last else max(at for at in last if at is not None) + CANDLE_LENGTH
    if any(part.begins_at < first or (end is not None and part.begins_at >= end) for part in whole):
        raise UnreadableRecording("a part that was played is not in these recordings: they have changed since")
    desk = build_engine(
        markets, settings, speed=math.inf, start=whole[0].begins_at, is_reported=False, calendar=calendar
    )
    try:
        trade_without_asking(desk, settings)
        asyncio.run(_Course(desk, whole, report).play())
        session = desk.practice.recorder.session
        return () if session is None else session.trades
    finally:
        desk.archive.close()


class _Course:
    """Plays one part after the other: at the end of each the market is held, then jumps to the next."""

    def __init__(self, desk: PlayedDesk, parts: Sequence[Stretch], report: Callable[[float], None]) -> None:
        self._desk, self._parts, self._report = desk, parts, report
        self._place = self._candles = 0
        self._is_over = False
        self._whole = sum((part.ends_at - part.begins_at).total_seconds() for part in parts)
        desk.bus.subscribe(self._on_candle, CandleClosed)

    async def play(self) -> None:
        while self._place < len(self._parts):
            self._is_over = False
            await self._desk.engine.play()
            if not self._is_over:
                self._jump()  # the market ended within the part

    def _on_candle(self, event: Event) -> None:
        assert isinstance(event, CandleClosed)
        closed_at, part = event.snapshot.candle.closed_at, self._parts[min(self._place, len(self._parts) - 1)]
        self._candles += 1
        if self._candles % _REPORTED_EVERY == 0:
            before = sum((each.ends_at - each.begins_at).total_seconds() for each in self._parts[: self._place])
            self._report(min(1.0, (before + (closed_at - part.begins_at).total_seconds()) / self._whole))
        if not self._is_over and closed_at + CANDLE_LENGTH > part.ends_at:
            self._is_over = True
            self._desk.player.pause()  # the trader has its say on this candle first
            asyncio.get_running_loop().call_soon(self._jump)

    def _jump(self) -> None:
        self._place += 1
        target = self._parts[self._place].begins_at if self._place < len(self._parts) else self._parts[-1].begins_at
        self._desk.engine.handle(Seek(target))
        self._desk.player.resume()
