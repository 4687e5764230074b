"""The setups of a recording, as far as trading them needs to know them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.conditions.evaluator import Evaluator
from engine.domain.market import Side
from engine.domain.snapshot import MarketSnapshot
from engine.market.state import MarketState


class FoundSetup(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A setup on the candle in `row` of a recording: its idea, in price units and not yet on the tick grid, and what
    the risk check asks about the market after that candle (see `MarketState`)."""

    row: int
    side: Side
    entry: float
    stop_loss: float
    take_profit: float
    spread_mean: float | None = None
    is_volume_low: bool = False


def found_setups(
    snapshots: Iterable[MarketSnapshot], evaluator: Evaluator
) -> tuple[list[FoundSetup], NDArray[np.float64]]:
    """The setups on the snapshots of a recording, from its first candle on, and ATR(1) after each candle in price
    units, not a number while it is not known."""
    setups: list[FoundSetup] = []
    atr1: list[float | None] = []
    state = MarketState()
    for row, snapshot in enumerate(snapshots):
        atr1.append(snapshot.atr1)
        setup = evaluator.evaluate(snapshot).setup
        if setup is None:
            continue
        state.on_candle(snapshot)
        idea = setup.idea
        setups.append(
            FoundSetup(
                row=row,
                side=setup.side,
                entry=idea.entry,
                stop_loss=idea.stop_loss,
                take_profit=idea.take_profit,
                spread_mean=state.spread_mean(setup.symbol),
                is_volume_low=state.is_volume_low(setup.symbol),
            )
        )
    return setups, np.array(atr1, dtype=np.float64)
