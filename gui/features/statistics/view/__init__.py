"""The statistics of closed trades."""
