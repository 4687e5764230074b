"""Allowed distances of stop and target of a plan, or of an open trade, from the entry; and its other fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from config.settings import Settings
from engine.domain.market import Side
from engine.domain.plan import PlanTerms
from engine.domain.trades import OpenTrade
from engine.market.state import MarketState
from engine.trading.plans.validation import examine, moved_stop_fault, terms_of
from tests.broker_values import position, trade
from tests.builders import GOLD_CONTRACT, MONDAY, candle
from tests.conditions.markets import a_setup
from tests.plans.test_validation import GOLD_TERMS, LIFE, ORIGINAL


def bought(stop_loss: float | None) -> OpenTrade:
    return trade(position=position(entry=2000.0, stop_loss=stop_loss))


def sold(stop_loss: float | None) -> OpenTrade:
    return trade(position=position(side=Side.SELL, entry=2000.0, stop_loss=stop_loss), order=None)


@pytest.mark.parametrize(
    ("one", "stop", "may_be"),
    [
        (bought(1999.5), 1998.8, True),
        (bought(1999.5), 1998.79, False),
        (bought(1999.5), 2001.0, True),
        (bought(1998.5), 1998.5, True),
        (bought(1998.5), 1998.49, False),
        (bought(None), 1998.8, True),
        (bought(None), 1998.79, False),
        (sold(2000.5), 2001.2, True),
        (sold(2000.5), 2001.21, False),
        (sold(2001.5), 2001.5, True),
    ],
)
def test_that_the_stop_of_an_open_trade_goes_no_farther_than_a_plans_unless_it_is_there(
    one: OpenTrade, stop: float, may_be: bool
) -> None:
    assert (moved_stop_fault(one, stop, GOLD_TERMS) is None) is may_be


def test_that_a_stop_beyond_a_plans_is_measured_by_where_it_is() -> None:
    fault = moved_stop_fault(bought(1998.5), 1998.0, GOLD_TERMS)
    assert fault == "stop distance 2: it may not be farther away than the 1.5 where it is"


def test_that_a_stop_in_ranges_goes_as_far_as_the_present_range_allows_and_anywhere_while_it_is_not_known() -> None:
    terms = msgspec.structs.replace(GOLD_TERMS, stop_mode="atr", atr14=2.0)
    assert moved_stop_fault(bought(1999.5), 1997.6, terms) is None
    assert "2.41 is above the maximum of 2.4" in (moved_stop_fault(bought(1999.5), 1997.59, terms) or "")
    assert moved_stop_fault(bought(1999.5), 1900.0, msgspec.structs.replace(terms, atr14=None)) is None
    assert moved_stop_fault(bought(1999.5), 1900.0, None) is None


@pytest.mark.parametrize(
    ("stop", "target", "is_sound"),
    [(1999.0, 2002.0, True), (1998.99, 2002.0, False), (1999.01, 2002.0, True), (1999.0, 2005.01, False)],
)
def test_that_distances_in_ranges_are_multiples_of_the_present_range(
    stop: float, target: float, is_sound: bool
) -> None:
    terms = PlanTerms(contract=GOLD_CONTRACT, sl_range=(0.25, 0.5), tp_range=(1.0, 2.5), stop_mode="atr", atr14=2.0)
    row = ORIGINAL | {"stop_loss": stop, "take_profit": target}
    assert examine(row, lambda _: terms, MONDAY, LIFE).is_sound is is_sound


def test_that_the_terms_of_plans_are_the_rules_of_the_symbol_and_its_present_range() -> None:
    settings, market = Settings(), MarketState()
    rules = settings.rules_for("XAUUSD", "")
    assert rules is not None
    expected = PlanTerms(
        contract=GOLD_CONTRACT,
        sl_range=rules.sl_range,
        tp_range=rules.tp_range,
        stop_mode=rules.stop_mode,
        atr14=None,
    )
    assert terms_of(GOLD_CONTRACT, settings, market) == expected
    market.on_candle(msgspec.structs.replace(a_setup(candle=candle()), atr14=1.25))
    assert terms_of(GOLD_CONTRACT, settings, market) == msgspec.structs.replace(expected, atr14=1.25)
    assert terms_of(None, settings, market) is None
    assert terms_of(msgspec.structs.replace(GOLD_CONTRACT, symbol="ZZZ"), settings, market) is None


@pytest.mark.parametrize(
    ("conditions", "fault"),
    [
        ({"plan_type": "micro_scalp"}, ""),
        ({"timeframe": "M1"}, ""),
        ({"timeframe": "M15" * 20}, f"timeframe {('M15' * 20)[:20]} is not M1"),
        ({"plan_type": "swing" * 20}, f"plan_type {('swing' * 20)[:40]} is not micro_scalp"),
    ],
)
def test_that_conditions_may_leave_type_and_timeframe_open_but_not_name_others(
    conditions: dict[str, str], fault: str
) -> None:
    found = examine(ORIGINAL | {"conditions": conditions}, lambda _: GOLD_TERMS, MONDAY, LIFE)
    assert "; ".join(found.faults) == fault


def test_that_a_plan_dies_at_the_instant_of_its_end() -> None:
    def is_sound(expires_at: datetime) -> bool:
        return examine(ORIGINAL | {"expires_at": expires_at}, lambda _: GOLD_TERMS, MONDAY, LIFE).is_sound

    assert not is_sound(MONDAY)
    assert is_sound(MONDAY + timedelta(microseconds=1))
    assert MONDAY.tzinfo is UTC


def test_that_binary_noise_of_a_large_price_puts_no_stop_too_far() -> None:
    # As binary fractions, 59,990.01 is more than 1.20 above 59,988.81.
    far = {"entry_price": 59_990.01, "stop_loss": 59_988.81, "take_profit": 59_992.01}
    assert examine(ORIGINAL | far, lambda _: GOLD_TERMS, MONDAY, LIFE).is_sound
    open_trade = trade(position=position(entry=59_990.01, stop_loss=59_989.5))
    assert moved_stop_fault(open_trade, 59_988.81, GOLD_TERMS) is None
