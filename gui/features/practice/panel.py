"""The practice session of a window: its panel, and the process in which AUTO plays the same parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from config.settings import Settings
from engine.commands.auto_run_lines import AutoRequest, PlayedFile
from engine.domain.practice import Stretch
from gui.features.opening.model import ChosenFile
from gui.features.practice.auto_process import AutoProcess
from gui.features.practice.model.practice import PracticeModel
from gui.widgets.actions import make_action


class Practice(QObject):
    """Actions of the practice session; `shown` asks for its panel."""

    shown = Signal()

    def __init__(self, window: QWidget, model: PracticeModel, settings: Callable[[], Settings]) -> None:
        super().__init__(window)
        self._window, self.model, self._settings = window, model, settings
        self._files: tuple[PlayedFile, ...] = ()
        self._seed = 0
        self.question: QMessageBox | None = None
        self.process = AutoProcess(self)
        self.process.progressed.connect(model.show_share)
        self.process.played.connect(model.show_autos)
        self.process.failed.connect(model.fail)
        model.auto_wanted.connect(self._play_auto)
        model.auto_unwanted.connect(self._end_auto)
        compare_tip = "Lets AUTO play the parts of the market that you played, and compares the results"
        self.compare = make_action(window, "practice.compare", "Compare with AUTO", compare_tip, self.begin_comparison)
        new_tip = "Begins a session with a paper account of its own at this place of the market"
        self.new = make_action(window, "practice.new", "New session …", new_tip, self.ask_for_new)
        self.actions = [self.new, self.compare]
        model.changed.connect(self._show_state)
        self._show_state()

    def use_markets(self, files: Sequence[ChosenFile], seed: int) -> None:
        """What is played here: files, or the demo market of a seed where there are none."""
        self._files = tuple(
            PlayedFile(path=file.path, symbol=file.symbol, clock=file.clock, spread=file.spread) for file in files
        )
        self._seed = seed

    def close(self) -> None:
        """Ends what runs."""
        self.process.cancel()
        self.model.close()

    def begin_comparison(self) -> None:
        """Shows the panel, and lets AUTO play."""
        self.shown.emit()
        self.model.begin_comparison()

    def ask_for_new(self) -> None:
        """Asks first where the session has trades."""
        if not self.model.has_trades:
            self.model.begin_session()
            return
        box = self.question = QMessageBox(self._window)
        box.setWindowTitle("New session")
        box.setText("Begin a new practice session? Open positions are closed, and the score starts from zero.")
        box.setInformativeText("The trades of this session are no longer in the history of the window.")
        box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.accepted.connect(self.model.begin_session)
        box.open()

    def _play_auto(self, parts: tuple[Stretch, ...]) -> None:
        settings = self._settings().as_json()
        self.process.start(AutoRequest(files=self._files, seed=self._seed, parts=parts, settings=settings))

    def _end_auto(self) -> None:
        self.process.cancel()
        self.model.fail("")

    def _show_state(self) -> None:
        self.compare.setEnabled(self.model.may_compare)
        self.new.setEnabled(self.model.session is not None)
