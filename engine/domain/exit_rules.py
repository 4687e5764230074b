"""Exit rules that the user switches for one position, whatever the settings say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from engine.domain.orders import Position

_SAME_TIME: Final = timedelta(days=1)
"""How far the time of a position may differ where the server's clock was measured differently."""


class ExitRules(msgspec.Struct, frozen=True, kw_only=True):
    """Exit rules that the user switched for one trade; where None the settings decide."""

    trailing: bool | None = None
    opposite_candle: bool | None = None


class KeptRules(msgspec.Struct, frozen=True, kw_only=True):
    """Exit rules that the user switched for a position, as they are remembered."""

    identifier: int
    opened_at: datetime
    rules: ExitRules

    def is_about(self, position: Position) -> bool:
        """Whether it is this position"""
        return position.identifier == self.identifier and abs(position.opened_at - self.opened_at) <= _SAME_TIME
