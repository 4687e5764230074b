"""Messages between a desk and the process of a replay beside it, each one line of JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from gui.features.layout.file import Look
from gui.features.opening.model import ChosenFile


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to play, the first message to a replay: files, or the demo market where there are none.

    `settings` are those of the desk, as JSON, and `settings_file` is where the user keeps them, whose look the replay
    follows. `directory` keeps recordings; `size` is that of the desk's window in pixels, `look` what it looks like.
    """

    files: list[ChosenFile]
    settings: dict[str, Any]
    settings_file: str | None
    directory: str
    size: tuple[int, int]
    look: Look


class ReplayOpened(msgspec.Struct, frozen=True, tag="opened"):
    """The replay plays."""


class BesideWanted(msgspec.Struct, frozen=True, tag="beside"):
    """The user wants another window beside the replay, of these files or of the demo market."""

    files: list[ChosenFile]


ReplayMessage = ReplayOpened | BesideWanted
