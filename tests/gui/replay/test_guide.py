"""Setups of a played market: found for the whole of a recording, looked for ahead in the demo market."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QApplication

from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.conditions.evaluator import Evaluator
from engine.domain.messages.commands import Flatten
from engine.domain.messages.engine import Command, Seek, StepCandle
from engine.indicators.analyzer import Analyzer
from gui.features.replay import guide
from gui.features.replay.guide import ReplayGuide
from gui.features.replay.model.playback import PlaybackModel
from gui.features.replay.model.timeline import SetupMark, mark_of
from gui.features.replay.model.timeline_ground import instant
from tests.gui.desks_story import Story, demo_gold, markets_of, run, until
from tests.gui.desks_story import play as play_story
from tests.recordings import recording

pytestmark = pytest.mark.long

Scenario = Callable[[Story], Awaitable[None]]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path) -> Callable[[Scenario], None]:
    return lambda scenario: play_story(qapp, tmp_path, scenario)


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


def guide_of(story: Story) -> ReplayGuide:
    assert story.running.guide is not None
    return story.running.guide


def running_searches(story: Story) -> list[QProcess]:
    processes = guide_of(story).findChildren(QProcess)
    return [each for each in processes if each.state() is not QProcess.ProcessState.NotRunning]


def test_that_the_setups_of_a_whole_recording_are_found_and_traded_manually_one_after_the_other(
    qapp: QApplication, tmp_path: Path, stretch: Path
) -> None:
    async def scenario(story: Story) -> None:
        window, playback = story.window, story.window.desk.playback
        await story.until(lambda: story.candles > 300 and playback.timeline.ground.stretches != ())
        guide_of(story).search()
        await story.until(lambda: playback.search.is_running)
        await story.until(lambda: not playback.search.is_running)
        assert playback.search.words == ""
        assert playback.timeline.marks == judged_setups(stretch)

        await story.until(lambda: playback.position is not None)
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
        story.running.desk.engine.handle(Flatten())
        await story.until(lambda: trading.history.rowCount() == 1)

        window.timeline.previous.trigger()
        await story.until(lambda: playback.is_paused and playback.newest_candle_at != instant(wanted.at_us))

    play_story(qapp, tmp_path, scenario, markets_of(stretch))


def test_that_the_next_setup_of_the_demo_market_is_looked_for_ahead(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guide, "SEARCHED_AHEAD", timedelta(minutes=5))
    demo, commands, window = demo_gold(), list[Command](), QObject()
    (market,) = demo.markets

    async def story() -> None:
        playback = PlaybackModel()
        playback.commanded.connect(commands.append)
        looking = ReplayGuide(playback, demo.markets, demo.arguments, Settings(), window)
        playback.set_span(market.first_at, market.last_at)
        playback.reach(market.opens_at)
        looking.start()
        playback.next_setup()
        assert playback.search.is_running
        await until(lambda: commands)
        looking.stop()
        mark = playback.timeline.setup_from(market.opens_at)
        assert mark is not None
        assert commands == [Seek(instant(mark.at_us)), StepCandle()]
        assert not playback.search.is_running

    run(qapp, story)


def test_that_a_search_can_be_stopped(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        await story.until(lambda: story.candles > 0)
        search = story.window.desk.playback.search
        guide_of(story).search()
        await story.until(lambda: search.is_running)
        story.window.timeline.cancel.click()
        assert not search.is_running
        assert running_searches(story) == []

    play(scenario)


def test_that_no_search_begins_for_a_desk_that_closes(play: Callable[[Scenario], None]) -> None:
    async def scenario(story: Story) -> None:
        guide_of(story).stop()
        guide_of(story).search()  # as the timer of its start does, when its time comes while the desk is still ending
        assert running_searches(story) == []

    play(scenario)
