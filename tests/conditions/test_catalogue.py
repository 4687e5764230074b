"""Words for the user."""

from __future__ import annotations

from math import inf

import pytest
from msgspec.structs import replace

from engine.conditions.catalogue import LAYER_TITLES, headline, sentence, title
from engine.domain.judgement import Check, Layer, LiveState
from engine.domain.market import Session, Side
from tests.conditions.markets import NOW, a_setup, check, explained
from tests.conditions.test_setups import A_SPINNING_TOP


def test_that_a_wide_spread_is_reported_with_its_limit() -> None:
    found = check("spread_max", Side.BUY, a_setup(candle=replace(NOW, spread=0.34)))
    assert sentence(found) == "spread 0.34 is above 0.25"


def test_that_numbers_get_as_many_decimals_as_it_takes_to_distinguish_them() -> None:
    found = check("spread_max", Side.BUY, a_setup(candle=replace(NOW, spread=0.25001)))
    assert sentence(found) == "spread 0.25001 is above 0.25000"


def test_that_small_prices_are_not_rounded_away() -> None:
    assert sentence(Check("spread_max", None, False, 0.00012, 0.0001, "price", "above")) == (
        "spread 0.00012 is above 0.00010"
    )


def test_that_each_side_is_reported_in_its_own_words() -> None:
    far = a_setup(day_low=1998.75)
    low, high = (sentence(check("INTRADAY_RANGE", side, far)) for side in Side)
    assert low == "stayed 0.50 above the day's low, max 0.25"
    assert high == "stayed 0.50 below the day's high, max 0.25"


def test_that_a_close_exactly_at_a_price_is_reported_so() -> None:
    at_vwap = a_setup(vwap=2000.25, band_low=1999.75, band_high=2000.75)
    assert sentence(check("VWAP_TAP_REJECTION", Side.BUY, at_vwap)) == "closed exactly at VWAP"


def test_that_an_indicator_that_is_not_warmed_up_is_reported_so() -> None:
    assert sentence(check("atr1_min", Side.BUY, a_setup(atr1=None))) == "ATR(1) is not warmed up yet"
    assert (
        sentence(check("readings_ready", Side.BUY, a_setup(is_ready=False, vwap=None))) == "VWAP is not warmed up yet"
    )


def test_that_an_unknown_spread_is_reported_so() -> None:
    found = check("spread_max", Side.BUY, a_setup(candle=replace(NOW, spread=None)))
    assert sentence(found) == "the spread is unknown: this source has none"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(42.3, "cooldown: 42 s left"), (inf, "entries are blocked by a halt or Flatten")],
)
def test_that_a_lock_shows_how_long_it_lasts(seconds: float, words: str) -> None:
    live = LiveState(quote_age_s=0.0, lock_left_s=seconds)
    assert sentence(check("not_locked", Side.BUY, a_setup(), live=live)) == words


@pytest.mark.parametrize("side", list(Side))
def test_that_every_check_has_a_title(side: Side) -> None:
    for layer in explained(side, a_setup(cvd=1.0), live=LiveState(quote_age_s=0.0)).of(side):
        assert LAYER_TITLES[layer.layer]
        assert all(title(found.name) for found in layer.checks)


# -- one sentence on a side ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", list(Side))
def test_that_the_headline_is_what_holds_a_side_back(side: Side) -> None:
    assert headline(explained(side, a_setup(atr1=0.25)), side) == "ATR(1) 0.25 is below 0.50"


@pytest.mark.parametrize("side", list(Side))
def test_that_the_headline_of_a_setup_shows_its_score(side: Side) -> None:
    assert headline(explained(side, a_setup()), side) == "A+ setup with score 7"
    calm = a_setup(is_expanding=False, session=Session.ASIA)
    assert headline(explained(side, calm), side) == "setup with score 5"


def test_that_the_headline_names_a_tie() -> None:
    tied = explained(Side.BUY, a_setup(candle=A_SPINNING_TOP))
    assert headline(tied, Side.BUY) == "both sides pass with the same score 7: no setup"


@pytest.mark.parametrize("side", list(Side))
def test_that_the_headline_says_that_the_other_side_is_better(side: Side) -> None:
    better = explained(side, a_setup(candle=A_SPINNING_TOP, day_low=1999.25))
    assert headline(better, side.opposite) == "passes with score 7, but the other side scores higher"


def test_that_the_layers_come_in_the_order_in_which_they_decide() -> None:
    assert list(LAYER_TITLES) == list(Layer)
