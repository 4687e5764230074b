"""The lab beside a desk, as a separate process: it ends when its window is closed, or when the desk is gone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QSize, Signal

from gui.features.lab.view.window import LabWindow
from gui.features.layout.file import last_theme
from gui.features.opening.model import ChosenFile
from gui.features.opening.window_messages import (
    SHOW_STUDY,
    TO_FRONT,
    BesideWanted,
    LabRequest,
    WindowMessage,
    WindowOpened,
)
from gui.platform.parent import first_line, when_gone

if TYPE_CHECKING:
    from datetime import datetime

    from config.settings import Settings
    from engine.process_end import ProcessEnd
    from gui.desk_program import Troubles
    from gui.features.lab.model.request import StudyRequest
    from gui.features.lab.model.studies import StudiesModel


class _Heard(QObject):
    """Carries what the desk says from the thread that listens to that of the window."""

    said = Signal(bytes)


class LabDesk:
    """A `Program`. It follows the look of the user's settings, and writes only its studies, exported tables and
    presets."""

    def __init__(self, request: LabRequest) -> None:
        self._request = request
        self.theme = last_theme(request.look)

    @classmethod
    def asked_for(cls) -> LabDesk:
        """By the parent. Raises `msgspec.DecodeError` where it said nothing."""
        return cls(msgspec.json.decode(first_line(), type=LabRequest))

    def make_window(self) -> LabWindow:
        return LabWindow(self.theme, QSize(*self._request.size))

    async def run(self, window: LabWindow, troubles: Troubles, ending: ProcessEnd) -> int:
        """0, whatever happened in the window: anything else would mean that it ended unexpectedly."""
        from gui.features.lab.model.answer import AnswerModel
        from gui.features.lab.model.studies import StudiesModel
        from gui.platform.garbage import GarbageKeeper, keep_what_exists

        is_closed = asyncio.Event()
        window.closed.connect(is_closed.set)
        ending.watch(window.close)
        heard = _Heard()
        heard.said.connect(lambda words: _obey(window, words))
        when_gone(ending.request, heard.said.emit)
        settings_file = None if self._request.settings_file is None else Path(self._request.settings_file)
        presets = None if settings_file is None else settings_file.parent / "presets"
        studies = StudiesModel(Path(self._request.directory), self._settings(), presets, window)
        answers = AnswerModel(studies, window)
        window.populate(studies, answers)
        window.replay_wanted.connect(_ask_replay)
        troubles.unhandled.noticed.connect(window.faults.add_fault)
        if settings_file is not None:
            _follow_settings(window, studies, settings_file)
        window.show_study(self._request.study)
        keep_what_exists()
        GarbageKeeper(window)
        _say(WindowOpened())
        await is_closed.wait()
        studies.close()
        answers.close()
        return 0

    def _settings(self) -> Settings:
        from config.loader import parse_settings

        return parse_settings(msgspec.json.encode(self._request.settings), "the settings of the desk")


def _obey(window: LabWindow, words: bytes) -> None:
    """Executes a message of the desk."""
    if words == TO_FRONT:
        _come_to_front(window)
    elif words.startswith(SHOW_STUDY):
        window.show_study(words.removeprefix(SHOW_STUDY).decode(errors="replace"))


def _come_to_front(window: LabWindow) -> None:
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()


def _follow_settings(window: LabWindow, studies: StudiesModel, path: Path) -> None:
    """What the user applies for the desk is what new studies call the current settings."""
    from gui.features.settings.model.file import SettingsFile
    from gui.theme import theme_for

    file = SettingsFile(path, window)

    def apply_look(settings: Settings) -> None:
        studies.current = settings
        window.set_theme(theme_for(settings.interface.theme, settings.interface.colours))

    file.edited.connect(apply_look)
    window.closed.connect(file.stop)
    file.start()


def _ask_replay(request: StudyRequest, at: datetime) -> None:
    """Of the desk, so that the replay does not end with the lab."""
    files = [
        ChosenFile(path=path, symbol=request.symbol, clock=request.clock, spread=request.spread)
        for path in request.files
    ]
    _say(BesideWanted(files, at))


def _say(message: WindowMessage) -> None:
    print(msgspec.json.encode(message).decode(), flush=True)  # noqa: T201
