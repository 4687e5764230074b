"""Fill models: the prices at which simulated orders are filled."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class FillModel(StrEnum):
    """Which prices a simulated order meets within a minute."""

    TICKS = "ticks"
    """The recorded quotes themselves."""
    PATHS = "paths"
    """Recorded candles, each drawn as one of the paths that it may have taken from second to second."""
    WORST = "worst"
    """Recorded candles, with open and close visible: a stop that lies within one comes before its target."""
    FOUR_CORNER = "four-corner"
    """What versions before 0.2 did: open, high, low and close, between which a trailing stop jumps. It overstates
    results; only stored results of those versions have it."""


class Fills(msgspec.Struct, frozen=True, kw_only=True):
    """How the candles of a market are played: by paths of that seed, or so that the stop comes first."""

    seed: int = 1
    is_worst: bool = False

    def model_of(self, *, has_quotes: bool) -> FillModel:
        """The fill model of a market; recorded quotes are played as they are, whatever model is chosen for candles."""
        if has_quotes:
            return FillModel.TICKS
        return FillModel.WORST if self.is_worst else FillModel.PATHS


USUAL_FILLS: Final = Fills()
PATHS_VERSION: Final = 1
"""Of how paths are drawn: rises with every change of a path, after which fills have to be calibrated again."""
