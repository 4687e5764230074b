"""All studies of the lab: kept on the disk, run one after the other, cancelled, deleted and run again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from config.atomic_file import write_atomically
from config.loader import export_settings
from config.presets import PresetShelf
from config.settings import Settings
from gui.features.lab.model.preparing import Ready, RefusedRequest, ready, recordings_in
from gui.features.lab.model.request import StudyRequest, arguments, for_form
from gui.features.lab.model.run import StudyRun
from gui.features.lab.model.shelf import OTHER, SETTINGS, SPACE, StudyShelf, now
from gui.features.lab.model.space import file_of, read_rows
from gui.features.lab.model.study import Study, StudyProgress, StudyRecord, StudyState
from gui.platform.background import Background

CANCELLED = "Cancelled. Finished parts are kept: run it again to go on."


class StudiesModel(QObject):
    """`studies` by key, the newest first. `listed` follows when some came or went, `changed` carries the key of one
    that is another now; `began` the key of a new one, `refused` a `RefusedRequest`; `announced` a sentence to be read
    once, `presets_found` the names of presets."""

    listed = Signal()
    changed = Signal(str)
    began = Signal(str)
    refused = Signal(object)
    announced = Signal(str)
    presets_found = Signal(object)

    def __init__(
        self, directory: Path, settings: Settings, presets: Path | None = None, parent: QObject | None = None
    ) -> None:
        """`directory` is the data folder, `presets` where the user's own are kept."""
        super().__init__(parent)
        self.studies: dict[str, Study] = {}
        self.current = settings
        self.presets = PresetShelf(presets)
        self.shelf = StudyShelf(directory)
        self._directory = directory
        self._waiting: deque[str] = deque()
        self._running: tuple[str, StudyRun] | None = None
        self._background = Background(self, self.announced.emit)

    def open(self) -> None:
        """Reads what there is."""
        self._background.run(self.shelf.listed, self._show)

    def close(self) -> None:
        """Ends the study that runs; those that were not over are cancelled at the next opening."""
        if self._running is not None:
            self._running[1].end()
            self._running = None
        self._background.close()

    @property
    def process_id(self) -> int:
        """Of the study that runs; 0 while none does."""
        return 0 if self._running is None else self._running[1].process.processId()

    # -- what the user does

    def begin(self, request: StudyRequest) -> None:
        """Runs a study as soon as those before it are over; `began` or `refused` follows."""
        current = self.current

        def prepare() -> Study | RefusedRequest:
            try:
                found = ready(request, current, self.presets)
            except RefusedRequest as error:
                return error
            return self._kept(request, found)

        self._background.run(prepare, self._on_prepared)

    def again(self, key: str) -> None:
        """Asks the same once more, by the settings that it had: finished parts are not done twice."""
        record = self._record(key)
        if record is None or not record.state.is_over:
            return

        def repeat() -> Study:
            again = StudyRecord(request=record.request, created_at=record.created_at)
            study = Study(key=key, record=again)
            self.shelf.keep(study)
            return study

        self._background.run(repeat, self._enqueue)

    def cancel(self, key: str) -> None:
        """Ends a study at once, or takes it out of the queue."""
        if self._running is not None and self._running[0] == key:
            self._running[1].cancel()
            self._running = None
        elif key in self._waiting:
            self._waiting.remove(key)
        else:
            return
        self._finish(key, StudyState.CANCELLED, said=CANCELLED)

    def delete(self, key: str) -> None:
        """Removes a study and its result for good."""
        self.cancel(key)

        def forget(_: object) -> None:
            if self.studies.pop(key, None) is not None:
                self.listed.emit()

        self._background.run(lambda: self.shelf.delete(key), forget)

    def find_recordings(self, paths: Iterable[Path], then: Any) -> None:
        """Hands the recordings among these files and folders to `then`."""
        wanted = list(paths)
        self._background.run(lambda: recordings_in(wanted), then)

    def read_space(self, path: Path, then: Any) -> None:
        """Hands the rows of a file of values to `then`; a file that cannot be read is announced."""
        self._background.run(lambda: read_rows(path), then)

    def find_presets(self) -> None:
        """Announces the presets that there are now."""
        shelf = self.presets
        self._background.run(lambda: (*shelf.shipped, *shelf.own), self.presets_found.emit)

    # -- the queue

    def _kept(self, request: StudyRequest, found: Ready) -> Study:
        study = self.shelf.new(StudyRecord(request=request, created_at=now()))
        folder = self.shelf.folder(study.key)
        export_settings(found.settings, folder / SETTINGS)
        if found.other is not None:
            export_settings(found.other, folder / OTHER)
        if request.searched:
            write_atomically(folder / SPACE, file_of(request.searched))
        return study

    def _on_prepared(self, made: Study | RefusedRequest) -> None:
        if isinstance(made, RefusedRequest):
            self.refused.emit(made)
            return
        self._enqueue(made)
        self.began.emit(made.key)

    def _enqueue(self, study: Study) -> None:
        is_new = study.key not in self.studies
        self.studies = {study.key: study, **self.studies} if is_new else self.studies | {study.key: study}
        self._waiting.append(study.key)
        if is_new:
            self.listed.emit()
        else:
            self.changed.emit(study.key)
        self._begin_next()

    def _begin_next(self) -> None:
        if self._running is not None or not self._waiting:
            return
        key = self._waiting.popleft()
        record = self._record(key)
        assert record is not None
        folder = self.shelf.folder(key)
        other = None if record.request.other is None else folder / OTHER
        space = folder / SPACE if record.request.searched else None
        run = StudyRun(arguments(record.request, self._directory, folder / SETTINGS, other, space), self)
        run.progressed.connect(lambda progress: self._progress(key, progress))
        run.answered.connect(lambda result: self._finish(key, StudyState.DONE, result=bytes(result)))
        run.failed.connect(lambda reason: self._finish(key, StudyState.FAILED, said=for_form(reason)))
        self._running = key, run
        self._change(key, state=StudyState.RUNNING, started_at=now())
        run.start()

    def _progress(self, key: str, progress: StudyProgress) -> None:
        self.studies[key] = msgspec.structs.replace(self.studies[key], progress=progress)
        self.changed.emit(key)

    def _finish(self, key: str, state: StudyState, *, said: str = "", result: bytes | None = None) -> None:
        """The record is written before anybody reads the result."""
        if self._running is not None and self._running[0] == key:
            self._running[1].deleteLater()
            self._running = None
        record = self._record(key)
        assert record is not None
        ended = msgspec.structs.replace(record, state=state, ended_at=now(), said=said)
        study = Study(key=key, record=ended)

        def show(_: object) -> None:
            self._put(study)
            self._begin_next()

        def regret(reason: str) -> None:
            self.announced.emit(reason)
            show(None)

        if state is StudyState.CANCELLED:
            self._put(study)
        self._background.run(lambda: self.shelf.keep(study, result), show, regret)

    # -- parts

    def _show(self, studies: list[Study]) -> None:
        """Finished studies may have changed on disk meanwhile; for the others this window is up to date."""
        found = {study.key: study for study in studies}
        here = {key: study for key, study in self.studies.items() if key not in found or not study.state.is_over}
        before, self.studies = self.studies, found | here
        self.listed.emit()
        for key in before:
            if self.studies[key] != before[key]:
                self.changed.emit(key)

    def _record(self, key: str) -> StudyRecord | None:
        study = self.studies.get(key)
        return None if study is None else study.record

    def _change(self, key: str, **values: Any) -> None:
        record = self._record(key)
        assert record is not None
        self._put(Study(key=key, record=msgspec.structs.replace(record, **values)))

    def _put(self, study: Study) -> None:
        """Shows it as it is now, unless it was deleted meanwhile."""
        if study.key in self.studies:
            self.studies[study.key] = study
            self.changed.emit(study.key)
