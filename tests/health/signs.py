"""Signs of a desk that is well, for tests that make one of them worse."""

from __future__ import annotations

import msgspec

from config.health import HealthSettings
from engine.domain.health import Health, LinkSigns, SafetySigns, SymbolSigns, Vital, VitalName, VitalSigns
from engine.domain.store import StoreSigns
from engine.health.monitor import HealthMonitor

LIMITS = HealthSettings()
PATIENCE_S = LIMITS.patience_seconds
WELL = VitalSigns(
    symbols=(SymbolSigns(symbol="XAUUSD", data_age_s=0.4, decision_age_s=20.0),),
    loop_lag_ms=2.0,
    memory_mb=300.0,
    link=LinkSigns(is_working=True, sentence="Connected.", clock_offset_ms=80.0, round_trip_ms=40.0),
)


def of_symbol(**signs: object) -> VitalSigns:
    """A well desk but for one symbol."""
    return msgspec.structs.replace(WELL, symbols=(msgspec.structs.replace(WELL.symbols[0], **signs),))


def of_link(**signs: object) -> VitalSigns:
    """A well desk but for the way to the broker."""
    assert WELL.link is not None
    return msgspec.structs.replace(WELL, link=msgspec.structs.replace(WELL.link, **signs))


def of_machine(**signs: float | None) -> VitalSigns:
    """A well desk on a machine that is not."""
    return msgspec.structs.replace(WELL, **signs)


def of_safety(unwritten: str, page_fault: str) -> VitalSigns:
    """A well desk but for its orders for safety."""
    return msgspec.structs.replace(WELL, safety=SafetySigns(unwritten=unwritten, page_fault=page_fault))


def of_store(**signs: str) -> VitalSigns:
    """A well desk but for its store."""
    return msgspec.structs.replace(WELL, store=StoreSigns(**signs))


def vital(health: Health, name: VitalName) -> Vital:
    return next(vital for vital in health.vitals if vital.name is name)


def looked_at(*signs: VitalSigns, monitor: HealthMonitor | None = None, from_s: float = 0.0) -> list[Health]:
    """One look a second."""
    monitor = monitor or HealthMonitor()
    return [monitor.look(each, LIMITS, from_s + second) for second, each in enumerate(signs)]


def lasting(signs: VitalSigns) -> Health:
    """The desk when it has been so for longer than anybody has patience."""
    return looked_at(*[signs] * (int(PATIENCE_S) + 1))[-1]
