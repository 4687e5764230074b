"""The panel of a practice session: words with n and interval, and nothing that waits for the window."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from config.settings import Settings
from engine.domain.messages.engine import Seek
from engine.domain.practice import PracticeChanged, PracticeSession, PracticeTrade, RuleCounts, Stretch
from gui import theme
from gui.features.practice.model.practice import LIVE, PracticeModel
from gui.features.practice.view.practice import PracticeView
from tests.builders import MONDAY
from tests.engine.test_practice_score import one, part


class Panel:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.now = MONDAY
        self.model = PracticeModel(Settings(), lambda: self.now, lambda: "USD")
        self.commands: list[object] = []
        self.parts: list[tuple[Stretch, ...]] = []
        self.said: list[str] = []
        self.model.commanded.connect(self.commands.append)
        self.model.auto_wanted.connect(self.parts.append)
        self.model.announced.connect(self.said.append)
        self.view = PracticeView(self.model, theme.DARK)
        self.model.setParent(self.view)
        qtbot.addWidget(self.view)
        self.view.resize(1000, 300)
        self.view.show()
        qtbot.waitExposed(self.view)

    def show(self, *trades: PracticeTrade, stretches: tuple[Stretch, ...] = ()) -> None:
        session = PracticeSession(
            starting_balance=100.0,
            balance=99.0,
            trades=trades,
            stretches=stretches or (part(0, 90),),
            rules=RuleCounts(setups=9, taken=3, declined=2, unanswered=1, by_hand=1, widened=1),
        )
        self.model.show(PracticeChanged(session, ("p1-",)))
        self.qtbot.waitUntil(lambda: self.model.score is not None and self.model.session is session)

    def words(self, title: str) -> str:
        self.qtbot.waitUntil(lambda: any(line.title == title for line in self.model.lines))
        return next(line.words for line in self.model.lines if line.title == title)


@pytest.fixture
def panel(qtbot: QtBot) -> Panel:
    return Panel(qtbot)


def test_that_every_figure_has_n_and_interval_or_says_that_there_are_too_few_days(panel: Panel) -> None:
    panel.show(*(one(1440 * day, 0.5) for day in range(6)), one(3, 2.0, is_seen=True))
    assert panel.words("Score") == "6 trades on 6 days, mean +0.50 R net (95 %: +0.50 to +0.50 R): too few to conclude"
    assert panel.words("Seen before").startswith("1 trade on 1 day, mean +2.00 R net (95 %: too few days)")
    assert panel.words("Seen before").endswith("not in the score")
    assert panel.words("Fills").startswith("One drawn path per candle")
    assert panel.words("Setups") == "9: 3 taken, 2 declined, 1 unanswered, 3 held back"
    assert panel.words("Outside the rules") == "1 order without a setup, 1 stop moved away"
    assert panel.words("Balance") == "100.00 to 99.00 USD"
    assert panel.words("Played") == "1 h 30 min in 1 part"


def test_that_a_live_market_says_where_practice_is(panel: Panel) -> None:
    panel.model.set_live()
    assert panel.model.lines == (LIVE,)
    assert not panel.view.compare.isEnabled()


def test_that_a_comparison_shows_both_sides_with_fills_and_can_be_cancelled(panel: Panel) -> None:
    panel.show(one(1, 1.0), one(40, -1.0))
    panel.view.compare.click()
    assert panel.parts == [(part(0, 90),)]
    assert panel.view.work.isVisible()
    assert not panel.view.compare.isEnabled()
    panel.view.work.cancel.click()
    panel.model.fail("")
    assert panel.view.work.isHidden()
    panel.view.compare.click()
    panel.model.show_share(0.5)
    panel.model.show_autos((one(1.5, 0.25), one(60, -1.0)))
    panel.qtbot.waitUntil(lambda: panel.model.versus is not None)
    you, auto, difference = panel.model.versus_lines
    assert you.words.startswith("2 trades on 1 day")
    assert auto.words.startswith("2 trades on 1 day")
    assert all("(candle paths)" in line.words for line in (you, auto, difference))
    assert difference.words.startswith("not stated below 5 days")
    shown = [label.text() for label in panel.view.findChildren(QLabel) if label.isVisible()]
    assert {you.words, auto.words, difference.words, panel.words("Score")} <= set(shown)
    table = panel.model.pairs
    assert [table.words(row)[3:] for row in reversed(range(table.rowCount()))] == [
        ["+1.00 R", "+0.25 R", "+0.75 R"],
        ["−1.00 R", "not traded", "−1.00 R"],
        ["not traded", "−1.00 R", "+1.00 R"],
    ]
    panel.show(one(1, 1.0), one(40, -1.0), one(50, 0.0))
    assert panel.model.versus_lines[-1].words == "You have traded on since: compare again"


def test_that_auto_plays_up_to_where_the_market_stands_and_so_far_a_journal_reaches(panel: Panel) -> None:
    panel.show(one(1, 1.0))
    panel.now = MONDAY + timedelta(minutes=300)
    panel.view.compare.click()
    assert panel.parts == [(part(0, 300),)]
    kept = panel.model.session_until_now
    assert kept is not None
    assert (kept.stretches, kept.trades) == ((part(0, 300),), (one(1, 1.0),))


def test_that_a_failed_comparison_says_why(panel: Panel) -> None:
    panel.show(one(1, 1.0))
    panel.view.compare.click()
    panel.model.fail("gold.csv is not there")
    assert panel.said == ["The comparison with AUTO failed: gold.csv is not there"]
    assert panel.view.compare.isEnabled()


def test_that_a_new_session_begins_where_the_market_stands(panel: Panel) -> None:
    panel.show(one(1, 1.0))
    panel.model.begin_session()
    assert panel.commands == [Seek(MONDAY, is_new_session=True)]
    panel.show(stretches=(Stretch(MONDAY, MONDAY + timedelta(minutes=1)),))
    assert panel.words("Score") == "No closed trade yet"


def test_that_a_difference_is_stated_with_its_interval_once_there_are_days_enough(panel: Panel) -> None:
    panel.show(*(one(1440 * day, 1.0) for day in range(6)), stretches=(part(0, 6 * 1440),))
    panel.view.compare.click()
    panel.model.show_autos(tuple(one(1440 * day, 0.25) for day in range(6)))
    panel.qtbot.waitUntil(lambda: panel.model.versus is not None)
    words = panel.model.versus_lines[2].words
    assert words.startswith("+0.75 R (95 %: +0.75 to +0.75 R) a trade, +")
    assert " a day (candle paths)" in words
