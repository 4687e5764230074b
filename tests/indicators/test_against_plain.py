"""The whole set of readings, compared with plain definitions over whole series."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from config.settings import SymbolRules
from engine.domain.market import Candle
from tests.builders import BITCOIN, GOLD
from tests.examples import examples
from tests.indicators.analyzed import BITCOIN_SOURCE, GOLD_SOURCE, differences, rules_with, source_of
from tests.indicators.markets import STEPS, random_market, short_markets, short_rules
from tests.indicators.recorded import bitcoin_candles, gold_candles

pytestmark = pytest.mark.long

BITCOIN_RULES = rules_with(vwap={"tolerance_type": "atr_adjusted"})


@examples(120)
@given(short_markets(), short_rules(), st.booleans(), st.booleans())
def test_that_every_indicator_of_a_few_candles_equals_the_plain_formula(
    candles: list[Candle], rules: SymbolRules, has_volume: bool, has_aggressor_volume: bool
) -> None:
    source = source_of(GOLD, has_volume=has_volume, has_aggressor_volume=has_aggressor_volume)
    if not has_volume:
        candles = [replace(candle, volume=None, taker_buy=None) for candle in candles]
    assert differences(candles, source, rules) == []


@examples(12)
@given(st.integers(0, 10_000), st.sampled_from(STEPS), st.booleans())
def test_that_every_indicator_of_long_walks_equals_the_plain_formula(seed: int, step: float, is_bitcoin: bool) -> None:
    instrument = replace(BITCOIN if is_bitcoin else GOLD, tick_size=step)
    candles = random_market(seed, 700, step=step)
    assert differences(candles, source_of(instrument, has_aggressor_volume=is_bitcoin), SymbolRules()) == []


@pytest.mark.parametrize("first", [0, 61_000])
def test_that_every_indicator_of_recorded_gold_equals_the_plain_formula(first: int) -> None:
    assert differences(gold_candles(first, 3000), GOLD_SOURCE, SymbolRules()) == []


def test_that_every_indicator_of_recorded_bitcoin_equals_the_plain_formula() -> None:
    assert differences(bitcoin_candles(0, 3000), BITCOIN_SOURCE, BITCOIN_RULES) == []
