"""A search under way: what is played, what is known already, and which days it may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from engine.clock import SystemClock
from engine.commands.lab.opening import Study, sealed_days
from engine.lab.batches import trades_of_each
from engine.lab.lab_trade import LabTrade
from engine.lab.memory.ledger import Ledger
from engine.lab.memory.seals import Seal
from engine.lab.pool import ProcessPool
from engine.lab.search.space import Point
from engine.lab.studies.results import Daily


class Search:
    """Some configurations of one recording, played by worker processes."""

    def __init__(self, study: Study, points: Sequence[Point]) -> None:
        self._study = study
        self.points = points
        self.hashes = tuple(study.settings_hash(point.settings) for point in points)

    @cached_property
    def _seal(self) -> Seal | None:
        """The days that no search may see are sealed before the first one looks."""
        with self._study.adoptions() as adoptions:
            return adoptions.seals.seal(self._study.bench.symbol, self._study.days, SystemClock().now())

    @property
    def open_days(self) -> list[date]:
        """The market days that are not sealed."""
        return [day for day in self._study.days if self._seal is None or not self._seal.hides(day)]

    @property
    def sealed(self) -> dict[str, Any] | None:
        """From when on days are sealed, and whether they were opened."""
        return sealed_days(self._seal)

    def play(self) -> dict[str, Daily]:
        """Results by settings hash; what an earlier search has played is taken from the ledger."""
        with self._study.ledger() as ledger:
            found = self._known(ledger)
            left = {each: point for each, point in zip(self.hashes, self.points, strict=True) if each not in found}
            if found:
                self._study.output.say(
                    f"{len(self.points) - len(left):,} of {len(self.points):,} are in the trial ledger already"
                )
            hashes, settings = list(left), [point.settings for point in left.values()]
            bench, options = self._study.bench, self._study.options
            pool = ProcessPool(options.workers)
            played = trades_of_each(
                bench.cache, bench.recording, bench.seeds, settings, pool, self._study.output.report
            )
            for place, trades in played:
                found[hashes[place]] = self._remember(ledger, hashes[place], trades)
        return found

    def _known(self, ledger: Ledger) -> dict[str, Daily]:
        daily = ledger.daily(self._study.evaluation, frozenset(self.hashes))
        if daily.days != self._study.days:
            return {}
        columns = zip(daily.settings_hashes, daily.r.T.tolist(), daily.trades.T.tolist(), strict=True)
        return {each: Daily(tuple(r), tuple(trades)) for each, r, trades in columns}

    def _remember(self, ledger: Ledger, settings_hash: str, trades: Sequence[LabTrade]) -> Daily:
        trial = self._study.trial_of(settings_hash, trades)
        ledger.record([trial])
        return Daily(trial.daily_r, trial.daily_trades)
