"""Turns recorded candles into the prices that orders are filled at: the one place for replay and playback."""
