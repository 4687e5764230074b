"""Facts about the slippage of simulated fills."""

from __future__ import annotations

from datetime import timedelta
from statistics import fmean

import msgspec

from engine.domain.market import Side
from engine.fills.slippage import Slippage
from tests.builders import GOLD_CONTRACT, MONDAY

DRAWS = [MONDAY + timedelta(seconds=second) for second in range(4_000)]
SPREAD = 0.30


def drawn(slippage: Slippage, side: Side = Side.BUY, *, is_entry: bool = True) -> list[float]:
    return [slippage.draw(GOLD_CONTRACT, at, side, SPREAD, is_entry=is_entry) for at in DRAWS]


def test_that_slippage_of_a_fill_does_not_depend_on_earlier_fills() -> None:
    before, after = drawn(Slippage(1, 0.5)), drawn(Slippage(1, 0.5))[::-1]
    alone = [Slippage(1, 0.5).draw(GOLD_CONTRACT, at, Side.BUY, SPREAD, is_entry=True) for at in DRAWS[:50]]
    assert before == after[::-1]
    assert alone == before[:50]


def test_that_seed_symbol_side_and_way_have_draws_of_their_own() -> None:
    slippage = Slippage(1, 0.5)
    other_symbol = msgspec.structs.replace(GOLD_CONTRACT, symbol="XAGUSD", stands_for="")
    kinds = [
        drawn(slippage),
        drawn(slippage, Side.SELL),
        drawn(slippage, is_entry=False),
        drawn(Slippage(2, 0.5)),
        [slippage.draw(other_symbol, at, Side.BUY, SPREAD, is_entry=True) for at in DRAWS],
    ]
    assert len(set(map(tuple, kinds))) == len(kinds)


def test_that_a_broker_s_own_name_of_a_market_changes_nothing() -> None:
    named = msgspec.structs.replace(GOLD_CONTRACT, symbol="GOLD#", stands_for="XAUUSD")
    slippage = Slippage(1, 0.5)
    assert [slippage.draw(named, at, Side.BUY, SPREAD, is_entry=True) for at in DRAWS] == drawn(slippage)


def test_that_slippage_is_exponential_in_whole_ticks_with_the_mean_that_was_set() -> None:
    found = drawn(Slippage(1, 0.5))
    assert min(found) >= 0.0
    assert abs(fmean(found) - 0.15) < 0.01
    assert abs(sum(value > 0.15 for value in found) / len(found) - 0.368) < 0.03
    assert all(value == GOLD_CONTRACT.round_price(value) for value in found)


def test_that_nothing_slips_without_a_spread_or_where_it_is_switched_off() -> None:
    assert set(drawn(Slippage(1, 0.0))) == {0.0}
    assert Slippage(1, 0.5).draw(GOLD_CONTRACT, MONDAY, Side.BUY, 0.0, is_entry=True) == 0.0
