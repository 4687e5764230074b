"""The condition panel as it is painted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from config.settings import SymbolRules
from engine.domain.judgement import LiveState
from engine.domain.market import Side
from gui.features.conditions.view.conditions import ConditionPanel
from gui.theme import DARK, apply
from tests.conditions.markets import RULES, a_setup, explained
from tests.gui.chart.builders import colours, flush, picture
from tests.gui.conditions.builders import NOWHERE, Asked, one_gate_away, recalled, setup_for


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    apply(qapp)
    yield
    qapp.setStyleSheet("")


class Shown:
    """A panel on the screen, tall enough for every check."""

    def __init__(self, qtbot: QtBot, rules: SymbolRules | None = RULES) -> None:
        self.asked = Asked(rules=rules)
        self.model = self.asked.model
        self.panel = ConditionPanel(DARK)
        qtbot.addWidget(self.panel)
        self.panel.resize(384, 1200)
        self.panel.show_model(self.model)
        self.panel.show()
        self.model.begin()
        flush()

    def sentences(self) -> set[str]:
        """What the tooltips over all checks say."""
        checks = self.panel.checks
        flush()
        places = [QPoint(x, y) for x in (30, checks.width() - 30) for y in range(0, checks.height(), 6)]
        return {checks.sentence_at(place) for place in places}


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_that_both_sides_and_every_check_are_in_words(shown: Shown) -> None:
    shown.model.show_live(setup_for(Side.BUY))
    for words in (
        "XAUUSD Live: candle of 08:10",
        "BUY A+ setup: A+ setup with score 7",
        "SELL 1 condition missing: Primary signals: 0 of min. 1",
        "Spread: pass 0.20 ≤ 0.25",
        "BUY VWAP band: met 0.25 ≤ 1.00",
        "SELL Intraday range: not met",
        "score 7 (wick 2, VWAP 2, edges 1, volatility 1, session 1)",
    ):
        assert words in shown.panel.words


def test_that_a_stop_inside_one_candle_is_reported_in_the_warning_colour(shown: Shown) -> None:
    shown.model.show_live(setup_for(Side.BUY, range_avg=2.5))
    idea = QRegion(0, shown.panel.head.height() - 40, 384, 40)
    assert "stop is only 0.48 of an average M1 range" in shown.panel.words
    assert DARK.warning in colours(picture(shown.panel.head), idea)
    shown.model.show_live(setup_for(Side.BUY, range_avg=0.9))
    assert DARK.warning not in colours(picture(shown.panel.head), idea)


def test_that_the_tooltip_of_a_check_is_its_sentence(shown: Shown) -> None:
    shown.model.show_live(setup_for(Side.BUY, **NOWHERE))
    sentences = shown.sentences()
    assert "Key levels: not at a key level" in sentences
    assert "Spread: spread 0.20 is at most 0.25" in sentences
    assert "Intraday range: stayed 9.25 above the day's low, max 0.25" in sentences
    assert "Intraday range: stayed 9.62 below the day's high, max 0.25" in sentences


def test_that_the_spread_follows_the_quotes(shown: Shown) -> None:
    shown.model.show_live(setup_for(Side.BUY))
    before = picture(shown.panel.checks)
    shown.model.show_live(explained(Side.BUY, a_setup(), RULES, LiveState(quote_age_s=0.5, spread=0.34)))
    assert "Spread: fail 0.34 > 0.25" in shown.panel.words
    assert "BUY blocked by: Pre-trade filters: Spread 0.34 is above 0.25" in shown.panel.words
    assert picture(shown.panel.checks) != before


def test_that_a_failed_check_does_not_wear_the_colours_of_price(shown: Shown) -> None:
    shown.model.show_live(one_gate_away(Side.BUY))
    seen = colours(picture(shown.panel))
    assert DARK.failed in seen
    assert not {DARK.up, DARK.down} & seen


def test_that_a_past_candle_is_named_with_the_way_back(shown: Shown) -> None:
    shown.model.show_live(setup_for(Side.BUY))
    shown.model.point_at(5)
    shown.model.show_recalled(recalled(5))
    assert "Candle of Mon 2 Mar 08:05 · Esc returns to live" in shown.panel.words
    assert "Market data: live only" in shown.panel.words


def test_that_nothing_jumps_between_the_live_candle_and_a_past_one(shown: Shown) -> None:
    shown.model.show_live(setup_for(Side.BUY))
    height = shown.panel.checks.minimumHeight()
    shown.model.point_at(5)
    shown.model.show_recalled(recalled(5, Side.SELL))
    assert shown.panel.checks.minimumHeight() == height
    assert "SELL A+ setup" in shown.panel.words


def test_that_a_symbol_without_rules_says_so(qtbot: QtBot) -> None:
    shown = Shown(qtbot, rules=None)
    assert shown.panel.words == "XAUUSD\nno rules for XAUUSD: chart only, no trading; add rules in the settings"
    assert DARK.text_muted in colours(picture(shown.panel.head), QRegion(0, 30, 384, 40))


def test_that_the_panel_follows_the_symbol_it_was_shown_last(shown: Shown) -> None:
    other = Asked()
    shown.model.show_live(setup_for(Side.BUY))
    shown.panel.show_model(other.model)
    assert "waiting" in shown.panel.words or "reading" in shown.panel.words
    shown.model.show_live(one_gate_away(Side.SELL))
    assert "condition missing" not in shown.panel.words.lower()
    other.model.show_live(one_gate_away(Side.SELL))
    assert "SELL 1 condition missing" in shown.panel.words


def test_that_the_panel_can_be_used_in_a_small_window(shown: Shown) -> None:
    shown.panel.resize(372, 420)
    shown.model.show_live(setup_for(Side.BUY))
    flush()
    assert shown.panel.head.height() < 300
    assert shown.panel.checks.height() == shown.panel.checks.minimumHeight() > 420
