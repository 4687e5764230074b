"""One recording on which any settings can be tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from statistics import fmean
from typing import Final

import msgspec
import numpy as np

from config.settings import RULES_SUFFIX, Settings, SymbolRules
from engine.adapters.recorded import Recording
from engine.adapters.recorded.columns import instant_of, microseconds
from engine.domain.market import Session, minute_of
from engine.domain.trades import ClosedTrade
from engine.errors import DeskError
from engine.lab.cache import ColumnCache, Columns
from engine.lab.columns import SESSIONS
from engine.lab.lab_trade import LabTrade
from engine.lab.progress import NOBODY, Progress, Report
from engine.lab.setups import Ideas, Judged, Setups, found_of, judge
from engine.lab.simulator import FoundSetup, SimulatedMarket, simulate, simulate_alone
from engine.statistics.seeds import DIFFERS_BY_R

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


class NoRules(DeskError):
    """A symbol has no rules in the settings, so nothing of it is ever traded."""


class Bench:
    """A recording with its cached indicators, simulated by settings on the paths of some seeds.

    `spread_x` multiplies the spread at which orders are filled, and its average, not the recorded one by which candles
    are judged. Not for several threads at once.
    """

    def __init__(
        self, recording: Recording, cache: ColumnCache, seeds: Sequence[int], *, spread_x: float = 1.0
    ) -> None:
        self.recording = recording
        self.seeds = tuple(seeds)
        self.recording_hash = cache.put(recording)
        self.cache = cache
        self._spread_x = spread_x
        self._judged: tuple[str, SymbolRules, Judged] | None = None
        candles = recording.columns
        if candles.spread is not None and spread_x != 1.0:
            candles = replace(candles, spread=candles.spread * spread_x)
        self.market = SimulatedMarket(recording.source, candles)

    def at_spread(self, spread_x: float) -> Bench:
        """The same recording at a multiple of its spread."""
        return Bench(self.recording, self.cache, self.seeds, spread_x=spread_x)

    @property
    def symbol(self) -> str:
        return self.recording.source.symbol

    @property
    def mean_spread(self) -> float | None:
        """In price units; None where the source has no spread."""
        spread = self.market.columns.spread
        return None if spread is None or np.isnan(spread).all() else float(np.nanmean(spread))

    def spread_at(self, instant: datetime) -> float | None:
        """The spread of the recorded minute at that instant, in price units; None if it is not known."""
        spread, row = self.market.columns.spread, self.row_at(minute_of(instant))
        if spread is None or row == len(spread) or self.opened_at(row) != minute_of(instant):
            return None
        return None if np.isnan(spread[row]) else float(spread[row])

    def rules(self, settings: Settings) -> SymbolRules:
        """Raises `NoRules` for a symbol that the settings do not trade."""
        rules = settings.rules_for(self.symbol, self.recording.source.instrument.stands_for)
        if rules is None:
            raise NoRules(f"{self.symbol} has no rules in the settings: allowed is a symbol that has some")
        return rules

    def rules_key(self, settings: Settings) -> str:
        """The key of these rules in the configuration file. Raises `NoRules`."""
        rules = self.rules(settings)
        return next(f"{prefix}{RULES_SUFFIX}" for prefix, each in settings.rules.items() if each is rules)

    def columns(self, settings: Settings) -> Columns:
        """The indicators of every candle, which most settings leave alone."""
        return self.cache.columns(self.recording_hash, settings)

    def market_days(self, settings: Settings) -> tuple[date, ...]:
        """Every trading day of the recording, in order."""
        (days,) = self.columns(settings).whole("trading_day")
        return tuple(date.fromordinal(_EPOCH_DAY + day) for day in np.unique(days).tolist())

    def rows_of(self, day: date, settings: Settings) -> range:
        """The candles of a trading day."""
        (days,) = self.columns(settings).whole("trading_day")
        wanted = day.toordinal() - _EPOCH_DAY
        return range(int(np.searchsorted(days, wanted)), int(np.searchsorted(days, wanted, side="right")))

    def row_at(self, opened_at: datetime) -> int:
        """The place of the first candle that opens at or after an instant."""
        return int(np.searchsorted(self.recording.columns.at, microseconds(opened_at)))

    def opened_at(self, row: int) -> datetime:
        """When the candle in that row opened."""
        return instant_of(int(self.recording.columns.at[row]))

    def prices(self, rows: range) -> list[tuple[str, float, float, float, float]]:
        """Opening instant, open, high, low and close of some candles."""
        candles, part = self.recording.columns, slice(rows.start, rows.stop)
        columns = (candles.open, candles.high, candles.low, candles.close)
        prices = zip(*(column[part].tolist() for column in columns), strict=True)
        return [(self.opened_at(row).isoformat(), *of_row) for row, of_row in zip(rows, prices, strict=True)]

    def judged(self, settings: Settings) -> Judged:
        """Every candle judged from both sides; where only exits have changed, as it was judged last."""
        columns, rules = self.columns(settings), self.rules(settings)
        if self._judged is None or self._judged[:2] != (columns.indicator_hash, rules):
            self._judged = columns.indicator_hash, rules, judge(columns, rules)
        return self._judged[2]

    def trades(self, settings: Settings, report: Report = NOBODY) -> tuple[LabTrade, ...]:
        """The trades of the strategy with these settings, each averaged over the seeds."""
        return tuple(self.of_setups(settings, self.judged(settings).setups, report).values())

    def of_setups(self, settings: Settings, setups: Setups, report: Report = NOBODY) -> dict[int, LabTrade]:
        """What came of setups under every limit, by their places; each averaged over the seeds that traded it."""
        return self._played(settings, setups.ideas, setups, report, is_alone=False)

    def alone(self, settings: Settings, ideas: Ideas) -> dict[int, LabTrade]:
        """What comes of each idea by itself, without cooldown, position limits and daily limits, by their places."""
        return self._played(settings, ideas, None, NOBODY, is_alone=True)

    def _played(
        self, settings: Settings, ideas: Ideas, setups: Setups | None, report: Report, *, is_alone: bool
    ) -> dict[int, LabTrade]:
        columns = self.columns(settings)
        found, (atr1, sessions) = self._found(ideas, columns), columns.whole("atr1", "session")
        play = simulate_alone if is_alone else simulate
        trades: defaultdict[int, list[ClosedTrade]] = defaultdict(list)
        for done, seed in enumerate(self.seeds):
            report(Progress(done, len(self.seeds), "paths"))
            for simulated in play(self.market, found, atr1, settings, seed=seed):
                place, trade = simulated.setup, simulated.trade
                if trade.r is not None:
                    trades[place].append(trade)
        return {
            place: _lab_trade(
                trades[place],
                len(self.seeds),
                SESSIONS[sessions[ideas.row[place]]],
                None if setups is None else float(setups.score[place]),
                () if setups is None else setups.signals(place),
            )
            for place in sorted(trades)
        }

    def _found(self, ideas: Ideas, columns: Columns) -> list[FoundSetup]:
        """The ideas as the simulator takes them, with the average spread at its multiple."""
        found = found_of(columns, ideas)
        if self._spread_x == 1.0:
            return found
        means = ((each.spread_mean or 0.0) * self._spread_x or None for each in found)
        return [msgspec.structs.replace(each, spread_mean=mean) for each, mean in zip(found, means, strict=True)]


def _lab_trade(
    trades: Sequence[ClosedTrade], seeds: int, session: Session, score: float | None, signals: tuple[str, ...]
) -> LabTrade:
    first, rs = trades[0], [trade.r for trade in trades if trade.r is not None]
    costs = [trade.cost_r for trade in trades if trade.cost_r is not None]
    return LabTrade(
        day=first.trading_day,
        entered_at=first.entered_at,
        side=first.side,
        r=fmean(rs),
        cost_r=fmean(costs) if len(costs) == len(rs) else None,
        session=session,
        score=score,
        signals=signals,
        exit=first.reason,
        depends_on_path=max(rs) - min(rs) > DIFFERS_BY_R if len(rs) > 1 else None,
        weight=len(rs) / seeds,
    )
