"""Below the pages of the settings dialog: what the edited settings would have done on recordings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from gui.features.settings.model.change_effect import ChangeEffect
from gui.features.settings.model.what_if import WhatIfModel, WhatIfState
from gui.features.trading.model.table import Tone
from gui.widgets.controls import make_button, make_words
from gui.widgets.restyle import restyle

QUESTION = "What would this change have done?"
OWN = "The desk's own recordings"
FILE_CHOICE = "Choose a file …"
FILES = "Recordings (*.csv *.tsv *.txt *.json *.parquet *.feather *.zip *.gz *.bz2 *.xz *.zst);;All files (*)"
NAME_WIDTH = 150
BAR_HEIGHT = 6
MIN_CHOICE_WIDTH, MAX_CHOICE_WIDTH = 160, 420


class WhatIfBar(QFrame):
    """The button with market and recordings, the progress, and the answer below."""

    def __init__(self, model: WhatIfModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("whatIf")
        self._model = model
        self.ask = make_button(
            QUESTION,
            "Replays the recordings in the background with the settings in force and with those edited here, and "
            "compares the setups and trades",
            model.compare,
        )
        self.symbols = QComboBox()
        self.symbols.setToolTip("The market to compare on")
        self.symbols.addItems(model.symbols)
        self.symbols.currentTextChanged.connect(lambda symbol: model.choose(symbol, model.file))
        self.source = RecordingChoice()
        self.source.chosen.connect(lambda file: model.choose(model.symbol, file))
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedHeight(BAR_HEIGHT)
        self.cancel = make_button("Cancel comparison", "Ends the comparison; the settings stay as edited", model.cancel)
        self.words = make_words("whatIfWords", is_selectable=True)
        self.effect = EffectView()
        self.lab = make_button(
            "Show in lab", "Shows the setups on a chart in the lab; click one there to open a replay", model.open_in_lab
        )
        self._lay_out()
        model.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for part in (self.ask, self.symbols, self.source):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.lab)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addWidget(self.effect)

    def refresh(self) -> None:
        """Shows the state of the comparison."""
        model = self._model
        is_running = model.state is WhatIfState.RUNNING
        self.ask.setEnabled(model.may_compare and not is_running)
        self.bar.setVisible(is_running)
        self.cancel.setVisible(is_running)
        share = 0.0 if model.progress is None else model.progress.share
        self.bar.setRange(0, 1000 if share else 0)  # without a share it only shows that something is running
        self.bar.setValue(round(1000 * share))
        self.words.setText(self._words())
        self.words.setVisible(bool(self.words.text()))
        self.effect.show_effect(model.effect)
        self.lab.setVisible(model.state is WhatIfState.ANSWERED)

    def _words(self) -> str:
        model = self._model
        match model.state:
            case WhatIfState.RUNNING:
                return "Reading the recordings …" if model.progress is None else model.progress.words
            case WhatIfState.SAID:
                return model.said
            case WhatIfState.ANSWERED if model.is_outdated:
                return "The settings were edited after this comparison: run it again."
        return ""


class RecordingChoice(QComboBox):
    """`chosen` carries the path of a file, empty for the desk's own recordings."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setToolTip("The recordings to compare on")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumWidth(MIN_CHOICE_WIDTH)  # a long file name must not widen the dialog
        self.setMaximumWidth(MAX_CHOICE_WIDTH)
        self.addItem(OWN, "")
        self.addItem(FILE_CHOICE, None)
        self.activated.connect(self._choose)

    def _choose(self, place: int) -> None:
        file = self.itemData(place)
        if file is not None:
            self.chosen.emit(file)
            return
        self.setCurrentIndex(0)
        self.chosen.emit("")
        dialog = QFileDialog(self.window(), "Recording to compare on", str(Path.home()), FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.choose_file)
        dialog.open()

    def choose_file(self, file: str) -> None:
        """Adds that file to the list and selects it."""
        if self.count() > 2:
            self.removeItem(1)
        self.insertItem(1, Path(file).name, file)
        self.setItemData(1, file, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(1)
        self.chosen.emit(file)


class EffectView(QFrame):
    """The answer: its headline, and the facts it is based on."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: ChangeEffect | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._content: QWidget | None = None
        self.hide()

    def show_effect(self, effect: ChangeEffect | None) -> None:
        """Shows an answer, or nothing for None."""
        if effect is self._shown:
            return
        self._shown = effect
        if self._content is not None:
            self._content.deleteLater()
            self._content = None
        if effect is not None:
            self._content = _content(effect)
            self._column.addWidget(self._content)
        self.setVisible(effect is not None)


def _content(effect: ChangeEffect) -> QWidget:
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(2)
    grid.setColumnMinimumWidth(0, NAME_WIDTH)
    grid.setColumnStretch(1, 1)
    word = make_words("whatIfWord", effect.word)
    restyle(word, "tone", _TONES.get(effect.tone, "plain"))
    grid.addWidget(word, 0, 0, 1, 2)
    for row, (name, value) in enumerate(effect.facts, 1):
        label: QLabel = make_words("factName", name, wraps=False)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(make_words("whatIfFact", value, is_selectable=True), row, 1)
    return content


_TONES = {Tone.PASSED: "passed", Tone.FAILED: "failed", Tone.WARNING: "warning"}
