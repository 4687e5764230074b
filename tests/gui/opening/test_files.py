"""Recordings that the user opens from a window: the ways in, what is asked, and what is wanted in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QWidget

from gui.features.opening.model import ChosenFile
from tests.gui.desks_story import Story, gold_rows, messages_in
from tests.gui.desks_story import play as play_story

Scenario = Callable[[Story], Awaitable[None]]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path) -> Callable[[Scenario], None]:
    return lambda scenario: play_story(qapp, tmp_path, scenario)


def chosen(path: Path, symbol: str | None = None) -> ChosenFile:
    return ChosenFile(path=str(path), symbol=symbol)


# -- what is asked ----------------------------------------------------------------------------------------------------


def test_that_what_was_recognised_is_shown_and_the_symbol_asked_for_only_where_unknown(
    play: Callable[[Scenario], None],
) -> None:
    async def scenario(story: Story) -> None:
        nameless = gold_rows(story.folder / "prices.csv", 200)
        story.running.opening.open([chosen(nameless)])
        dialog = await story.dialog()
        assert not dialog.beside.isEnabled()
        (field,) = dialog.findChildren(QLineEdit)
        field.setText("XAUUSDm")
        QTest.keyClick(field, Qt.Key.Key_Return)
        again = [chosen(nameless, "XAUUSDm")]
        await story.until(lambda: story.beside == [again])
        assert story.running.opening.recent.listed() == [again]
        story.running.opening.open(again)
        period = "2026-03-03 02:00 to 2026-03-03 05:19 UTC, if the assumed clock is right"
        words = [label.text() for label in (await story.dialog()).findChildren(QLabel)]
        assert {"MetaTrader 5 export", "200", period} <= set(words)

    play(scenario)


def test_that_a_clock_that_is_none_can_be_corrected_in_the_dialog(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        path = gold_rows(story.folder / "XAUUSD 2.csv", 50)
        story.running.opening.open([chosen(path)])
        dialog = await story.dialog()
        (clock,) = dialog.findChildren(QComboBox)
        clock.setEditText("Mars/Base")
        dialog.beside.click()
        await story.until(dialog.fault.isVisible)
        assert "'Mars/Base' is not a clock" in dialog.fault.text()
        clock.setEditText("UTC+2")
        assert dialog.fault.isHidden()
        dialog.beside.click()
        await story.until(lambda: story.beside == [[ChosenFile(path=str(path), clock="UTC+2")]])
        assert messages_in(story.window) == []

    play(scenario)


def test_that_a_broken_file_is_announced_once_with_its_line(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        broken = gold_rows(story.folder / "XAUUSD broken.csv", 50)
        broken.write_text(broken.read_text().replace("04:20:00\t", "04:20:00\tgold", 1))
        story.running.opening.open([chosen(broken)])
        await story.until(lambda: messages_in(story.window))
        (sentence,) = messages_in(story.window)
        assert "XAUUSD broken.csv, line 22: open" in sentence
        assert story.beside == []

    play(scenario)


def test_that_cancelling_opens_nothing(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        story.running.opening.open([chosen(gold_rows(story.folder / "XAUUSD 2.csv", 50))])
        dialog = await story.dialog()
        dialog.cancel.click()
        await story.until(lambda: not dialog.isVisible())
        await asyncio.sleep(0)
        assert story.beside == []
        assert story.running.wanted_here is None

    play(scenario)


def test_that_open_here_ends_the_desk_for_what_is_wanted(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        story.running.opening.open([chosen(gold_rows(story.folder / "XAUUSD 2.csv", 50))])
        (await story.dialog()).here.click()
        await story.running.is_over.wait()
        assert story.running.wanted_here is not None
        assert story.running.wanted_here.markets[0].source.name == "XAUUSD 2.csv"
        assert story.beside == []

    play(scenario)


# -- ways in ----------------------------------------------------------------------------------------------------------


def dropped_on(widget: QWidget, paths: list[Path]) -> bool:
    """Drags files over a widget and lets them go; whether they were taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), copy, mime, left, plain)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    drop = QDropEvent(QPointF(50, 50), copy, mime, left, plain)
    QApplication.sendEvent(widget, drop)
    return drop.isAccepted()


def test_that_files_dropped_on_the_chart_are_opened_together(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles > 0)
        files = [gold_rows(story.folder / f"{symbol}.csv", 120) for symbol in ("XAUUSD", "XAGUSD")]
        assert dropped_on(story.window.deck.views[0].plot.viewport(), files)
        (await story.dialog()).beside.click()
        await story.until(lambda: story.beside == [[chosen(file) for file in files]])

    play(scenario)


def test_that_a_drop_without_files_is_left_alone(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        mime = QMimeData()
        mime.setText("gold")
        enter = QDragEnterEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(story.window, enter)
        assert not enter.isAccepted()

    play(scenario)


def test_that_the_file_menu_opens_files_and_the_demo_market(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        actions = {action.objectName(): action for action in story.window.file_menu.actions()}
        path = gold_rows(story.folder / "XAUUSD 2.csv", 50)
        actions["file.open_recording"].trigger()
        dialog = story.window.findChild(QFileDialog)
        assert dialog is not None
        dialog.filesSelected.emit([str(path)])
        (await story.dialog()).reject()
        actions["file.open_demo"].trigger()
        assert story.beside == [[]]
        story.window.file_menu.actions()[-1].trigger()
        assert actions["file.exit"] is story.window.file_menu.actions()[-1]
        assert story.running.is_over.is_set()

    play(scenario)
