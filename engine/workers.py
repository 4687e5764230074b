"""The child processes of the program that need no window."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress


def run_worker(name: str, arguments: Sequence[str]) -> int:
    """Runs one worker to its end; returns the exit code. Raises `ValueError` where none has that name."""
    match name, list(arguments):
        case "mt5", [module, beat_s, desk]:
            from engine.adapters.mt5.worker.serving import main as serve

            with suppress(BrokenPipeError):
                serve(module, float(beat_s), int(desk))
            return 0
        case "setups", _:
            from engine.cli import main

            return main([name, *arguments])
        case "autorun", _:
            from engine.child_process import run_behind_desk
            from engine.cli import main

            run_behind_desk()
            return main([name])
        case "study", _:
            from engine.child_process import end_with_parent, run_behind_desk
            from engine.cli import main

            run_behind_desk()
            end_with_parent()
            return main(["lab", *arguments])
    raise ValueError(f"no worker is called {name}")
