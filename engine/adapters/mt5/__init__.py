"""MetaTrader 5, live: a terminal reached through a process of its own."""
