"""Each return code has its treatment, and an unknown one may mean an executed order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.mt5.codes import RAISED, ErrorCode, TradeAction, is_connection_error
from engine.adapters.mt5.trade.treatments import RetCode, Treatment, treatment

POLICY = {
    Treatment.DONE: (10009,),
    Treatment.PARTIAL: (10010,),
    Treatment.ACCEPTED: (10008,),
    Treatment.PRICE_MOVED: (10004, 10020, 10021),
    Treatment.BACK_OFF: (10024, 10028),
    Treatment.UNKNOWN: (10012, 10031, 10011, -1, -10000, -10001, -10002, -10003, -10004, -10005),
    Treatment.NEXT_FILLING: (10030,),
    Treatment.FRESH_LEVELS: (10016, 10029),
    Treatment.REFUSED: (10006, 10007, 10013, 10014, 10015, 10022, 10035, 10038, -2, RAISED),
    Treatment.MARKET_CLOSED: (10018,),
    Treatment.LIMIT_REACHED: (10019, 10033, 10034, 10040),
    Treatment.TRADING_DISABLED: (10017, 10026, 10027, 10032, -8),
    Treatment.POSITION_GONE: (10036, 10039),
    Treatment.SIDE_DISABLED: (10042, 10043, 10044, 10045, 10046),
}


@pytest.mark.parametrize(("code", "wanted"), [(code, wanted) for wanted, codes in POLICY.items() for code in codes])
def test_that_a_code_is_treated_as_the_policy_says(code: int, wanted: Treatment) -> None:
    assert treatment(code) is wanted


def test_that_an_accepted_pending_order_is_done_and_an_accepted_deal_is_not() -> None:
    assert treatment(RetCode.PLACED, TradeAction.PENDING) is Treatment.DONE
    assert treatment(RetCode.PLACED, TradeAction.DEAL) is Treatment.ACCEPTED


def test_that_levels_which_stand_already_are_a_success_for_a_change_of_stops_only() -> None:
    assert treatment(RetCode.NO_CHANGES, TradeAction.SLTP) is Treatment.NO_CHANGE
    assert treatment(RetCode.NO_CHANGES, TradeAction.DEAL) is Treatment.REFUSED


@given(st.integers(min_value=-20_000, max_value=20_000))
def test_that_a_code_without_a_policy_may_have_been_executed(code: int) -> None:
    known = {each for codes in POLICY.values() for each in codes} | {RetCode.NO_CHANGES}
    assert code in known or treatment(code) is Treatment.UNKNOWN


def test_that_every_refusal_shows_the_engine_what_may_follow_and_nothing_else_does() -> None:
    unclear = {Treatment.DONE, Treatment.PARTIAL, Treatment.ACCEPTED, Treatment.UNKNOWN}
    assert {each for each in Treatment if each.policy is None} == unclear


def test_that_only_a_broken_way_to_the_terminal_is_a_connection_error() -> None:
    assert {code for code in ErrorCode if is_connection_error(code)} == {*range(-10005, -9999)}
