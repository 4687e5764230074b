"""Which limits are relaxed by a change, and that what is held back is always a configuration that is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.changes import Change, changes_between, with_values
from config.fields import Kind, SettingField, direction_of, effect_of, field_at
from config.limits import held_at, is_relaxed, limits_in, relaxed
from config.section import Relaxes
from config.settings import Settings
from tests.examples import examples
from tests.whole import present

PLAIN = Settings()

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "cooldown_seconds": st.integers(0, 300),
    "execution.sizing": st.sampled_from(["fixed", "risk"]),
    "execution.adverse_candle_exit": st.booleans(),
    "execution.trailing": st.booleans(),
    "execution.time_stop_minutes": st.none() | st.floats(1, 60),
    "execution.break_even_at_r": st.none() | st.floats(0.1, 3),
    "risk_mitigation.max_positions_per_symbol": st.integers(1, 6),
    "risk_mitigation.max_positions": st.integers(1, 6),
    "risk_mitigation.max_trades_per_hour": st.integers(1, 20),
    "risk_mitigation.max_trades_per_day": st.integers(1, 60),
    "risk_mitigation.max_daily_loss_pct": st.floats(0.5, 10),
    "risk_mitigation.loosen_delay_minutes": st.integers(0, 60),
    "xauusd_rules.pre_trade_filters.spread.max_spread": st.floats(0.1, 1),
    "xauusd_rules.pre_trade_filters.spread.low_volume_fraction": st.floats(0, 1),
    "xauusd_rules.pre_trade_filters.block_post_ny_session": st.booleans(),
    "xauusdc_rules.pre_trade_filters.spread.max_spread": st.floats(0.1, 1),
    "xauusdc_rules.analysis.asian_expansion_ratio": st.floats(1.5, 5),
    "xauusd_rules.analysis.sweep_lookback": st.integers(3, 50),
}


@st.composite
def configurations(draw: st.DrawFn) -> Settings:
    """Settings with a few of the values above, some with rules of their own for gold with a suffix."""
    chosen = draw(st.dictionaries(st.sampled_from(sorted(VALUES)), st.just(None), max_size=8))
    try:
        return with_values(PLAIN, {key: draw(VALUES[key]) for key in chosen})
    except ValidationError:
        return PLAIN


def test_that_a_wider_spread_is_more_relaxed_and_a_narrower_one_is_not() -> None:
    wider = with_values(PLAIN, {"xauusd_rules.pre_trade_filters.spread.max_spread": 0.3})
    assert relaxed(limits_in(PLAIN), wider) == {"xauusd_rules.pre_trade_filters.spread.max_spread": 0.3}
    assert relaxed(limits_in(wider), PLAIN) == {}


@pytest.mark.parametrize(
    ("direction", "old", "new", "expected"),
    [
        (Relaxes.HIGHER, 1, 2, True),
        (Relaxes.HIGHER, 30.0, None, True),
        (Relaxes.HIGHER, None, 30.0, False),
        (Relaxes.LOWER, 60, 30, True),
        (Relaxes.LOWER, 60, 90, False),
        (Relaxes.OFF, True, False, True),
        (Relaxes.OFF, False, True, False),
        (Relaxes.ANY, "fixed", "risk", True),
        (Relaxes.ANY, "risk", "risk", False),
    ],
)
def test_that_every_kind_of_limit_knows_its_loose_side(direction: Relaxes, old: Any, new: Any, expected: bool) -> None:
    assert is_relaxed(direction, old, new) is expected


def settings_in(key: str) -> list[SettingField]:
    group = field_at(key)
    assert group is not None
    return [field for field in group.everything() if not field.parts]


def test_that_every_limit_of_risk_has_a_direction() -> None:
    assert all(field.relaxes is not None for field in settings_in("risk_mitigation"))


def test_that_a_limit_that_can_be_higher_or_lower_is_a_number() -> None:
    kinds = {
        Relaxes.HIGHER: (Kind.WHOLE, Kind.NUMBER),
        Relaxes.LOWER: (Kind.WHOLE, Kind.NUMBER),
        Relaxes.OFF: (Kind.SWITCH,),
    }
    for field in settings_in(""):
        assert field.relaxes in (None, Relaxes.ANY) or field.kind in kinds[field.relaxes], field.key
        assert field.relaxes is not Relaxes.LOWER or not field.is_optional, field.key


def test_that_every_limit_of_rules_has_a_tighter_side() -> None:
    assert all(field.relaxes is not Relaxes.ANY for field in settings_in("xagusd_rules"))


def test_that_rules_for_a_longer_beginning_are_no_way_around_a_limit() -> None:
    beside = with_values(PLAIN, {"xauusdc_rules.pre_trade_filters.spread.max_spread": 5.0})
    assert relaxed(limits_in(PLAIN), beside) == {"xauusdc_rules.pre_trade_filters.spread.max_spread": 5.0}


def test_that_rules_which_go_leave_the_limits_of_the_shorter_beginning_more_relaxed() -> None:
    strict = with_values(PLAIN, {"xauusdc_rules.pre_trade_filters.spread.max_spread": 0.1})
    key = "xauusdc_rules.pre_trade_filters.spread.max_spread"
    assert relaxed(limits_in(strict), PLAIN) == {key: 0.25}
    held = held_at(PLAIN, {key: 0.1})
    assert present(held.rules_for("XAUUSDc")).pre_trade_filters.spread.max_spread == 0.1
    assert present(held.rules_for("XAUUSD")).pre_trade_filters.spread.max_spread == 0.25


def test_that_a_symbol_that_had_no_rules_has_nothing_to_relax() -> None:
    silver = with_values(PLAIN, {"xagusd_rules.pre_trade_filters.spread.max_spread": 5.0})
    assert relaxed(limits_in(PLAIN), silver) == {}


@examples(60)
@given(configurations(), configurations())
def test_that_holding_back_what_is_relaxed_lets_nothing_more_through(old: Settings, new: Settings) -> None:
    in_force = limits_in(old)
    found = relaxed(in_force, new)
    held = held_at(new, {key: _known(in_force, key) for key in found})
    assert relaxed(in_force, held) == {}
    assert relaxed(limits_in(held), new).keys() == found.keys()
    others = {change.key for change in changes_between(held, new)}
    assert all(any(key == one or key.startswith(f"{one}.") for one in others) for key in found)


def _known(in_force: dict[str, Any], key: str) -> Any:
    return in_force.get(key, in_force.get(key.replace("xauusdc", "xauusd")))


# -- changes ------------------------------------------------------------------------------------------------------


def test_that_a_change_names_its_key_and_both_values() -> None:
    new = with_values(PLAIN, {"risk_mitigation.max_positions": 5, "xauusd_rules.sl_range": [0.6, 1.2]})
    assert changes_between(PLAIN, new) == (
        Change("xauusd_rules.sl_range", [0.5, 1.2], [0.6, 1.2]),
        Change("risk_mitigation.max_positions", 3, 5),
    )


def test_that_new_rules_are_one_change() -> None:
    new = with_values(PLAIN, {"xagusd_rules.reward_ratio": 3.0})
    (change,) = changes_between(PLAIN, new)
    assert (change.key, change.old) == ("xagusd_rules", None)


def test_that_a_group_shows_for_all_its_settings_when_they_count() -> None:
    assert effect_of("interface.theme") == "at once"
    assert effect_of("xagusd_rules.vwap.tolerance") == "with the next candle"
    assert effect_of("execution.auto_symbols") == "at the next start"
    assert effect_of("execution.deviation_points") == "with the next candle"


def titles(key: str) -> tuple[str, ...]:
    field = field_at(key)
    return () if field is None else field.titles


def test_that_keys_are_shown_at_their_fields() -> None:
    assert titles("xauusd_rules.vwap.tolerance") == ("Gold", "VWAP", "Fixed tolerance")
    assert titles("xagusd_rules.vwap.tolerance") == ("XAGUSD", "VWAP", "Fixed tolerance")
    assert titles("vwap.nothing") == ()
    assert direction_of("xagusd_rules.pre_trade_filters.spread.max_ratio") is Relaxes.HIGHER
    assert direction_of("xagusd_rules.vwap.tolerance") is None


def test_that_a_limit_is_one_for_a_symbol_with_dots_in_its_name_too() -> None:
    key = "xauusd.r_rules.pre_trade_filters.spread.max_spread"
    assert titles(key) == ("XAUUSD.R", "Pre-trade filters", "Spread", "Max spread")
    wider = with_values(PLAIN, {key: 5.0})
    assert wider.rules["xauusd.r"].pre_trade_filters.spread.max_spread == 5.0
    assert relaxed(limits_in(PLAIN), wider) == {key: 5.0}
    held = held_at(wider, {key: 0.25})
    assert held.rules["xauusd.r"].pre_trade_filters.spread.max_spread == 0.25
