"""Every field of a plan that is read, made or moved, and the distances that it may have, at their boundaries."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from engine.domain.market import Side
from engine.domain.plan import PlanStatus, TradePlan
from engine.domain.risk import OrderProposal
from engine.trading.plans.fields import FieldReader
from engine.trading.plans.planner import order_proposal, scanner_plan, triggered_plan
from engine.trading.plans.validation import examine
from tests.builders import GOLD_CONTRACT, MONDAY, plan, quote, setup
from tests.plans.test_validation import GOLD_TERMS, LIFE, ORIGINAL

# -- the scanner's own ------------------------------------------------------------------------------------------------


def test_that_the_scanners_plan_is_its_setup_on_the_grid() -> None:
    found = setup(Side.SELL, price=2000.0049, risk=0.5)
    assert scanner_plan(found, GOLD_CONTRACT, 0.03, PlanStatus.PENDING) == TradePlan(
        plan_id="scanner-signal-1",
        symbol="XAUUSD",
        direction=Side.SELL,
        entry_price=2000.0,
        stop_loss=2000.5,
        take_profit=1999.0,
        volume=0.03,
        conditions={
            "plan_type": "micro_scalp",
            "timeframe": "M1",
            "signal_id": "signal-1",
            "signals": ["LONG_WICK_TRAP", "INCREASING_VOLUME"],
            "edges": ["INTRADAY_RANGE"],
            "score": 6.0,
        },
        created_at=MONDAY + timedelta(minutes=1),
        created_by="scanner",
        status=PlanStatus.PENDING,
        expires_at=MONDAY + timedelta(minutes=2),
    )


def test_that_the_gate_is_asked_for_the_levels_of_the_plan_and_the_life_of_the_setup() -> None:
    assert order_proposal(plan(volume=0.03), setup(signal_id="signal-7"), 2000.2) == OrderProposal(
        plan_id="plan-1",
        signal_id="signal-7",
        symbol="XAUUSD",
        side=Side.BUY,
        idea_price=2000.2,
        stop_loss=1999.5,
        take_profit=2001.5,
        volume=0.03,
        ends_at=MONDAY + timedelta(minutes=2),
    )


def triggered(*plans: TradePlan, at: datetime, ask: float = 2000.0, reach_r: float = 0.5) -> str | None:
    found = triggered_plan(setup(), plans, quote(bid=ask - 0.2), at, reach_r)
    return None if found is None else found.plan_id


def test_that_a_setup_triggers_from_the_instant_at_which_it_is_known_until_a_plan_is_over() -> None:
    known_at = setup().known_at
    assert triggered(plan(), at=known_at - timedelta(milliseconds=1)) is None
    assert triggered(plan(), at=known_at) == "plan-1"
    assert triggered(plan(expires_at=known_at + timedelta(milliseconds=1)), at=known_at) == "plan-1"
    assert triggered(plan(expires_at=known_at), at=known_at) is None


def test_that_a_plan_at_the_same_price_made_at_the_same_instant_gives_way_to_the_lower_id() -> None:
    assert triggered(plan("b"), plan("a"), at=setup().known_at) == "a"


def test_that_binary_noise_does_not_put_a_plan_out_of_reach() -> None:
    # As binary fractions 59,990.30 is more than 0.30 above 59,990.00, and a quarter of 1.20 less than that.
    far = plan(entry_price=59_990.0, stop_loss=59_988.8, take_profit=59_993.0)
    assert triggered(far, at=setup().known_at, ask=59_990.3, reach_r=0.25) == "plan-1"


# -- rows -------------------------------------------------------------------------------------------------------------


def read(**changes: Any) -> TradePlan:
    found = examine(ORIGINAL | changes, lambda _: GOLD_TERMS, MONDAY, LIFE).plan
    assert found is not None
    return found


def test_that_every_column_of_a_row_is_read() -> None:
    instant = MONDAY - timedelta(minutes=5)
    details = {
        "created_by": "London desk",
        "status": "closed",
        "ticket": 42,
        "notes": "wait for London",
        "profit_loss": -0.7,
        "exit_price": 1999.5,
        "close_reason": "stop_loss",
        "account": "1234",
        **dict.fromkeys(("created_at", "executed_at", "close_time"), instant.isoformat()),
        "expires_at": MONDAY + timedelta(minutes=1),
    }
    assert read(**details) == TradePlan(
        plan_id="micro_scalp_001",
        symbol="XAUUSDc",
        direction=Side.BUY,
        entry_price=2000.0,
        stop_loss=1999.5,
        take_profit=2001.5,
        volume=0.01,
        conditions={"plan_type": "micro_scalp", "timeframe": "M1"},
        created_at=instant,
        created_by="London desk",
        status=PlanStatus.CLOSED,
        expires_at=MONDAY + timedelta(minutes=1),
        executed_at=instant,
        ticket=42,
        notes="wait for London",
        profit_loss=-0.7,
        exit_price=1999.5,
        close_time=instant,
        close_reason="stop_loss",
        account="1234",
    )


def test_that_what_a_row_leaves_open_is_filled_in() -> None:
    found = read(status="no status of a plan")
    assert (found.created_at, found.created_by, found.status) == (MONDAY, "outside", PlanStatus.PENDING)
    assert (found.executed_at, found.ticket, found.profit_loss, found.notes) == (None, None, None, "")


@pytest.mark.parametrize(
    ("created", "expires", "expected"),
    [
        (60, 360, (0, 300)),
        (0, 300, (0, 300)),
        (-60, 300, (-60, 300)),
        (1_200, 600, (1_200, 600)),
        (60, 60, (60, 60)),
    ],
)
def test_that_a_plan_dated_by_a_clock_that_is_ahead_lives_from_now_for_as_long_as_it_was_to_live(
    created: int, expires: int, expected: tuple[int, int]
) -> None:
    found = read(created_at=_after(created), expires_at=_after(expires))
    assert (found.created_at, found.expires_at) == (_after(expected[0]), _after(expected[1]))


def _after(seconds: float) -> datetime:
    return MONDAY + timedelta(seconds=seconds)


NEW_YORK = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("method", "value", "expected"),
    [
        ("price", 0.0, None),
        ("price", 1e-9, 1e-9),
        ("price", 5, 5.0),
        ("price", "5", None),
        ("optional_number", 0, 0.0),
        ("optional_number", -2.5, -2.5),
        ("optional_number", False, None),
        ("optional_whole", 0, 0),
        ("optional_whole", -1, None),
        ("optional_whole", 2**63 - 1, 2**63 - 1),
        ("optional_whole", 2**63, None),
        ("optional_whole", True, None),
        ("side", "buy", Side.BUY),
        ("side", "SELL", Side.SELL),
        ("side", "sel", None),
        ("instant", "", None),
        ("instant", datetime(2026, 3, 2, 8), MONDAY),  # noqa: DTZ001
        ("instant", datetime(2026, 3, 2, 3, tzinfo=NEW_YORK), MONDAY),
        ("instant", "2026-03-02T03:00:00-05:00", MONDAY),
    ],
)
def test_that_a_field_is_read_to_the_edge_of_what_it_may_hold(method: str, value: object, expected: object) -> None:
    fields = FieldReader({"field": value})
    found = getattr(fields, method)("field")
    assert found == expected
    assert type(found) is type(expected)
    assert bool(fields.faults) is (expected is None and value != "")


@pytest.mark.parametrize(
    ("method", "value", "is_sound"),
    [
        ("name", "12345", True),
        ("name", "123456", False),
        ("name", "1", True),
        ("name", " 123", False),
        ("name", "12\t3", False),
        ("text", "12345", True),
        ("text", "123456", False),
        ("text", "1\n2", True),
        ("text", None, True),
        ("json_object", "{}", True),
        ("json_object", '{"a":1}', False),
        ("json_object", {"a": 1}, True),
        ("json_object", "[]", False),
        ("json_object", b"{}", True),
    ],
)
def test_that_words_may_be_as_long_as_allowed_and_no_longer(method: str, value: object, is_sound: bool) -> None:
    fields = FieldReader({"field": value})
    getattr(fields, method)("field", 5)
    assert (fields.faults == []) is is_sound


def test_that_a_fault_repeats_the_first_forty_characters_of_what_it_found() -> None:
    fields = FieldReader({"long": "x" * 500, "short": "y" * 38})
    fields.price("long")
    fields.price("short")
    fields.price("none")
    assert fields.faults == [
        f"long is '{'x' * 39}…; it must be a number above zero",
        f"short is '{'y' * 38}'; it must be a number above zero",
        "none is missing; it must be a number above zero",
    ]
