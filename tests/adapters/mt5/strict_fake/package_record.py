"""A record of MetaTrader's package as seen without a terminal.

The record beside this file was made of the real package, on Windows without a terminal. To make it of the package that
is installed: `python -m tests.adapters.mt5.strict_fake.package_record`; it prints the new record.
"""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any, Final

RECORD: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("metatrader5-5.0.6231.json").read_text(encoding="utf-8")
)


def observed(module: ModuleType) -> dict[str, Any]:
    """The same facts as in the record: constants, callables, fields of results, and each call with its last error."""
    structures = {name: getattr(module, name) for name in RECORD["structs"] if hasattr(module, name)}
    return {
        "version": module.__version__,
        "consts": {name: value for name, value in sorted(vars(module).items()) if name.isupper() and name[0] != "_"},
        "callables": sorted(name for name, value in vars(module).items() if callable(value) and name[0] != "_"),
        "structs": {name: list(structure.__match_args__) for name, structure in structures.items()},
        "calls": [[call, *answers(module, call)] for call, _, _ in RECORD["calls"]],
    }


def answers(module: ModuleType, call: str) -> tuple[str, str]:
    """What the call gives or raises, and the last error after it."""
    try:
        answer = repr(eval(call, {"m": module}))
    except Exception as error:
        answer = f"RAISES {type(error).__name__}: {error}"
    return answer, repr(module.last_error())


def terminal_folder() -> Path | None:
    """Where terminals keep their data, if one was ever opened on this machine: a call could start it."""
    folder = Path(os.environ.get("APPDATA", "")) / "MetaQuotes" / "Terminal"
    return folder if folder.is_absolute() and folder.is_dir() else None


if __name__ == "__main__":
    if (folder := terminal_folder()) is not None:
        raise SystemExit(f"Some of the calls would start the terminal that is installed here: {folder}")
    print(json.dumps(observed(importlib.import_module("MetaTrader5")), indent=1))  # noqa: T201
