"""Settings of the desk around the strategy: where prices come from, and how the window looks."""

from __future__ import annotations

from typing import Literal

from config.section import Section, setting


class FeedsSettings(Section):
    """Where prices come from when nothing else is asked for."""

    source: Literal["demo", "metatrader"] = setting(
        "demo", title="Source", about="The demo market with a paper account, or MetaTrader 5 with its account."
    )
    demo_seed: int = setting(
        7, ge=0, le=2**31 - 1, title="Demo seed", about="The demo market repeats itself exactly for the same seed."
    )
    speed: float = setting(
        1.0, ge=1, le=1000, unit="times", title="Speed", about="Playback speed: market seconds per second."
    )


class InterfaceSettings(Section):
    """How the window looks and what it tells unasked."""

    theme: Literal["dark", "light"] = setting("dark", title="Theme", about="Dark or light surfaces.")
    colours: Literal["standard", "colour_blind", "east_asian"] = setting(
        "standard", title="Candle colours", about="Colours of rising and falling candles."
    )
    time_zone: Literal["utc", "exchange", "local", "broker"] = setting(
        "utc", title="Time zone", about="Zone in which times are shown."
    )
    sounds: bool = setting(True, title="Sounds", about="Plays the sounds of alerts.")
    notifications: bool = setting(True, title="Notifications", about="Shows alerts as desktop notifications.")
