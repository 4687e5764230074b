"""The user's own desk, as command line and settings define it, and the windows beside it."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gui.desk_program import Opened, Troubles, run_desk
from gui.features.layout.file import LayoutFile, last_theme, user_layout_file
from gui.window import MainWindow

if TYPE_CHECKING:
    from config.settings import Settings
    from engine.bootstrap import LiveDesk, MarketChoice, PlayedDesk
    from engine.exchange_desk import PaperDesk
    from engine.process_end import ProcessEnd
    from gui.features.opening.first_opening import ReadingProgress
    from gui.features.opening.markets import Markets
    from gui.running_desk import RunningDesk

INTRODUCED = "introduced.txt"
ACCOUNTS = "accounts"
"""Folder shared by all desks of the user, whose data folders differ: each notes there which account it trades."""


class UserDesk:
    """A `Program`, and the `DeskSource` of its window."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._layout: LayoutFile | None = LayoutFile(user_layout_file())
        self.theme = last_theme(self._layout.layouts.look)
        self._warnings: list[tuple[str, str]] = []

    def make_window(self) -> MainWindow:
        layout, self._layout = self._layout or LayoutFile(user_layout_file()), None
        return MainWindow(last_theme(layout.layouts.look), layout)

    async def run(self, window: MainWindow, troubles: Troubles, ending: ProcessEnd) -> int:
        from config.loader import user_file
        from gui.beside import WindowsBeside

        if troubles.log_fault:
            self._warnings.append(("No log is written", troubles.log_fault))
        self._beside = WindowsBeside(user_file(), self.directory)
        try:
            return await run_desk(window, self, troubles, ending)
        finally:
            await self._beside.close()

    @property
    def directory(self) -> Path:
        from engine.bootstrap import user_data_directory

        return self._options.data_dir or user_data_directory()

    # -- opening ------------------------------------------------------------------------------------------------

    def open(self, report: ReadingProgress) -> Opened:
        settings = self._settings()
        source = self._options.source or settings.feeds.source
        if self._options.data or source == "demo":
            return self._open_played(self._options, settings, report)
        if source == "metatrader":
            return self._open_live(settings)
        return self._open_exchange(source, settings)

    def open_demo(self, report: ReadingProgress) -> Opened:
        named = {"data": None, "symbol": None, "start": None, "source": None}
        return self._open_played(argparse.Namespace(**vars(self._options) | named), self._settings(), report)

    def open_here(self, markets: Markets, settings: Settings) -> Opened:
        from engine.bootstrap import build_engine

        return Opened(
            build_engine(
                *(markets.markets, settings),
                speed=settings.feeds.speed,
                directory=self.directory,
                calendar=self.directory,
            ),
            markets,
        )

    def _settings(self) -> Settings:
        from config.loader import load_settings, user_file
        from config.private_files import tighten
        from engine.bootstrap import LIVE_STORE
        from engine.exchange_desk import PAPER_STORE, PRICE_MEMORY

        tighten(user_file().parent, "*.json", "*.txt", "presets", "presets/*.json")
        stores = (LIVE_STORE, PAPER_STORE, f"{PAPER_STORE}/*", PRICE_MEMORY)
        tighten(self.directory, "recent_recordings.json", *stores, "recordings", "recordings/*", "recordings/*/*")
        return load_settings()

    def _open_live(self, settings: Settings) -> Opened:
        """With a store of its own: a played market ends what another run of it left open."""
        from engine.bootstrap import LIVE_STORE, build_live_engine, user_data_directory
        from engine.lab.identity import settings_hash

        desk = build_live_engine(
            settings,
            directory=self.directory / LIVE_STORE,
            shared=user_data_directory() / ACCOUNTS,
            settings_hash=settings_hash,
            calendar=self.directory,
        )
        return Opened(desk, None)

    def _open_exchange(self, source: str, settings: Settings) -> Opened:
        """With a store and a paper account of its own, which go on from run to run."""
        from engine.exchange_desk import PAPER_STORE, PRICE_MEMORY, build_exchange_desk

        names = tuple(self._options.symbol or settings.symbols)
        store, memory = self.directory / PAPER_STORE / source, self.directory / PRICE_MEMORY
        desk = build_exchange_desk(
            *(source, settings, names), directory=store, memory=memory, calendar=self.directory
        )  # fmt: skip
        return Opened(desk, None)

    def _open_played(self, options: argparse.Namespace, settings: Settings, report: ReadingProgress) -> Opened:
        from gui.features.opening.markets import Markets

        choice = choice_of(options, settings)
        files = [path for path, _ in choice.recordings()]

        def report_file(place: int) -> None:
            report(f"Reading {files[place].name} ({place + 1} of {len(files)}) …", place, len(files))

        desk = played_desk(choice, options, settings, directory=self.directory, before_each=report_file)
        return Opened(desk, Markets.of_choice(choice, desk.markets))

    # -- a desk that runs ---------------------------------------------------------------------------------------

    def adopt(self, running: RunningDesk) -> None:
        from config.loader import user_file
        from engine.bootstrap import PlayedDesk
        from gui.features.help.model.introduced import IntroducedFile

        window, desk = running.window, running.desk
        print_sources(desk)
        self._beside.serve(running)
        for warning in desk.archive.warnings:
            window.faults.add_fault(
                "The store was damaged", f"{warning}. The desk is halted: read the journal, then release it."
            )
        while self._warnings:
            window.faults.add_fault(*self._warnings.pop())
        window.desk.settings.keep_in(user_file())
        window.help.introduction.model.may_choose = True
        is_recording = isinstance(desk, PlayedDesk) and None not in (market.last_at for market in desk.markets)
        if not is_recording:
            window.desk.evidence.begin(self.directory)
        if running.is_live:
            window.desk.drift.begin()
        _reach_phone(running)
        _look_for_updates(running)
        running.begin_door(self.directory)
        _offer_assistant(running, self.directory)
        if isinstance(desk, PlayedDesk) and not is_recording:
            window.help.introduce_once(IntroducedFile(user_file().parent / INTRODUCED))


def _reach_phone(running: RunningDesk) -> None:
    """Gets ready to send alerts, and carries out commands from the phone, if the user's settings allow them."""
    from engine.domain.messages.trading import CommandRefused
    from gui.features.phone.panel import PhoneReceiver

    window, model = running.window, running.window.desk
    receiver = PhoneReceiver(lambda: model.settings.wanted.phone, lambda: model.trading.plans.waiting, window)
    receiver.commanded.connect(model.commanded)
    receiver.announced.connect(window.say)
    running.desk.bus.subscribe(receiver.on_event, CommandRefused)
    model.settings.changed.connect(receiver.follow_settings)
    window.phone.announced.connect(window.say)
    window.phone.prepare()
    window.phone.addresses_changed.connect(receiver.restart)
    window.closed.connect(receiver.close)
    receiver.follow_settings()


def _offer_assistant(running: RunningDesk, directory: Path) -> None:
    """Shows how programs are connected; only this desk has a door for them."""
    from gui.features.assistant.panel import AssistantOpener

    window = running.window
    assistant = AssistantOpener(window, window.desk.assistant, directory, window.settings.open)
    window.tools_menu.insertAction(window.settings.action, assistant.action)
    window.keys.adopt()


def _look_for_updates(running: RunningDesk) -> None:
    """Looks for a newer version, if the user has named an address for it."""
    from gui.features.updates.panel import Updates

    window, settings = running.window, running.window.desk.settings
    updates = Updates(
        window, lambda: settings.wanted.updates.address, lambda: window.desk.closing.open_positions, window.gateway
    )
    window.help_menu.addAction(updates.action)
    window.keys.adopt()
    updates.announced.connect(window.say)
    settings.changed.connect(updates.follow_settings)
    window.closed.connect(updates.close)
    updates.follow_settings()


def choice_of(options: argparse.Namespace, settings: Settings) -> MarketChoice:
    """The market that the command line names; the demo market where it names no file."""
    from engine.bootstrap import MarketChoice

    return MarketChoice(
        files=tuple(file for group in options.data or () for file in group),
        symbols=tuple(options.symbol or ()),
        clock=options.clock,
        spread=options.spread,
        seed=settings.feeds.demo_seed if options.seed is None else options.seed,
    )


def played_desk(
    choice: MarketChoice,
    options: argparse.Namespace,
    settings: Settings,
    *,
    directory: Path | None,
    before_each: Callable[[int], None] | None = None,
) -> PlayedDesk:
    """Like `build_engine`, at the speed and from the instant of the command line; a tour is as fast as it can."""
    from engine.bootstrap import build_engine, open_markets

    speed = math.inf if options.tour else options.speed or settings.feeds.speed
    markets = open_markets(choice, before_each)
    return build_engine(
        *(markets, settings), speed=speed, start=options.start, directory=directory, calendar=directory
    )  # fmt: skip


def print_sources(desk: PlayedDesk | LiveDesk | PaperDesk) -> None:
    """Prints the sources; nothing is known of a live desk yet."""
    for source in desk.engine.sources:
        print(f"{source.symbol}: {source.name}, {source.words}")  # noqa: T201
