"""What the user can do in the lab: menus, toolbar and keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QToolBar

from gui.features.lab.model.answers.provenance import values_words
from gui.features.lab.view.fields import open_dialog
from gui.features.lab.view.preset_dialog import PresetDialog
from gui.features.statistics.view.statistics import FORMS
from gui.widgets.actions import make_action

if TYPE_CHECKING:
    from gui.features.lab.view.window import LabWindow


class LabActions(QObject):
    """Each can be used where it has something to act on, as of the last `refresh`."""

    def __init__(self, window: LabWindow) -> None:
        super().__init__(window)
        self._window = window
        make = window.new_study
        self.new = make_action(window, "lab.new", "New study", "Opens the form of a new study", make, key="Ctrl+N")
        tip = "Runs this study once more, by the settings that it had; finished parts are not done twice"
        self.again = make_action(window, "lab.again", "Run again", tip, self._again, key="Ctrl+R")
        tip = "Fills the form with what this study was asked"
        self.copy = make_action(window, "lab.copy", "Change and run …", tip, self._copy, key="Ctrl+E")
        tip = "Ends this study at once; finished parts are kept"
        self.cancel = make_action(window, "lab.cancel", "Cancel", tip, self._cancel, key="Ctrl+.")
        tip = "Deletes this study and its result"
        self.delete = make_action(window, "lab.delete", "Delete …", tip, self._ask_delete, key="Ctrl+Del")
        tip = "Copies what is shown of the answer to the clipboard, as a picture"
        self.picture = make_action(window, "lab.picture", "Copy picture", tip, self._copy_picture, key="Ctrl+Shift+C")
        tip = "Writes the table of this answer to a CSV or Parquet file"
        self.export = make_action(window, "lab.export", "Export …", tip, self._ask_export, key="Ctrl+Shift+E")
        tip = "Saves the configuration selected in the table of a search as a settings preset"
        self.preset = make_action(window, "lab.preset", "Save as preset …", tip, self._ask_preset, key="Ctrl+S")
        self.close = make_action(window, "lab.close", "Close", "Closes the lab", window.close, key="Ctrl+W")
        self._fill_menus()

    def _fill_menus(self) -> None:
        study, answer = self._window.menuBar().addMenu("&Study"), self._window.menuBar().addMenu("&Answer")
        for menu in (study, answer):
            menu.setToolTipsVisible(True)
        study.addActions([self.new, self.copy, self.again, self.cancel, self.delete])
        study.addSeparator()
        study.addAction(self.close)
        answer.addActions([self.picture, self.export, self.preset])
        bar = QToolBar("Studies", self._window)
        bar.setObjectName("labBar")
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        bar.addActions([self.new, self.copy, self.again, self.cancel, self.delete])
        bar.addSeparator()
        bar.addActions([self.picture, self.export, self.preset])
        self._window.addToolBar(bar)

    @property
    def all(self) -> list[QAction]:
        """Every action, as menus have them."""
        return [self.new, self.copy, self.again, self.cancel, self.delete, self.picture, self.export, self.preset]

    def refresh(self) -> None:
        """What is shown has changed."""
        window = self._window
        study = window.studies.studies.get(window.list.key)
        is_known = study is not None and study.record is not None
        is_over = study is not None and study.state.is_over
        is_shown = window.pages.currentWidget() is window.answer and study is not None
        self.copy.setEnabled(is_known)
        self.again.setEnabled(is_known and is_over)
        self.cancel.setEnabled(study is not None and not is_over)
        self.delete.setEnabled(study is not None)
        self.picture.setEnabled(is_shown)
        self.export.setEnabled(is_shown and window.answer.table is not None)
        self.preset.setEnabled(is_shown and window.answer.row is not None)

    # -- studies ----------------------------------------------------------------------------------------------------

    def _again(self) -> None:
        self._window.studies.again(self._window.list.key)

    def _cancel(self) -> None:
        self._window.studies.cancel(self._window.list.key)

    def _copy(self) -> None:
        study = self._window.studies.studies.get(self._window.list.key)
        if study is not None and study.record is not None:
            self._window.new_study()
            self._window.form.show_request(study.record.request)

    def _ask_delete(self) -> None:
        key = self._window.list.key
        study = self._window.studies.studies[key]
        box = QMessageBox(self._window)
        box.setWindowTitle("Delete study")
        box.setText(f"Delete this study and its result?\n\n{study.title}")
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        delete = box.addButton("Delete", QMessageBox.ButtonRole.AcceptRole)
        delete.setToolTip("Deletes it permanently")
        box.button(QMessageBox.StandardButton.Cancel).setToolTip("Keeps it")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        delete.clicked.connect(lambda: self._window.studies.delete(key))
        box.open()

    # -- answers ----------------------------------------------------------------------------------------------------

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self._window.answer.grab())
        self._window.say("The answer is on the clipboard as a picture")

    def _ask_export(self) -> None:
        table = self._window.answer.table
        if table is None:
            return
        dialog = QFileDialog(self._window, f"Export {table.name}", str(Path.home() / f"{table.name}.csv"), FORMS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self._window.answers.export(table, Path(name)))
        open_dialog(dialog)

    def _ask_preset(self) -> None:
        answer, window = self._window.answer, self._window
        study, page, row = answer.study, answer.page, answer.row
        if study is None or page is None or row is None:
            return
        dialog = PresetDialog(values_words(page.choices[row]), window.studies.presets.fault_of, window)
        dialog.named.connect(lambda name: window.answers.keep(study, page, row, name))
        dialog.open()
