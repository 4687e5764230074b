"""Operations on what lies behind the conditions: closed candles, and the settings in force with their bounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from config.fields import EVERYTHING, Kind
from engine.assistant.lines import Symbol
from engine.assistant.operation import Arguments, Asked, Operation, in_slices
from engine.domain.market import CANDLE_LENGTH, Candle

MAX_CANDLES: Final = 240
STEP: Final = 200
"""Candles read between two looks at the rest of the loop: some two milliseconds."""
_LONGEST_BREAK: Final = timedelta(days=4)
"""A market that opens again after a weekend with holidays still has candles from before it."""
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""No market has candles from before it, and the calendar would end in a stretch before the year 1."""
_PRIVATE: Final = ("metatrader.", "phone.orders_user_id", "feeds.exchange.", "updates.", "calendar.terminal_file")
"""Settings that name an account, a user, an address or a folder."""


class Candles(Arguments, frozen=True, kw_only=True):
    """Which candles: the newest `count` that closed before `until`, or before now."""

    symbol: Symbol
    count: Annotated[int, Meta(ge=1, le=MAX_CANDLES)] = 60
    until: Annotated[datetime, Meta(tz=True)] | None = None


class CandleLine(msgspec.Struct, frozen=True, kw_only=True):
    """A closed minute, in price units; `at` is when it opened."""

    at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float | None


class CandleList(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest first."""

    symbol: str
    digits: int
    candles: tuple[CandleLine, ...]


async def candles(asked: Asked, wanted: Candles) -> CandleList:
    desk = asked.desk
    source, now = desk.source(wanted.symbol), desk.pipeline.trader.overview().at
    until = now if wanted.until is None else min(wanted.until, now)
    until = max(until, _EARLIEST)
    since = until - wanted.count * CANDLE_LENGTH
    found: deque[Candle] = deque(maxlen=wanted.count)
    for start in (since, since - _LONGEST_BREAK):
        past = desk.pipeline.candles(wanted.symbol, start)
        found = await in_slices(_newest(past if wanted.until is None else takewhile(_closed_by(until), past), wanted))
        if len(found) == wanted.count:
            break
    lines = (
        CandleLine(
            at=each.opened_at, open=each.open, high=each.high, low=each.low, close=each.close, volume=each.volume
        )
        for each in found
    )
    return CandleList(symbol=source.symbol, digits=source.instrument.digits, candles=tuple(lines))


def _newest(past: Iterator[Candle], wanted: Candles) -> Generator[None, None, deque[Candle]]:
    """The last of some candles, some of them at each step; there may be days of them."""
    found: deque[Candle] = deque(maxlen=wanted.count)
    while part := tuple(islice(past, STEP)):
        found.extend(part)
        yield
    return found


def _closed_by(until: datetime) -> Callable[[Candle], bool]:
    return lambda candle: candle.closed_at <= until


class Configuration(Arguments, frozen=True, kw_only=True):
    """Which settings: those whose key begins so, such as risk_mitigation; all where nothing is named."""

    group: Annotated[str, Meta(max_length=80)] = ""


class SettingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A setting: its value in force, its default, and what is allowed, in words."""

    key: str
    title: str
    about: str
    value: Any
    default: Any
    allowed: str
    unit: str


class SettingList(msgspec.Struct, frozen=True, kw_only=True):
    """Without settings that name an account, a user or an address."""

    settings: tuple[SettingLine, ...]


async def configuration(asked: Asked, wanted: Configuration) -> SettingList:
    in_force = asked.desk.settings.as_json()
    lines = [
        SettingLine(
            key=field.key,
            title=" › ".join(field.titles),
            about=field.about,
            value=_value_at(in_force, field.key),
            default=field.default if field.has_default else None,
            allowed=field.allowed,
            unit=field.unit,
        )
        for field in EVERYTHING.everything()
        if field.kind is not Kind.GROUP and field.key.startswith(wanted.group) and not field.key.startswith(_PRIVATE)
    ]
    return SettingList(settings=tuple(lines))


def _value_at(values: Any, key: str) -> Any:
    for name in key.split("."):
        values = values.get(name) if isinstance(values, dict) else None
    return values


BACKGROUND_OPERATIONS: Final = (
    Operation(
        "candles",
        "Closed one-minute candles of a symbol, the oldest first.",
        *(Candles, CandleList, candles),
    ),
    Operation(
        "configuration",
        "The settings in force with their defaults and what is allowed; nothing here changes one.",
        *(Configuration, SettingList, configuration),
    ),
)
