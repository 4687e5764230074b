"""Market data of the terminal: the broker's symbols and their terms, quotes, and closed candles."""
