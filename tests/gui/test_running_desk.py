"""A desk in its window: what it records, what it says when its engine fails, and what it leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from engine.adapters.recorded import open_recording
from engine.bootstrap import PlayedDesk
from engine.domain.market import FeedItem
from engine.domain.messages.engine import Seek, SetSpeed
from engine.domain.risk import Authority
from engine.persistence.opening import open_store
from gui.features.help.view.about import AboutDialog
from gui.features.opening.model import ChosenFile
from tests.builders import MONDAY
from tests.gui.desks_story import Story, messages_in
from tests.gui.desks_story import play as play_story

Scenario = Callable[[Story], Awaitable[None]]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path) -> Callable[[Scenario], None]:
    return lambda scenario: play_story(qapp, tmp_path, scenario)


def test_that_about_names_the_folder_in_which_this_desk_keeps_its_plans(
    play: Callable[[Scenario], None], tmp_path: Path
) -> None:
    async def scenario(story: Story) -> None:
        story.window.help.show_about()
        about = story.window.findChild(AboutDialog)
        assert about is not None
        assert str(tmp_path / "store") in [label.text() for label in about.findChildren(QLabel)]
        about.close()

    play(scenario)


# -- recording --------------------------------------------------------------------------------------------------------


def test_that_the_running_market_is_recorded_and_can_be_opened_again(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        running = story.running
        await story.until(lambda: story.candles > 0)
        record = next(each for each in story.window.file_menu.actions() if each.objectName() == "file.record")
        record.trigger()
        await story.until(lambda: record.text() == "Stop recording")
        mark = story.window.findChild(QLabel, "recordingMark")
        assert mark is not None
        assert mark.text().startswith("● REC")
        before = story.candles
        story.window.desk.playback.set_speed(1000.0)
        await story.until(lambda: story.candles > before + 10)
        record.trigger()
        await story.until(lambda: not running.recording.is_on)
        assert mark.isHidden()
        assert running.desk.recorder.folder is not None
        running.opening.open([ChosenFile(path=str(running.desk.recorder.folder))])
        (await story.dialog()).beside.click()
        await story.until(lambda: story.beside)
        ((file,),) = story.beside
        again = open_recording(Path(file.path))
        assert isinstance(running.desk, PlayedDesk)
        assert again.opens_at == running.desk.markets[0].opens_at
        assert "recording of MetaTrader 5 export" in again.source.format

    play(scenario)


def test_that_a_desk_that_closes_writes_what_it_recorded(play: Callable[[Scenario], None], tmp_path: Path) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles > 0)
        story.running.recording.toggle()
        story.window.desk.playback.set_speed(1000.0)
        before = story.candles
        await story.until(lambda: story.candles > before + 3)

    play(scenario)
    assert len(list((tmp_path / "data" / "recordings").glob("*/XAUUSD-*.parquet"))) >= 2


# -- faults and the end -----------------------------------------------------------------------------------------------


def test_that_the_store_of_a_desk_is_free_again_after_it(play: Callable[[Scenario], None], tmp_path: Path) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles > 0)
        story.window.close()
        await story.running.is_over.wait()

    play(scenario)
    open_store(tmp_path / "store", MONDAY).database.close()


def test_that_a_price_that_the_engine_fails_at_is_said_once_and_the_desk_goes_on_close_only(
    play: Callable[[Scenario], None],
) -> None:
    async def scenario(story: Story) -> None:
        failures: list[int] = []

        def break_down(item: FeedItem) -> None:  # noqa: ARG001
            failures.append(1)
            raise ZeroDivisionError("a fault in the engine")

        await story.until(lambda: story.candles > 0)
        story.running.desk.engine.pipeline.process = break_down  # type: ignore[method-assign]  # a fault of ours
        story.running.desk.engine.handle(SetSpeed(1000.0))
        await story.until(lambda: len(failures) > 3 and messages_in(story.window))
        assert len(messages_in(story.window)) <= 2  # one for each symbol
        assert "ZeroDivisionError: a fault in the engine" in messages_in(story.window)[0]
        assert not story.running.engine.done()
        assert story.window.desk.trading.modes.authority is Authority.EXITS_ONLY
        assert not story.running.has_failed

    play(scenario)


@pytest.mark.parametrize(
    ("is_replay", "what_now"),
    [
        (False, "Trading has stopped. Open positions are not managed; stop losses at the broker stay active. Close "),
        (True, "The desk goes on; close this window."),
    ],
)
def test_that_an_engine_that_fails_is_reported_in_the_window_that_stays(
    play: Callable[[Scenario], None], is_replay: bool, what_now: str
) -> None:
    async def scenario(story: Story) -> None:
        def break_down() -> None:
            raise ZeroDivisionError("a fault in the engine")

        story.window.desk.closing.is_replay = is_replay
        await story.until(lambda: story.window.desk.playback.position is not None)
        desk = story.running.desk
        assert isinstance(desk, PlayedDesk)
        desk.player.items = break_down  # type: ignore[method-assign, assignment]  # a fault of ours
        desk.engine.handle(Seek(desk.clock.now()))
        await story.until(lambda: messages_in(story.window))
        assert story.running.engine.done()
        assert messages_in(story.window)[0].startswith(f"A fault in the engine. {what_now}")
        assert story.window.isVisible()
        assert not story.running.is_over.is_set()
        assert story.window.desk.health.headline == "The engine has stopped: a fault in the engine."
        assert [mark.words for mark in story.window.desk.health.marks] == ["stopped"]
        assert story.running.has_failed

    play(scenario)
