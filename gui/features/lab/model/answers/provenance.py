"""What every answer says of itself: what it was made from, at which costs, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from config.fields import field_at
from gui.features.lab.model.numbers import count, day_text, many, plain, setting_text
from gui.features.lab.model.page import Fact, Tab
from gui.features.trading.model.words import MISSING

DAY_INTERVAL = "95 % interval, resampled by trading day"


class Costs(msgspec.Struct, frozen=True):
    """`spread` is in price units, or whose it is."""

    slippage_spreads: float | None = None
    commission_per_lot: float | None = None
    spread: float | str | None = None
    is_free: bool | None = None


class Sealed(msgspec.Struct, frozen=True):
    """The days that are kept for the end."""

    first: str | None = msgspec.field(name="from", default=None)
    until: str | None = msgspec.field(name="to", default=None)
    is_open: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The common part of every result."""

    symbol: str | None = None
    recording_hash: str | None = None
    settings_hash: str | None = None
    version: str | None = None
    seed: int | None = None
    paths: int | None = None
    costs: Costs | None = None
    fills: str | None = None
    calibrated: bool | None = None
    trials: int | None = None
    first_day: str | None = None
    last_day: str | None = None
    candles: int | None = None
    days: int | None = None
    """Trading days of the recordings."""
    notes: tuple[str, ...] = ()
    seconds: float | None = None


def notes_of(answer: Answer) -> tuple[str, ...]:
    """What speaks against believing it, each a sentence; what was said of the recordings is in the details."""
    return tuple(_notes(answer))


def _notes(answer: Answer) -> Iterator[str]:
    if answer.calibrated is False:
        yield "Uncalibrated: simulated fills have not been checked with these exit rules."
    if answer.costs is not None and answer.costs.is_free:
        yield "Without a spread, which no account has."


def basis_of(answer: Answer) -> str:
    """What its figures are based on, in a line: `XAUUSD, 74 days (2025-12-03 to 2026-03-18), candle paths, 1 path,
    calibrated`."""
    parts = [answer.symbol or MISSING]
    if answer.first_day:
        days = "" if answer.days is None else f"{many(answer.days, 'day')} "
        parts.append(f"{days}({day_text(answer.first_day)} to {day_text(answer.last_day)})")
    parts.append(_fills(answer))
    if answer.paths is not None:
        parts.append(many(answer.paths, "path"))
    if answer.calibrated is not None:
        parts.append("calibrated" if answer.calibrated else "uncalibrated")
    return ", ".join(parts)


def _fills(answer: Answer) -> str:
    return {"paths": "candle paths", "worst": "stop first"}.get(answer.fills or "", answer.fills or MISSING)


def details_of(answer: Answer, *more: Fact) -> Tab:
    """The last page of every answer."""
    return Tab("Details", facts=(*more, *_facts(answer)))


def _facts(answer: Answer) -> Iterator[Fact]:
    yield Fact("Symbol", answer.symbol or MISSING)
    if answer.first_day:
        yield Fact("Days", f"{day_text(answer.first_day)} to {day_text(answer.last_day)}")
    if answer.candles is not None:
        yield Fact("Candles", count(answer.candles))
    if answer.paths is not None:
        first = answer.seed or 1
        seeds = f"seed {first}" if answer.paths == 1 else f"seeds {first} to {first + answer.paths - 1}"
        yield Fact("Paths of each candle", count(answer.paths), seeds)
    yield Fact("Fills", _fills(answer))
    if answer.calibrated is not None:
        yield Fact("Calibrated", "yes" if answer.calibrated else "no")
    yield from _cost_facts(answer.costs)
    yield Fact("Configurations tried", "unknown" if answer.trials is None else count(answer.trials))
    for name, value in (("Recordings", answer.recording_hash), ("Settings", answer.settings_hash)):
        if value:
            yield Fact(name, value[:16], tip=f"Hash of the {name.lower()}: the same hash, the same content")
    yield Fact("Version", answer.version or MISSING)
    for note in answer.notes:
        yield Fact("Note", note)
    if answer.seconds is not None:
        yield Fact("Took", many(round(answer.seconds, 1), "second"))


def _cost_facts(costs: Costs | None) -> Iterator[Fact]:
    if costs is None:
        return
    spread = costs.spread if isinstance(costs.spread, str) else plain(costs.spread, 5)
    yield Fact("Spread", spread)
    yield Fact("Slippage", f"{plain(costs.slippage_spreads)} spreads")
    yield Fact("Commission per lot", plain(costs.commission_per_lot))


def values_words(values: dict[str, Any]) -> str:
    """Settings in a line: `Min score 6, Cooldown 30`."""
    return ", ".join(f"{setting_title(name)} {setting_text(value)}" for name, value in values.items())


def setting_title(key: str) -> str:
    """What the settings dialog calls a setting; one that this version does not know keeps its key."""
    field = field_at(key)
    return key.rpartition(".")[2] if field is None else field.title
