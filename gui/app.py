"""The front door: the desk's window, its tour where there is no screen, or one of the commands."""

from __future__ import annotations

import argparse
import asyncio
import builtins
import gc
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from engine.child_process import is_frozen
from gui.platform.identity import identify, show_icon
from gui.platform.options import has_display, parser

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from config.settings import Settings
    from engine.bootstrap import LiveDesk, MarketChoice, PlayedDesk
    from gui.features.opening.first_opening import Tell
    from gui.platform.isolation import Unhandled
    from gui.platform.process_end import ProcessEnd
    from gui.window import MainWindow

EXIT_FAILED, EXIT_REFUSED = 1, 2
INTRODUCED = "introduced.txt"
ACCOUNTS = "accounts"
"""Folder that all desks of the user share, whatever their data folder: each notes there which account it trades."""
LIVE_STORE = "live"
"""Directory of the store of a desk on a broker's account, beside that of the played markets."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the desk; returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if is_frozen():
        from multiprocessing import freeze_support

        freeze_support()
    match arguments:
        case ["worker", name, *rest]:
            from engine.workers import run_worker

            return run_worker(name, rest)
        case [name, *_] if not name.startswith("-"):
            from engine.cli import main as run_command

            return run_command(arguments)
    options = parser().parse_args(arguments)
    if not options.tour and not has_display():
        print("No display: neither DISPLAY nor WAYLAND_DISPLAY is set. Running the tour instead.")  # noqa: T201
        options.tour = True
    return _run(options)


# -- the window -------------------------------------------------------------------------------------------------


def _run(options: argparse.Namespace) -> int:
    if options.tour:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    plain_import = builtins.__import__
    try:
        from PySide6.QtWidgets import QApplication

        from gui.platform.memory import keep_memory_small
    except ImportError as error:
        from gui.platform.system_libraries import explanation

        print(explanation(error), file=sys.stderr)  # noqa: T201
        return 1

    # PySide6 puts a slower import in place, for a feature this program does not use.
    builtins.__import__ = plain_import
    keep_memory_small()
    identify()
    application = QApplication([sys.argv[0]])
    gc.disable()  # nothing of a start is garbage; a keeper collects once the window stands
    from gui.platform.log import start_logging

    log_fault = start_logging()
    window = _open_window(application, keeps_layout=not options.tour)
    from gui.platform.event_loop import QtEventLoop
    from gui.platform.isolation import Unhandled
    from gui.platform.process_end import ProcessEnd

    unhandled, ending = Unhandled(), ProcessEnd()
    try:
        with asyncio.Runner(loop_factory=lambda: QtEventLoop(application)) as runner:
            unhandled.watch(runner.get_loop())
            return runner.run(_run_desk(window, options, Troubles(log_fault, unhandled), ending))
    except Exception as error:
        unhandled.note("The desk", error)
        print(f"microscalp: the desk ended unexpectedly: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return EXIT_FAILED
    finally:
        unhandled.stop()
        ending.finish()


def _open_window(application: QApplication, *, keeps_layout: bool) -> MainWindow:
    """Paints an empty window before the heavy libraries are imported, where and in the look that the last one had."""
    from gui.features.layout.file import LayoutFile, last_theme, user_layout_file
    from gui.platform.startup_trace import FirstPaint
    from gui.theme import DARK, apply
    from gui.window import MainWindow

    application.setApplicationName("microscalp")
    application.setQuitOnLastWindowClosed(False)
    layout_file = LayoutFile(user_layout_file()) if keeps_layout else None
    theme = DARK if layout_file is None else last_theme(layout_file.book.look)
    apply(application, theme)
    FirstPaint(application, "painted")
    window = MainWindow(theme, layout_file)
    window.show()
    for _ in range(3):
        application.processEvents()
    show_icon()
    return window


async def _run_desk(window: MainWindow, options: argparse.Namespace, troubles: Troubles, ending: ProcessEnd) -> int:
    if options.tour:
        return await _run_tour(window, options)
    ending.watch(lambda: None)  # Ctrl+C while this imports must not cancel what comes after
    from config.loader import user_file
    from gui.features.opening.first_opening import FirstOpening

    opening = FirstOpening[Opened](window, end=lambda opened: opened.desk.archive.close(), folder=user_file().parent)
    ending.watch(window.close_now)
    demo = argparse.Namespace(**vars(options) | {"data": None, "symbol": None, "start": None, "demo": True})
    opened = await opening.open(lambda tell: _opened(options, tell), lambda tell: _opened(demo, tell))
    if opened is None:
        return EXIT_REFUSED
    _print_sources(opened.desk)
    try:
        return await _trade(window, opened, troubles, ending)
    finally:
        opened.desk.archive.close()


async def _run_tour(window: MainWindow, options: argparse.Namespace) -> int:
    from config.atomic_file import reason_of
    from engine.bootstrap import PlayedDesk
    from engine.errors import DeskError
    from gui.platform.garbage import GarbageKeeper
    from gui.tour.tour import run_tour

    GarbageKeeper(window)
    try:
        desk = await asyncio.to_thread(_open_desk, options)
    except DeskError as error:
        return _refused(str(error))
    assert isinstance(desk, PlayedDesk), "a tour is of a played market"
    _print_sources(desk)
    try:
        return await run_tour(window, desk)
    except OSError as error:
        return _refused(f"the pictures cannot be written: {error.filename or ''}: {reason_of(error)}")
    finally:
        desk.archive.close()


def _refused(reason: str) -> int:
    print(f"microscalp: {reason}", file=sys.stderr)  # noqa: T201
    return EXIT_REFUSED


def _print_sources(desk: PlayedDesk | LiveDesk) -> None:
    """Of a live desk nothing is known yet."""
    for source in desk.engine.sources:
        print(f"{source.symbol}: {source.name}, {source.words}")  # noqa: T201


class Troubles(NamedTuple):
    """What the window shows once it can: why no log is written (empty if one is), and uncaught exceptions."""

    log_fault: str
    unhandled: Unhandled


class Opened(NamedTuple):
    """A desk, and what was asked for in opening it."""

    desk: PlayedDesk | LiveDesk
    options: argparse.Namespace


def _opened(options: argparse.Namespace, tell: Tell) -> Opened:
    files = [file for group in options.data or () for file in group]

    def tell_file(place: int) -> None:
        tell(f"Reading {files[place].name} ({place + 1} of {len(files)}) …", place, len(files))

    return Opened(_open_desk(options, tell_file), options)


def _open_desk(options: argparse.Namespace, before_each: Callable[[int], None] | None = None) -> PlayedDesk | LiveDesk:
    from config.loader import load_settings, user_file
    from config.private_files import tighten
    from engine.bootstrap import build_engine, build_live_engine, open_markets, user_data_directory

    data, config = options.data_dir or user_data_directory(), user_file().parent
    tighten(config, "*.json", "*.txt", "presets", "presets/*.json")
    if not options.tour:
        tighten(data, "recent_recordings.json", LIVE_STORE, "recordings", "recordings/*", "recordings/*/*")
    settings = load_settings()
    if settings.feeds.source == "metatrader" and not (options.data or options.tour or options.demo):
        # A store of its own: a played market ends what another run of it left open.
        return build_live_engine(settings, directory=data / LIVE_STORE, shared=user_data_directory() / ACCOUNTS)
    return build_engine(
        open_markets(_choice(options, settings), before_each),
        settings,
        speed=math.inf if options.tour else options.speed or settings.feeds.speed,
        start=options.start,
        directory=None if options.tour else data,
    )


def _choice(options: argparse.Namespace, settings: Settings) -> MarketChoice:
    from engine.bootstrap import MarketChoice

    return MarketChoice(
        files=tuple(file for group in options.data or () for file in group),
        symbols=tuple(options.symbol or ()),
        clock=options.clock,
        spread=options.spread,
        seed=settings.feeds.demo_seed if options.seed is None else options.seed,
    )


async def _trade(window: MainWindow, opened: Opened, troubles: Troubles, ending: ProcessEnd) -> int:
    """Runs engine and window until the user closes the window or the process is told to end."""
    from config.loader import user_file
    from engine.bootstrap import PlayedDesk, user_data_directory
    from gui.desks import Desks
    from gui.features.help.model.introduced import IntroducedFile
    from gui.features.opening.markets import Markets
    from gui.platform.garbage import GarbageKeeper, keep_what_exists
    from gui.platform.memory import MemoryKeeper
    from gui.platform.startup_trace import milestone

    desk, options = opened
    directory = options.data_dir or user_data_directory()
    desks = Desks(directory, directory)
    ending.watch(desks.end_now)
    choice = _choice(options, desk.settings)
    markets = Markets.of_choice(choice, desk.markets) if isinstance(desk, PlayedDesk) else None
    desks.open_first(window, desk, markets)
    for warning in desk.archive.warnings:
        window.faults.tell(
            "The store was damaged", f"{warning}. The desk is halted: read the journal, then release it."
        )
    if troubles.log_fault:
        window.faults.tell("No log is written", troubles.log_fault)
    troubles.unhandled.noticed.connect(window.faults.tell)
    window.desk.settings.keep_in(user_file())  # a replay beside it leaves the user's settings alone
    if markets is not None and not choice.files:
        window.help.introduce_once(IntroducedFile(user_file().parent / INTRODUCED))
    milestone("furnished")
    keep_what_exists()
    GarbageKeeper(desks)
    MemoryKeeper(desks)
    await desks.has_closed.wait()
    await desks.close()
    return EXIT_FAILED if desks.has_failed else 0


if __name__ == "__main__":
    sys.exit(main())
