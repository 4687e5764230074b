"""The condition panel: how a candle is judged, and why."""
