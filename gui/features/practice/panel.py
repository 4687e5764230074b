"""The practice session of a window: its panel, and the process in which AUTO plays the same parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from config.settings import Settings
from engine.commands.auto_run_lines import AutoRequest
from engine.domain.practice import PlayedFile, Stretch
from engine.domain.trade_facts import Annotation
from engine.practice.journals import KeptJournal
from gui.features.opening.model import ChosenFile
from gui.features.practice.auto_process import AutoProcess
from gui.features.practice.model.journals import JournalsModel
from gui.features.practice.model.practice import PracticeModel
from gui.features.practice.view.journals_dialog import JournalsDialog, NameDialog
from gui.theme import Theme
from gui.widgets.actions import make_action


class Practice(QObject):
    """Actions of the practice session; `shown` asks for its panel. `journal_wanted` carries the files, the instant and
    the path of a journal that is to be continued in a window of its own."""

    shown = Signal()
    journal_wanted = Signal(object, object, str)

    def __init__(
        self,
        window: QWidget,
        model: PracticeModel,
        settings: Callable[[], Settings],
        note_of: Callable[[str], Annotation | None],
        theme: Callable[[], Theme],
    ) -> None:
        """`note_of` returns what the user wrote about the trade of an id."""
        super().__init__(window)
        self._window, self.model, self._settings = window, model, settings
        self._note_of, self._theme = note_of, theme
        self._files: tuple[PlayedFile, ...] = ()
        self._seed = 0
        self._folder: Path | None = None
        self.question: QMessageBox | None = None
        self.process = AutoProcess(self)
        self.process.progressed.connect(model.show_share)
        self.process.played.connect(model.show_autos)
        self.process.failed.connect(model.fail)
        model.auto_wanted.connect(self._play_auto)
        model.auto_unwanted.connect(self._end_auto)
        compare_tip = "Lets AUTO trade the parts of the market that you played, and compares the results"
        self.compare = make_action(window, "practice.compare", "Compare with AUTO", compare_tip, self.begin_comparison)
        new_tip = "Begins a session with a new paper account at this point of the market"
        self.new = make_action(window, "practice.new", "New session …", new_tip, self.ask_for_new)
        keep_tip = "Saves the trades, notes and score of this session under a name, separate from every account"
        self.keep = make_action(window, "practice.keep", "Save as journal …", keep_tip, self.ask_for_name)
        list_tip = "Saved practice sessions: open, export or delete them"
        self.journals_action = make_action(window, "practice.journals", "Journals …", list_tip, self.show_journals)
        self.actions = [self.new, self.compare, self.keep, self.journals_action]
        self.journals = JournalsModel(self)
        self.journals.announced.connect(model.announced)
        self.journals.was_kept.connect(model.note_kept)
        self.journals.opened.connect(self._open_journal)
        self.dialog: JournalsDialog | None = None
        self.name_dialog: NameDialog | None = None
        model.changed.connect(self._show_state)
        self._show_state()

    def use_markets(self, files: Sequence[ChosenFile], seed: int) -> None:
        """What is played here: files, or the demo market of a seed where there are none."""
        self._files = tuple(
            PlayedFile(path=file.path, symbol=file.symbol, clock=file.clock, spread=file.spread) for file in files
        )
        self._seed = seed

    def use_folder(self, directory: Path) -> None:
        """The data folder, in which journals are kept, and the economic calendar."""
        self._folder = directory
        self.journals.use_folder(directory)

    def close(self) -> None:
        """Ends what runs."""
        self.process.cancel()
        self.journals.close()
        self.model.close()

    def begin_comparison(self) -> None:
        """Shows the panel, and lets AUTO play."""
        self.shown.emit()
        self.model.begin_comparison()

    def ask_for_new(self) -> None:
        """Asks first: positions may be open, and trades not kept."""
        box = self.question = QMessageBox(self._window)
        box.setWindowTitle("New session")
        box.setText("Begin a new practice session? Open positions are closed, and the score starts from zero.")
        box.setInformativeText("The trades of this session are no longer in the history of the window.")
        box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.accepted.connect(self.model.begin_session)
        box.open()

    # -- journals -----------------------------------------------------------------------------------------------

    def ask_for_name(self) -> None:
        """Asks under which name the session is kept."""
        session = self.model.session
        if session is None or not session.trades:
            return
        symbols = sorted({each.trade.symbol for each in session.trades})
        first = session.trades[0].trade.entered_at
        dialog = self.name_dialog = NameDialog(self.journals, f"{' '.join(symbols[:3])} {first:%Y-%m-%d}", self._window)
        dialog.accepted.connect(lambda: self._keep(dialog.name.text().strip()))
        dialog.open()

    def _keep(self, name: str) -> None:
        session = self.model.session_until_now
        if session is not None:
            self.journals.keep(name, session, self._files, self._seed, self._note_of)

    def show_journals(self) -> None:
        """Shows the list of the journals."""
        dialog = self.dialog = JournalsDialog(self.journals, self._theme(), self._window)
        dialog.open()

    def _open_journal(self, kept: KeptJournal) -> None:
        journal = kept.journal
        if journal is not None:
            files = [
                ChosenFile(path=file.path, symbol=file.symbol, clock=file.clock, spread=file.spread)
                for file in journal.files
            ]
            self.journal_wanted.emit(files, journal.session.stretches[-1].ends_at, kept.path)

    def _play_auto(self, parts: tuple[Stretch, ...]) -> None:
        settings = self._settings().as_json()
        calendar = None if self._folder is None else str(self._folder)
        self.process.start(
            AutoRequest(files=self._files, seed=self._seed, parts=parts, settings=settings, calendar=calendar)
        )

    def _end_auto(self) -> None:
        self.process.cancel()
        self.model.fail("")

    def _show_state(self) -> None:
        self.compare.setEnabled(self.model.may_compare)
        self.new.setEnabled(self.model.session is not None)
        self.keep.setEnabled(self.model.has_trades)
