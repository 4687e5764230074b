"""Value and limit of each denial, at its boundary, beyond it and just inside."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from config.settings import SymbolRules
from config.trading import RiskMitigation
from engine.domain.risk import Authority, DenialName, OrderProposal
from engine.trading.risk.gate import RiskGate
from tests.approximate import close_to
from tests.builders import GOLD_CONTRACT, quote
from tests.risk.desk_at_rest import BUY, GATE, NOW, SELL, UNKNOWN_MONEY, close_in, quote_with, seconds, state

FAR_STOP = {"stop_loss": 1980.0, "take_profit": 2040.0}
TWO_DOLLARS = {"stop_loss": 1998.0, "take_profit": 2006.0}
LEVEL_OF_HALF = {"contract": msgspec.structs.replace(GOLD_CONTRACT, stops_level=0.5)}
SMALL_BROKER = {"contract": msgspec.structs.replace(GOLD_CONTRACT, volume_max=0.5)}

Found = tuple[DenialName, float, float]
Case = tuple[DenialName, dict[str, Any], float, float]


def objections(proposal: OrderProposal, changes: dict[str, Any], gate: RiskGate = GATE) -> list[Found]:
    """Name, value and limit of everything that speaks against the order on a desk at rest with these changes."""
    fields = {name: changes[name] for name in changes if name in proposal.__struct_fields__}
    others = {name: changes[name] for name in changes if name not in fields}
    found = gate.objections(msgspec.structs.replace(proposal, **fields), state(**others))
    return [(denial.name, denial.value, denial.limit) for denial in found]


def levels(stop: float, target: float, idea: float = 2000.0) -> dict[str, Any]:
    """An idea with these levels; its price has not moved by more than a share of so small a risk."""
    return {"stop_loss": stop, "take_profit": target, "idea_price": idea}


DENIED: list[Case] = [
    (DenialName.HALTED, {"authority": Authority.HALT}, 0.0, 0.0),
    (DenialName.EXITS_ONLY, {"authority": Authority.EXITS_ONLY}, 0.0, 0.0),
    (DenialName.TERMS_UNKNOWN, {"contract": UNKNOWN_MONEY}, 0.0, 0.0),
    (DenialName.CANDLES_MISSING, {"are_candles_missing": True}, 0.0, 0.0),
    (DenialName.SETUP_OVER, {"ends_at": NOW}, 0.0, 0.0),
    (DenialName.SETUP_OVER, {"ends_at": seconds(-2.5)}, 2.5, 0.0),
    (DenialName.COOLDOWN, {"cooldown_until": seconds(12.5)}, 12.5, 0.0),
    (DenialName.COOL_OFF, {"cool_off_until": seconds(0.5)}, 0.5, 0.0),
    (DenialName.BEFORE_CLOSE, {"close": close_in(10.0)}, 10.0, 10.0),
    (DenialName.BEFORE_CLOSE, {"close": close_in(4.0)}, 4.0, 10.0),
    (DenialName.BEFORE_CLOSE, {"close": close_in(0.5)}, 0.5, 10.0),
    (DenialName.BEFORE_CLOSE, {"close": close_in(-60.0)}, 0.0, 10.0),
    (DenialName.DATA_STALE, {"quote": quote(65.0, bid=1999.8)}, 5.0, 5.0),
    (DenialName.DATA_STALE, {"quote": quote(50.0, bid=1999.8)}, 20.0, 5.0),
    (DenialName.DATA_STALE, {"quote": None}, math.inf, 5.0),
    (DenialName.SPREAD_TOO_WIDE, {"quote": quote_with(0.26), "spread_mean": None}, 0.26, 0.25),
    (DenialName.SPREAD_RATIO_TOO_HIGH, {"quote": quote_with(0.16), "spread_mean": 0.1}, 1.6, 1.5),
    (DenialName.SPREAD_RATIO_TOO_HIGH, {"spread_mean": 0.0}, math.inf, 1.5),
    (DenialName.SPREAD_RATIO_TOO_HIGH, {"spread_mean": 0.08, "is_volume_low": True}, 2.5, 2.0),
    (DenialName.PRICE_DRIFTED, {"quote": quote_with(0.2, 2000.26)}, 0.26, 0.25),
    (DenialName.PRICE_DRIFTED, {"quote": quote_with(0.2, 1999.7)}, 0.3, 0.25),
    (DenialName.PRICE_DRIFTED, {"quote": quote_with(0.2, 2000.6), **TWO_DOLLARS}, 0.3, 0.25),
    (DenialName.SLIPPAGE_TOO_HIGH, {"quote": quote_with(0.2, 2003.0), **FAR_STOP}, 0.15, 0.1),
    (DenialName.SLIPPAGE_TOO_HIGH, {"quote": quote_with(0.2, 1997.0), **FAR_STOP}, 0.15, 0.1),
    (DenialName.LATENCY_TOO_HIGH, {"latency_ms": 200.1}, 200.1, 200.0),
    (DenialName.POSITIONS_OF_SYMBOL, {"positions_of_symbol": 2}, 2.0, 2.0),
    (DenialName.POSITIONS_IN_ALL, {"positions_in_all": 5}, 5.0, 3.0),
    (DenialName.TRADES_PER_HOUR, {"entries_last_hour": 11}, 11.0, 10.0),
    (DenialName.TRADES_PER_DAY, {"entries_today": 40}, 40.0, 40.0),
    (DenialName.DAILY_LOSS, {"realised_today": -150.0, "open_profit": -50.0, "equity": 9_800.0}, 200.0, 200.0),
    (DenialName.DAILY_LOSS, {"realised_today": -350.0, "open_profit": 50.0, "equity": 4_700.0}, 300.0, 100.0),
    (DenialName.CONSECUTIVE_LOSSES, {"consecutive_losses": 5}, 5.0, 4.0),
    (DenialName.VOLUME_TOO_SMALL, {"volume": 0.009}, 0.009, 0.01),
    (DenialName.VOLUME_TOO_LARGE, {"volume": 1.01}, 1.01, 1.0),
    (DenialName.VOLUME_TOO_LARGE, {"volume": 0.51, **SMALL_BROKER}, 0.51, 0.5),
    (DenialName.VOLUME_OFF_STEP, {"volume": 0.015}, 0.015, 0.01),
    (DenialName.STOP_TOO_CLOSE, {**levels(1999.31, 2004.0), **LEVEL_OF_HALF}, 0.49, 0.5),
    (DenialName.STOP_TOO_CLOSE, levels(1999.8, 2004.0), 0.0, 0.01),
    (DenialName.TARGET_TOO_CLOSE, {**levels(1999.0, 2000.29), **LEVEL_OF_HALF}, 0.49, 0.5),
    (DenialName.TARGET_TOO_CLOSE, levels(1999.0, 1999.8), 0.0, 0.01),
    (DenialName.MARGIN, {"margin_required": 500.01, "margin_free": 500.0}, 500.01, 500.0),
]


@pytest.mark.parametrize(("name", "changes", "value", "limit"), DENIED)
def test_that_a_denial_says_what_was_found_and_what_is_allowed(
    name: DenialName, changes: dict[str, Any], value: float, limit: float
) -> None:
    assert objections(BUY, changes) == [(name, close_to(value), close_to(limit))]


@pytest.mark.parametrize(
    ("stop", "target", "name", "distance"),
    [
        (2000.49, 1996.0, DenialName.STOP_TOO_CLOSE, 0.49),
        (2001.0, 1999.6, DenialName.TARGET_TOO_CLOSE, 0.4),
        (2001.0, 2000.2, DenialName.TARGET_TOO_CLOSE, -0.2),
    ],
)
def test_that_the_distance_of_a_sale_is_measured_from_the_ask(
    stop: float, target: float, name: DenialName, distance: float
) -> None:
    changes = {**levels(stop, target, 1999.8), **LEVEL_OF_HALF}
    assert objections(SELL, changes) == [(name, close_to(distance), 0.5)]


def test_that_a_price_which_has_moved_although_the_idea_risked_nothing_has_drifted_without_end() -> None:
    nothing = {"stop_loss": 2000.0, "quote": quote_with(0.2, 2000.3)}
    assert (DenialName.PRICE_DRIFTED, math.inf, 0.25) in objections(BUY, nothing)
    assert objections(BUY, {"stop_loss": 1999.0, "quote": quote_with(0.2, 2000.0)}) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": Authority.AUTO},
        {"ends_at": seconds(0.001)},
        {"cooldown_until": NOW, "cool_off_until": NOW},
        {"close": close_in(10.001)},
        {"quote": quote(65.001, bid=1999.8)},
        {"quote": quote_with(0.25), "spread_mean": None},
        {"quote": quote_with(0.15), "spread_mean": 0.1},
        {"spread_mean": 0.1, "is_volume_low": True},
        {"quote": quote_with(0.2, 2000.25)},
        {"quote": quote_with(0.2, 2000.5), **TWO_DOLLARS},
        {"quote": quote_with(0.2, 1998.0), **FAR_STOP},
        {"latency_ms": 200.0},
        {"positions_of_symbol": 1, "positions_in_all": 2},
        {"entries_last_hour": 9, "entries_today": 39},
        {"realised_today": -150.0, "open_profit": -49.99, "equity": 9_800.01},
        {"consecutive_losses": 3},
        {"volume": 1.0},
        {"volume": 0.5, **SMALL_BROKER},
        {**levels(1999.3, 2000.3), **LEVEL_OF_HALF},
        levels(1999.79, 1999.81),
        {"margin_required": 500.0, "margin_free": 500.0},
    ],
)
def test_that_an_order_just_inside_a_limit_may_be_sent(changes: dict[str, Any]) -> None:
    assert objections(BUY, changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"quote": quote(69.0, bid=59_990.0, spread=0.26), "idea_price": 59_990.26},
        {"quote": quote(69.0, bid=59_990.02, spread=0.24), "idea_price": 59_990.26, "spread_mean": 0.16},
        {"quote": quote(69.0, bid=59_990.1, spread=0.2), "idea_price": 59_990.0, "stop_loss": 59_988.8},
        {"quote": quote(69.0, bid=59_959.7, spread=0.2), "idea_price": 59_900.0, "stop_loss": 59_000.0},
        {"quote": quote(69.0, bid=59_990.02, spread=0.2), "idea_price": 59_990.22, "stop_loss": 59_990.01},
        {"quote": quote(69.0, bid=59_990.01, spread=0.2), "idea_price": 59_990.21, "take_profit": 59_990.02},
    ],
)
def test_that_the_binary_noise_of_a_large_price_is_no_spread_no_drift_and_no_lack_of_distance(
    changes: dict[str, Any],
) -> None:
    # As binary fractions, 59,990.26 is more than 0.26 above 59,990.00, and 59,990.01 less than a tick below 59,990.02.
    gate = RiskGate(
        SymbolRules.model_validate({"pre_trade_filters": {"spread": {"max_spread": 0.26}}}), RiskMitigation()
    )
    bitcoin = {"stop_loss": 59_000.0, "take_profit": 62_000.0, "spread_mean": None}
    assert objections(BUY, {**bitcoin, **changes}, gate) == []
