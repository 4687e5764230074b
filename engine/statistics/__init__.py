"""Statistics of closed trades, and how far they can be trusted."""
