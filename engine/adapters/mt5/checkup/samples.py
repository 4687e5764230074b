"""Records what a terminal answers, field by field, without identifying its account or owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.adapters.mt5.calls import Answered, Failed, TerminalCall
from engine.adapters.mt5.codes import Timeframe
from engine.adapters.mt5.port import TerminalLink

FORMAT: Final = 1
_ROWS: Final = 5
_DAY_S: Final = 86_400

_SHOWN: Final = frozenset({
    "symbol_info", "symbol_info_tick", "copy_rates_from_pos", "copy_ticks_from", "order_check", "version",
    "order_calc_margin", "order_calc_profit",
})  # fmt: skip
"""What may be written down with its values: prices and terms. Of all else only shapes and modes are kept."""
_MODES: Final = frozenset({
    "trade_mode", "margin_mode", "margin_so_mode", "type", "entry", "reason", "state", "type_filling", "type_time",
    "connected", "trade_allowed", "tradeapi_disabled", "trade_expert", "fifo_close", "build", "maxbars", "ping_last",
    "currency", "currency_digits", "leverage",
})  # fmt: skip
_MONEY_OF_CHECK: Final = frozenset({"balance", "equity", "profit", "margin_free", "margin_level", "request"})

Sample = dict[str, Any]


def of_answer(call: TerminalCall, answer: object) -> Sample:
    """One call and what came of it, fit for a file that a stranger may read."""
    sample: Sample = {"function": call.function, "arguments": [type(each).__name__ for each in call.arguments]}
    match answer:
        case Answered(value=value, took_ms=took_ms):
            return sample | {"took_ms": round(took_ms, 3), "result": _shape(value, is_shown=call.function in _SHOWN)}
        case Failed(code=code, text=text):
            return sample | {"error": [code, text]}
    return sample | {"error": [None, type(answer).__name__]}


async def record(link: TerminalLink, symbols: Sequence[str], server_now: int) -> dict[str, Any]:
    """Asks everything that changes nothing, and gives the whole recording; `server_now` is the server's clock, in
    seconds."""
    calls = [TerminalCall(function=name) for name in ("version", "terminal_info", "account_info", "symbols_total")]
    for symbol in symbols:
        calls += _of_symbol(symbol, server_now)
    calls += [TerminalCall(function="positions_get"), TerminalCall(function="orders_get")]
    span = (server_now - 7 * _DAY_S, server_now + 2 * _DAY_S)
    calls += [TerminalCall(function=name, arguments=span) for name in ("history_orders_get", "history_deals_get")]
    calls += [TerminalCall(function="symbol_info", arguments=("NO SUCH SYMBOL",))]
    return {"format": FORMAT, "calls": [of_answer(call, await link.call(call)) for call in calls]}


def _of_symbol(symbol: str, server_now: int) -> list[TerminalCall]:
    asked = (
        ("symbol_info", (symbol,)),
        ("symbol_info_tick", (symbol,)),
        ("copy_rates_from_pos", (symbol, int(Timeframe.M1), 0, _ROWS)),
        ("copy_ticks_from", (symbol, server_now - 3600, _ROWS, -1)),
        ("order_check", ({"action": 1, "symbol": symbol, "volume": 0.01, "type": 0, "price": 1.0},)),
    )
    return [TerminalCall(function=function, arguments=arguments) for function, arguments in asked]


def _shape(value: Any, *, is_shown: bool) -> Any:
    if isinstance(value, Mapping):
        return {"fields": [_field(name, each, is_shown) for name, each in value.items()]}
    if getattr(getattr(value, "dtype", None), "names", None):
        rows = [[row[name].item() for name in value.dtype.names] for row in value[:_ROWS]] if is_shown else []
        columns = [[name, value.dtype[name].str] for name in value.dtype.names]
        return {"columns": columns, "rows": rows, "count": len(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        first = [_shape(each, is_shown=is_shown) for each in value[:1]] if _holds_results(value) else list(value)
        return {"count": len(value), "first": first if is_shown or _holds_results(value) else []}
    return {"type": type(value).__name__, "value": value if is_shown else None}


def _holds_results(value: Sequence[Any]) -> bool:
    return bool(value) and isinstance(value[0], Mapping)


def _field(name: str, value: Any, is_shown: bool) -> list[Any]:
    """Name, type, and the value where it says nothing of the user."""
    is_open = (is_shown and name not in _MONEY_OF_CHECK) or name in _MODES
    return [name, type(value).__name__, value if is_open and not isinstance(value, Mapping) else None]
