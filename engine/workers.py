"""What a child process of the program does: one worker of those that need no window."""

from __future__ import annotations

from collections.abc import Sequence


def run_worker(name: str, arguments: Sequence[str]) -> int:
    """Runs one worker to its end; returns the exit code. Raises `ValueError` where none has that name."""
    match name:
        case "setups":
            from engine.cli import main

            return main([name, *arguments])
    raise ValueError(f"no worker is called {name}")
