"""The fields of a study: what is written in them as a request, and the other way round."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSizePolicy,
)

from gui.features.lab.model.kinds import Kind, Part
from gui.features.lab.model.request import LARGEST_SEED, SettingsChoice, StudyRequest
from gui.features.lab.model.space import titles_of
from gui.features.lab.view.fields import (
    FileList,
    Labelled,
    SettingsBox,
    choice_field,
    number_field,
    optional_field,
)
from gui.features.lab.view.space_table import SpaceTable

CLOCKS = ("UTC", "UTC+2", "UTC+3", "Europe/Athens", "ny-close")
NULL_SYMBOLS = ("XAUUSD", "BTCUSD")
USUAL_DAYS, USUAL_TRIALS = 30, 64
USUAL_HORIZON = 250
PLACES = {
    "files": (2, 0, 1, 3),
    "symbol": (3, 0, 1, 1),
    "clock": (3, 1, 1, 1),
    "spread": (3, 2, 1, 1),
    "settings": (4, 0, 1, 1),
    "other": (4, 1, 1, 1),
    "days": (4, 1, 1, 1),
    "risk_pct": (4, 1, 1, 1),
    "since": (4, 1, 1, 1),
    "day": (4, 2, 1, 1),
    "horizon": (4, 2, 1, 1),
    "trials": (4, 1, 1, 1),
    "tpe": (4, 2, 1, 1),
    "space": (5, 0, 1, 3),
    "heat_x": (6, 0, 1, 1),
    "heat_y": (6, 1, 1, 1),
    "paths": (7, 0, 1, 1),
    "seed": (7, 1, 1, 1),
    "workers": (7, 2, 1, 1),
    "every_candle": (9, 0, 1, 3),
    "open_sealed": (8, 0, 1, 3),
}
"""Row, column and their spans, in a grid of three columns whose first rows have title and question; in the
order of the Tab key."""
PARTS = {
    "files": Part.FILES,
    "clock": Part.FILES,
    "spread": Part.FILES,
    "other": Part.OTHER_SETTINGS,
    "day": Part.DAY,
    "space": Part.SPACE,
    "trials": Part.TRIALS,
    "tpe": Part.TPE,
    "heat_x": Part.HEAT,
    "heat_y": Part.HEAT,
    "days": Part.DAYS,
    "risk_pct": Part.RISK,
    "horizon": Part.HORIZON,
    "paths": Part.PATHS,
    "seed": Part.SEED,
    "workers": Part.WORKERS,
    "every_candle": Part.EVERY_CANDLE,
    "open_sealed": Part.SEALED,
    "since": Part.SINCE,
}
"""Fields that only some kinds of study have."""


class StudyFields:
    """`labelled` has each by its name in the request."""

    def __init__(self) -> None:
        self._kind: Kind | None = None
        self._recorded_symbol = ""
        self.files = FileList()
        self.symbol = choice_field("Where the recordings do not say it, or have several", (), "as in the recordings")
        self.clock = choice_field("Time zone of the recordings' times", CLOCKS, "as in the recordings")
        tip = "In price units; zero is a spread that no broker offers"
        self.spread = optional_field(tip, "as recorded", most=1e6, digits=5, step=0.01)
        self.settings = SettingsBox("By which settings the recordings are played")
        self.other = SettingsBox("The changed settings")
        self.day = QLineEdit(placeholderText="all days")
        self.day.setToolTip("Lists only the setups of this trading day, such as 2026-03-02")
        self.space = SpaceTable()
        self.space.changed.connect(self._offer_axes)
        self.trials = number_field("Configurations, spread evenly over the values", 1, 10_000, USUAL_TRIALS)
        self.tpe = number_field("Further configurations, chosen by TPE based on earlier results", 0, 10_000, 0)
        self.tpe.setSpecialValueText("none")
        self.heat_x, self.heat_y = (QComboBox() for _ in range(2))
        for axis, words in ((self.heat_x, "first"), (self.heat_y, "second")):
            axis.setToolTip(f"Setting of the heat map; the {words} one in the table unless you choose another")
            axis.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.days = number_field("Length of the random market in days", 1, 10_000, USUAL_DAYS)
        self.risk = optional_field("Percent of the account that a trade risks", "as in the settings", most=100.0)
        self.since = QLineEdit(placeholderText="when the settings were adopted")
        self.since.setToolTip("The last day of the evidence, such as 2026-03-02: later trades are compared with it")
        self.horizon = number_field("Market days to simulate ahead", 1, 2_500, USUAL_HORIZON)
        self.every_candle = QCheckBox("Relax the conditions of an entry, for more trades a day")
        self.every_candle.setToolTip("The result does not depend on the candle on which a trade is entered")
        self.workers = number_field("Worker processes of the study", 0, 61, 0)
        self.workers.setSpecialValueText("one per core")
        self.paths = number_field("Simulated price paths per candle; results are averaged", 1, 10_000, 1)
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
            "day": Labelled("Only this day", self.day),
            "space": Labelled("Values to try", self.space),
            "trials": Labelled("Configurations", self.trials),
            "tpe": Labelled("Then by TPE", self.tpe),
            "heat_x": Labelled("Heat map, across", self.heat_x),
            "heat_y": Labelled("Heat map, up", self.heat_y),
            "days": Labelled("Days", self.days),
            "risk_pct": Labelled("Risk per trade, %", self.risk),
            "since": Labelled("Since", self.since),
            "horizon": Labelled("Horizon, market days", self.horizon),
            "workers": Labelled("Worker processes", self.workers),
            "every_candle": Labelled("Every candle", self.every_candle),
            "paths": Labelled("Paths of each candle", self.paths),
            "seed": Labelled("Seed", self.seed),
            "open_sealed": Labelled("Sealed days", self.sealed),
        }

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
        self.day.setText(request.day or "")
        self.space.show_rows(request.searched)
        if request.space is not None:
            self.space.file_wanted.emit(Path(request.space))
        self.trials.setValue(request.trials or USUAL_TRIALS)
        self.tpe.setValue(request.tpe or 0)
        self._offer_axes()
        for axis, key in zip((self.heat_x, self.heat_y), request.heat or ("", ""), strict=True):
            axis.setCurrentIndex(max(0, axis.findData(key)))
        self.horizon.setValue(request.horizon or USUAL_HORIZON)
        self.every_candle.setChecked(request.every_candle)
        self.workers.setValue(request.workers or 0)
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
            day=(self.day.text().strip() or None) if kind.needs(Part.DAY) else None,
            searched=self.space.rows if kind.needs(Part.SPACE) else (),
            tpe=(self.tpe.value() or None) if kind.needs(Part.TPE) else None,
            heat=self._heat() if kind.needs(Part.HEAT) else None,
            horizon=self.horizon.value() if kind.needs(Part.HORIZON) else None,
            every_candle=kind.needs(Part.EVERY_CANDLE) and self.every_candle.isChecked(),
            workers=(self.workers.value() or None) if kind.needs(Part.WORKERS) else None,
            risk_pct=_read(self.risk) if kind.needs(Part.RISK) else None,
            since=(self.since.text().strip() or None) if kind.needs(Part.SINCE) else None,
            open_sealed=kind.needs(Part.SEALED) and self.sealed.isChecked(),
        )

    def _heat(self) -> tuple[str, str] | None:
        """The settings of the heat map; an axis that is not chosen is the first searched setting that is still free."""
        keys = [row.key for row in self.space.rows]
        x, y = (str(axis.currentData() or "") for axis in (self.heat_x, self.heat_y))
        if not (x or y):
            return None
        return x or next((key for key in keys if key != y), ""), y or next((key for key in keys if key != x), "")

    def _offer_axes(self) -> None:
        """Offers the settings that are searched now; the chosen one stays selected if it is among them."""
        for axis, usual in ((self.heat_x, "the first setting"), (self.heat_y, "the second setting")):
            chosen = axis.currentData()
            axis.clear()
            axis.addItem(usual, "")
            for offer in titles_of(self.space.rows):
                axis.addItem(offer.words, offer.key)
            axis.setCurrentIndex(max(0, axis.findData(chosen)))


def _read(field: QDoubleSpinBox) -> float | None:
    return None if field.value() == field.minimum() else field.value()


def _write(field: QDoubleSpinBox, value: float | None) -> None:
    field.setValue(field.minimum() if value is None else value)
