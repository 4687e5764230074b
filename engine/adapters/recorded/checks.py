"""Validates prices before they are played; reports the earliest fault in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.adapters.recorded.columns import CandleColumns, Floats, TickColumns
from engine.adapters.recorded.origin import Place
from engine.adapters.recorded.times import MINUTE, Microseconds

Fault = tuple[NDArray[np.bool_], Callable[[int], str]]
"""Which rows are at fault, and what to say of one."""

LARGEST: Final = 1e12
"""Prices, spreads and amounts lie below it."""
_ENOUGH_FOR_THE_TIMEFRAME = 10
_TIMEFRAMES: Final = {5: "M5", 10: "M10", 15: "M15", 30: "M30", 60: "H1", 120: "H2", 240: "H4", 1440: "D1", 10080: "W1"}
_SHARE_ON_FIVE_MINUTES = 0.9
"""Of candles longer than a minute that begin with one of five minutes; the last of them may be under way."""


def check_candles(columns: CandleColumns, wall: Microseconds, origin: Place) -> None:
    """Raises `UnreadableRecording` at the first row that no one-minute candle can follow or be.

    `wall` are the times as the file spells them.
    """
    _raise_earliest([*_prices(columns), *_amounts(columns), *_minutes(columns, wall)], origin)


def check_timeframe(columns: CandleColumns, origin: Place) -> None:
    """Raises `UnreadableRecording` for candles of more than a minute, by the name of their timeframe."""
    if len(columns) >= _ENOUGH_FOR_THE_TIMEFRAME and (minutes := _minutes_of_a_candle(columns.at)) > 1:
        name = _TIMEFRAMES.get(minutes, f"{minutes}-minute candles")
        raise origin.error(f"its candles are {name}; the desk reads one-minute candles (M1)")


def check_ticks(columns: TickColumns, wall: Microseconds, origin: Place) -> None:
    """Raises `UnreadableRecording` at the first row that is crossed, not a price, or goes back in time."""
    bid, ask = columns.bid, columns.ask
    faults: list[Fault] = [
        (_not_a_price(bid), lambda row: f"bid {bid[row]} is not a price; {_allowed_prices()}"),
        (_not_a_price(ask), lambda row: f"ask {ask[row]} is not a price; {_allowed_prices()}"),
        (bid > ask, lambda row: f"bid {bid[row]} is above ask {ask[row]}; a market is never crossed"),
        (_after_first(np.diff(columns.at) < 0), lambda row: _goes_back(wall, row)),
    ]
    _raise_earliest(faults, origin)


def _minutes_of_a_candle(at: Microseconds) -> int:
    """The shortest step between candles; the usual one if nearly all begin with a multiple of five minutes."""
    steps = np.diff(at)
    shortest = int(steps.min())
    if shortest > MINUTE or np.count_nonzero(at % (5 * MINUTE) == 0) < _SHARE_ON_FIVE_MINUTES * len(at):
        return shortest // MINUTE
    return int(np.quantile(steps, 0.5, method="lower")) // MINUTE


def _prices(columns: CandleColumns) -> Iterator[Fault]:
    low, high = columns.low, columns.high
    for name, price in (("open", columns.open), ("high", high), ("low", low), ("close", columns.close)):
        yield _not_a_price(price), _say(name, price, f"is not a price; {_allowed_prices()}")
    yield high < low, lambda row: f"high {high[row]} is below low {low[row]}"
    for name, price in (("open", columns.open), ("close", columns.close)):
        outside = (price < low) | (price > high)
        yield outside, _say(name, price, "lies outside the candle's low to high")


def _amounts(columns: CandleColumns) -> Iterator[Fault]:
    volume = columns.volume
    if volume is not None:
        yield _not_an_amount(volume), _say("volume", volume, "is not 0 or more")
    if columns.spread is not None:
        yield _not_an_amount(columns.spread), _say("spread", columns.spread, "is not 0 or more")
    if volume is not None and (taker_buy := columns.taker_buy) is not None:
        allowed = volume * (1 + 1e-9)
        yield _not_an_amount(taker_buy) | (taker_buy > allowed), _say("taker-buy volume", taker_buy, "is not a part")


def _minutes(columns: CandleColumns, wall: Microseconds) -> Iterator[Fault]:
    step = np.diff(columns.at)
    yield columns.at % MINUTE != 0, lambda row: f"{_spelt(wall, row)} is not the start of a minute"
    yield _after_first(step < 0), lambda row: _goes_back(wall, row)
    yield _after_first(step == 0), lambda row: f"{_spelt(wall, row)} occurs twice; each minute may occur only once"


def _raise_earliest(faults: list[Fault], origin: Place) -> None:
    found = [(int(is_at_fault.argmax()), say) for is_at_fault, say in faults if is_at_fault.any()]
    if found:
        row, say = min(found, key=lambda fault: fault[0])
        raise origin.error(say(row), row)


def _say(name: str, values: Floats, sentence: str) -> Callable[[int], str]:
    return lambda row: f"{name} {values[row]} {sentence}"


def _not_a_price(values: Floats) -> NDArray[np.bool_]:
    return ~((values > 0) & (values < LARGEST))


def _not_an_amount(values: Floats) -> NDArray[np.bool_]:
    return ~((values >= 0) & (values < LARGEST))


def _allowed_prices() -> str:
    return f"prices must be above 0 and below {LARGEST:.0e}"


def _after_first(is_at_fault: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate(([False], is_at_fault))


def _goes_back(wall: Microseconds, row: int) -> str:
    return f"time goes back from {_spelt(wall, row - 1)} to {_spelt(wall, row)}; times must rise"


def _spelt(wall: Microseconds, row: int) -> str:
    return str(wall[row].astype("datetime64[us]")).replace("T", " ").removesuffix(".000000")
