"""The entry point: the desk's window, its tour where there is no display, or one of the commands."""

from __future__ import annotations

import os
import sys

# Everything else is imported in `main`, which answers Ctrl+C during imports too.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QApplication

    from gui.desk_program import Program, W
    from gui.features.lab.view.window import LabWindow
    from gui.window import MainWindow


EXIT_STOPPED = 130
"""Exit code after Ctrl+C, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the desk, a command, or what a process of the desk asks for; returns the exit code."""
    try:
        if arguments is None:
            _raise_stopped()
        return _main(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        print("microscalp: stopped", file=sys.stderr)  # noqa: T201
        return EXIT_STOPPED


class _Stopped(KeyboardInterrupt):
    """Of a plain KeyboardInterrupt Python remembers that it passed `exec`, and later ends by the signal, not a code."""


def _raise_stopped() -> None:
    import signal

    def stop(*_: object) -> None:
        raise _Stopped

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, stop)


def _main(arguments: list[str]) -> int:
    from engine.child_process import is_frozen

    if is_frozen():
        from multiprocessing import freeze_support

        freeze_support()
    match arguments:
        case ["worker", "replay"]:
            return _run(_replay)
        case ["worker", "lab"]:
            return _run(_lab)
        case ["worker", "picture"]:
            from gui.candle_painter import paint

            return paint()
        case ["worker", name, *rest]:
            from engine.workers import run_worker

            return run_worker(name, rest)
        case [name, *_] as command if not name.startswith("-"):
            from engine.cli import main as run_command

            return run_command(command)
        case options:
            from gui.platform.options import parser

            return _run_desk(parser().parse_args(options))


def _run_desk(options: argparse.Namespace) -> int:
    from gui.platform.options import has_display

    if not options.tour and not has_display():
        print("No display: neither DISPLAY nor WAYLAND_DISPLAY is set. Running the tour instead.")  # noqa: T201
        options.tour = True
    if options.tour:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return _run(lambda: _tour(options)) if options.tour else _run(lambda: _desk(options), watches_crashes=True)


# -- what a process shows: imported once Qt is ------------------------------------------------------------------------


def _desk(options: argparse.Namespace) -> Program[MainWindow]:
    from gui.user_desk import UserDesk

    return UserDesk(options)


def _tour(options: argparse.Namespace) -> Program[MainWindow]:
    from gui.tour.program import Tour

    return Tour(options)


def _replay() -> Program[MainWindow]:
    from gui.replay_desk import ReplayDesk

    return ReplayDesk.asked_for()


def _lab() -> Program[LabWindow]:
    from gui.lab_desk import LabDesk

    return LabDesk.asked_for()


# -- the window -------------------------------------------------------------------------------------------------------


def _run(make: Callable[[], Program[W]], *, watches_crashes: bool = False) -> int:
    import asyncio
    import builtins
    import gc

    from gui.platform.identity import identify

    plain_import = builtins.__import__
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        from gui.platform.system_libraries import explanation

        print(explanation(error), file=sys.stderr)  # noqa: T201
        return 1

    # PySide6 puts a slower import in place, for a feature this program does not use.
    builtins.__import__ = plain_import
    identify()
    application = QApplication([sys.argv[0]])
    gc.disable()  # nothing of a start is garbage; a keeper collects once the window stands
    from gui.platform.crash import CrashWatch
    from gui.platform.log import log_folder, start_logging

    log_fault = start_logging()
    crashes = CrashWatch(log_folder()) if watches_crashes else None
    if crashes is not None:
        crashes.begin()
    program = make()
    window = _open_window(application, program)
    from engine.process_end import ProcessEnd
    from gui.desk_program import EXIT_FAILED, Troubles
    from gui.platform.event_loop import QtEventLoop
    from gui.platform.isolation import Unhandled

    unhandled, ending = Unhandled(), ProcessEnd()
    try:
        with asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner:
            unhandled.watch(runner.get_loop())
            return runner.run(program.run(window, Troubles(log_fault, unhandled, crashes), ending))
    except Exception as error:
        if crashes is not None:
            crashes.fail(error)
        unhandled.note("The desk", error)
        print(f"microscalp: the desk ended unexpectedly: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return EXIT_FAILED
    finally:
        if crashes is not None:
            crashes.end()
        unhandled.stop()
        ending.finish()


def _open_window(application: QApplication, program: Program[W]) -> W:
    """Paints an empty window before the heavy libraries are imported."""
    from gui.platform.identity import show_icon
    from gui.platform.startup_trace import FirstPaint
    from gui.theme import apply

    application.setApplicationName("microscalp")
    application.setQuitOnLastWindowClosed(False)
    apply(application, program.theme)
    FirstPaint(application, "painted")
    window = program.make_window()
    window.show()
    for _ in range(3):
        application.processEvents()
    show_icon()
    return window


if __name__ == "__main__":
    sys.exit(main())
