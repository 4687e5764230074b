from __future__ import annotations

import pytest

from config.health import HealthSettings
from engine.domain.health import ALLOWED_WHILE_BAD, VitalName, VitalSigns, VitalState
from engine.domain.risk import Authority
from engine.health.monitor import HealthMonitor
from tests.health.signs import (
    LIMITS,
    PATIENCE_S,
    WELL,
    lasting,
    looked_at,
    of_link,
    of_machine,
    of_safety,
    of_store,
    of_symbol,
    vital,
)

FAULTS: dict[VitalName, VitalSigns] = {
    VitalName.DATA_AGE: of_symbol(data_age_s=61.0),
    VitalName.DECISION_AGE: of_symbol(decision_age_s=181.0),
    VitalName.WORKER: of_link(is_working=False, sentence="The worker died.", way_out="Wait."),
    VitalName.SAFETY_ORDERS: of_safety("the halt is not in the store", "no page"),
    VitalName.CLOCK_OFFSET: of_link(clock_offset_ms=-16_000.0),
    VitalName.ROUND_TRIP: of_link(round_trip_ms=1_500.0),
    VitalName.LOOP_LAG: of_machine(loop_lag_ms=700.0),
    VitalName.MEMORY: of_machine(memory_mb=3_500.0),
    VitalName.STORE: of_store(damage="database disk image is malformed"),
}
DOUBTS: dict[VitalName, VitalSigns] = {
    VitalName.DATA_AGE: of_symbol(data_age_s=11.0),
    VitalName.DECISION_AGE: of_symbol(decision_age_s=91.0),
    VitalName.CLOCK_OFFSET: of_link(clock_offset_ms=2_500.0),
    VitalName.ROUND_TRIP: of_link(round_trip_ms=250.0),
    VitalName.LOOP_LAG: of_machine(loop_lag_ms=120.0),
    VitalName.MEMORY: of_machine(memory_mb=1_600.0),
}


def test_that_a_damaged_store_leaves_only_exits_at_once() -> None:
    (health,) = looked_at(of_store(damage="database disk image is malformed"))
    assert health.allowed is Authority.EXITS_ONLY
    assert health.cause == "The store is damaged (database disk image is malformed)."


def test_that_rows_that_cannot_be_read_are_reported_and_lower_nothing() -> None:
    health = lasting(of_store(unreadable="1 row of annotations cannot be read: 7"))
    assert vital(health, VitalName.STORE).state is VitalState.WARN
    assert "1 row of annotations cannot be read: 7" in vital(health, VitalName.STORE).sentence
    assert health.allowed is Authority.AUTO


def test_that_a_store_that_is_not_looked_after_is_reported_and_lowers_nothing() -> None:
    health = lasting(of_store(upkeep="database or disk is full"))
    assert vital(health, VitalName.STORE).sentence == "Maintenance of the store failed: database or disk is full."
    assert health.allowed is Authority.AUTO


def test_that_a_desk_that_is_well_may_do_everything() -> None:
    health = lasting(WELL)
    assert {vital.state for vital in health.vitals} == {VitalState.GOOD}
    assert (health.allowed, health.cause) == (Authority.AUTO, "")
    assert not any(vital.way_back for vital in health.vitals)


@pytest.mark.parametrize("name", [name for name in VitalName if ALLOWED_WHILE_BAD[name] < Authority.AUTO])
def test_that_each_vital_beyond_its_limit_lowers_what_the_desk_may_do_and_says_the_way_back(name: VitalName) -> None:
    health = lasting(FAULTS[name])
    found = vital(health, name)
    assert found.state is VitalState.BAD
    assert found.way_back
    assert [held.name for held in health.holding] == [name]
    assert health.allowed is ALLOWED_WHILE_BAD[name] < Authority.AUTO
    assert health.cause == found.sentence


@pytest.mark.parametrize("name", DOUBTS)
def test_that_a_doubtful_vital_is_reported_and_lowers_nothing(name: VitalName) -> None:
    health = lasting(DOUBTS[name])
    assert vital(health, name).state is VitalState.WARN
    assert "the limit is" in vital(health, name).sentence
    assert health.allowed is Authority.AUTO


def test_that_the_gravest_vital_decides() -> None:
    both = HealthMonitor()
    worst = of_symbol(data_age_s=90.0)
    worst = VitalSigns(symbols=worst.symbols, loop_lag_ms=900.0, memory_mb=1.0, link=worst.link)
    health = looked_at(*[worst] * 7, monitor=both)[-1]
    assert health.allowed is Authority.EXITS_ONLY
    assert health.cause == "XAUUSD: the newest quote is 90 s old, the limit is 60 s."


def test_that_a_short_spell_of_bad_health_lowers_nothing() -> None:
    looks = looked_at(*[FAULTS[VitalName.LOOP_LAG]] * int(PATIENCE_S), WELL)
    assert all(health.allowed is Authority.AUTO for health in looks)


def test_that_health_which_comes_and_goes_neither_lowers_nor_lets_go() -> None:
    monitor, fault = HealthMonitor(), FAULTS[VitalName.DATA_AGE]
    assert not any(health.holding for health in looked_at(*[fault, WELL] * 30, monitor=monitor))
    assert looked_at(*[fault] * 6, monitor=monitor, from_s=60.0)[-1].holding
    assert all(health.holding for health in looked_at(*[WELL, fault] * 30, monitor=monitor, from_s=70.0))


def test_that_a_vital_lets_go_when_it_has_been_good_for_long() -> None:
    monitor = HealthMonitor()
    looked_at(*[FAULTS[VitalName.MEMORY]] * 6, monitor=monitor)
    looks = looked_at(*[WELL] * 6, monitor=monitor, from_s=10.0)
    assert [health.allowed for health in looks] == [Authority.MANUAL] * 5 + [Authority.AUTO]


def test_that_without_patience_the_first_bad_look_counts() -> None:
    health = HealthMonitor().look(FAULTS[VitalName.LOOP_LAG], HealthSettings(patience_seconds=0), 0.0)
    assert health.allowed is Authority.MANUAL


def test_that_a_paused_or_closed_market_is_not_bad_however_old_its_prices_are() -> None:
    health = lasting(of_symbol(data_age_s=9_000.0, decision_age_s=9_000.0, why_silent="the market is paused"))
    assert vital(health, VitalName.DATA_AGE).state is VitalState.NOT_NEEDED
    assert vital(health, VitalName.DATA_AGE).sentence == "XAUUSD: the market is paused."
    assert health.allowed is Authority.AUTO


def test_that_a_played_market_needs_no_worker_no_clock_and_no_round_trip() -> None:
    health = lasting(VitalSigns(symbols=(), loop_lag_ms=1.0, memory_mb=1.0, link=None))
    idle = {vital.name for vital in health.vitals if vital.state is VitalState.NOT_NEEDED}
    assert idle == {VitalName.WORKER, VitalName.CLOCK_OFFSET, VitalName.ROUND_TRIP}


def test_that_what_was_not_measured_is_unknown_and_lowers_nothing() -> None:
    blank = VitalSigns(
        symbols=of_symbol(data_age_s=None, decision_age_s=None).symbols, loop_lag_ms=None, memory_mb=None
    )
    health = lasting(blank)
    unknown = {vital.name for vital in health.vitals if vital.state is VitalState.UNKNOWN}
    assert unknown == {VitalName.DATA_AGE, VitalName.DECISION_AGE, VitalName.LOOP_LAG, VitalName.MEMORY}
    assert health.allowed is Authority.AUTO


def test_that_a_symbol_that_is_gone_holds_nothing() -> None:
    monitor = HealthMonitor()
    looked_at(*[FAULTS[VitalName.DATA_AGE]] * 6, monitor=monitor)
    gone = VitalSigns(symbols=(), loop_lag_ms=1.0, memory_mb=1.0, link=WELL.link)
    assert monitor.look(gone, LIMITS, 6.0).allowed is Authority.AUTO


def test_that_a_doubtful_limit_above_the_bad_one_is_refused() -> None:
    with pytest.raises(ValueError, match="loop_lag_warn_ms 900 is above loop_lag_bad_ms 500"):
        HealthSettings(loop_lag_warn_ms=900.0)


def test_that_an_order_which_only_the_reserve_page_has_is_reported_and_lowers_nothing() -> None:
    health = lasting(of_safety("the halt is not in the store", ""))
    assert vital(health, VitalName.SAFETY_ORDERS).state is VitalState.WARN
    assert health.holding == ()
