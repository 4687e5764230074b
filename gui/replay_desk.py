"""A replay in a separate process: it plays what the desk asks for, until the desk is gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gui.desk_program import Opened, Troubles, run_desk
from gui.features.layout.file import last_theme
from gui.features.opening.window_messages import BesideWanted, LabWanted, ReplayRequest, WindowMessage, WindowOpened
from gui.platform.parent import first_line, when_gone
from gui.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config.settings import Settings
    from engine.adapters.recorded import Recording
    from engine.bootstrap import PlayedDesk
    from engine.domain.practice import PracticeSession
    from engine.domain.trade_facts import Annotation
    from engine.practice.journals import PracticeJournal
    from engine.process_end import ProcessEnd
    from gui.features.opening.first_opening import ReadingProgress
    from gui.features.opening.markets import Markets
    from gui.features.opening.model import ChosenFile
    from gui.running_desk import RunningDesk


class ReplayDesk:
    """A `Program`, and the `DeskSource` of its window. It keeps plans and journal in memory, writes no settings and no
    layout, and follows the look of the user's settings. Overlays begin as on the desk's charts."""

    def __init__(self, request: ReplayRequest) -> None:
        self._request = request
        self._notes: tuple[Annotation, ...] = ()
        self._kept: PracticeSession | None = None
        self.theme = last_theme(request.look)

    @classmethod
    def asked_for(cls) -> ReplayDesk:
        """By the parent. Raises `msgspec.DecodeError` where it said nothing."""
        return cls(msgspec.json.decode(first_line(), type=ReplayRequest))

    def make_window(self) -> MainWindow:
        window = MainWindow(self.theme)
        window.caption = "REPLAY"
        window.setWindowTitle(window.caption)
        window.resize(*self._request.size)
        return window

    async def run(self, window: MainWindow, troubles: Troubles, ending: ProcessEnd) -> int:
        """0, whatever happened in the window: anything else would mean that it ended unexpectedly."""
        ending.watch(window.close_now)
        when_gone(ending.request)
        await run_desk(window, self, troubles, ending)
        return 0

    @property
    def directory(self) -> Path:
        return Path(self._request.directory)

    # -- opening ------------------------------------------------------------------------------------------------

    def open(self, report: ReadingProgress) -> Opened:
        from gui.features.opening.markets import Markets, read

        files = self._request.files
        if not files:
            return self.open_demo(report)
        found: list[tuple[ChosenFile, Recording]] = []
        for place, file in enumerate(files):
            report(f"Reading {Path(file.path).name} ({place + 1} of {len(files)}) …", place, len(files))
            _, recording = read(file)
            if recording is not None:
                found.append((file, recording))
        if self._request.start is not None:
            found = _that_have(self._request.start, found)
        files, recordings = [file for file, _ in found], [recording for _, recording in found]
        return self._opened(Markets.of_files(files, recordings), self._settings(), self._request.start)

    def open_demo(self, _: ReadingProgress) -> Opened:
        from gui.features.opening.markets import Markets

        settings, journal = self._settings(), self._journal()
        if journal is None:
            return self.open_here(Markets.demo(settings.feeds.demo_seed), settings)
        return self._opened(Markets.demo(journal.seed), settings, self._request.start)

    def open_here(self, markets: Markets, settings: Settings) -> Opened:
        return Opened(self._engine_of(markets, settings, None), markets)

    def _opened(self, markets: Markets, settings: Settings, start: datetime | None) -> Opened:
        desk = self._engine_of(markets, settings, start)
        if (journal := self._journal()) is not None:
            self._notes = desk.practice.resume(journal.session, journal.notes)
            self._kept = desk.practice.recorder.session
        return Opened(desk, markets)

    def _engine_of(self, markets: Markets, settings: Settings, start: datetime | None) -> PlayedDesk:
        from engine.bootstrap import build_engine

        return build_engine(
            *(markets.markets, settings), speed=settings.feeds.speed, start=start, calendar=self.directory
        )  # fmt: skip

    def _journal(self) -> PracticeJournal | None:
        """The practice session to continue. Raises `UnusableJournal`."""
        from engine.practice.journals import read_journal

        return read_journal(Path(self._request.journal)) if self._request.journal else None

    def _settings(self) -> Settings:
        from config.loader import parse_settings

        return parse_settings(msgspec.json.encode(self._request.settings), "the settings of the desk")

    # -- a desk that runs ---------------------------------------------------------------------------------------

    def adopt(self, running: RunningDesk) -> None:
        from gui.features.chart.view.styles.looks import LooksToCome
        from gui.features.replay.view.replay_mark import mark_replay

        window = running.window
        looks = LooksToCome(self._request.looks, window.deck)
        window.desk.opened.connect(lambda: looks.put())
        looks.put()
        window.desk.closing.is_replay = True
        window.alerts.keep_inside()
        mark_replay(window, ", ".join(dict.fromkeys(source.name for source in running.desk.engine.sources)))
        running.opening.beside_wanted.connect(_ask_beside)
        window.practice.journal_wanted.connect(lambda *wanted: _say(BesideWanted(*wanted)))
        for note in self._notes:
            window.desk.trading.notes.learn(note)
        if self._kept is not None:
            window.desk.practice.note_kept(self._kept)
        window.lab.wanted.connect(lambda study: _say(LabWanted(study)))
        if self._request.settings_file is not None:
            _follow_look(window, Path(self._request.settings_file))
        _say(WindowOpened())


def _that_have(at: datetime, found: Sequence[tuple[ChosenFile, Recording]]) -> list[tuple[ChosenFile, Recording]]:
    """One recording per symbol, since only one can be replayed: the first that has the instant, otherwise the first."""

    def has_it(recording: Recording) -> bool:
        return recording.first_at <= at <= recording.last_at

    kept: dict[str, tuple[ChosenFile, Recording]] = {}
    for each in found:
        symbol = each[1].source.symbol
        if symbol not in kept or (has_it(each[1]) and not has_it(kept[symbol][1])):
            kept[symbol] = each
    return list(kept.values())


def _ask_beside(files: list[ChosenFile]) -> None:
    """Of the desk, so that the other replay does not end with this one."""
    _say(BesideWanted(files))


def _say(message: WindowMessage) -> None:
    print(msgspec.json.encode(message).decode(), flush=True)  # noqa: T201


def _follow_look(window: MainWindow, path: Path) -> None:
    """What else the user changes for the desk is not of this replay."""
    from gui.features.settings.model.file import SettingsFile

    model, file = window.desk.settings, SettingsFile(path, window)

    def apply_look(settings: Settings) -> None:
        look = {"interface.theme": settings.interface.theme, "interface.colours": settings.interface.colours}
        model.change(look)

    file.edited.connect(apply_look)
    window.closed.connect(file.stop)
    file.start()
