"""Plays a part of a recording twice: through the whole engine, and in the lab's simulator."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from config.loader import shipped_settings
from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.adapters.recorded.recording import Recording
from engine.bootstrap import build_engine
from engine.conditions.evaluator import Evaluator
from engine.domain.fills import Fills
from engine.domain.messages.execution import TradeClosed
from engine.domain.trades import ClosedTrade
from engine.indicators.analyzer import Analyzer
from engine.lab.simulator import FoundSetup, SimulatedMarket, SimulatedTrade, found_setups, simulate, simulate_alone
from engine.lab.unattended import trade_without_asking

OF_THE_STORE = ("plan_id", "token", "ticket")


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some candles of a recording."""

    recording: Recording
    market: SimulatedMarket

    def found(self, settings: Settings) -> tuple[list[FoundSetup], Any]:
        source = self.recording.source
        rules = settings.rules_for(source.symbol, source.instrument.stands_for)
        assert rules is not None
        read = Analyzer(source, rules, settings.sessions).update
        return found_setups(map(read, self.recording.candles()), Evaluator(source.instrument, rules))

    def simulated(self, settings: Settings, seed: int) -> list[SimulatedTrade]:
        return simulate(self.market, *self.found(settings), settings, seed=seed)

    def alone(self, settings: Settings, seed: int) -> list[SimulatedTrade]:
        return simulate_alone(self.market, *self.found(settings), settings, seed=seed)

    def replayed(self, settings: Settings, seed: int) -> list[ClosedTrade]:
        market, fills = self.recording, Fills(seed=seed)
        desk = build_engine([market], settings, speed=math.inf, start=market.first_at, fills=fills, is_reported=False)
        trades: list[ClosedTrade] = []

        def keep(event: object) -> None:
            assert isinstance(event, TradeClosed)
            trades.append(event.trade)

        desk.bus.subscribe(keep, TradeClosed)
        trade_without_asking(desk, settings)
        asyncio.run(desk.engine.play())
        desk.archive.close()
        return trades


@cache
def part_of(path: Path, symbol: str, *spans: tuple[int, int]) -> Part:
    """Some spans of rows of a recording, each from its first row to before its last; what lies between is a gap."""
    whole = open_recording(path, symbol=symbol)
    chosen = np.zeros(len(whole.columns), dtype=np.bool_)
    for first, end in spans:
        chosen[first:end] = True
    rows = Recording(whole.source, whole.columns.rows(chosen))
    return Part(recording=rows, market=SimulatedMarket(rows.source, rows.columns))


def without_ids(trade: ClosedTrade) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(trade).items() if name not in OF_THE_STORE}


def changed(**sections: Any) -> Settings:
    """The shipped settings with some values of some sections changed."""
    values = shipped_settings().model_dump(mode="json")
    for section, changes in sections.items():
        values[section] = merged(values[section], changes) if isinstance(changes, dict) else changes
    return Settings.model_validate_json(msgspec.json.encode(values))


def merged(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return values | {
        name: merged(values[name], value) if isinstance(value, dict) else value for name, value in changes.items()
    }
