"""What a search varies: rows of the form become the file that the command line reads, and come back from one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.loader import shipped_settings
from engine.errors import DeskError
from engine.lab.search.space import read_space
from gui.features.lab.model.request import Searched
from gui.features.lab.model.space import fault_of, file_of, hint_of, offers, read_rows

SETTINGS = shipped_settings()
ROWS = (
    Searched("execution.trailing_atr1", "0.2 to 0.6 step 0.1"),
    Searched("cooldown_seconds", "30, 60, 120"),
    Searched("execution.trailing", "on, off"),
    Searched("execution.sizing", "fixed, risk"),
)


def test_that_rows_become_a_search_and_come_back_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "space.json"
    file.write_text(file_of(ROWS), encoding="utf-8")
    space = read_space(file, SETTINGS)
    assert [len(parameter.values) for parameter in space.parameters] == [5, 3, 2, 2]
    assert file_of(read_rows(file)) == file_of(ROWS)
    assert fault_of(ROWS, SETTINGS) is None


@pytest.mark.parametrize("values", ["0.2, 0.6, 0.1", "0.6,0.1,0.2"])
def test_that_three_values_stay_three_values(values: str, tmp_path: Path) -> None:
    file = tmp_path / "space.json"
    file.write_text(file_of([Searched("execution.trailing_atr1", values)]), encoding="utf-8")
    assert sorted(read_space(file, SETTINGS).parameters[0].values) == [0.1, 0.2, 0.6]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((), "Choose at least one setting"),
        ((Searched("cooldown", "1, 2"),), "is not a setting"),
        ((Searched("cooldown_seconds", ""),), "allowed is a list of values"),
        ((Searched("cooldown_seconds", "1, quick"),), "Cooldown is "),
        ((Searched("cooldown_seconds", "1, 2"), Searched("cooldown_seconds", "3")), "Cooldown is listed twice"),
    ],
)
def test_that_what_cannot_be_searched_is_said(rows: tuple[Searched, ...], said: str) -> None:
    fault = fault_of(rows, SETTINGS)
    assert fault is not None
    assert said in fault.words


def test_that_a_wrong_value_is_said_by_the_title_of_its_setting_and_the_place_of_its_row() -> None:
    rows = (Searched("cooldown_seconds", "30, 60"), Searched("execution.trailing", "0.2, 0.4"))
    assert fault_of(rows, SETTINGS) == ("Execution, Trailing stop is 0.2; allowed is true or false", 1)


def test_that_every_setting_on_offer_affects_trades_and_states_its_allowed_values() -> None:
    keys = {offer.key for offer in offers()}
    assert {"cooldown_seconds", "xauusd_rules.candle_signals.min_wick_bodies", "execution.trailing"} <= keys
    assert not any(key.startswith(("interface", "alerts")) for key in keys)
    assert len({offer.words for offer in offers()}) == len(offers())
    assert hint_of("execution.sizing").startswith("Allowed is one of")


def test_that_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "space.json"
    file.write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(DeskError, match=r"space\.json"):
        read_rows(file)
