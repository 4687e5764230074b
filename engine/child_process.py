"""Starts child processes of the program: the same program, asked to run one of its workers."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import psutil

MAX_WORKERS: Final = 61
"""Processes of one pool that Windows can wait for."""

COMMAND_LINE: Final = "microscalp"
"""The packaged program that has standard streams; on Windows a second one beside it opens the window only."""

_LOOK_AGAIN_S: Final = 0.05


def is_frozen() -> bool:
    """Whether the interpreter is part of a packaged program, which takes no options of Python's."""
    return bool(getattr(sys, "frozen", False))


def child_command(name: str, *arguments: str) -> list[str]:
    """Program and arguments of a child that runs the worker `name`, by a subcommand that no help mentions.

    A packaged program starts its command line, which lies beside it; a checkout and an installation start the Python
    that runs them.
    """
    program = [str(command_line_program())] if is_frozen() else [sys.executable, "-P", "-m", "gui.app"]
    return [*program, "worker", name, *arguments]


def command_line_program() -> Path:
    """Of a packaged program. On Windows the one that opens the window has no standard streams, which children need."""
    running = Path(sys.executable)
    return running.with_name(f"{COMMAND_LINE}.exe") if running.suffix == ".exe" else running


def child_environment() -> dict[str, str]:
    """The environment of this process; the child's Python imports from the same folders as this one, in their order."""
    if is_frozen():
        return dict(os.environ)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)}


def run_behind_desk() -> None:
    """Gives way to a desk that trades: less processor time for this process and for those that it starts."""
    import psutil

    with suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(5)


def end_with_parent() -> None:
    """Ends this process, and those that it started, once the parent closes its standard input.

    The system does so where the parent has crashed.
    """
    threading.Thread(target=_wait_for_parent, name="parent", daemon=True).start()


def _wait_for_parent() -> None:
    import psutil

    while os.read(0, 4096):
        pass
    this = psutil.Process()
    while children := this.children(recursive=True):  # the other threads may be starting one more
        _kill(children)
        time.sleep(_LOOK_AGAIN_S)
    os._exit(1)


def end_process_tree(process_id: int) -> None:
    """Ends another process and all that it started, at once and by force; one that has ended already is left alone.

    Looks at every process of the machine: not for the event loop.
    """
    import psutil

    with suppress(psutil.Error):
        first = psutil.Process(process_id)
        try:
            first.suspend()  # it must not start another one in between
            _kill(first.children(recursive=True))
        finally:
            first.kill()


def _kill(processes: Iterable[psutil.Process]) -> None:
    import psutil

    for each in processes:
        with suppress(psutil.Error):
            each.kill()
