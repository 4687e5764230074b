"""The fields of a study: what is written in them as a request, and the other way round."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from gui.features.lab.model.kinds import Kind, Part
from gui.features.lab.model.request import LARGEST_SEED, SettingsChoice, StudyRequest
from gui.features.lab.view.fields import (
    FileList,
    Labelled,
    SettingsBox,
    choice_field,
    number_field,
    open_dialog,
    optional_field,
)
from gui.widgets.controls import make_button

CLOCKS = ("UTC", "UTC+2", "UTC+3", "Europe/Athens", "ny-close")
NULL_SYMBOLS = ("XAUUSD", "BTCUSD")
USUAL_DAYS, USUAL_TRIALS = 30, 64
SPACE_FILES = "Values to try (*.json);;All files (*)"
PLACES = {
    "files": (2, 0, 1, 3),
    "symbol": (3, 0, 1, 1),
    "clock": (3, 1, 1, 1),
    "spread": (3, 2, 1, 1),
    "settings": (4, 0, 1, 1),
    "other": (4, 1, 1, 1),
    "space": (5, 0, 1, 2),
    "trials": (5, 2, 1, 1),
    "paths": (6, 0, 1, 1),
    "seed": (6, 1, 1, 1),
    "days": (6, 2, 1, 1),
    "risk_pct": (6, 2, 1, 1),
    "since": (6, 2, 1, 1),
    "open_sealed": (7, 0, 1, 3),
}
"""Row, column and their spans, in a grid of three columns whose first rows have title and question."""
PARTS = {
    "files": Part.FILES,
    "clock": Part.FILES,
    "spread": Part.FILES,
    "other": Part.OTHER_SETTINGS,
    "space": Part.SPACE,
    "trials": Part.TRIALS,
    "days": Part.DAYS,
    "risk_pct": Part.RISK,
    "paths": Part.PATHS,
    "seed": Part.SEED,
    "open_sealed": Part.SEALED,
    "since": Part.SINCE,
}
"""Fields that only some kinds of study have."""


class StudyFields:
    """`labelled` has each by its name in the request."""

    def __init__(self, window: QWidget) -> None:
        """`window` is that over which dialogs open."""
        self._window = window
        self._kind: Kind | None = None
        self._recorded_symbol = ""
        self.files = FileList()
        self.symbol = choice_field("Where the recordings do not say it, or have several", (), "as in the recordings")
        self.clock = choice_field("Time zone of the recordings' times", CLOCKS, "as in the recordings")
        tip = "In price units; zero is a spread that no broker offers"
        self.spread = optional_field(tip, "as recorded", most=1e6, digits=5, step=0.01)
        self.settings = SettingsBox("By which settings the recordings are played")
        self.other = SettingsBox("The changed settings")
        self.space = QLineEdit(placeholderText="a file with settings and their values")
        self.space.setToolTip('A JSON file: {"setting": [values]} or {"setting": [low, high, step]}')
        self.trials = number_field("How many configurations are tried", 1, 100_000, USUAL_TRIALS)
        self.days = number_field("How long the random market goes on", 1, 1_000, USUAL_DAYS)
        self.risk = optional_field("Percent of the account that a trade risks", "as in the settings", most=100.0)
        self.since = QLineEdit(placeholderText="when the settings came into force")
        self.since.setToolTip("The last day of the evidence, such as 2026-03-02: later trades are compared with it")
        self.paths = number_field("Simulated price paths per candle; results are averaged", 1, 64, 1)
        self.seed = number_field("Seed of the first path; the same seed gives the same result", 1, LARGEST_SEED, 1)
        self.sealed = QCheckBox("Open the sealed days; this cannot be undone")
        self.sealed.setToolTip("Shows the days that searches leave out; from then on they are no longer out of sample")
        self.labelled = {
            "files": Labelled("Recordings", self.files),
            "symbol": Labelled("Symbol", self.symbol),
            "clock": Labelled("Clock", self.clock),
            "spread": Labelled("Spread", self.spread),
            "settings": Labelled("Settings", self.settings),
            "other": Labelled("Compare with", self.other),
            "space": Labelled("Values to try", self._with_button(self.space)),
            "trials": Labelled("Configurations", self.trials),
            "days": Labelled("Days", self.days),
            "risk_pct": Labelled("Risk per trade, %", self.risk),
            "since": Labelled("Since", self.since),
            "paths": Labelled("Paths of each candle", self.paths),
            "seed": Labelled("Seed", self.seed),
            "open_sealed": Labelled("Sealed days", self.sealed),
        }

    def _with_button(self, line: QLineEdit) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(line, 1)
        row.addWidget(make_button("Choose …", "Choose the file with the values to try", self._ask_space))
        whole.setFocusProxy(line)
        return whole

    def show_kind(self, kind: Kind) -> None:
        """Only the fields that it has, the symbols that it offers and the paths that are usual for it."""
        for name, part in PARTS.items():
            self.labelled[name].setVisible(kind.needs(part))
        self.paths.setValue(kind.paths)
        self.sealed.setChecked(False)
        self._offer_symbols(is_null=kind.needs(Part.MARKET))
        self._kind = kind

    def _offer_symbols(self, *, is_null: bool) -> None:
        """A random market has one of a few symbols; what was written for the recordings returns with them."""
        written = self.symbol.currentText()
        if self._kind is not None and not self._kind.needs(Part.MARKET):
            self._recorded_symbol = written
        self.symbol.clear()
        self.symbol.addItems(list(NULL_SYMBOLS) if is_null else [""])
        self.symbol.setCurrentText(NULL_SYMBOLS[0] if is_null else self._recorded_symbol)

    def offer_presets(self, names: tuple[str, ...]) -> None:
        """The presets that there are now."""
        for box in (self.settings, self.other):
            box.offer(names, box.choice)

    def show_request(self, request: StudyRequest) -> None:
        """What was asked before; sealed days are opened on purpose only."""
        self.files.show_paths(request.files)
        self.symbol.setCurrentText(request.symbol or "")
        self.clock.setCurrentText(request.clock or "")
        _write(self.spread, request.spread)
        self.settings.choose(request.settings)
        self.other.choose(request.other or SettingsChoice())
        self.space.setText(request.space or "")
        self.trials.setValue(request.trials or USUAL_TRIALS)
        self.days.setValue(request.days or USUAL_DAYS)
        _write(self.risk, request.risk_pct)
        self.since.setText(request.since or "")
        self.paths.setValue(request.paths)
        self.seed.setValue(request.seed)

    def request(self, kind: Kind) -> StudyRequest:
        """What is written in the fields that this kind of study has."""
        has_files = kind.needs(Part.FILES)
        return StudyRequest(
            kind=kind.name,
            files=self.files.paths if has_files else (),
            symbol=self.symbol.currentText().strip() or None,
            clock=(self.clock.currentText().strip() or None) if has_files else None,
            spread=_read(self.spread) if has_files else None,
            settings=self.settings.choice,
            other=self.other.choice if kind.needs(Part.OTHER_SETTINGS) else None,
            seed=self.seed.value(),
            paths=self.paths.value(),
            days=self.days.value() if kind.needs(Part.DAYS) else None,
            trials=self.trials.value() if kind.needs(Part.TRIALS) else None,
            space=(self.space.text().strip() or None) if kind.needs(Part.SPACE) else None,
            risk_pct=_read(self.risk) if kind.needs(Part.RISK) else None,
            since=(self.since.text().strip() or None) if kind.needs(Part.SINCE) else None,
            open_sealed=kind.needs(Part.SEALED) and self.sealed.isChecked(),
        )

    def _ask_space(self) -> None:
        folder = str(Path(self.space.text()).parent) if self.space.text() else str(Path.home())
        dialog = QFileDialog(self._window.window(), "Values to try", folder, SPACE_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.space.setText)
        open_dialog(dialog)


def _read(field: QDoubleSpinBox) -> float | None:
    return None if field.value() == field.minimum() else field.value()


def _write(field: QDoubleSpinBox, value: float | None) -> None:
    field.setValue(field.minimum() if value is None else value)
