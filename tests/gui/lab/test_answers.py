"""Pages of answers: every figure with its number and interval, the verdict as a sentence, nothing damaged believed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.features.lab.model.answers.evidence import group_words
from gui.features.lab.model.kinds import BY_NAME
from gui.features.lab.model.page import Page
from gui.features.lab.model.pictures import Bars, Heat, Histogram, Lines, histogram_of
from gui.features.lab.model.reading import UnreadableAnswer, page_of
from gui.features.trading.model.table import Tone
from tests.gui.lab.samples import ALL, COMMON, DIFF, EVIDENCE, SWEEP


def page(kind: str, result: dict[str, Any] | None = None) -> Page:
    return page_of(kind, json.dumps(ALL[kind] if result is None else result).encode())


def facts(found: Page, tab: int = 0) -> dict[str, tuple[str, str]]:
    return {fact.name: (fact.value, fact.below) for fact in found.tabs[tab].facts}


def test_that_every_kind_of_study_has_a_page() -> None:
    assert set(ALL) == set(BY_NAME)
    for kind in ALL:
        found = page(kind)
        assert found.headline.word
        assert found.headline.sentence.endswith(".")
        assert [tab.title for tab in found.tabs][-1] == "Details"


@pytest.mark.parametrize("kind", list(ALL))
@pytest.mark.parametrize("damage", [b"", b"null", b"[]", b"{", b"{}", b"\xff\xfe", b'{"trades": "many"}', b"[" * 5000])
def test_that_a_damaged_result_is_refused_with_a_sentence(kind: str, damage: bytes) -> None:
    with pytest.raises(UnreadableAnswer, match=r"Run the study again\.$"):
        page_of(kind, damage)


def test_that_a_heat_map_with_missing_cells_is_refused() -> None:
    heat = SWEEP["heat"] | {"low": [[0.1]]}
    with pytest.raises(UnreadableAnswer, match="contradicts itself"):
        page("sweep", SWEEP | {"heat": heat})


def test_that_the_evidence_says_its_verdict_once_and_each_figure_with_its_interval() -> None:
    found = page("evidence")
    assert (found.headline.word, found.headline.sentence) == ("Unproven", "0 of 60 days.")
    assert found.headline.tone is Tone.WARNING
    assert facts(found)["Trades"] == ("40", "on 3 days")
    assert facts(found)["Mean R, net"] == ("−0.100 R", "−0.300 to +0.100 R")
    assert facts(found)["Out of sample"] == ("no trades", "on 0 days")
    assert facts(found)["Trades needed"] == ("1,210", "")


def test_that_the_equity_curve_says_whether_it_leaves_the_band_of_chance() -> None:
    equity = page("evidence").tabs[0].pictures[0]
    assert isinstance(equity, Lines)
    assert equity.caption == "−6.0 R after 3 days, outside what chance alone brings"
    assert equity.lines[0].low is not None
    assert equity.lines[0].low.tolist() == [-3.0, -4.0, -5.0]


def test_that_a_group_of_few_trades_is_too_few_to_conclude() -> None:
    session = next(tab for tab in page("evidence").tabs if tab.title == "Session")
    (bars,) = session.pictures
    assert isinstance(bars, Bars)
    assert bars.bars[0].tip == "London: +0.200 R, +0.100 to +0.300 R, n = 19; too few to conclude"


def test_that_a_long_recording_has_no_more_points_than_a_screen_has_columns() -> None:
    days = [{"day": "2026-02-16", "r": 0.0, "cumulative": 0.0, "low": 0.0, "high": 0.0}] * 9_000
    equity = page("evidence", EVIDENCE | {"equity": days}).tabs[0].pictures[0]
    assert isinstance(equity, Lines)
    assert len(equity.x) == len(equity.x_words) == len(equity.lines[1].y) <= 2_000


def test_that_what_speaks_against_a_result_is_said() -> None:
    free = COMMON["costs"] | {"is_free": True}
    found = page("evidence", EVIDENCE | {"calibrated": False, "costs": free, "notes": ["One day is missing."]})
    assert [note.split()[0] for note in found.notes] == ["Uncalibrated:", "Without"]
    assert facts(found, -1)["Note"] == ("One day is missing.", "")


def test_that_groups_are_called_what_the_desk_calls_them() -> None:
    assert group_words("session", "new_york") == "New York"
    assert group_words("score", 5) == "5 to 6"
    assert group_words("signal", "MICRO_LIQUIDITY_SWEEP") == "Micro liquidity sweep"
    assert group_words("exit", "adverse_candle") == "opposite candle close"
    assert group_words("signal", None) == "unknown"


def test_that_checks_are_named_as_the_condition_panel_names_them_and_judged_after_correction() -> None:
    found = page("gates")
    table = found.tabs[0].table
    assert table is not None
    assert [row.cells[0].text for row in table.rows] == ["Spread", "Unknown check"]
    assert found.headline.sentence == (
        "Of 2 checks, 1 blocks trades that are worse than those taken, and 0 block better ones, "
        "at 5 % after correction."
    )


def test_that_a_comparison_marks_only_the_setups_that_change_on_their_days() -> None:
    found = page("diff")
    comparison = found.tabs[0].comparison
    assert comparison is not None
    assert comparison.days == ("2026-02-16", "2026-02-17")
    assert [mark.side for mark in comparison.marks["2026-02-16"]] == ["BUY"]
    assert found.headline.word == "Better"


def test_that_a_change_whose_interval_holds_zero_is_no_clear_change() -> None:
    assert page("diff", DIFF | {"low": -0.1}).headline.word == "No clear change"


def test_that_a_sweep_that_would_be_overtaken_is_called_overfit_and_can_be_kept_row_by_row() -> None:
    found = page("sweep")
    assert found.headline.word == "Probably overfit"
    assert found.choices[3] == {"cooldown_seconds": 3, "execution.trailing_atr1": 0.5}
    (heat, _) = found.tabs[0].pictures
    assert isinstance(heat, Heat)
    assert np.isnan(heat.values[0, 1])
    assert heat.keys == {(0, 0): 1, (0, 1): 2}


def test_that_figures_of_chance_costs_and_ruin_state_their_trades() -> None:
    assert facts(page("chance"))["Mean R, net"] == ("−0.100 R", "476 setups, each traded alone")
    without_slippage = COMMON["costs"] | {"slippage_spreads": 0.0}
    costs = page("costs", ALL["costs"] | {"costs": without_slippage})
    assert facts(costs)["As recorded, mean R"][1].endswith("; 40 trades")
    assert facts(page("ruin"))["Resampled from"][0] == "177 trades"


def test_that_a_group_without_an_interval_says_why() -> None:
    group = {"name": "asia", "trades": 3, "mean_r": -0.4, "low": None, "high": None}
    found = page("evidence", EVIDENCE | {"by": {"session": [group]}})
    table = next(tab.table for tab in found.tabs if tab.title == "Session")
    assert table is not None
    assert [cell.text for cell in table.rows[0].cells] == ["Asia", "3", "−0.400", "too few days"]


def test_that_a_walk_of_a_single_window_claims_nothing() -> None:
    assert page("walk").headline.word == "Too few windows"


def test_that_an_alarm_of_drift_names_what_has_drifted() -> None:
    assert page("drift").headline.sentence == "The market no longer brings what the evidence showed."


def test_that_a_trade_of_half_the_paths_counts_half_in_the_distribution() -> None:
    weighed = {"r_values": [-1.0, 2.0, 1.0], "r_weights": [1.0, 0.25, 0.25]}
    _, distribution = page("evidence", ALL["evidence"] | weighed).tabs[0].pictures
    assert isinstance(distribution, Histogram)
    assert distribution.counts.sum() == 1.5
    assert distribution.caption == "3 trades, median −1.00 R"
    assert distribution.rules[0].at == pytest.approx(-0.25 / 1.5)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=300))
def test_that_a_histogram_counts_every_value_once(values: list[float]) -> None:
    edges, counts = histogram_of(values)
    assert counts.sum() == len(values)
    assert len(edges) == len(counts) + 1
    assert np.all(np.diff(edges) > 0)


@pytest.mark.parametrize(
    ("multiple", "word"), [(None, "Room for costs"), (0.0, "No edge"), (0.4, "Costs too much"), (1.5, "Room for costs")]
)
def test_that_only_a_mean_above_zero_leaves_room_for_costs(multiple: float | None, word: str) -> None:
    assert page("costs", ALL["costs"] | {"break_even_multiple": multiple}).headline.word == word


def test_that_an_ablation_states_the_interval_of_the_strategy_as_given() -> None:
    assert "40 trades, mean −0.100 R, 95 % interval −0.300 to +0.100 R." in page("ablation").headline.sentence
