"""Starts child processes of the program: the same program, asked to run one of its workers."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def is_frozen() -> bool:
    """Whether the interpreter is part of a packaged program, which takes no options of Python's."""
    return bool(getattr(sys, "frozen", False))


def child_command(name: str, *arguments: str) -> list[str]:
    """Program and arguments of a child that runs the worker `name`, by a subcommand that no help mentions.

    A packaged program is itself what to start; a checkout and an installation start the Python that runs them.
    """
    program = [sys.executable] if is_frozen() else [sys.executable, "-P", "-m", "gui.app"]
    return [*program, "worker", name, *arguments]


def child_environment() -> dict[str, str]:
    """The environment of this process; the child's Python imports from the same folders as this one, in their order."""
    if is_frozen():
        return dict(os.environ)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)}
