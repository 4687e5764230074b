"""Natives of symbols, ticks and rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_metatrader5._arguments import counted, keyword, refuse_unnamed, stamp, text, unnamed, whole
from tests.fake_metatrader5._native import Keywords, Takes, native
from tests.fake_metatrader5._results import BookInfo, SymbolInfo, Tick
from tests.fake_metatrader5._session import SESSION, Failure

if TYPE_CHECKING:
    import numpy as np

_OTHER_BUILD = -5
_RATES = [
    ("time", "<i8"), ("open", "<f8"), ("high", "<f8"), ("low", "<f8"), ("close", "<f8"), ("tick_volume", "<u8"),
    ("spread", "<i4"), ("real_volume", "<u8"),
]  # fmt: skip
_TICKS = [
    ("time", "<i8"), ("bid", "<f8"), ("ask", "<f8"), ("last", "<f8"), ("volume", "<u8"), ("time_msc", "<i8"),
    ("flags", "<u4"), ("volume_real", "<f8"),
]  # fmt: skip


@native(Takes.NOTHING)
def symbols_total(_: tuple[Any, ...], __: Keywords) -> Any:
    """symbols_total() -> int"""
    _need_known_build()
    return SESSION.ask("symbols_total")


@native(Takes.POSITIONS_OR_KEYWORDS)
def symbols_get(arguments: tuple[Any, ...], keywords: Keywords) -> Any:
    """symbols_get([group]) -> tuple of SymbolInfo"""
    try:
        group = _group(arguments, keywords)
    except Failure as refused:
        SESSION.error = (refused.code, refused.text)
        return False  # bad arguments alone give False, failures of the terminal None
    _need_known_build()
    return tuple(map(SymbolInfo, SESSION.ask("symbols_get", group)))


@native(Takes.POSITIONS)
def symbol_info(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """symbol_info(symbol) -> SymbolInfo"""
    return SymbolInfo(SESSION.ask("symbol_info", _symbol(arguments)))


@native(Takes.POSITIONS)
def symbol_info_tick(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """symbol_info_tick(symbol) -> Tick"""
    return Tick(SESSION.ask("symbol_info_tick", _symbol(arguments)))


@native(Takes.POSITIONS, failure=False)
def symbol_select(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """symbol_select(symbol[, enable]) -> bool"""
    symbol, *enable = counted(arguments, 1, 2)
    return SESSION.ask("symbol_select", text(symbol), bool(enable[0]) if enable else True)


@native(Takes.POSITIONS, failure=False)
def market_book_add(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """market_book_add(symbol) -> bool"""
    return _depth("market_book_add", arguments)


@native(Takes.POSITIONS, failure=False)
def market_book_release(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """market_book_release(symbol) -> bool"""
    return _depth("market_book_release", arguments)


@native(Takes.POSITIONS)
def market_book_get(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """market_book_get(symbol) -> tuple of BookInfo"""
    return tuple(map(BookInfo, SESSION.ask("market_book_get", _symbol(arguments))))


@native(Takes.POSITIONS)
def copy_rates_from(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """copy_rates_from(symbol, timeframe, date_from, count) -> array"""
    symbol, timeframe, since, count = counted(arguments, 4)
    asked = (text(symbol), whole(timeframe), stamp(since), whole(count))
    return _table(SESSION.ask("copy_rates_from", *asked), _RATES)


@native(Takes.POSITIONS)
def copy_rates_from_pos(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """copy_rates_from_pos(symbol, timeframe, start_pos, count) -> array"""
    symbol, timeframe, start, count = counted(arguments, 4)
    asked = (text(symbol), whole(timeframe), whole(start), whole(count))
    return _table(SESSION.ask("copy_rates_from_pos", *asked), _RATES)


@native(Takes.POSITIONS)
def copy_rates_range(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """copy_rates_range(symbol, timeframe, date_from, date_to) -> array"""
    symbol, timeframe, since, until = counted(arguments, 4)
    asked = (text(symbol), whole(timeframe), stamp(since), stamp(until))
    return _table(SESSION.ask("copy_rates_range", *asked), _RATES)


@native(Takes.POSITIONS)
def copy_ticks_from(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """copy_ticks_from(symbol, date_from, count, flags) -> array"""
    symbol, since, count, flags = counted(arguments, 4)
    asked = (text(symbol), stamp(since), whole(count), whole(flags))
    return _table(SESSION.ask("copy_ticks_from", *asked), _TICKS)


@native(Takes.POSITIONS)
def copy_ticks_range(arguments: tuple[Any, ...], _: Keywords) -> Any:
    """copy_ticks_range(symbol, date_from, date_to, flags) -> array"""
    symbol, since, until, flags = counted(arguments, 4)
    asked = (text(symbol), stamp(since), stamp(until), whole(flags))
    return _table(SESSION.ask("copy_ticks_range", *asked), _TICKS)


def _group(arguments: tuple[Any, ...], keywords: Keywords) -> str:
    if not arguments:
        return keyword(keywords, "group", str) or "*"
    (group,) = unnamed(arguments, 1)
    if not isinstance(group, str):
        raise refuse_unnamed(1)
    return group


def _need_known_build() -> None:
    """Without a connection the package knows no build of the terminal and takes it for too old."""
    if not SESSION.is_connected:
        raise Failure(_OTHER_BUILD)


def _symbol(arguments: tuple[Any, ...]) -> str:
    (symbol,) = counted(arguments, 1)
    return text(symbol)


def _depth(function: str, arguments: tuple[Any, ...]) -> Any:
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        SESSION.error = (-2, "Invalid arguments")
        return None  # bad arguments give None here, failures of the terminal False
    return SESSION.ask(function, arguments[0]) if SESSION.is_connected else False


def _table(rows: bytes, columns: list[tuple[str, str]]) -> np.ndarray[Any, Any]:
    import numpy as np

    return np.frombuffer(rows, dtype=columns).copy()
