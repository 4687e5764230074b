"""What is installed on this machine: MetaTrader's package, the terminal's program, and whether it runs.

It has to be known before the module connects, which would start the terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import PureWindowsPath
from typing import Final

from config.metatrader import PACKAGE
from config.terminal_folders import is_terminal_installed
from engine.adapters.mt5.conditions import Condition
from engine.adapters.mt5.link.sentences import package_missing

TERMINAL_NAMES: Final = ("terminal64.exe", "terminal.exe")

TerminalProbe = Callable[[str], bool | None]
"""Whether the terminal of this path runs, or any terminal where the path is empty; None if unknown."""

InstallationProbe = Callable[[], bool | None]
"""Whether any terminal is installed; None if unknown."""


def why_unavailable(module: str, platform: str = sys.platform) -> Condition | None:
    """Why `module` cannot work here, None where it may: MetaTrader's own package exists for Windows only."""
    if module != PACKAGE:
        return None
    if platform != "win32":
        return package_missing(
            "MetaTrader's Python package exists for Windows only.",
            "Run the desk on the terminal's Windows computer, or set an experimental bridge as the module.",
        )
    if find_spec(module) is None:
        return package_missing(
            "MetaTrader's Python package is not installed.",
            "In the desk's folder: .venv\\Scripts\\python -m pip install MetaTrader5. Then start the desk again.",
        )
    return None


def is_terminal(program: str, path: str) -> bool:
    """Whether a running `program`, named by its full path, is the terminal of `path`, or any where it is empty."""
    running = PureWindowsPath(program)
    return running == PureWindowsPath(path) if path else running.name.lower() in TERMINAL_NAMES


def probe_of(module: str) -> TerminalProbe:
    """How to find out whether the terminal behind `module` runs: a bridge's may run on another machine."""
    return is_terminal_running if module == PACKAGE else lambda _: None


def installation_probe_of(module: str) -> InstallationProbe:
    """How to find out whether there is a terminal for `module` to open."""
    return is_terminal_installed if module == PACKAGE and sys.platform == "win32" else lambda: None


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _QUERY_LIMITED_INFORMATION: Final = 0x1000
    _MAX_PROCESSES: Final = 16_384
    _MAX_PATH_LENGTH: Final = 32_768

    def is_terminal_running(path: str) -> bool | None:
        numbers = _process_numbers()
        return None if numbers is None else any(is_terminal(_program(number), path) for number in numbers)

    def _process_numbers() -> list[int] | None:
        numbers = (wintypes.DWORD * _MAX_PROCESSES)()
        used = wintypes.DWORD()
        if not ctypes.WinDLL("psapi").EnumProcesses(numbers, ctypes.sizeof(numbers), ctypes.byref(used)):
            return None
        return list(numbers[: used.value // ctypes.sizeof(wintypes.DWORD)])

    def _program(number: int) -> str:
        kernel = ctypes.WinDLL("kernel32")
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
        kernel.QueryFullProcessImageNameW.argtypes = (
            wintypes.HANDLE, wintypes.DWORD, wintypes.LPWSTR, ctypes.POINTER(wintypes.DWORD),
        )  # fmt: skip
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        process = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, number)
        if not process:
            return ""
        try:
            name = ctypes.create_unicode_buffer(_MAX_PATH_LENGTH)
            length = wintypes.DWORD(_MAX_PATH_LENGTH)
            found = kernel.QueryFullProcessImageNameW(process, 0, name, ctypes.byref(length))
            return name.value if found else ""
        finally:
            kernel.CloseHandle(process)

else:

    def is_terminal_running(path: str) -> bool | None:  # noqa: ARG001
        return None
