"""The condition panel: what the strategy thinks of a candle, and why."""
