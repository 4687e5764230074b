"""The panel of spread and volatility."""

from gui.views.volatility.room import VolatilityRoom

__all__ = ["VolatilityRoom"]
