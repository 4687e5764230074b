"""The lab at 1280 x 720: every control explains itself, every answer can be painted in both themes, nothing is cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui.features.lab.view.pictures.picture import PictureView
from gui.theme import LIGHT
from tests.gui.lab.samples import ALL
from tests.gui.lab.window import OpenLab, keep
from tests.gui.test_tooltips import silent_actions, silent_controls, silent_heads


@pytest.fixture
def lab(qtbot: QtBot, tmp_path: Path) -> OpenLab:
    return OpenLab(qtbot, tmp_path)


def test_that_every_control_of_the_lab_has_a_tip(lab: OpenLab) -> None:
    assert len(lab.window.findChildren(QPushButton)) > 4
    assert [*silent_controls(lab.window), *silent_actions(lab.window)] == []
    lab.close()


def test_that_every_field_can_be_reached_by_its_title(lab: OpenLab) -> None:
    for field in lab.window.form.fields.values():
        assert field.title.buddy() is field.editor
        proxy = field.editor.focusProxy() or field.editor
        assert proxy.focusPolicy() & Qt.FocusPolicy.TabFocus
    lab.close()


def test_that_every_answer_fits_explains_its_columns_and_paints_in_both_themes(qtbot: QtBot, tmp_path: Path) -> None:
    keys = [keep(tmp_path, kind, result) for kind, result in ALL.items()]
    lab = OpenLab(qtbot, tmp_path)
    for key in keys:
        lab.open_answer(key)
        look_at_every_tab(lab)
        assert lab.window.size().toTuple() == (1280, 720)
    before = lab.window.answer.grab().toImage()
    lab.window.set_theme(LIGHT)
    lab.until(lab.window.updatesEnabled)
    assert lab.window.answer.grab().toImage() != before
    look_at_every_tab(lab)
    lab.close()


def look_at_every_tab(lab: OpenLab) -> None:
    answer = lab.window.answer
    for place in range(answer.tabs.count()):
        answer.tabs.setCurrentIndex(place)
        QApplication.processEvents()
        view = answer.shown
        assert view is not None
        for picture in view.findChildren(PictureView):
            picture.pointer = QPointF(picture.area().center())
            assert not picture.grab().isNull()
        assert list(silent_heads(view)) == []
    for label in (answer.sentence, answer.notes, *answer.findChildren(QLabel, "factBelow")):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
