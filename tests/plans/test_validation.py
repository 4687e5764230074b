"""The examination of plans: each fault by a value that has it, and by the nearest value that has not."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.market import Side
from engine.domain.plan import PlanStatus, PlanTerms
from engine.trading.plans.validation import Examination, examine, is_micro_scalp
from tests.builders import GOLD_CONTRACT, MONDAY

LIFE = timedelta(minutes=30)
GOLD_TERMS = PlanTerms(contract=GOLD_CONTRACT, sl_range=(0.5, 1.2), tp_range=(1.0, 2.5))

ORIGINAL = {
    "plan_id": "micro_scalp_001",
    "symbol": "XAUUSDc",
    "direction": "BUY",
    "entry_price": 2000.0,
    "stop_loss": 1999.5,
    "take_profit": 2001.5,
    "volume": 0.01,
    "conditions": {"plan_type": "micro_scalp", "timeframe": "M1"},
    "status": "pending",
}
"""The plan of the original strategy, as other programs write it."""


def terms_for(symbol: str, terms: PlanTerms = GOLD_TERMS) -> PlanTerms | None:
    return terms if symbol.startswith("XAUUSD") else None


def examined(terms: PlanTerms = GOLD_TERMS, **changes: Any) -> Examination:
    return examine(ORIGINAL | changes, lambda symbol: terms_for(symbol, terms), MONDAY, LIFE)


def faults(terms: PlanTerms = GOLD_TERMS, **changes: Any) -> str:
    return "; ".join(examined(terms, **changes).faults)


def test_that_the_plan_of_the_original_strategy_is_sound_as_it_is() -> None:
    found = examined()
    assert found.is_sound
    assert found.plan is not None
    assert found.plan.direction is Side.BUY
    assert found.plan.status is PlanStatus.PENDING
    assert found.plan.created_at == MONDAY
    assert found.plan.expires_at == MONDAY + LIFE


def test_that_a_sell_is_the_mirror_of_a_buy() -> None:
    assert examined(direction="SELL", stop_loss=2000.5, take_profit=1998.5).is_sound


def test_that_conditions_may_be_json_text() -> None:
    assert examined(conditions='{"plan_type": "micro_scalp", "timeframe": "M1"}').is_sound


def test_that_an_unknown_symbol_is_a_fault() -> None:
    assert "symbol EURUSD is not traded by this desk" in faults(symbol="EURUSD")


@pytest.mark.parametrize(
    ("direction", "stop", "target", "wrong"),
    [
        ("BUY", 2000.5, 2001.5, "stop_loss 2000.5 of a BUY must lie below"),
        ("BUY", 2000.0, 2001.5, "stop_loss 2000 of a BUY must lie below"),
        ("BUY", 1999.5, 1998.5, "take_profit 1998.5 of a BUY must lie above"),
        ("SELL", 1999.5, 1998.5, "stop_loss 1999.5 of a SELL must lie above"),
        ("SELL", 2000.5, 2001.5, "take_profit 2001.5 of a SELL must lie below"),
    ],
)
def test_that_a_stop_or_target_on_the_wrong_side_is_a_fault(
    direction: str, stop: float, target: float, wrong: str
) -> None:
    assert wrong in faults(direction=direction, stop_loss=stop, take_profit=target)


@pytest.mark.parametrize(("distance", "is_sound"), [(0.49, False), (0.5, True), (1.2, True), (1.21, False)])
@pytest.mark.parametrize("entry", [2000.0, 4700.3, 77_123.45])
def test_that_the_stop_must_lie_within_its_range_at_every_price(entry: float, distance: float, is_sound: bool) -> None:
    found = examined(entry_price=entry, stop_loss=round(entry - distance, 2), take_profit=entry + 1.5)
    assert found.is_sound is is_sound
    if not is_sound:
        assert "is outside 0.5 to 1.2" in found.faults[0]


@pytest.mark.parametrize(("distance", "is_sound"), [(0.99, False), (1.0, True), (2.5, True), (2.51, False)])
def test_that_the_target_must_lie_within_its_range(distance: float, is_sound: bool) -> None:
    assert examined(take_profit=round(2000.0 + distance, 2)).is_sound is is_sound


@pytest.mark.parametrize(("atr", "is_sound"), [(0.5, True), (0.1, False), (None, True)])
def test_that_ranges_in_atr_follow_the_present_atr_and_wait_for_it(atr: float | None, is_sound: bool) -> None:
    terms = PlanTerms(contract=GOLD_CONTRACT, sl_range=(1.0, 2.0), tp_range=(2.0, 4.0), stop_mode="atr", atr14=atr)
    assert examined(terms).is_sound is is_sound


@pytest.mark.parametrize(
    ("volume", "wrong"),
    [(0.005, "outside 0.01 to 50"), (50.01, "outside 0.01 to 50"), (0.015, "not a multiple of the step 0.01")],
)
def test_that_a_volume_the_broker_does_not_take_is_a_fault(volume: float, wrong: str) -> None:
    assert wrong in faults(volume=volume)


@pytest.mark.parametrize("volume", [0.01, 0.29, 1.1, 50.0])
def test_that_every_whole_step_of_volume_is_taken(volume: float) -> None:
    assert examined(volume=volume).is_sound


def test_that_an_expiry_in_the_past_is_a_fault_and_one_ahead_is_not() -> None:
    assert "is in the past" in faults(expires_at="2026-03-02T08:00:00Z")
    assert examined(expires_at="2026-03-02T08:00:01Z").is_sound


def test_that_an_instant_without_a_zone_is_read_as_utc_and_one_with_a_zone_is_turned() -> None:
    found = examined(created_at="2026-03-02 07:50:00", expires_at="2026-03-02T11:30:00+03:00").plan
    assert found is not None
    assert found.created_at == MONDAY - timedelta(minutes=10)
    assert found.expires_at == MONDAY + timedelta(minutes=30)


def test_that_a_plan_without_expiry_lives_from_its_creation_on() -> None:
    assert "is in the past" in faults(created_at="2026-03-02T07:00:00Z")


def test_that_a_plan_from_the_future_does_not_live_longer_for_it() -> None:
    found = examined(created_at="9999-12-31T23:59:59Z").plan
    assert found is not None
    assert found.expires_at == MONDAY + LIFE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("plan_id", ""),
        ("plan_id", None),
        ("plan_id", 5),
        ("plan_id", "x" * 65),
        ("plan_id", "two\nlines"),
        ("symbol", b"XAUUSD"),
        ("symbol", None),
        ("direction", "HOLD"),
        ("direction", None),
        ("entry_price", "NaN"),
        ("entry_price", math.nan),
        ("entry_price", math.inf),
        ("entry_price", -2000.0),
        ("entry_price", True),
        ("entry_price", 10**400),
        ("stop_loss", None),
        ("take_profit", b"\x00\xff"),
        ("volume", 0.0),
        ("volume", "0.01 lots"),
        ("conditions", "{"),
        ("conditions", "[" * 60_000),
        ("conditions", '{"plan_type": NaN}'),
        ("conditions", "x" * 10_000_000),
        ("conditions", None),
        ("created_at", "yesterday"),
        ("expires_at", 12),
        ("expires_at", "0001-01-01T00:00:00+14:00"),
        ("executed_at", b"now"),
        ("ticket", 1.5),
        ("ticket", 2**64),
        ("profit_loss", "much"),
        ("notes", "x" * 2_001),
        ("notes", 1.0),
        ("close_reason", b"?"),
    ],
)
def test_that_a_field_of_the_wrong_kind_is_a_fault_that_names_it_briefly(field: str, value: object) -> None:
    found = examined(GOLD_TERMS, **{field: value})
    assert not found.is_sound
    assert any(fault.startswith(f"{field} is ") for fault in found.faults)
    assert all(len(fault) < 200 for fault in found.faults)


def test_that_all_faults_are_reported_at_once() -> None:
    details = faults(symbol="XAUUSD", stop_loss=2003.0, volume=0.005, expires_at="2020-01-01T00:00:00Z")
    assert [word in details for word in ("stop_loss", "stop distance", "volume", "expires_at")] == [True] * 4


def test_that_a_timeframe_other_than_one_minute_is_a_fault() -> None:
    assert "timeframe M5 is not M1" in faults(conditions={"plan_type": "micro_scalp", "timeframe": "M5"})


def test_that_a_plan_of_another_type_is_not_ours_and_unreadable_conditions_are() -> None:
    assert not is_micro_scalp({"conditions": '{"plan_type": "range_scalp"}'})
    assert not is_micro_scalp({"conditions": "{}"})
    assert is_micro_scalp({"conditions": '{"plan_type": "micro_scalp"}'})
    assert is_micro_scalp({"conditions": "gibberish"})


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80) | st.binary(max_size=20)


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({key: ANYTHING | st.just(value) for key, value in ORIGINAL.items()}))
def test_that_no_content_of_a_row_makes_the_examination_fail(row: dict[str, object]) -> None:
    found = examine(row, terms_for, MONDAY, LIFE)
    assert found.is_sound or found.faults


def test_that_a_number_in_the_conditions_that_nobody_can_store_is_a_fault() -> None:
    beyond = {"plan_type": "micro_scalp", "level": 10**30}
    assert "conditions is beyond what can be counted (64 bits)" in faults(conditions=beyond)
