"""Messages between a desk and the processes of the windows beside it, each one line of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from gui.features.chart.model.overlay_styles import ChartLook
from gui.features.layout.file import Look
from gui.features.opening.model import ChosenFile

TO_FRONT: Final = b"to front"
"""What a desk says to a window that the user wants to see."""
SHOW_STUDY: Final = b"show study "
"""Prefix of the message to the lab that names the study to show; its key follows."""


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to play, the first message to a replay: files, or the demo market where there are none.

    `settings` are those of the desk, as JSON, and `settings_file` is where the user keeps them, whose look the replay
    follows. `directory` keeps recordings; `size` is that of the desk's window in pixels, `look` what it looks like.
    `looks` are the overlays and their styles on the desk's charts, by symbol.
    It begins at the instant `start`, or at the beginning of the files; and continues the practice session of the file
    `journal`, where one is named.
    """

    files: list[ChosenFile]
    settings: dict[str, Any]
    settings_file: str | None
    directory: str
    size: tuple[int, int]
    look: Look
    looks: Mapping[str, ChartLook] = {}
    start: datetime | None = None
    journal: str = ""


class LabRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The first message to the lab; fields as of `ReplayRequest`.

    `directory` keeps its studies; the one whose key is `study` is shown first, none where it is empty.
    """

    settings: dict[str, Any]
    settings_file: str | None
    directory: str
    size: tuple[int, int]
    look: Look
    study: str = ""


class WindowOpened(msgspec.Struct, frozen=True, tag="opened"):
    """The window shows what it was opened for."""


class BesideWanted(msgspec.Struct, frozen=True, tag="beside"):
    """The user wants a replay beside this window: these files, or the demo market, from `start` or the beginning.

    `journal` as of `ReplayRequest`.
    """

    files: list[ChosenFile]
    start: datetime | None = None
    journal: str = ""


class LabWanted(msgspec.Struct, frozen=True, tag="lab"):
    """The user wants to see the lab, and in it the study of that key, if one is named."""

    study: str = ""


WindowMessage = WindowOpened | BesideWanted | LabWanted
