"""The window of the lab: studies at the left, the form of a new one or an answer at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget

from gui.theme import Theme, style_sheet
from gui.widgets.place import largest_size
from gui.widgets.theming import switch_theme

# The parts bring numpy: they come in `populate`, after the first paint.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from gui.features.lab.model.answer import AnswerModel
    from gui.features.lab.model.page import Page
    from gui.features.lab.model.studies import StudiesModel

CAPTION = "LAB"
SMALLEST = QSize(1000, 620)
LIST_WIDTH = 268
SAID_FOR_MS = 12_000


class LabWindow(QMainWindow):
    """`closed` is emitted when the user closes it, `replay_wanted` carries a study's request and the instant of a
    setup that the user wants to see in a replay."""

    closed = Signal()
    replay_wanted = Signal(object, object)

    def __init__(self, theme: Theme, size: QSize) -> None:
        super().__init__()
        self._theme = theme
        self._wanted = ""
        self.setObjectName("labWindow")
        self.setStyleSheet(style_sheet(theme))
        self.setWindowTitle(CAPTION)
        self.setMinimumSize(SMALLEST.boundedTo(largest_size(self.screen())))
        self.resize(size.boundedTo(largest_size(self.screen())))

    def populate(self, studies: StudiesModel, answers: AnswerModel) -> None:
        """Puts in the list, the form and the pages."""
        from gui.features.lab.model.study_rows import StudyRows
        from gui.features.lab.view.actions import LabActions
        from gui.features.lab.view.answer import AnswerPage
        from gui.features.lab.view.form import StudyForm
        from gui.features.lab.view.state_page import StatePage
        from gui.features.lab.view.study_list import StudyList
        from gui.features.status.view.fault_bar import FaultBar

        self.studies, self.answers = studies, answers
        self.faults = FaultBar()
        self.addToolBar(self.faults)
        self.addToolBarBreak()
        self.list = StudyList(StudyRows(studies, self), self._theme)
        self.form, self.answer, self.state = StudyForm(studies), AnswerPage(answers, self._theme), StatePage()
        self.pages = QStackedWidget()
        for page in (self.form, self.answer, self.state):
            self.pages.addWidget(page)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(self.pages)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([LIST_WIDTH, self.width() - LIST_WIDTH])
        self.setCentralWidget(split)
        self.actions_of = LabActions(self)
        self._follow()
        self.statusBar().show()
        self.new_study()

    def _follow(self) -> None:
        studies, answers = self.studies, self.answers
        self.list.chosen.connect(self._show)
        self.form.asked.connect(studies.begin)
        studies.began.connect(self._show_new)
        studies.changed.connect(self._show_change)
        studies.listed.connect(self._show_wanted)
        answers.read.connect(self._show_page)
        answers.failed.connect(self._show_fault)
        for announced in (studies.announced, answers.announced):
            announced.connect(self.say)
        self.answer.replay_wanted.connect(self._want_replay)
        self.answer.changed.connect(self.actions_of.refresh)

    @property
    def theme(self) -> Theme:
        """The look it has now."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Another look, of which the loop gets a turn between its steps."""
        if theme != self._theme:
            self._theme = theme
            switch_theme(self, theme)

    def say(self, words: str) -> None:
        """A sentence that the user must read once."""
        self.statusBar().showMessage(words, SAID_FOR_MS)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        event.accept()

    # -- pages ------------------------------------------------------------------------------------------------------

    def new_study(self) -> None:
        """The form, with what was written in it last."""
        self.list.choose("")
        self.studies.find_presets()
        self.pages.setCurrentWidget(self.form)
        self.form.kind.setFocus()
        self.actions_of.refresh()

    def show_study(self, key: str) -> None:
        """Reads the list again, since other windows add to it, and shows the study of that key, if there is one."""
        self._wanted = key
        self.studies.open()

    def _show_wanted(self) -> None:
        if self._wanted in self.studies.studies:
            wanted, self._wanted = self._wanted, ""
            self.list.choose(wanted)

    def _show(self, key: str) -> None:
        """A study was chosen in the list."""
        study = self.studies.studies.get(key)
        if study is None:
            self.pages.setCurrentWidget(self.form)
        else:
            self.state.show_study(study)
            if study.state.has_answer:
                self.answers.show(study)
            else:
                self.pages.setCurrentWidget(self.state)
        self.actions_of.refresh()

    def _show_new(self, key: str) -> None:
        self.form.settle()
        self.list.choose(key)

    def _show_change(self, key: str) -> None:
        if key == self.list.key:
            self._show(key)

    def _show_page(self, key: str, page: Page) -> None:
        study = self.studies.studies.get(key)
        if key == self.list.key and study is not None and study.state.has_answer:
            self.answer.show_page(study, page)
            self.pages.setCurrentWidget(self.answer)
            self.actions_of.refresh()

    def _show_fault(self, key: str, reason: str) -> None:
        study = self.studies.studies.get(key)
        if key == self.list.key and study is not None:
            self.state.show_study(study, reason)
            self.pages.setCurrentWidget(self.state)
            self.actions_of.refresh()

    def _want_replay(self, at: object) -> None:
        study = self.answer.study
        if study is not None and study.record is not None:
            self.say("The desk opens a replay at this candle …")
            self.replay_wanted.emit(study.record.request, at)
