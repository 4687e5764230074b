"""The form of a new study."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.features.lab.model.kinds import OFFERED, Kind, Part
from gui.features.lab.model.request import LARGEST_SEED, SettingsChoice, StudyRequest
from gui.features.lab.model.studies import StudiesModel
from gui.features.lab.view.fields import (
    FileList,
    Labelled,
    SettingsBox,
    choice_field,
    number_field,
    open_dialog,
)
from gui.widgets.controls import make_button, make_words
from gui.widgets.scrolling import leave_ground_to_frame
from gui.widgets.spin_margins import give_margins

CLOCKS = ("UTC", "UTC+2", "UTC+3", "Europe/Athens", "ny-close")
NULL_SYMBOLS = ("XAUUSD", "BTCUSD")
WIDTH = 860
USUAL_DAYS, USUAL_TRIALS = 30, 64
SPACE_FILES = "Values to try (*.json);;All files (*)"


class StudyForm(QScrollArea):
    """`asked` carries the `StudyRequest` that the user wants answered."""

    asked = Signal(object)

    def __init__(self, studies: StudiesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labForm")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._make_fields()
        self.fields = {
            "files": Labelled("Recordings", self.files),
            "symbol": Labelled("Symbol", self.symbol),
            "clock": Labelled("Clock", self.clock),
            "spread": Labelled("Spread", self.spread),
            "settings": Labelled("Settings", self.settings),
            "other": Labelled("Compare with", self.other),
            "space": Labelled("Values to try", self._space_row),
            "trials": Labelled("Configurations", self.trials),
            "days": Labelled("Days", self.days),
            "paths": Labelled("Paths of each candle", self.paths),
            "seed": Labelled("Seed", self.seed),
        }
        self._lay_out()
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self.files.wanted.connect(lambda paths: studies.find_recordings(paths, self.files.add))
        studies.refused.connect(self._show_faults)
        studies.presets_found.connect(self._show_presets)
        self._show_kind()
        leave_ground_to_frame(self)

    def _make_fields(self) -> None:
        self.kind = QComboBox()
        self.kind.setToolTip("What you want to know")
        self.kind.addItems([kind.words for kind in OFFERED])
        self.kind.setMaxVisibleItems(len(OFFERED))
        self.about = make_words("settingHelp")
        self.files = FileList()
        self.symbol = choice_field("Where the recordings do not say it, or have several", (), "as in the recordings")
        self.clock = choice_field("Time zone of the recordings' times", CLOCKS, "as in the recordings")
        self.spread = QDoubleSpinBox(decimals=5, maximum=1e6, minimum=-1.0, singleStep=0.01, value=-1.0)
        self.spread.setSpecialValueText("as recorded")
        self.spread.setToolTip("In price units; zero is a spread that no broker offers")
        give_margins(self.spread)
        self.settings = SettingsBox("By which settings the recordings are played")
        self.other = SettingsBox("The changed settings")
        self.space = QLineEdit(placeholderText="a file with settings and their values")
        self.space.setToolTip('A JSON file: {"setting": [values]} or {"setting": [low, high, step]}')
        choose = make_button("Choose …", "Choose the file with the values to try", self._ask_space)
        self._space_row = QWidget()
        row = QHBoxLayout(self._space_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.space, 1)
        row.addWidget(choose)
        self._space_row.setFocusProxy(self.space)
        self.trials = number_field("How many configurations are tried", 1, 100_000, USUAL_TRIALS)
        self.days = number_field("How long the random market goes on", 1, 1_000, USUAL_DAYS)
        self.paths = number_field("How many ways each candle is played; results are averaged", 1, 64, 1)
        self.seed = number_field("Of the first path; the same seed gives the same result", 1, LARGEST_SEED, 1)
        self.run = make_button("Run study", "Runs it in the background (Ctrl+Return)", self.ask)
        self.run.setObjectName("labRun")
        self.run.setShortcut("Ctrl+Return")

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("labFormContent")
        content.setMaximumWidth(WIDTH)
        grid = QGridLayout(content)
        grid.setContentsMargins(24, 18, 24, 18)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(12)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        grid.addWidget(make_words("labTitle", "New study"), 0, 0, 1, 3)
        question = QVBoxLayout()
        question.setSpacing(4)
        question.addWidget(self.kind)
        question.addWidget(self.about)
        grid.addLayout(question, 1, 0, 1, 3)
        self._grid = grid
        grid.addWidget(self.run, 9, 0, Qt.AlignmentFlag.AlignLeft)
        grid.setRowStretch(10, 1)
        holder = QWidget()
        holder.setObjectName("labFormContent")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(content, 1)
        row.addStretch(0)
        self.setWidget(holder)
        places = {"files": (2, 0, 1, 3), "symbol": (3, 0, 1, 1), "clock": (3, 1, 1, 1), "spread": (3, 2, 1, 1),
                  "settings": (4, 0, 1, 1), "other": (4, 1, 1, 1), "space": (5, 0, 1, 2), "trials": (5, 2, 1, 1),
                  "days": (6, 0, 1, 1), "paths": (6, 1, 1, 1), "seed": (6, 2, 1, 1)}  # fmt: skip
        for name, place in places.items():
            grid.addWidget(self.fields[name], *place)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def _kind(self) -> Kind:
        return OFFERED[self.kind.currentIndex()]

    def _show_kind(self) -> None:
        kind = self._kind
        self.about.setText(kind.about)
        self._show_faults({})
        has_files = kind.needs(Part.FILES)
        shown = {
            "files": has_files,
            "clock": has_files,
            "spread": has_files,
            "other": kind.needs(Part.OTHER_SETTINGS),
            "space": kind.needs(Part.SPACE),
            "trials": kind.needs(Part.TRIALS),
            "days": kind.needs(Part.DAYS),
            "paths": kind.needs(Part.PATHS),
            "seed": kind.needs(Part.SEED),
        }
        for name, is_shown in shown.items():
            self.fields[name].setVisible(is_shown)
        self.paths.setValue(kind.paths)
        written = self.symbol.currentText()
        self.symbol.clear()
        self.symbol.addItems(list(NULL_SYMBOLS) if kind.needs(Part.MARKET) else [""])
        self.symbol.setCurrentText(written if has_files and written not in NULL_SYMBOLS else self.symbol.itemText(0))

    def _show_presets(self, names: tuple[str, ...]) -> None:
        for box in (self.settings, self.other):
            box.offer(names, box.choice)

    def show_request(self, request: StudyRequest) -> None:
        """Fills the fields with what was asked before."""
        self.kind.setCurrentIndex([kind.name for kind in OFFERED].index(request.kind))
        self.files.show_paths(request.files)
        self.symbol.setCurrentText(request.symbol or "")
        self.clock.setCurrentText(request.clock or "")
        self.spread.setValue(-1.0 if request.spread is None else request.spread)
        self.settings.take(request.settings)
        self.other.take(request.other or SettingsChoice())
        self.space.setText(request.space or "")
        self.trials.setValue(request.trials or USUAL_TRIALS)
        self.days.setValue(request.days or USUAL_DAYS)
        self.paths.setValue(request.paths)
        self.seed.setValue(request.seed)

    def _show_faults(self, faults: dict[str, str]) -> None:
        for name, field in self.fields.items():
            field.show_fault(faults.get(name, ""))
        self.run.setEnabled(True)
        first = next((field for name, field in self.fields.items() if name in faults), None)
        if first is not None:
            first.editor.setFocus()
            self.ensureWidgetVisible(first)

    # -- what the user does -----------------------------------------------------------------------------------------

    def request(self) -> StudyRequest:
        """What is written in the fields that this kind of study has."""
        kind = self._kind
        has_files = kind.needs(Part.FILES)
        return StudyRequest(
            kind=kind.name,
            files=self.files.paths if has_files else (),
            symbol=self.symbol.currentText().strip() or None,
            clock=(self.clock.currentText().strip() or None) if has_files else None,
            spread=self.spread.value() if has_files and self.spread.value() >= 0.0 else None,
            settings=self.settings.choice,
            other=self.other.choice if kind.needs(Part.OTHER_SETTINGS) else None,
            seed=self.seed.value(),
            paths=self.paths.value(),
            days=self.days.value() if kind.needs(Part.DAYS) else None,
            trials=self.trials.value() if kind.needs(Part.TRIALS) else None,
            space=self.space.text().strip() or None if kind.needs(Part.SPACE) else None,
        )

    def ask(self) -> None:
        """Once: until it is accepted or refused the button does nothing."""
        self.run.setEnabled(False)
        self.asked.emit(self.request())

    def settle(self) -> None:
        """It was accepted."""
        self._show_faults({})

    def _ask_space(self) -> None:
        folder = str(Path(self.space.text()).parent) if self.space.text() else str(Path.home())
        dialog = QFileDialog(self.window(), "Values to try", folder, SPACE_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.space.setText)
        open_dialog(dialog)
