"""A desk adopts its settings: from this day on they can be proven."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from config.settings import Settings
from engine.domain.market import Instrument
from engine.lab.identity import settings_hash
from engine.lab.memory.adoptions import Adoption, open_adoptions
from engine.market.sessions import SessionCalendar


def adopt_settings(
    directory: Path, settings: Settings, instruments: Iterable[Instrument], now: datetime
) -> tuple[Adoption, ...]:
    """Records that these settings are adopted for each instrument; nothing changes if they are already.

    `directory` is that of the lab within the data folder. `now` is the machine's time, never that of a replay: days
    that were known before prove nothing. Raises `UnusableStore`. Not for the event loop.
    """
    with closing(open_adoptions(directory, now)) as adoptions:
        return tuple(
            adoptions.adopt(
                *(each.symbol, settings_hash(settings, each), now),
                day=SessionCalendar(settings.sessions, each.day_roll).trading_day(now),
            )
            for each in instruments
        )
