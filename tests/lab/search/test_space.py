"""What a file may search, and that its combinations are tried evenly and once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import FaultyConfiguration
from config.settings import Settings
from engine.lab.search.space import Space, parse_space, read_space
from tests.examples import examples

MIN_SCORE = "xauusd_rules.confluence_scoring.min_score"
TRAILING = "execution.trailing_start_r"
REWARD = "xauusd_rules.reward_ratio"
MIN_HEIGHT, MAX_HEIGHT = "xauusd_rules.micro_ob_atr_min", "xauusd_rules.micro_ob_atr_max"


def space(said: dict[str, Any]) -> Space:
    return parse_space(json.dumps(said).encode(), "SPACE.json", Settings())


def values(said: Any, key: str = TRAILING) -> tuple[Any, ...]:
    return space({key: said}).parameters[0].values


# -- lists and ranges ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([0.5, 1.0, 0.25], (0.5, 0.75, 1.0)),
        ([0, 1, 0.3], (0.0, 0.3, 0.6, 0.9)),
        ([0.1, 0.7, 0.1], (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)),
        ([1, 2, 3], (1, 2, 3)),
        ([5, 10, 20], (5, 10, 20)),
        ([2.0, 1.0, 0.5], (2.0, 1.0, 0.5)),
        ([0.5], (0.5,)),
        ([0.5, 1.0], (0.5, 1.0)),
    ],
)
def test_that_three_numbers_are_a_range_where_the_third_can_be_a_step(
    said: list[float], found: tuple[Any, ...]
) -> None:
    assert values(said) == found


def test_that_whole_numbers_stay_whole() -> None:
    assert values([10, 30, 10], "risk_mitigation.cool_off_seconds") == (10, 20, 30)


def test_that_switches_names_nothing_and_ranges_of_numbers_can_be_searched() -> None:
    assert values([True, False], "execution.trailing") == (True, False)
    assert values([None, 0.5], "execution.break_even_at_r") == (None, 0.5)
    assert values(["fixed", "risk"], "execution.sizing") == ("fixed", "risk")
    found = space({"xauusd_rules.sl_range": [[0.5, 1.2], [0.6, 1.4]]})
    assert [point.settings.xauusd_rules.sl_range for point in found.points(9)] == [(0.5, 1.2), (0.6, 1.4)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"execution.trailing_strat_r": [0.5]}, "is not a setting; did you mean execution.trailing_start_r?"),
        ({"execution": [1]}, "execution is not a setting"),
        ({TRAILING: 0.5}, "is 0.5; allowed is a list of values, or [low, high, step] with low below high"),
        ({TRAILING: []}, "is []; allowed is a list of values"),
        ({TRAILING: {"low": 1}}, "allowed is a list of values"),
        ({TRAILING: [0.5, -1.0]}, "trailing_start_r is -1.0; allowed is a number at least 0"),
        ({TRAILING: ["0.5"]}, 'is "0.5"; allowed is a number'),
        ({TRAILING: [0.5, 0.5]}, "with a value that occurs twice"),
        ({TRAILING: [0, 100, 0.001]}, "has more than 1,000 values"),
        ({TRAILING: [0.2, 1e308, 0.0001]}, "has more than 1,000 values"),
        ({TRAILING: [0, 10**400, 1]}, "allowed is a number at least 0"),
        ({"risk_mitigation.cool_off_seconds": [0, 1, 0.5]}, "is 0.0; allowed is a whole number"),
        ({"eurusd_rules.reward_ratio": [1, 2]}, "searches eurusd_rules, which the configuration does not have"),
        ({}, "has 0 settings; allowed are 1 to 21"),
        (
            {MIN_HEIGHT: [5.0], MAX_HEIGHT: [1.0]},
            "micro_ob_atr_min 5 is above micro_ob_atr_max 1",
        ),
    ],
)
def test_that_what_cannot_be_searched_is_named_with_what_is_allowed(said: dict[str, Any], words: str) -> None:
    with pytest.raises(FaultyConfiguration) as raised:
        space(said)
    assert str(raised.value).startswith("SPACE.json: ")
    assert words in str(raised.value)


def test_that_every_setting_at_fault_is_named_at_once() -> None:
    with pytest.raises(FaultyConfiguration) as raised:
        space({"nothing": [1], TRAILING: [-1.0, -2.0]})
    assert len(raised.value.faults) == 2


def test_that_a_file_is_read_and_a_missing_one_named(tmp_path: Path) -> None:
    (tmp_path / "space.json").write_text(json.dumps({TRAILING: [0.5, 1.0]}), encoding="utf-8")
    assert read_space(tmp_path / "space.json", Settings()).size == 2
    with pytest.raises(FaultyConfiguration, match="cannot be read"):
        read_space(tmp_path / "none.json", Settings())
    (tmp_path / "odd.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(FaultyConfiguration, match="allowed is one object in braces"):
        read_space(tmp_path / "odd.json", Settings())


# -- combinations -------------------------------------------------------------------------------------------------


def test_that_a_small_space_is_tried_whole() -> None:
    found = list(space({MIN_SCORE: [1, 4, 1], "execution.trailing": [True, False]}).points(100))
    assert [point.places for point in found] == [(row, column) for row in range(4) for column in range(2)]
    assert found[3].values == {MIN_SCORE: 2, "execution.trailing": False}
    assert found[3].settings.xauusd_rules.confluence_scoring.min_score == 2
    assert not found[3].settings.execution.trailing


def test_that_combinations_that_contradict_themselves_are_left_out() -> None:
    found = space({MIN_HEIGHT: [0.1, 0.5], MAX_HEIGHT: [0.3, 0.6]})
    assert found.size == 4
    assert [point.places for point in found.points(4)] == [(0, 0), (0, 1), (1, 1)]


@examples(15)
@given(st.integers(1, 60), st.integers(2, 40), st.integers(2, 9))
def test_that_no_combination_comes_twice_and_no_more_come_than_asked_for(count: int, first: int, second: int) -> None:
    found = space({
        TRAILING: [round(0.1 * each, 1) for each in range(first)],
        "risk_mitigation.cool_off_seconds": list(range(second)),
    })  # fmt: skip
    places = [point.places for point in found.points(count)]
    assert len(places) == len(set(places)) == min(count, first * second)


def test_that_few_trials_cover_each_setting_evenly() -> None:
    found = space(
        {
            TRAILING: [0.0, 1.5, 0.1],
            "execution.trailing_atr1": [0.1, 1.6, 0.1],
            REWARD: [1, 5, 0.1],
        }
    )
    places = [point.places for point in found.points(64)]
    for column, size in ((0, 16), (1, 16)):
        counts = [sum(each[column] == value for each in places) for value in range(size)]
        assert counts == [4] * 16
    assert [point.places for point in found.points(16)] == places[:16]
