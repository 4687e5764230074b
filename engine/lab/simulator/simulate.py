"""Simulates the setups of a recording: in order on one account, or each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from config.settings import Settings
from engine.lab.simulator.course import Courses
from engine.lab.simulator.desk import SimulatedDesk, SimulatedTrade
from engine.lab.simulator.market import SimulatedMarket
from engine.lab.simulator.setups import FoundSetup

_END: Final = 1 << 60


def simulate(
    market: SimulatedMarket,
    setups: Sequence[FoundSetup],
    atr1: NDArray[np.float64],
    settings: Settings,
    *,
    seed: int = 1,
) -> list[SimulatedTrade]:
    """The trades of `replay --auto` with that seed, in the order of their ends; what is open at the end is left out.

    `setups` ascend by row; `atr1` has ATR(1) after each candle, not a number while it is not known.
    """
    desk = SimulatedDesk(market, Courses(market, atr1, settings, seed), settings)
    if settings.enabled:
        _draw_entries(market, setups, seed)
        for place, setup in enumerate(setups):
            desk.consider(place, setup)
        desk.advance(_END)
    return desk.trades


def simulate_alone(
    market: SimulatedMarket,
    setups: Sequence[FoundSetup],
    atr1: NDArray[np.float64],
    settings: Settings,
    *,
    seed: int = 1,
) -> list[SimulatedTrade]:
    """Each setup on an account of its own, so that no other trade stands in its way; in the order of the setups."""
    trades: list[SimulatedTrade] = []
    courses = Courses(market, atr1, settings, seed)
    _draw_entries(market, setups, seed)
    for place, setup in enumerate(setups):
        desk = SimulatedDesk(market, courses, settings)
        desk.consider(place, setup)
        desk.advance(_END)
        trades += desk.trades
    return trades


def _draw_entries(market: SimulatedMarket, setups: Sequence[FoundSetup], seed: int) -> None:
    """The minutes after the setups, all at once; later minutes are drawn where a position gets there."""
    market.paths(seed).draw(setup.row + 1 for setup in setups if setup.row + 1 < len(market))
