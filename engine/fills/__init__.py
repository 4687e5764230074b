"""How recorded candles become the prices that orders are filled at: the one place for replay, playback and practice."""
