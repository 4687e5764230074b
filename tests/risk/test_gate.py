"""Each limit of the gate: the fault that makes it fire, and the neighbouring value that does not."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.risk import Authority, DenialName, OrderProposal
from tests.builders import GOLD_CONTRACT, quote
from tests.risk.desk_at_rest import BUY, GATE, NOW, SELL, UNKNOWN_MONEY, blackout, close_in, quote_with, seconds, state


def denied(proposal: OrderProposal = BUY, **changes: Any) -> str | None:
    denial = GATE.check(proposal, state(**changes))
    return None if denial is None else denial.name.value


CASES: list[tuple[DenialName, dict[str, Any], dict[str, Any]]] = [
    (DenialName.HALTED, {"authority": Authority.HALT}, {"authority": Authority.MANUAL}),
    (DenialName.EXITS_ONLY, {"authority": Authority.EXITS_ONLY}, {"authority": Authority.AUTO}),
    (DenialName.NOT_CONNECTED, {"is_connected": False}, {}),
    (DenialName.NOT_RECONCILED, {"is_reconciled": False}, {}),
    (DenialName.FLATTENING, {"is_flattening": True}, {}),
    (DenialName.BEFORE_CLOSE, {"close": close_in(10.0)}, {"close": close_in(10.01)}),
    (DenialName.BEFORE_CLOSE, {"close": close_in(-60.0)}, {"close": None}),
    (DenialName.NEWS_BLACKOUT, {"blackout": blackout(3.0)}, {"blackout": None}),
    (DenialName.NEWS_UNKNOWN, {"news_gap": "no economic calendar is loaded: no news is known"}, {"news_gap": ""}),
    (DenialName.OUTCOME_UNKNOWN, {"has_unknown_outcome": True}, {}),
    (DenialName.TRADING_DISABLED, {"may_trade_side": False}, {}),
    (DenialName.TERMS_UNKNOWN, {"contract": UNKNOWN_MONEY}, {}),
    (DenialName.TERMS_UNKNOWN, {"has_unknown_money": True}, {}),
    (DenialName.CANDLES_MISSING, {"are_candles_missing": True}, {}),
    (DenialName.DUPLICATE_SIGNAL, {"is_signal_used": True}, {}),
    (DenialName.SETUP_OVER, {"at": seconds(50.0), "quote": quote(119.0, bid=1999.8)}, {"at": seconds(3.9)}),
    (DenialName.COOLDOWN, {"cooldown_until": seconds(0.001)}, {"cooldown_until": NOW}),
    (DenialName.COOL_OFF, {"cool_off_until": seconds(0.001)}, {"cool_off_until": NOW}),
    (DenialName.DATA_STALE, {"quote": quote(65.0, bid=1999.8)}, {"quote": quote(65.001, bid=1999.8)}),
    (DenialName.DATA_STALE, {"quote": quote(75.0, bid=1999.8)}, {"quote": quote(74.999, bid=1999.8)}),
    (DenialName.DATA_STALE, {"quote": None}, {}),
    (
        DenialName.SPREAD_TOO_WIDE,
        {"quote": quote_with(0.26), "spread_mean": None},
        {"quote": quote_with(0.25), "spread_mean": None},
    ),
    (
        DenialName.SPREAD_RATIO_TOO_HIGH,
        {"quote": quote_with(0.16), "spread_mean": 0.1},
        {"quote": quote_with(0.15), "spread_mean": 0.1},
    ),
    (
        DenialName.SPREAD_RATIO_TOO_HIGH,
        {"quote": quote_with(0.21), "spread_mean": 0.1, "is_volume_low": True},
        {"quote": quote_with(0.2), "spread_mean": 0.1, "is_volume_low": True},
    ),
    (DenialName.PRICE_DRIFTED, {"quote": quote_with(0.2, ask=2000.26)}, {"quote": quote_with(0.2, ask=2000.25)}),
    (DenialName.PRICE_DRIFTED, {"quote": quote_with(0.2, ask=1999.74)}, {"quote": quote_with(0.2, ask=1999.75)}),
    (DenialName.LATENCY_TOO_HIGH, {"latency_ms": 200.1}, {"latency_ms": 200.0}),
    (DenialName.LATENCY_TOO_HIGH, {"latency_ms": math.nan}, {"latency_ms": None}),
    (DenialName.POSITIONS_OF_SYMBOL, {"positions_of_symbol": 2}, {"positions_of_symbol": 1}),
    (DenialName.POSITIONS_IN_ALL, {"positions_in_all": 3}, {"positions_in_all": 2}),
    (DenialName.TRADES_PER_HOUR, {"entries_last_hour": 10}, {"entries_last_hour": 9}),
    (DenialName.TRADES_PER_DAY, {"entries_today": 40}, {"entries_today": 39}),
    (
        DenialName.DAILY_LOSS,
        {"realised_today": -150.0, "open_profit": -50.0, "equity": 9_800.0},
        {"realised_today": -150.0, "open_profit": -49.99, "equity": 9_800.01},
    ),
    (DenialName.CONSECUTIVE_LOSSES, {"consecutive_losses": 4}, {"consecutive_losses": 3}),
    (DenialName.MARGIN, {"margin_required": 10_000.01}, {"margin_required": 10_000.0}),
    (DenialName.MARGIN, {"margin_free": math.nan}, {}),
]


@pytest.mark.parametrize(("name", "fault", "neighbour"), CASES)
def test_that_a_limit_fires_at_its_fault_and_not_beside_it(
    name: DenialName, fault: dict[str, Any], neighbour: dict[str, Any]
) -> None:
    assert denied(**fault) == name.value
    assert denied(**neighbour) is None


def test_that_a_move_beyond_the_slippage_share_is_denied_where_the_stop_is_far() -> None:
    far = msgspec.structs.replace(BUY, stop_loss=1980.0, take_profit=2040.0)
    assert denied(far, quote=quote_with(0.2, ask=2002.01)) == "slippage_too_high"
    assert denied(far, quote=quote_with(0.2, ask=2002.0)) is None


@pytest.mark.parametrize(
    ("volume", "name"),
    [
        (0.0, "volume_too_small"),
        (0.009, "volume_too_small"),
        (0.01, None),
        (0.015, "volume_off_step"),
        (1.0, None),
        (1.01, "volume_too_large"),
        (math.nan, "volume_too_small"),
        (math.inf, "volume_too_large"),
    ],
)
def test_that_the_volume_must_be_one_that_the_desk_and_the_broker_take(volume: float, name: str | None) -> None:
    assert denied(msgspec.structs.replace(BUY, volume=volume)) == name


def test_that_the_brokers_largest_volume_counts_where_it_is_the_smaller_one() -> None:
    small = msgspec.structs.replace(GOLD_CONTRACT, volume_max=0.5)
    assert denied(msgspec.structs.replace(BUY, volume=0.51), contract=small) == "volume_too_large"
    assert denied(msgspec.structs.replace(BUY, volume=0.5), contract=small) is None


@pytest.mark.parametrize(
    ("proposal", "level", "value", "name"),
    [
        (BUY, "stop_loss", 1999.31, "stop_too_close"),
        (BUY, "stop_loss", 1999.30, None),
        (BUY, "take_profit", 2000.29, "target_too_close"),
        (BUY, "take_profit", 2000.30, None),
        (SELL, "stop_loss", 2000.49, "stop_too_close"),
        (SELL, "stop_loss", 2000.50, None),
        (SELL, "take_profit", 1999.51, "target_too_close"),
        (SELL, "take_profit", 1999.50, None),
        (BUY, "stop_loss", 2000.5, "stop_too_close"),
    ],
)
def test_that_stop_and_target_keep_the_brokers_distance_from_the_price_that_would_close_the_trade(
    proposal: OrderProposal, level: str, value: float, name: str | None
) -> None:
    # The bid is 1999.80 and the ask 2000.00; a stop this near makes 1 R small, so the price must not have moved.
    near = msgspec.structs.replace(proposal, **{level: value, "idea_price": 2000.0 if proposal is BUY else 1999.8})
    contract = msgspec.structs.replace(GOLD_CONTRACT, stops_level=0.5)
    assert denied(near, contract=contract) == name


def test_that_an_account_without_equity_may_not_trade() -> None:
    assert denied(equity=0.0) == "daily_loss"
    assert denied(equity=math.nan) == "daily_loss"


def test_that_gains_never_count_as_a_loss() -> None:
    assert denied(realised_today=5_000.0, open_profit=100.0, equity=15_100.0) is None


def test_that_the_first_objection_in_the_fixed_order_is_the_answer_and_all_of_them_are_the_preview() -> None:
    bad = state(authority=Authority.HALT, latency_ms=900.0, margin_free=0.0)
    assert [denial.name for denial in GATE.objections(BUY, bad)] == [
        DenialName.HALTED,
        DenialName.LATENCY_TOO_HIGH,
        DenialName.MARGIN,
    ]
    first = GATE.check(BUY, bad)
    assert first is not None
    assert first.name is DenialName.HALTED


def test_that_a_denial_says_what_was_found_and_what_is_allowed() -> None:
    denial = GATE.check(BUY, state(quote=quote_with(0.34)))
    assert denial is not None
    assert denial.sentence == "spread 0.34 is above the maximum of 0.25"


def test_that_every_reason_to_deny_has_a_sentence() -> None:
    assert {case[0] for case in CASES} | {
        DenialName.SLIPPAGE_TOO_HIGH,
        DenialName.VOLUME_TOO_SMALL,
        DenialName.VOLUME_TOO_LARGE,
        DenialName.VOLUME_OFF_STEP,
        DenialName.STOP_TOO_CLOSE,
        DenialName.TARGET_TOO_CLOSE,
    } == set(DenialName)
    for case in CASES:
        denial = GATE.check(BUY, state(**case[1]))
        assert denial is not None
        assert denial.sentence


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    "field", ["latency_ms", "realised_today", "open_profit", "equity", "margin_free", "margin_required"]
)
def test_that_what_is_not_a_number_is_never_let_through(field: str) -> None:
    assert denied(BUY, **{field: math.nan}) is not None


@settings(max_examples=200, deadline=None)
@given(
    entries=st.integers(0, 60),
    losses=st.integers(0, 8),
    positions=st.integers(0, 5),
    latency=NUMBERS,
    profit=st.floats(-1_000.0, 1_000.0),
    age=st.floats(0.0, 30.0),
)
def test_that_a_worse_desk_is_never_allowed_more(
    entries: int, losses: int, positions: int, latency: float, profit: float, age: float
) -> None:
    fields: dict[str, Any] = {
        "entries_today": entries,
        "consecutive_losses": losses,
        "positions_in_all": positions,
        "latency_ms": latency,
        "realised_today": profit,
        "quote": quote(70.0 - age, bid=1999.8),
    }
    if denied(**fields) is None:
        return
    worse = fields | {"entries_today": entries + 1, "consecutive_losses": losses + 1, "positions_in_all": positions + 1}
    assert denied(**worse) is not None
