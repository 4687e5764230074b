"""The market of a report: the price of the day, and where trades were entered and left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.domain.market import Side
from engine.domain.trade_facts import MinutePrices, TradeFacts
from engine.reporting.market import MAX_PICTURES
from engine.reporting.page import report_page
from engine.reporting.scope import ReportScope
from tests.builders import MONDAY
from tests.reporting.test_page import Reader
from tests.statistics.trades import facts

SCOPE = ReportScope(title="Trades", made_at=MONDAY)


class Kept:
    """A market of which some minutes were kept; remembers what it was asked for."""

    def __init__(self, *minutes: int) -> None:
        self.minutes = [
            MinutePrices(at=MONDAY + timedelta(minutes=minute), low=1999.0, high=2001.0, close=2000.0 + minute % 2)
            for minute in minutes
        ]
        self.asked: list[tuple[str, str, datetime, datetime]] = []

    def __call__(self, run: str, symbol: str, since: datetime, until: datetime) -> Sequence[MinutePrices]:
        self.asked.append((run, symbol, since, until))
        return [minute for minute in self.minutes if since <= minute.at < until]


def read(kept: Kept, *trades: TradeFacts) -> Reader:
    return Reader(report_page(trades, SCOPE, kept))


def test_that_each_trade_stands_in_its_market_with_words_of_what_became_of_it() -> None:
    page = read(Kept(*range(30)), facts(0.5, minute=3), facts(-0.5, minute=9, side=Side.SELL))
    assert page.is_sound
    assert "XAUUSD, 2026-03-02" in page.words
    assert "BUY 0.01 at 2,000.00, 08:03:00; left at 2,000.50, 08:08:00, take profit; +1.00 R" in page.words
    assert "SELL 0.01 at 2,000.00, 08:09:00; left at 1,999.50, 08:14:00, stop loss; −1.00 R" in page.words
    assert [value for name, value in page.attributes if name == "class" and "trip" in (value or "")] == [
        "trip gain",
        "trip loss",
    ]


def test_that_a_trade_leads_to_its_place_in_the_chart_and_back_where_it_is_drawn() -> None:
    page = read(Kept(*range(30)), facts(minute=3), facts(minute=9, run="p4-"))
    ids = {value for name, value in page.attributes if name == "id"}
    links = {value for name, value in page.attributes if name == "href"}
    assert ids == {"trade-1", "drawn-trade-1", "trade-2", "drawn-trade-2"}
    assert links == {"#drawn-trade-1", "#drawn-trade-2", "#trade-1", "#trade-2"}
    assert not [name for name, _ in read(Kept(), facts()).attributes if name == "href"]


def test_that_the_market_is_shown_from_an_hour_before_the_first_trade_to_the_last_exit() -> None:
    kept = Kept(0)
    read(kept, facts(minute=3, run="p4-"), facts(minute=9, run="p4-"))
    hour = timedelta(hours=1)
    begin, end = MONDAY + timedelta(minutes=3) - hour, MONDAY + timedelta(minutes=14)
    assert kept.asked == [("p4-", "XAUUSD", begin, end)]


def test_that_minutes_are_not_joined_over_a_silence() -> None:
    assert read(Kept(0, 1, 2, 3), facts()).elements.count("polyline") == 3
    assert read(Kept(*range(-50, -40), 0, 1, 2), facts()).elements.count("polyline") == 4


def test_that_each_day_symbol_and_run_has_a_chart_and_the_latest_are_drawn() -> None:
    kept = Kept(0)
    trades = [facts(minute=1), facts(minute=2, symbol="BTCUSD"), facts(minute=3, run="p2-")]
    page = read(kept, *trades)
    titles = re.findall(r"(?:XAU|BTC)USD, 2026-03-02.*", page.words)
    assert titles == ["XAUUSD, 2026-03-02 ", "BTCUSD, 2026-03-02 ", "XAUUSD, 2026-03-02, practice run 2 "]
    many = read(kept, *(facts(minute=1, run=f"p{number}-") for number in range(1, 30)))
    assert many.words.count("practice run") == MAX_PICTURES
    assert "practice run 29" in many.words
    assert f"Only the latest {MAX_PICTURES} charts are drawn." in many.words


def test_that_a_page_without_kept_prices_has_no_market() -> None:
    assert "Market and trades" not in read(Kept(), facts()).words


def test_that_everything_drawn_stays_within_the_picture() -> None:
    """A fill far outside the minutes that were kept as well."""
    page = report_page([facts(-40.0), facts(60.0, minute=20)], SCOPE, Kept(*range(30)))
    picture = re.sub("<title>.*?</title>", "", page[page.index('viewBox="0 0 1320') : page.index("<h2>Trades")])
    points = re.findall(r'(?:points="|\s)(-?[\d.]+),(-?[\d.]+)', picture)
    points += re.findall(r'cx="(-?[\d.]+)" cy="(-?[\d.]+)"', picture)
    assert len(points) > 60
    assert all(0.0 <= float(x) <= 1320.0 and 0.0 <= float(y) <= 360.0 for x, y in points)


def test_that_times_below_the_picture_are_round() -> None:
    words = read(Kept(*range(-60, 60)), facts(minute=40)).words.partition("Market and trades")[2]
    assert re.findall(r"^\d\d:\d\d$", words, re.MULTILINE)[:3] == ["07:45", "08:00", "08:15"]
