"""A snapshot at the close of a candle never changes later; an indicator that breaks this is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import pytest

from engine.domain.market import Candle, Source
from tests.indicators.analyzed import BITCOIN_SOURCE, GOLD_SOURCE, analyzer, read
from tests.indicators.markets import random_market
from tests.indicators.recorded import bitcoin_candles, gold_candles

Reader = Callable[[Sequence[Candle]], Sequence[object]]
"""Says something of each of the candles."""

STRETCH = 240


def first_repainted(reader: Reader, candles: Sequence[Candle]) -> int | None:
    """Feeds every prefix to a fresh reader: the first candle of which it said otherwise when it knew more or less.

    Words are compared after the last candle of each prefix, so that a change of what was handed out before is seen.
    """

    def say(count: int) -> list[bytes]:
        return [msgspec.json.encode(word) for word in reader(candles[:count])]

    finally_said = say(len(candles))
    for count in range(1, len(candles)):
        for number, (early, late) in enumerate(zip(say(count), finally_said[:count], strict=True)):
            if early != late:
                return number
    return None


def snapshots_of(source: Source) -> Reader:
    return lambda candles: read(candles, source)


def test_that_no_indicator_of_recorded_gold_repaints() -> None:
    assert first_repainted(snapshots_of(GOLD_SOURCE), gold_candles(1300, STRETCH)) is None


def test_that_no_indicator_of_recorded_bitcoin_repaints() -> None:
    assert first_repainted(snapshots_of(BITCOIN_SOURCE), bitcoin_candles(1320, STRETCH)) is None


def test_that_no_indicator_of_a_random_walk_repaints() -> None:
    assert first_repainted(snapshots_of(BITCOIN_SOURCE), random_market(4, STRETCH)) is None


# -- readers that look ahead ----------------------------------------------------------------------------------


def swings_marked_at_their_own_candle(candles: Sequence[Candle]) -> list[bool]:
    """Known two candles too early, as charting scripts like to draw them."""
    highs = [candle.high for candle in candles]
    return [
        2 <= m < len(highs) - 2 and highs[m] > max(highs[m - 2 : m]) and highs[m] >= max(highs[m + 1 : m + 3])
        for m in range(len(highs))
    ]


def deviation_from_the_mean_of_the_whole_series(candles: Sequence[Candle]) -> list[float]:
    mean = sum(candle.close for candle in candles) / len(candles)
    return [candle.close - mean for candle in candles]


def findings_handed_out_and_completed_later(candles: Sequence[Candle]) -> list[list[str]]:
    """One candle at a time, but it keeps writing into earlier results."""
    present: list[list[str]] = []
    reader = analyzer(GOLD_SOURCE)
    for candle in candles:
        present.append([])
        for swing in reader.update(candle).swings:
            present[-3].append(f"swing of {swing.price}")
    return present


@pytest.mark.parametrize(
    "leaky",
    [
        swings_marked_at_their_own_candle,
        deviation_from_the_mean_of_the_whole_series,
        findings_handed_out_and_completed_later,
    ],
)
def test_that_a_reader_that_looks_ahead_is_caught(leaky: Reader) -> None:
    assert first_repainted(leaky, random_market(4, 60)) is not None
