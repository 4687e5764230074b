"""Replays beside a desk, recordings opened from the window, and the end of each."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import weakref
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QProcess, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QWidget

from config.settings import Settings
from engine.adapters.recorded import Recording, open_recording
from engine.conditions.evaluator import Evaluator
from engine.domain.market import MarketItem, Minute
from engine.domain.risk import LockName
from engine.domain.trading_messages import Flatten, Halt
from engine.indicators.analyzer import Analyzer
from engine.persistence.opening import open_store
from gui.features.opening.markets import Markets
from gui.features.opening.model import ChosenFile
from gui.features.replay import guide
from gui.features.replay.model.timeline import SetupMark, mark_of
from gui.features.replay.model.timeline_ground import instant
from gui.window import MainWindow
from tests.builders import MONDAY
from tests.gui.desks_story import Story, gold_rows, told_in
from tests.gui.desks_story import play as play_story
from tests.recordings import recording

Tell = Callable[[Story], Awaitable[None]]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path) -> Callable[[Tell], None]:
    return lambda tell: play_story(qapp, tmp_path, tell)


def candles(running: object) -> int:
    chart = running.window.desk.charts.get("XAUUSD")  # type: ignore[attr-defined]
    return 0 if chart is None else chart.count


def test_that_a_recording_plays_beside_the_desk_without_touching_it(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        first = story.first
        await story.until(lambda: candles(first) >= 100)
        replay = await story.open_beside(gold_rows(story.folder / "other XAUUSD.csv", 200))
        await story.until(lambda: candles(replay) >= 50)
        assert replay.window.windowTitle() == "REPLAY — XAUUSD"
        badge = replay.window.findChild(QLabel, "replayBadge")
        assert badge is not None
        assert badge.text() == "REPLAY  other XAUUSD.csv"
        replay.window.player.play.trigger()
        await story.until(lambda: replay.window.desk.playback.is_paused)
        assert not first.window.desk.playback.is_paused
        replay.desk.engine.handle(Halt("a test"))
        assert [lock.name for lock in replay.desk.archive.locks.locks()] == [LockName.HALT]
        assert first.desk.archive.locks.locks() == ()
        replay.window.close()
        await story.until(lambda: not story.desks.replays)
        assert not first.engine.done()
        assert not story.desks.has_closed.is_set()

    play(tell)


class _TornRecording(Recording):
    """A recording whose history can be had, and nothing that follows."""

    def items_from(self, instant: datetime) -> Iterator[MarketItem | Minute]:  # noqa: ARG002
        raise OSError("the disk is gone")


def test_that_an_error_in_a_replay_stays_there(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        whole = open_recording(gold_rows(story.folder / "other XAUUSD.csv", 200))
        torn = _TornRecording(whole.source, whole.columns)
        replay = await story.desks.open_beside(Markets((torn,), ()))
        await story.until(lambda: replay.engine.done())
        await story.until(lambda: bool(told_in(replay.window)))
        assert told_in(replay.window) == ["The disk is gone. The other desk goes on; close this window."]
        before = candles(story.first)
        story.first.window.desk.playback.set_speed(1000.0)
        await story.until(lambda: candles(story.first) > before)
        assert not story.desks.has_closed.is_set()
        assert told_in(story.first.window) == []
        replay.window.close()
        await story.until(lambda: not story.desks.replays)

    play(tell)


def test_that_the_last_window_standing_is_the_first_and_all_close_with_it(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        replay = await story.open_beside(gold_rows(story.folder / "other XAUUSD.csv", 200))
        story.first.window.close()
        await story.desks.has_closed.wait()
        await story.desks.close()
        assert replay.engine.done()
        assert story.desks.replays == []

    play(tell)


def test_that_opening_and_closing_replays_leaves_nothing_behind(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        path = gold_rows(story.folder / "other XAUUSD.csv", 200)
        watched: list[weakref.ref[object]] = []

        async def round_of_it() -> None:
            replay = await story.open_beside(path)
            await story.until(lambda: candles(replay) >= 50)
            watched.extend(weakref.ref(each) for each in (replay.desk.engine, replay.window, replay.desk.archive))
            replay.window.close()
            await story.until(lambda: not story.desks.replays)

        await round_of_it()  # threads of the pool begin with their first work, and stay
        tasks, files, timers = len(asyncio.all_tasks()), _open_files(), _timers()
        for _ in range(3):
            await round_of_it()

        def are_gone() -> bool:
            gc.collect()
            return [each() for each in watched] == [None] * len(watched)

        await story.until(are_gone)
        await story.until(lambda: len(asyncio.all_tasks()) <= tasks)
        await story.until(lambda: _open_files() <= files)  # a look at the machine's load opens one for a moment
        await story.until(lambda: _timers() <= timers)

    play(tell)


def test_that_a_replay_that_is_closed_while_its_window_is_furnished_ends(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        path = gold_rows(story.folder / "other XAUUSD.csv", 200)
        markets = Markets.of_files([ChosenFile(path=str(path))], [open_recording(path)])
        opening = asyncio.create_task(story.desks.open_beside(markets))
        replays = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        await story.until(lambda: _new_window(replays) is not None)
        window = _new_window(replays)
        assert window is not None
        window.close()
        replay = await opening
        await story.until(lambda: not story.desks.replays and replay.engine.done())
        assert candles(story.first) > 0

    play(tell)


def test_that_a_desk_that_is_closed_while_it_takes_the_place_of_another_ends(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        path = gold_rows(story.folder / "other XAUUSD.csv", 200)
        markets = Markets.of_files([ChosenFile(path=str(path))], [open_recording(path)])
        known = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        opening = asyncio.create_task(story.desks.open_in_place(story.first, markets))
        await story.until(lambda: _new_window(known) is not None)
        window = _new_window(known)
        assert window is not None
        window.close()
        running = await opening
        assert story.desks.has_closed.is_set()
        await story.desks.close()
        assert running.engine.done()

    play(tell)


def _new_window(known: list[MainWindow]) -> MainWindow | None:
    """One that a person sees and that was not there before."""
    windows = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible())
    return next((each for each in windows if each not in known), None)


def _timers() -> int:
    """Timers of all windows that there still are."""
    return sum(len(each.findChildren(QTimer)) for each in QApplication.topLevelWidgets())


def _open_files() -> int:
    """Files that this process has open; what threads and pipes are made of is not counted."""
    if sys.platform != "linux":
        return 0
    opened = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]  # noqa: PTH208
    return sum(os.path.isfile(each) for each in opened)  # noqa: PTH113


# -- what is asked ----------------------------------------------------------------------------------------------------


def test_that_what_was_recognised_is_shown_and_the_symbol_asked_for_only_where_unknown(
    play: Callable[[Tell], None],
) -> None:
    async def tell(story: Story) -> None:
        nameless = gold_rows(story.folder / "prices.csv", 200)
        story.desks.open_files(story.first, [ChosenFile(path=str(nameless))])
        dialog = await story.dialog()
        assert not dialog.beside.isEnabled()
        (field,) = dialog.findChildren(QLineEdit)
        field.setText("XAUUSDm")
        dialog.beside.click()
        await story.until(lambda: bool(story.desks.replays))
        await story.until(lambda: "XAUUSDm" in story.replay.window.desk.charts)
        again = [ChosenFile(path=str(nameless), symbol="XAUUSDm")]
        assert story.desks._recent.listed() == [again]
        story.desks.open_files(story.first, again)
        words = [label.text() for label in (await story.dialog()).findChildren(QLabel)]
        assert {"MetaTrader 5 export", "200", "2026-03-03 02:00 to 2026-03-03 05:19 UTC"} <= set(words)

    play(tell)


def test_that_a_broken_file_is_told_once_with_its_line(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        broken = gold_rows(story.folder / "XAUUSD broken.csv", 50)
        broken.write_text(broken.read_text().replace("04:20:00\t", "04:20:00\tgold", 1))
        story.desks.open_files(story.first, [ChosenFile(path=str(broken))])
        await story.until(lambda: bool(told_in(story.first.window)))
        (sentence,) = told_in(story.first.window)
        assert "XAUUSD broken.csv, line 22: open" in sentence
        assert story.desks.replays == []

    play(tell)


def test_that_cancelling_opens_nothing(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        story.desks.open_files(story.first, [ChosenFile(path=str(gold_rows(story.folder / "XAUUSD 2.csv", 50)))])
        (await story.dialog()).cancel.click()
        await asyncio.sleep(0.05)
        assert story.desks.replays == []

    play(tell)


def test_that_open_here_takes_the_place_of_the_desk_and_keeps_its_store(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        before = story.first
        await story.until(lambda: candles(before) > 0)
        before.desk.engine.handle(Halt("a test"))
        path = gold_rows(story.folder / "XAUUSD 2.csv", 50)
        story.desks.open_files(before, [ChosenFile(path=str(path))])
        (await story.dialog()).here.click()
        await story.until(lambda: story.desks.first is not None and story.first is not before)
        await story.until(lambda: candles(story.first) > 0)
        assert before.engine.done()
        assert not story.desks.has_closed.is_set()
        assert [lock.name for lock in story.first.desk.archive.locks.locks()] == [LockName.HALT]
        assert story.first.desk.markets[0].source.name == "XAUUSD 2.csv"

    play(tell)


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


def test_that_files_dropped_on_the_chart_are_opened_one_symbol_each(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        await story.until(lambda: candles(story.first) > 0)
        files = [gold_rows(story.folder / f"{symbol}.csv", 120) for symbol in ("XAUUSD", "XAGUSD")]
        assert dropped_on(story.first.window.deck.views[0].plot.viewport(), files)
        (await story.dialog()).beside.click()
        await story.until(lambda: bool(story.desks.replays))
        await story.until(lambda: set(story.replay.window.desk.charts) == {"XAUUSD", "XAGUSD"})

    play(tell)


def test_that_a_drop_without_files_is_left_alone(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        mime = QMimeData()
        mime.setText("gold")
        window = story.first.window
        enter = QDragEnterEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(window, enter)
        assert not enter.isAccepted()

    play(tell)


def test_that_the_file_menu_opens_files_and_the_demo_market(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        window = story.first.window
        actions = {action.objectName(): action for action in window.file_menu.actions()}
        path = gold_rows(story.folder / "XAUUSD 2.csv", 50)
        actions["file.open_recording"].trigger()
        dialog = window.findChild(QFileDialog)
        assert dialog is not None
        dialog.filesSelected.emit([str(path)])
        (await story.dialog()).reject()
        actions["file.open_demo"].trigger()
        await story.until(lambda: bool(story.desks.replays))
        assert story.replay.window.windowTitle().startswith("REPLAY")
        await story.until(lambda: story.replay.window.desk.playback.timeline.span_us > 0)

    play(tell)


# -- recording --------------------------------------------------------------------------------------------------------


def test_that_the_running_market_is_recorded_and_can_be_opened_again(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        first = story.first
        await story.until(lambda: candles(first) > 0)
        record = next(each for each in first.window.file_menu.actions() if each.objectName() == "file.record")
        record.trigger()
        await story.until(lambda: record.text() == "Stop recording")
        mark = first.window.findChild(QLabel, "recordingMark")
        assert mark is not None
        assert mark.text().startswith("● REC")
        before = candles(first)
        first.window.desk.playback.set_speed(1000.0)
        await story.until(lambda: candles(first) > before + 10)
        record.trigger()
        await story.until(lambda: not first.recording.is_on)
        assert mark.isHidden()
        replay = await story.open_beside(first.desk.recorder.folder)
        assert replay.desk.markets[0].opens_at == first.desk.markets[0].opens_at
        assert "recording of MetaTrader 5 export" in replay.desk.markets[0].source.format

    play(tell)


def test_that_a_desk_that_closes_writes_what_it_recorded(play: Callable[[Tell], None]) -> None:
    written: list[Path] = []

    async def tell(story: Story) -> None:
        await story.until(lambda: candles(story.first) > 0)
        story.first.recording.toggle()
        story.first.window.desk.playback.set_speed(1000.0)
        before = candles(story.first)
        await story.until(lambda: candles(story.first) > before + 3)
        written.append(story.folder / "data" / "recordings")

    play(tell)
    assert len(list(written[0].glob("*/XAUUSD-*.parquet"))) >= 2


# -- setups -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stretch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of a real recording, which has setups."""
    whole = recording("XAUUSD_M1_202602160207_202602272357.csv")
    path = tmp_path_factory.mktemp("stretch") / whole.name
    with whole.open(encoding="utf-8") as lines:
        path.write_text("".join(islice(lines, 1500)), encoding="utf-8")
    return path


def judged_setups(path: Path) -> list[SetupMark]:
    tape = open_recording(path)
    rules = Settings().rules_for("XAUUSD")
    assert rules is not None
    analyzer, evaluator = Analyzer(tape.source, rules, Settings().sessions), Evaluator(tape.source.instrument, rules)
    setups = (evaluator.evaluate(analyzer.update(candle)).setup for candle in tape.candles())
    return [mark_of(setup) for setup in setups if setup is not None]


def test_that_the_setups_of_a_whole_recording_are_found_and_traded_by_hand_one_after_the_other(
    play: Callable[[Tell], None], stretch: Path
) -> None:
    async def tell(story: Story) -> None:
        replay = await story.open_beside(stretch)
        window, playback = replay.window, replay.window.desk.playback
        await story.until(lambda: candles(replay) > 300 and playback.timeline.ground.stretches != ())
        replay.guide.search()
        await story.until(lambda: playback.search.is_running)
        await story.until(lambda: not playback.search.is_running)
        assert playback.search.words == ""
        assert playback.timeline.marks == judged_setups(stretch)

        assert playback.position is not None
        wanted = playback.timeline.setup_from(playback.position)
        assert wanted is not None
        window.timeline.next.trigger()
        await story.until(lambda: playback.is_paused and len(window.trading.desk.cards) == 1)
        assert playback.newest_candle_at == instant(wanted.at_us)
        (card,) = window.trading.desk.cards.values()
        card.approve.click()
        playback.set_speed(100.0)
        playback.toggle_pause()
        trading = window.desk.trading
        await story.until(lambda: trading.positions.rowCount() + trading.history.rowCount() == 1)
        replay.desk.engine.handle(Flatten())
        await story.until(lambda: window.desk.trading.history.rowCount() == 1)
        assert story.first.window.desk.trading.history.rowCount() == 0

        window.timeline.previous.trigger()
        await story.until(lambda: playback.is_paused and playback.newest_candle_at != instant(wanted.at_us))

    play(tell)


def test_that_the_next_setup_of_the_demo_market_is_looked_for_ahead(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guide, "SEARCHED_AHEAD", timedelta(hours=12))

    async def tell(story: Story) -> None:
        window, playback = story.first.window, story.first.window.desk.playback
        await story.until(lambda: playback.timeline.span_us > 0 and playback.position is not None)
        before = playback.position
        window.timeline.next.trigger()
        await story.until(lambda: playback.search.is_running)
        marks = playback.timeline.marks
        await story.until(
            lambda: playback.is_paused and playback.newest_candle_at in [instant(mark.at_us) for mark in marks]
        )
        assert playback.position > before

    play_story(qapp, tmp_path, tell, is_demo=True)


def test_that_a_search_can_be_stopped(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        await story.until(lambda: candles(story.first) > 0)
        search = story.first.window.desk.playback.search
        story.first.guide.search()
        await story.until(lambda: search.is_running)
        story.first.window.timeline.cancel.click()
        assert not search.is_running
        left = story.first.guide.findChildren(QProcess)
        assert [each for each in left if each.state() is not QProcess.ProcessState.NotRunning] == []

    play(tell)


def test_that_no_search_begins_for_a_replay_that_closes(play: Callable[[Tell], None]) -> None:
    async def tell(story: Story) -> None:
        replay = await story.open_beside(gold_rows(story.folder / "other XAUUSD.csv", 200))
        guide = replay.guide
        assert guide is not None
        replay.window.close()
        guide.stop()
        guide.search()  # as the timer of its start does, when its time comes while the desk is still ending
        left = guide.findChildren(QProcess)
        assert [each for each in left if each.state() is not QProcess.ProcessState.NotRunning] == []
        await story.until(lambda: not story.desks.replays)

    play(tell)


def test_that_the_store_of_a_desk_is_free_again_after_it(play: Callable[[Tell], None], tmp_path: Path) -> None:
    async def tell(story: Story) -> None:
        await story.open_beside(gold_rows(story.folder / "XAUUSD 2.csv", 50))

    play(tell)
    open_store(tmp_path / "store", MONDAY).database.close()
