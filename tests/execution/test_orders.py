"""Facts about orders and their names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Side
from engine.domain.tokens import TOKEN_LENGTH, order_token
from engine.errors import InvalidOrder
from tests.builders import order


@given(st.text(max_size=200))
def test_that_any_plan_gives_a_name_every_broker_keeps(plan_id: str) -> None:
    token = order_token(plan_id)
    assert len(token) == TOKEN_LENGTH
    assert token.isascii()
    assert token.isalnum()
    assert token == order_token(plan_id)


def test_that_two_plans_give_two_names() -> None:
    assert order_token("plan-1") != order_token("plan-2")


@pytest.mark.parametrize("token", ["", "a" * 17, "gold éé", "sp ace", "ünicode"])
def test_that_a_name_a_broker_would_cut_is_refused(token: str) -> None:
    with pytest.raises(InvalidOrder, match="16 ASCII"):
        order(token=token)


def test_that_a_stop_on_the_wrong_side_is_refused() -> None:
    with pytest.raises(InvalidOrder, match=r"BUY at 2000\.0 cannot have its stop at 2000\.5"):
        order(stop_loss=2000.5)
    with pytest.raises(InvalidOrder, match="SELL"):
        order(side=Side.SELL)


@pytest.mark.parametrize("volume", [0.0, -0.01, float("nan"), float("inf")])
def test_that_no_volume_is_no_order(volume: float) -> None:
    with pytest.raises(InvalidOrder, match="volume"):
        order(volume_lots=volume)
