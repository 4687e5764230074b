"""A search under way: what is played, what is known already, and which days it may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

from engine.clock import SystemClock
from engine.commands.lab.opening import Study, sealed_days
from engine.lab.batches import BATCH_SIZE, Workers, trades_of_each
from engine.lab.memory.seals import Seal
from engine.lab.memory.trial import TrialOrigin
from engine.lab.progress import Progress
from engine.lab.search.space import Point, Space
from engine.lab.search.tpe import ParzenEstimator, has_tpe
from engine.lab.studies.results import Daily, Tried
from engine.lab.studies.sweep import score_of

NO_TPE: Final = "TPE needs the package optuna (pip install optuna): only Sobol trials were run"
TPE_ROUND: Final = 2 * BATCH_SIZE
"""Trials chosen at a time, whatever the number of workers: otherwise each machine would choose other trials."""


class Search:
    """Configurations of one recording, simulated by workers; `wanted` is how many there will be."""

    def __init__(self, study: Study, wanted: int, workers: Workers) -> None:
        self._study, self._wanted, self._workers = study, wanted, workers
        self._done = 0

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

    def play(self, points: Sequence[Point], origin: TrialOrigin = TrialOrigin.SOBOL) -> list[Tried]:
        """Results in the order of the points; those of an earlier search are taken from the ledger."""
        hashes = [self._study.settings_hash(point.settings) for point in points]
        found = self._known(frozenset(hashes))
        left = {each: point for each, point in zip(hashes, points, strict=True) if each not in found}
        self._done += len(points) - len(left)
        if len(left) < len(points) and origin is TrialOrigin.SOBOL:
            self._study.output.say(f"{len(points) - len(left):,} of {len(points):,} are in the trial ledger already")
        self._play(left, origin, found)
        self._done += len(left)
        return [Tried(point, each, found[each], origin) for point, each in zip(points, hashes, strict=True)]

    def play_tpe(self, space: Space, sobol: Sequence[Tried], count: int) -> list[Tried]:
        """Up to `count` further trials; each round is chosen based on earlier results on days that are not sealed."""
        if not has_tpe():
            self._study.note(NO_TPE)
            return []
        estimator, days = ParzenEstimator(space, self._study.options.seed), len(self.open_days)
        latest, found = list(sobol), list[Tried]()
        while len(found) < count:
            estimator.learn((each.point, score_of(each.daily, days)) for each in latest)
            points = estimator.propose(min(TPE_ROUND, count - len(found)))
            if not points:
                break
            latest = self.play(points, TrialOrigin.TPE)
            found += latest
        return found

    def _play(self, left: dict[str, Point], origin: TrialOrigin, found: dict[str, Daily]) -> None:
        """Simulates what is left, writes it into the ledger, and adds it to `found`."""
        study, hashes = self._study, list(left)
        played = trades_of_each(
            study.bench.cache,
            study.bench.recording,
            study.bench.seeds,
            [point.settings for point in left.values()],
            self._workers,
            self._report,
        )
        for place, trades in played:
            trial = study.trial_of(hashes[place], trades, origin)
            study.ledger.record([trial])
            found[hashes[place]] = Daily(trial.daily_r, trial.daily_trades)

    def _report(self, progress: Progress) -> None:
        done = self._done + progress.done
        self._study.output.report(Progress(done, max(done, self._wanted), progress.what))

    def _known(self, hashes: frozenset[str]) -> dict[str, Daily]:
        daily = self._study.ledger.daily(self._study.evaluation, hashes)
        if daily.days != self._study.days:
            return {}
        columns = zip(daily.settings_hashes, daily.r.T.tolist(), daily.trades.T.tolist(), strict=True)
        return {each: Daily(tuple(r), tuple(trades)) for each, r, trades in columns}
