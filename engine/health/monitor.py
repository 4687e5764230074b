"""How long each vital has been bad: a long bad state reduces authority, and a long good one ends that."""

from __future__ import annotations

import msgspec

from config.health import HealthSettings
from engine.domain.health import Health, Vital, VitalName, VitalSigns, VitalState
from engine.health.vitals import vitals_of

_Key = tuple[str, str]

_AT_ONCE = frozenset({VitalName.STORE})
"""Vitals that hold authority down at once: what is wrong with them does not pass by itself."""


class HealthMonitor:
    """Remembers only since when the state of each vital differs from the one in force."""

    def __init__(self) -> None:
        self._holding: set[_Key] = set()
        self._turned_s: dict[_Key, float] = {}

    def look(self, signs: VitalSigns, limits: HealthSettings, now_s: float) -> Health:
        """Judges what was measured at `now_s`, seconds that never go back."""
        vitals = vitals_of(signs, limits)
        keys = {_key(vital) for vital in vitals}
        self._holding &= keys
        self._turned_s = {key: since for key, since in self._turned_s.items() if key in keys}
        return Health(tuple(self._felt(vital, limits.patience_seconds, now_s) for vital in vitals))

    def _felt(self, vital: Vital, patience_s: float, now_s: float) -> Vital:
        key, is_bad = _key(vital), vital.state is VitalState.BAD
        if is_bad and vital.name in _AT_ONCE:
            self._holding.add(key)
        if is_bad == (key in self._holding):
            self._turned_s.pop(key, None)
        elif now_s - self._turned_s.setdefault(key, now_s) >= patience_s:
            self._holding ^= {key}
            del self._turned_s[key]
        return msgspec.structs.replace(vital, is_holding=True) if key in self._holding else vital


def _key(vital: Vital) -> _Key:
    return vital.name, vital.symbol
