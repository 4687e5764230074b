"""What is left of the best of many trials, against published examples, other implementations and brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.statistics.multiple import holm, holm_of_known
from engine.statistics.overfitting import probability_of_overfitting
from engine.statistics.sharpe import deflated_sharpe, expected_maximum, probabilistic_sharpe, shape_of, sharpe
from engine.statistics.spa import superior_predictive_ability
from tests.examples import examples

# -- deflated Sharpe ratio ----------------------------------------------------------------------------------------

DAILY = 2.5 / 250**0.5
"""The example of the paper: five years of daily results with an annualised ratio of 2.5."""


def test_that_the_example_of_the_paper_comes_out() -> None:
    benchmark = expected_maximum(0.5 / 250, trials=100)
    assert benchmark == pytest.approx(0.1132, abs=5e-5)
    assert probabilistic_sharpe(DAILY, benchmark, 1250, -3.0, 10.0) == pytest.approx(0.9004, abs=5e-5)


@pytest.mark.parametrize(("trials", "skewness", "kurtosis"), [(46, -3.0, 10.0), (88, 0.0, 3.0)])
def test_that_the_trials_of_the_paper_leave_95_percent(trials: int, skewness: float, kurtosis: float) -> None:
    benchmark = expected_maximum(0.5 / 250, trials)
    assert probabilistic_sharpe(DAILY, benchmark, 1250, skewness, kurtosis) == pytest.approx(0.9505, abs=1e-4)


def test_that_the_expected_maximum_is_that_of_normal_draws() -> None:
    drawn = np.random.default_rng(1).normal(0.0, 0.3, (20_000, 50)).max(axis=1)
    assert expected_maximum(0.09, 50) == pytest.approx(drawn.mean(), rel=0.02)


def test_that_skewness_and_kurtosis_are_those_of_scipy() -> None:
    from scipy import stats

    values = np.random.default_rng(2).exponential(size=200)
    expected = (stats.skew(values), stats.kurtosis(values, fisher=False))
    assert shape_of(values.tolist()) == pytest.approx(expected)
    assert shape_of([0.5, 0.5, 0.5]) is None


def test_that_the_more_was_tried_the_less_the_best_is_worth() -> None:
    daily = np.random.default_rng(3).normal(0.0, 1.0, (250, 40))
    daily[:, 7] += 0.25
    found = [deflated_sharpe(daily, trials=trials) for trials in (None, 200, 5000)]
    assert all(each is not None for each in found)
    assert found == sorted(found, reverse=True)  # type: ignore[type-var]
    assert deflated_sharpe(daily[:, [7]]) > found[0]  # type: ignore[operator]
    assert deflated_sharpe(daily, chosen=7) == found[0]


def test_that_what_never_differs_has_no_ratio() -> None:
    assert sharpe(np.full((10, 2), 0.5)).tolist() == [0.0, 0.0]
    assert deflated_sharpe(np.zeros((50, 3))) is None
    assert deflated_sharpe(np.zeros((2, 3))) is None


# -- probability of overfitting -----------------------------------------------------------------------------------


def brute_force(daily: NDArray[np.float64], blocks: int) -> float:
    """As the paper writes it, split by split."""
    from scipy import stats

    spans = np.array_split(daily, blocks)
    logits = []
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([spans[place] for place in chosen])
        outside = np.concatenate([spans[place] for place in range(blocks) if place not in chosen])
        best = int(np.argmax(inside.mean(axis=0) / inside.std(axis=0)))
        share = stats.rankdata(outside.mean(axis=0) / outside.std(axis=0))[best] / (daily.shape[1] + 1)
        logits.append(np.log(share / (1.0 - share)))
    return float((np.array(logits) <= 0.0).mean())


@pytest.mark.parametrize(("seed", "days", "trials"), [(1, 60, 5), (2, 83, 12), (3, 40, 2)])
def test_that_the_probability_is_that_of_every_split_on_its_own(seed: int, days: int, trials: int) -> None:
    daily = np.random.default_rng(seed).normal(0.02, 1.0, (days, trials))
    found = probability_of_overfitting(daily, blocks=6)
    assert found is not None
    assert found.splits == 20
    assert found.pbo == brute_force(daily, 6)


def test_that_the_best_by_skill_stays_the_best_and_the_best_by_luck_does_not() -> None:
    noise = np.random.default_rng(4).normal(0.0, 1.0, (20, 250, 30))
    by_luck = [probability_of_overfitting(daily) for daily in noise]
    assert 0.35 < np.mean([found.pbo for found in by_luck if found]) < 0.65
    noise[0, :, 3] += 0.6
    by_skill = probability_of_overfitting(noise[0])
    assert by_skill is not None
    assert (by_skill.pbo, by_skill.loss, by_skill.splits) == (0.0, 0.0, 252)


def test_that_too_little_has_no_probability() -> None:
    assert probability_of_overfitting(np.zeros((100, 1))) is None
    assert probability_of_overfitting(np.zeros((19, 5))) is None


# -- superior predictive ability ----------------------------------------------------------------------------------


def even_trials(days: int, columns: int, best: float) -> NDArray[np.float64]:
    """Results of one long-run variance, so that studentising changes nothing; means rise from -0.4 to `best`."""
    day, column = np.arange(1, days + 1)[:, None], np.arange(1, columns + 1)[None, :]
    drawn = np.modf(day * day * np.sqrt(column + 0.5))[0]
    centred = drawn - drawn.mean(axis=0)
    variance = (centred**2).mean(axis=0)
    for lag in range(1, days):
        weight = (1 - lag / days) * 0.5**lag + lag / days * 0.5 ** (days - lag)
        variance += 2.0 * weight * (centred[lag:] * centred[:-lag]).sum(axis=0) / days
    found: NDArray[np.float64] = centred / np.sqrt(variance) + np.linspace(-0.4, best, columns)
    return found


@pytest.mark.parametrize(
    ("days", "columns", "best", "of_arch"),
    [(120, 10, 0.10, 0.5311), (250, 40, 0.15, 0.1546), (250, 40, 0.20, 0.0179), (400, 20, 0.10, 0.1601)],
)
def test_that_the_p_value_is_that_of_arch(days: int, columns: int, best: float, of_arch: float) -> None:
    """`SPA(zeros, -daily, block_size=2, reps=20000, seed=3)` of arch 8.0.0, which does not studentise."""
    assert superior_predictive_ability(even_trials(days, columns, best)) == pytest.approx(of_arch, abs=0.015)


def test_that_the_best_of_many_without_skill_is_found_out() -> None:
    random = np.random.default_rng(5)
    found = [superior_predictive_ability(random.normal(0.0, 1.0, (60, 15))) for _ in range(10)]
    assert sum(p < 0.1 for p in found if p is not None) <= 3
    assert all(p is not None for p in found)


def test_that_trials_which_lose_for_sure_do_not_hide_one_that_wins() -> None:
    daily = np.random.default_rng(6).normal(-2.0, 1.0, (150, 40))
    daily[:, 0] += 2.25
    alone, among = superior_predictive_ability(daily[:, :1]), superior_predictive_ability(daily)
    assert alone is not None
    assert alone < 0.02
    assert among == pytest.approx(alone, abs=0.005)


def test_that_nothing_is_said_without_days_or_results() -> None:
    assert superior_predictive_ability(np.ones((10, 2))) is None
    assert superior_predictive_ability(np.zeros((100, 2))) is None


# -- Holm ---------------------------------------------------------------------------------------------------------


def test_that_holm_steps_down() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm_of_known([0.01, None, 0.04]) == [0.02, None, 0.04]


@examples(50)
@given(st.lists(st.floats(0.0, 1.0), max_size=12))
def test_that_holm_rejects_what_the_procedure_rejects_step_by_step(p_values: list[float]) -> None:
    rejected = set()
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[place] * (len(p_values) - rank) > 0.05:
            break
        rejected.add(place)
    assert {place for place, p in enumerate(holm(p_values)) if p <= 0.05} == rejected
