"""What the terminal shows of the market: the broker's symbols and their terms, quotes, and candles as they close."""
