"""Studies on the disk, each a folder with what was asked and what came of it. What is read there is not believed."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from config.atomic_file import reason_of, remove_file, write_atomically
from config.loader import export_settings
from config.private_files import make_private_directory
from config.settings import Settings
from engine.errors import DeskError
from gui.features.lab.model.kinds import BY_NAME
from gui.features.lab.model.request import SettingsChoice, StudyRequest
from gui.features.lab.model.study import Study, StudyRecord, StudyState

STUDIES: Final = Path("lab") / "studies"
"""Below the data folder."""
RECORD, RESULT, SETTINGS, OTHER, SPACE = "study.json", "result.json", "settings.json", "other.json", "space.json"
MAX_STUDIES: Final = 1_000
LARGEST_RECORD: Final = 1_000_000
LARGEST_RESULT: Final = 100_000_000
"""Bytes; a comparison over years has some millions."""
INTERRUPTED: Final = "The lab was closed before this ended. Finished parts are kept: run it again to go on."

_KEY: Final = re.compile(r"\d{8}-\d{6}-\d{2}")


class UnusableStudy(DeskError):
    """A study whose files cannot be read, written or deleted: says which, and why."""


class StudyShelf:
    """Everything here reads or writes files: not for the event loop."""

    def __init__(self, directory: Path) -> None:
        """`directory` is the data folder of the desk."""
        self._folder = directory / STUDIES

    def listed(self) -> list[Study]:
        """All studies, the newest first; those that were not over are cancelled."""
        with suppress(OSError):
            keys = sorted(path.name for path in self._folder.iterdir() if _KEY.fullmatch(path.name))
            return [self._read(key) for key in reversed(keys[-MAX_STUDIES:])]
        return []

    def new(self, record: StudyRecord) -> Study:
        """Makes room for a study and keeps its record. Raises `UnusableStudy`."""
        stamp = record.created_at.astimezone(UTC).strftime("%Y%m%d-%H%M%S")
        try:
            make_private_directory(self._folder)
            for number in range(100):
                key = f"{stamp}-{number:02}"
                with suppress(FileExistsError):
                    (self._folder / key).mkdir(0o700)
                    study = Study(key=key, record=record)
                    self.keep(study)
                    return study
        except OSError as error:
            raise UnusableStudy(f"{self._folder}: the study cannot be kept: {reason_of(error)}") from error
        raise UnusableStudy(f"{self._folder}: more than 100 studies were begun in one second")

    def keep(self, study: Study, result: bytes | None = None) -> None:
        """Writes the record, and before it the result if there is one. Raises `UnusableStudy`."""
        folder = self.folder(study.key)
        try:
            if result is not None:
                write_atomically(folder / RESULT, result.decode(errors="replace"))
            write_atomically(folder / RECORD, msgspec.json.encode(study.record).decode())
        except OSError as error:
            raise UnusableStudy(f"{folder}: the study cannot be kept: {reason_of(error)}") from error

    def add_answered(self, request: StudyRequest, settings: Settings, other: Settings | None, result: bytes) -> str:
        """Keeps a study that ran outside of the lab, with its settings; returns its key. Raises `DeskError`."""
        record = StudyRecord(request=request, created_at=now())
        study = self.new(record)
        folder = self.folder(study.key)
        export_settings(settings, folder / SETTINGS)
        if other is not None:
            export_settings(other, folder / OTHER)
            edited = SettingsChoice("edited", str(folder / OTHER))
            record = msgspec.structs.replace(record, request=msgspec.structs.replace(request, other=edited))
        answered = msgspec.structs.replace(record, state=StudyState.DONE, ended_at=now())
        self.keep(Study(key=study.key, record=answered), result)
        return study.key

    def result(self, key: str) -> bytes:
        """The result as it was printed. Raises `UnusableStudy`."""
        return content_of(self.folder(key) / RESULT, LARGEST_RESULT)

    def delete(self, key: str) -> None:
        """Removes what the lab has written, and the folder unless others have put something in. Raises
        `UnusableStudy`."""
        folder = self.folder(key)
        try:
            for name in (RECORD, RESULT, SETTINGS, OTHER, SPACE):
                remove_file(folder / name)
            folder.rmdir()
        except OSError as error:
            raise UnusableStudy(f"{folder}: the study cannot be deleted: {reason_of(error)}") from error

    def folder(self, key: str) -> Path:
        """Where a study is kept."""
        assert _KEY.fullmatch(key), key
        return self._folder / key

    def _read(self, key: str) -> Study:
        try:
            record = msgspec.json.decode(content_of(self.folder(key) / RECORD, LARGEST_RECORD), type=StudyRecord)
        except (ValueError, RecursionError):
            return Study(key=key, record=None, said=f"{RECORD} of this study is damaged.")
        except UnusableStudy as error:
            return Study(key=key, record=None, said=f"{error}.")
        if record.request.kind not in BY_NAME or record.created_at.tzinfo is None:
            return Study(key=key, record=None, said="It is of a kind that this version does not know.")
        if not record.state.is_over:
            record = msgspec.structs.replace(record, state=StudyState.CANCELLED, said=INTERRUPTED)
        return Study(key=key, record=record)


def content_of(path: Path, most: int) -> bytes:
    """The bytes of a file, at most `most`. Raises `UnusableStudy`."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise UnusableStudy(f"{path} cannot be read: {reason_of(error)}") from error
    if len(content) > most:
        raise UnusableStudy(f"{path} is too large; allowed are {most:,} bytes")
    return content


def now() -> datetime:
    """The time of this machine, for the order of studies."""
    return datetime.now(UTC)
