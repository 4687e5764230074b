"""The panel of spread and volatility."""
