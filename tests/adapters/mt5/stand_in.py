"""A module in the place of the terminal's: it does what a script in a file says, and notes which calls it was given.

The file is named by an environment variable, since the module lives in the worker's process.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from collections import namedtuple
from pathlib import Path
from typing import Any

__version__ = "5.0.1"

_FILE = Path(os.environ["STAND_IN_FILE"])
_NOTES = _FILE.with_suffix(".calls")
_error = (1, "Success")
_is_attached = False

Tick = namedtuple("Tick", ("time", "bid", "time_msc"))
OrderSendResult = namedtuple("OrderSendResult", ("retcode", "order", "request"))


def _script() -> dict[str, Any]:
    until = time.monotonic() + 2.0
    while True:
        try:
            return dict(json.loads(_FILE.read_text(encoding="utf-8")))
        except PermissionError:  # on Windows nobody can open it in the moment in which it is replaced
            if time.monotonic() > until:
                raise


if _script().get("unimportable"):
    raise ImportError("DLL load failed")


def _called(name: str, *arguments: Any) -> dict[str, Any] | None:
    """The script, or None if the call is to fail; takes as long as the script says."""
    global _error, _is_attached
    with _NOTES.open("a", encoding="utf-8") as notes:
        notes.write(json.dumps([name, *arguments]) + "\n")
    script = _script()
    _spend(script.get("takes", {}).get(name, 0.0), holds_gil=script.get("holds_gil", False))
    if script.get("breaks") == name:
        raise ConnectionResetError("bridge")
    code, text = script.get("fails", {}).get(name) or script.get("fails", {}).get("*") or (1, "Success")
    if code == 1 and not _is_attached and name not in ("initialize", "login"):
        code, text = -10004, "No IPC connection"
    _error = (code, text)
    return script if code == 1 else None


def _spend(seconds: float, *, holds_gil: bool) -> None:
    if holds_gil and seconds:  # as the package does: no thread of the process runs meanwhile
        if sys.platform == "win32":
            ctypes.PyDLL("kernel32").Sleep(round(seconds * 1000))
        else:
            ctypes.PyDLL(None).sleep(round(seconds))
    time.sleep(seconds)


def last_error() -> tuple[int, str]:
    return _error


def initialize(*path: str, **keywords: Any) -> bool:
    global _is_attached
    _is_attached = _called("initialize", *path, keywords) is not None
    return _is_attached


def shutdown() -> bool:
    global _is_attached
    _called("shutdown")
    _is_attached = False
    return True


def login(login: int, password: str, server: str, timeout: int) -> bool:  # noqa: ARG001
    script = _called("login", login, server)
    if script is None:
        return False
    if script.get("raises_password"):
        raise RuntimeError(f"cannot log in with {password}")
    if password != script["password"]:
        return False
    script["account"] |= {"login": login, "server": server}
    from config.atomic_file import replace_file

    written = _FILE.with_suffix(".logged_in")
    written.write_text(json.dumps(script), encoding="utf-8")
    replace_file(written, _FILE)
    return True


def terminal_info() -> Any:
    return _result("TerminalInfo", _called("terminal_info"), "terminal")


def account_info() -> Any:
    return _result("AccountInfo", _called("account_info"), "account")


def symbol_select(symbol: str, enable: bool) -> bool:
    return _called("symbol_select", symbol, enable) is not None


def symbol_info_tick(symbol: str) -> Any:
    """A tick that is always new, unless the script stops the market."""
    script = _called("symbol_info_tick", symbol)
    if script is None:
        return None
    stamp_ms = int((time.time() + script["server_ahead_s"]) * 1000) if not script.get("is_market_still") else 1
    return Tick(stamp_ms // 1000, 2000.5, stamp_ms)


def positions_get() -> Any:
    return () if _called("positions_get") is not None else None


def order_send(request: dict[str, Any]) -> Any:
    if _called("order_send", request) is None:
        return None
    asked = namedtuple("TradeRequest", tuple(request))(**request)
    return OrderSendResult(10009, 77, asked)


def copy_rates_from_pos(symbol: str, timeframe: int, start: int, count: int) -> Any:
    """Candles of an hour only where the script has any: most tests need none, and save the time that numpy takes."""
    script = _called("copy_rates_from_pos", symbol, timeframe, start, count)
    stamps = range(0, 60 * count, 60) if timeframe == 1 else (script or {}).get("hours")
    if script is None or stamps is None:
        return None
    import numpy as np

    return np.array([(each, 1.5) for each in stamps], dtype=[("time", "<i8"), ("open", "<f8")])


def _result(name: str, script: dict[str, Any] | None, part: str) -> Any:
    fields = None if script is None else script[part]
    return None if fields is None else namedtuple(name, tuple(fields))(**fields)
