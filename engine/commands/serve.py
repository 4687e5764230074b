"""`microscalp serve`: the desk without a window, with its door open, until it is asked to end."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path
from typing import Final

from config.loader import load_settings
from config.settings import Settings
from engine.adapters.door.address import FILE
from engine.assistant.desk_door import DeskDoor
from engine.bootstrap import (
    LIVE_STORE,
    LiveDesk,
    MarketChoice,
    PlayedDesk,
    build_engine,
    build_live_engine,
    open_markets,
    user_data_directory,
)
from engine.clock import SystemClock
from engine.commands.terminal import say
from engine.domain.facts import DeskClosed
from engine.domain.messages.commands import Halt
from engine.domain.messages.door import DoorChanged, DoorOpened
from engine.domain.messages.engine import Event, FaultReported, GatewayChanged, SourceMissing
from engine.domain.messages.trading import ModesChanged
from engine.domain.risk import Authority
from engine.exchange_desk import PAPER_STORE, PRICE_MEMORY, PaperDesk, build_exchange_desk
from engine.process_end import ProcessEnd

SOURCES: Final = ("demo", "metatrader", "binance", "kraken")
ACCOUNTS: Final = "accounts"
"""Folder shared by all desks of the user: each notes there which account it trades."""
OPERATOR: Final = "the operator"
"""Who halts the desk by a signal, for the journal."""
Desk = PlayedDesk | LiveDesk | PaperDesk


def add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "serve",
        help="run the desk without a window, for programs; SIGUSR1 halts it, Ctrl+C or SIGTERM ends it",
    )
    parser.add_argument("--source", choices=SOURCES, help="where prices come from (default: as configured)")
    parser.add_argument("--data", type=Path, nargs="+", metavar="FILE", help="play recordings in place of a source")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a configuration file to use instead of the user's")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder of plans, journal and API address")
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> int:
    settings = load_settings(options.config)
    directory = options.data_dir or user_data_directory()
    desk, ending = _open(options, settings, directory), ProcessEnd()
    try:
        for warning in desk.archive.warnings:
            say(f"{warning}. The desk is halted: open it in a window and release the halt.")
        asyncio.run(_serve(desk, directory, ending))
    finally:
        desk.archive.close()
        ending.finish()
    return 0


def _open(options: argparse.Namespace, settings: Settings, directory: Path) -> Desk:
    """Each source has a store of its own, as in a window; one that another desk has open is refused."""
    source = options.source or settings.feeds.source
    if options.data or source == "demo":
        choice = MarketChoice(files=tuple(options.data or ()), seed=settings.feeds.demo_seed)
        return build_engine(
            *(open_markets(choice), settings), speed=settings.feeds.speed, directory=directory, calendar=directory
        )
    if source == "metatrader":
        from engine.lab.identity import settings_hash

        return build_live_engine(
            settings,
            directory=directory / LIVE_STORE,
            shared=user_data_directory() / ACCOUNTS,
            settings_hash=settings_hash,
            calendar=directory,
        )
    return build_exchange_desk(
        source,
        settings,
        settings.symbols,
        directory=directory / PAPER_STORE / source,
        memory=directory / PRICE_MEMORY,
        calendar=directory,
    )


async def _serve(desk: Desk, directory: Path, ending: ProcessEnd) -> None:
    """Until the process is asked to end, or the engine ends by a fault, which is raised."""
    ended = asyncio.Event()
    ending.watch(ended.set)
    desk.bus.subscribe(
        lambda event: _show(event, directory), DoorChanged, DoorOpened, FaultReported, GatewayChanged, SourceMissing
    )
    desk.bus.subscribe(_ModeLines().show, ModesChanged)
    door, keep = DeskDoor(desk, directory, is_always_open=True), desk.engine.survival.keep
    loop = asyncio.get_running_loop()
    engine = loop.create_task(desk.run())
    engine.add_done_callback(lambda _: ended.set())
    _halt_on_signal(desk, loop)
    beside = [
        loop.create_task(keep("The journal", desk.archive.journal.run)),
        loop.create_task(keep("The maintenance of the store", lambda: _keep_house(desk))),
        loop.create_task(keep("The local API", door.run)),
    ]
    try:
        await ended.wait()
    finally:
        _note_end(desk)
        for task in (engine, *beside):
            task.cancel()
        await asyncio.gather(engine, *beside, return_exceptions=True)
    if not engine.cancelled() and (error := engine.exception()) is not None:
        raise error


def _halt_on_signal(desk: Desk, loop: asyncio.AbstractEventLoop) -> None:
    """The one way down for who runs the desk without a window; only a window leads up again. Windows has no such
    signal: there the desk is ended."""
    if hasattr(signal, "SIGUSR1"):
        halt = Halt("the process received SIGUSR1", OPERATOR)
        loop.add_signal_handler(signal.SIGUSR1, lambda: desk.engine.handle(halt))


class _ModeLines:
    """Prints what the desk may do by itself, whenever that changes."""

    def __init__(self) -> None:
        self._last = ""

    def show(self, event: Event) -> None:
        assert isinstance(event, ModesChanged)
        words = _mode_words(event)
        if words != self._last:
            self._last = words
            say(words)


def _mode_words(modes: ModesChanged) -> str:
    if modes.halt is not None:
        return f"HALT ({modes.halt.reason}): nothing is entered. Release it in a window."
    if modes.authority is Authority.EXITS_ONLY:
        return "CLOSE ONLY: nothing is entered; open positions are managed."
    automatic = sorted(modes.auto_symbols - modes.unpermitted.keys()) if modes.authority is Authority.AUTO else []
    if automatic:
        return f"AUTO as in the run before: {', '.join(automatic)} trades without approval. SIGUSR1 halts the desk."
    return "MANUAL: entries need approval in a window, so nothing is entered here; open positions are managed."


async def _keep_house(desk: Desk) -> None:
    await desk.archive.keep_house(SystemClock(), lambda: desk.settings_store.in_force.store.journal_months)


def _note_end(desk: Desk) -> None:
    """Records what is left open: stops on a broker's account stay, a played market's paper account ends."""
    opened = desk.engine.opened
    overview = None if opened is None else opened.trader.overview()
    desk.bus.publish(
        DeskClosed(
            cause="system",
            positions=0 if overview is None else len(overview.positions),
            orders=0,
            is_live=not isinstance(desk, PlayedDesk),
            is_paper_kept=isinstance(desk, PaperDesk),
        )
    )


def _show(event: Event, directory: Path) -> None:
    match event:
        case DoorOpened():
            say(f"The API is open: {directory / FILE}. Plans that are proposed wait for you to arm them in a window.")
        case DoorChanged(failure=failure) if failure:
            say(failure)
        case GatewayChanged(sentence=sentence):
            say(sentence)
        case SourceMissing(reason):
            say(reason)
        case FaultReported(title, sentence):
            say(f"{title}. {sentence}")
