"""The answer that is shown: read beside the window, exported, kept as a preset."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from config.changes import with_values
from config.faults import FaultyConfiguration, validation_faults
from config.loader import load_settings
from engine.reporting.export import export
from gui.features.lab.model.chart import CandleReader, DayCandles
from gui.features.lab.model.page import Page, Table
from gui.features.lab.model.reading import page_of
from gui.features.lab.model.shelf import SETTINGS
from gui.features.lab.model.studies import StudiesModel
from gui.features.lab.model.study import Study
from gui.platform.background import Background
from gui.platform.writing import Writing


class AnswerModel(QObject):
    """`read` carries the key of a study and its page, `failed` the key and why it has none; `candles_read` the candles
    of a day, `candles_failed` the day and why there are none. `announced` is a sentence to be read once."""

    read = Signal(str, object)
    failed = Signal(str, str)
    candles_read = Signal(object)
    candles_failed = Signal(str, str)
    announced = Signal(str)

    def __init__(self, studies: StudiesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studies = studies
        self._background, self._candles = Background(self), Background(self)
        self._writing = Writing(self)
        self._writing.announced.connect(self.announced)
        self._reader: tuple[str, CandleReader] | None = None

    def close(self) -> None:
        for part in (self._background, self._candles, self._writing):
            part.close()

    def show(self, study: Study) -> None:
        """Reads the result of a study that is done."""
        record, shelf = study.record, self._studies.shelf
        assert record is not None
        self._background.run(
            lambda: page_of(record.request.kind, shelf.result(study.key)),
            lambda page: self.read.emit(study.key, page),
            lambda reason: self.failed.emit(study.key, reason),
        )

    def show_day(self, study: Study, symbol: str, day: str) -> None:
        """Reads the candles of a day from the recordings of a study."""
        assert study.record is not None
        if self._reader is None or self._reader[0] != study.key:
            self._reader = study.key, CandleReader(study.record.request, symbol)
        reader = self._reader[1]

        def show(candles: DayCandles) -> None:
            self.candles_read.emit(candles)

        self._candles.run(lambda: reader.read(day), show, lambda reason: self.candles_failed.emit(day, reason))

    # -- files --------------------------------------------------------------------------------------------------

    def export(self, table: Table, path: Path) -> None:
        """Writes a table to a file whose suffix names its form."""
        columns = {name: kind for field in table.fields for name, kind in field.exported}
        self._writing.begin(path, lambda progress: export(path, columns, _rows(table, list(columns)), progress.report))

    def keep(self, study: Study, page: Page, row: Hashable, name: str) -> None:
        """Keeps the settings of a row, laid over those of the study, as a preset."""
        path, values = self._studies.shelf.folder(study.key) / SETTINGS, page.choices[row]

        def save() -> None:
            settings = load_settings(path)
            try:
                chosen = with_values(settings, values)
            except ValidationError as error:
                raise FaultyConfiguration(*validation_faults(error, "the chosen settings")) from None
            self._studies.presets.save(name, chosen)

        self._background.run(save, lambda _: self.announced.emit(f"Saved as preset {name}."), self.announced.emit)


def _rows(table: Table, names: list[str]) -> Iterator[dict[str, Any]]:
    for row in table.rows:
        yield dict(zip(names, row.values, strict=True))
