"""From a record of the journal to its candle, and to a note about its trade."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.journal import JournalRecord
from engine.domain.messages.engine import RecallCandle
from engine.domain.trade_facts import Annotation
from gui.features.chart.model.places import find
from gui.features.journal.panel import OTHER_RUN
from tests.builders import MONDAY, candle
from tests.gui.chart.builders import flush, quiet_hours
from tests.gui.journal.looking import MINUTES, Looking


def test_that_a_record_brings_its_candle_to_the_front_and_marks_it(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 30), ("halted", "BTCUSD", 7))
    words = looking.choose(0)
    assert words == "BTCUSD at Mon 2 Mar 2026 08:07 UTC is marked on the chart."
    assert looking.window.deck.front_symbol == "BTCUSD"
    chart, view = looking.model.charts["BTCUSD"], looking.window.deck.views[1]
    assert chart.marked_row == 7
    assert view.plot.camera.first <= 7 <= view.plot.camera.last
    looking.model.conditions["BTCUSD"].ask()
    assert looking.asked[-1] == RecallCandle("BTCUSD", MONDAY + timedelta(minutes=7))


def test_that_a_record_that_is_chosen_leaves_a_low_window_as_high_as_it_was(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 30))
    flush()
    minimum = looking.journal.minimumSizeHint().height()
    looking.choose(0)
    flush()
    assert looking.journal.details.tree.isVisible()
    assert looking.journal.minimumSizeHint().height() == minimum


def test_that_going_back_to_live_takes_the_mark_away(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 30))
    looking.choose(0)
    looking.window.deck.views[0].follow_live(True)
    assert looking.model.charts["XAUUSD"].marked_row is None


def test_that_escape_takes_the_mark_away_too(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 30))
    looking.choose(0)
    looking.window.live.trigger()
    assert looking.model.charts["XAUUSD"].marked_row is None
    looking.model.conditions["XAUUSD"].ask()
    assert looking.asked == []


def test_that_a_record_about_no_symbol_is_shown_on_the_chart_in_front(looking: Looking) -> None:
    looking.look_back(("halted", None, 30))
    assert looking.choose(0).startswith("XAUUSD at Mon 2 Mar 2026 08:30")


def test_that_a_time_beyond_the_candles_is_reported(looking: Looking) -> None:
    looking.look_back(("halted", "XAUUSD", 500), ("halted", "EURUSD", 1))
    assert looking.choose(0) == "There is no chart of EURUSD here."
    assert looking.choose(1) == (
        "Mon 2 Mar 2026 16:20 UTC lies outside the candles of XAUUSD that are loaded: "
        "Mon 2 Mar 2026 08:00 to Mon 2 Mar 2026 09:59."
    )
    assert looking.model.charts["XAUUSD"].marked_row is None


def test_that_a_record_of_an_earlier_run_warns_that_the_market_may_be_another(looking: Looking) -> None:
    earlier = JournalRecord(at=MONDAY + timedelta(minutes=3), kind="halted", symbol="XAUUSD")
    looking.store.journal.append(earlier)
    looking.look_back(("halted", "XAUUSD", 30), known=1)
    assert looking.choose(1).startswith(OTHER_RUN)
    assert not looking.choose(0).startswith(OTHER_RUN)


def test_that_the_forming_candle_and_a_missing_minute_are_distinguished(looking: Looking) -> None:
    chart = looking.model.charts["XAUUSD"]
    chart.set_live(candle(MINUTES), None)
    zone = looking.model.zones.common
    assert find(looking.model.charts, "XAUUSD", MONDAY + timedelta(minutes=MINUTES), zone).row == MINUTES
    chart.append(quiet_hours(1, MINUTES + 5))
    gap = find(looking.model.charts, "XAUUSD", MONDAY + timedelta(minutes=MINUTES + 2), zone)
    assert (gap.row, "no candle" in gap.words) == (None, True)


def test_that_a_note_is_written_from_the_journal_as_well(looking: Looking) -> None:
    note = Annotation(trade_id="plan-1", at=MONDAY, note="late", tags=("fomo",))
    record = JournalRecord(at=MONDAY, kind="halted", symbol="XAUUSD", plan_id="plan-1", payload={})
    looking.store.table.annotate(note, record)
    looking.look_back(known=1)
    looking.choose(0)
    looking.until(lambda: looking.journal.details.note.text() == "[fomo] late")
    looking.journal.details.write.click()
    dialog = looking.window.trading.note_dialog
    assert dialog is not None
    assert (dialog.note.toPlainText(), dialog.tags.text()) == ("late", "fomo")
    dialog.close()
