"""The spread and volatility panel."""
