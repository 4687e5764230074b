"""The report as a page: complete, alone, and deaf to what hostile notes say."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.fills import FillModel
from engine.domain.market import Session
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.reporting.page import report_page
from engine.reporting.scope import ReportScope
from engine.reporting.svg import Bar, bar_chart, line_chart
from tests.builders import MONDAY
from tests.examples import examples
from tests.statistics.trades import facts

SCOPE = ReportScope(title="Trades of 2026-03-02", made_at=MONDAY)
VOID = {"meta"}


class Reader(HTMLParser):
    """What a browser would see: elements, attributes, words; whether every element is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.is_sound = True
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.is_sound = self.is_sound and not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        self.is_sound = self.is_sound and bool(self._open) and self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "style":
            self.words += f"{data}\n"


def read(*trades: TradeFacts, scope: ReportScope = SCOPE) -> Reader:
    return Reader(report_page(trades, scope))


def a_day() -> list[TradeFacts]:
    return [
        facts(1.0 if minute % 3 else -0.5, minute=7 * minute, session=list(Session)[minute % 3], score=5.0 + minute % 3)
        for minute in range(30)
    ]


HOSTILE = [
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "&lt;b&gt; & <!-- ",
    "</style><link rel=stylesheet href=//evil.example>",
    "</title><base href=//evil.example>",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_that_hostile_words_are_shown_and_never_obeyed(words: str) -> None:
    trade = facts(note=words, tags=(words,), signals=(words,), created_by=words, symbol=f"XAUUSD{words}")
    page = read(trade, scope=ReportScope(title=words, made_at=MONDAY, zone_name=words, currency=words))
    assert page.is_sound
    harmless = read(facts(note="words", tags=("words",), signals=("words",)))
    assert page.elements == harmless.elements
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.words.count(words) >= 4


@examples(15)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60))
def test_that_any_note_comes_back_as_it_was_written(note: str) -> None:
    page = read(facts(note=note))
    assert page.is_sound
    assert note in page.words


def test_that_the_page_needs_nothing_from_outside() -> None:
    page = report_page(a_day(), SCOPE)
    assert not re.search(r"https?:|//[a-z]|url\(|@import|src=|href=\"[^#]", page)
    assert "default-src 'none'" in page


def test_that_every_chart_and_every_grouping_is_there() -> None:
    page = read(*a_day())
    assert page.is_sound
    assert page.elements.count("svg") == 6
    for title in ("session", "hour", "signal", "score", "exit reason", "symbol", "side", "tag"):
        assert f"By {title}" in page.words


def test_that_the_equity_curve_stands_first_and_every_sum_has_its_currency() -> None:
    page = read(*a_day(), scope=ReportScope(title="", made_at=MONDAY, currency="EUR"))
    assert page.words.index("Equity curve") < page.words.index("Net result") < page.words.index("By session")
    for words in ("Net, EUR", "Expectancy, EUR", "+15.00 EUR", "0.50 EUR"):
        assert words in page.words, words
    assert "Net, account currency" in read(*a_day()).words


def test_that_small_groups_are_marked_and_a_small_day_is_warned_of() -> None:
    assert "By side" in read(*a_day()).words
    assert "too few to conclude anything" not in read(*a_day()).words
    small = read(facts())
    assert "Fewer than 20 trades: too few to conclude anything." in small.words
    assert "London (too few)" in small.words


def test_that_results_of_different_fills_are_distinguished_and_never_added_up() -> None:
    old, new = FillModel.FOUR_CORNER, FillModel.PATHS
    page = read(facts(2.0, run="p1-", fill_model=old), facts(-0.5, minute=9, run="p2-", fill_model=new))
    assert page.is_sound
    assert "The trades were filled in different ways, which are counted separately." in page.words
    assert page.words.index("Results, fills: candle paths") < page.words.index("Results, fills: four-corner")
    assert "overstates results" in page.words
    assert "+1.50" not in page.words


def test_that_a_mean_is_net_with_its_interval_or_says_that_there_are_too_few_days() -> None:
    assert "too few days, 1 day" in read(facts(cost_r=0.25)).words
    days = [facts(1.0, minute=1440 * day, cost_r=0.25) for day in range(5)]
    assert "+2.00 to +2.00 R, 5 days" in read(*days).words
    assert "0.25 R" in read(*days).words


def test_that_a_day_without_trades_says_so() -> None:
    assert "No trade was closed in this time" in read().words


def test_that_trades_which_ended_with_their_paper_account_are_listed_and_not_counted() -> None:
    page = read(facts(), facts(0.0, minute=9, reason=ExitReason.PAPER_ENDED, r=None, run="p1-"))
    assert "they ended with their paper account and have no result: 1." in page.words
    assert "1 of 2 trades were practice, in one run on a paper account." in page.words


def test_that_times_are_those_of_the_zone() -> None:
    zone = ZoneInfo("America/New_York")
    page = read(facts(), scope=ReportScope(title="", made_at=MONDAY, zone=zone, zone_name="New York"))
    assert "2026-03-02 03:05:00" in page.words
    assert "03:00" in page.words


VALUES = st.lists(st.floats(-1e7, 1e7), max_size=30)


@given(VALUES)
def test_that_charts_stay_within_their_frame(values: list[float]) -> None:
    labels = [str(place) for place in range(len(values))]
    bars = [Bar(label, value, label) for label, value in zip(labels, values, strict=True)]
    for chart in (line_chart("", values, labels, "R"), bar_chart("", bars, "R")):
        assert "nan" not in chart
        for y in re.findall(r'\by[12]?="(-?[\d.]+)"', chart):
            assert 0.0 <= float(y) <= 240.0


def test_that_curve_labels_show_days_where_there_are_several() -> None:
    later = facts(minute=1, at=MONDAY + timedelta(days=1))
    assert "03-03 08:06" in read(facts(), later).words
    assert "03-03 08:06" not in read(facts(), facts(minute=1)).words
