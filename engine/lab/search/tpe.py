"""Further trials after the Sobol ones: the tree-structured Parzen estimator of optuna, an optional package.

J. Bergstra et al., Algorithms for Hyper-Parameter Optimization (2011). It tries more where results were good, so its
trials are not an even sample of the space: they do not show how good the best of them is by luck.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from engine.lab.search.space import Parameter, Point, Space

if TYPE_CHECKING:
    from optuna import Trial
    from optuna.distributions import BaseDistribution

_ASKED: Final = 16
"""Proposals per combination wanted: some were tried before or are not valid."""

Places = tuple[int, ...]


def has_tpe() -> bool:
    """Whether the package optuna is installed."""
    return find_spec("optuna") is not None


class ParzenEstimator:
    """Proposes combinations of a space based on the scores of those tried; the same seed proposes the same ones.

    A score of None, as of a combination with too few trades, is worse than any number. Only if `has_tpe`.
    """

    def __init__(self, space: Space, seed: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._space = space
        self._distributions = {each.key: _distribution(each) for each in space.parameters}
        self._tried: set[Places] = set()
        self._proposed: dict[Places, Trial] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            sampler = optuna.samplers.TPESampler(
                seed=seed % 2**32, n_startup_trials=0, multivariate=True, constant_liar=True
            )
        self._study = optuna.create_study(direction="maximize", sampler=sampler)

    def learn(self, tried: Iterable[tuple[Point, float | None]]) -> None:
        """Records the scores of combinations, whoever proposed them."""
        for point, score in tried:
            self._learn(point.places, score)

    def propose(self, count: int) -> list[Point]:
        """Up to `count` combinations that were not tried yet: fewer if no more are left or found."""
        found: list[Point] = []
        again = []
        for _ in range(_ASKED * count):
            if len(found) == count or len(self._tried) == self._space.size:
                break
            trial = self._study.ask(self._distributions)
            places = tuple(int(trial.params[each.key]) for each in self._space.parameters)
            if places in self._tried:
                again.append(trial)  # while it waits for a score, others are proposed
                continue
            self._tried.add(places)
            self._proposed[places] = trial
            if (point := self._space.point(places)) is not None:
                found.append(point)
            else:
                self._learn(places, None)
        for trial in again:
            self._study.tell(trial, state=_states().FAIL)
        return found

    def _learn(self, places: Places, score: float | None) -> None:
        from optuna.trial import create_trial

        self._tried.add(places)
        outcome: dict[str, Any] = {"state": _states().PRUNED} if score is None else {}
        if (trial := self._proposed.pop(places, None)) is not None:
            self._study.tell(trial, score, **outcome)
        else:
            params = {each.key: place for each, place in zip(self._space.parameters, places, strict=True)}
            added = create_trial(params=params, distributions=self._distributions, value=score, **outcome)
            self._study.add_trial(added)


def _states() -> Any:
    from optuna.trial import TrialState

    return TrialState


def _distribution(parameter: Parameter) -> BaseDistribution:
    """Over the indices of the values; ordered if they are ascending or descending numbers."""
    from optuna.distributions import CategoricalDistribution, IntDistribution

    values, last = parameter.values, len(parameter.values) - 1
    are_numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)
    is_ordered = are_numbers and len({one < other for one, other in pairwise(values)}) <= 1
    return IntDistribution(0, last) if is_ordered else CategoricalDistribution(range(last + 1))
