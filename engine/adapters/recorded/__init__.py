"""Recorded market data, one reader for each format."""

from engine.adapters.recorded.opening import open_recording
from engine.adapters.recorded.recording import Recording

__all__ = ["Recording", "open_recording"]
