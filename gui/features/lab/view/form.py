"""The form of a new study."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.features.lab.model.kinds import BY_NAME, KINDS, Kind
from gui.features.lab.model.preparing import RefusedRequest
from gui.features.lab.model.request import StudyRequest
from gui.features.lab.model.studies import StudiesModel
from gui.features.lab.view.study_fields import PLACES, StudyFields
from gui.widgets.controls import make_button, make_words
from gui.widgets.fields import leave_wheel_to_page
from gui.widgets.scrolling import leave_ground_to_frame

WIDTH = 860


class StudyForm(QScrollArea):
    """`asked` carries the `StudyRequest` that the user wants answered."""

    asked = Signal(object)

    def __init__(self, studies: StudiesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labForm")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.kind = QComboBox()
        self.kind.setToolTip("What you want to know")
        self.kind.setAccessibleName("Study")
        self.kind.addItems([kind.words for kind in KINDS])
        self.kind.setMaxVisibleItems(len(KINDS))
        leave_wheel_to_page(self.kind)
        self.about = make_words("settingHelp")
        self.inputs = StudyFields()
        self.fields = self.inputs.labelled
        self.run = make_button("Run study", "Runs it in the background (Ctrl+Return)", self.ask)
        self.run.setObjectName("labRun")
        self.run.setShortcut("Ctrl+Return")
        self._lay_out()
        self.kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self.inputs.files.wanted.connect(lambda paths: studies.find_recordings(paths, self.inputs.files.add))
        self.inputs.files.changed.connect(lambda: self.fields["files"].show_fault(""))
        self.inputs.space.file_wanted.connect(lambda path: studies.read_space(path, self.inputs.space.show_rows))
        self.inputs.space.changed.connect(lambda: self.fields["space"].show_fault(""))
        studies.refused.connect(self._show_refusal)
        studies.presets_found.connect(self.inputs.offer_presets)
        self._show_kind()
        leave_ground_to_frame(self)

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
        for name, place in PLACES.items():
            grid.addWidget(self.fields[name], *place)
        grid.addWidget(self.run, 10, 0, Qt.AlignmentFlag.AlignLeft)
        grid.setRowStretch(11, 1)
        holder = QWidget()
        holder.setObjectName("labFormContent")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(content, 1)
        row.addStretch(0)
        self.setWidget(holder)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def _kind(self) -> Kind:
        return KINDS[self.kind.currentIndex()]

    def _show_kind(self) -> None:
        self.about.setText(self._kind.about)
        self._show_faults({})
        self.inputs.show_kind(self._kind)

    def show_request(self, request: StudyRequest) -> None:
        """Fills the fields with an earlier request."""
        self.kind.setCurrentIndex(KINDS.index(BY_NAME[request.kind]))
        self.inputs.show_request(request)

    def _show_refusal(self, refused: RefusedRequest) -> None:
        self._show_faults(refused.faults, refused.row)

    def _show_faults(self, faults: dict[str, str], row: int = 0) -> None:
        """The first field at fault has the keyboard; of the values to try it is their faulty row."""
        for name, field in self.fields.items():
            field.show_fault(faults.get(name, ""))
        self.run.setEnabled(True)
        first = next((field for name, field in self.fields.items() if name in faults), None)
        if first is not None:
            space = self.inputs.space
            editor = space.editor_of(row) if first.editor is space else first.editor
            editor.setFocus()
            self.ensureWidgetVisible(editor if first.editor is space else first)

    # -- what the user does -----------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Once: until it is accepted or refused the button does nothing."""
        self.run.setEnabled(False)
        self.asked.emit(self.inputs.request(self._kind))

    def settle(self) -> None:
        """It was accepted."""
        self._show_faults({})
