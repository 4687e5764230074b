"""Notes of users on trades, and the stored reasons of a trade."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.market import Session
from engine.domain.messages.commands import AddPlan, AnnotateTrade
from engine.domain.messages.trading import TradeAnnotated
from engine.domain.plan import PlanStatus
from engine.domain.trade_facts import Annotation, TradeFacts
from engine.trading.notes import MAX_TAGS, NOTE_LENGTH, TAG_LENGTH
from tests.builders import plan
from tests.trading.desks import TradingDesk


def annotated(note: str = "", tags: tuple[str, ...] = ()) -> Annotation:
    """What becomes of a note that the user writes."""
    desk = TradingDesk().start()
    desk.do(AnnotateTrade("plan-1", note, tags))
    (event,) = desk.of(TradeAnnotated)
    return event.annotation


def test_that_a_note_survives_the_desk_and_every_earlier_wording_stays_in_the_journal(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path).start()
    for note in ("too early", "too early, and too large"):
        desk.do(AnnotateTrade("plan-1", note, ("fomo",)))
    desk.close()
    again = TradingDesk(tmp_path)
    kept = again.archive.plans.annotation("plan-1")
    assert kept is not None
    assert (kept.note, kept.tags) == ("too early, and too large", ("fomo",))
    records = [entry.payload for entry in again.archive.journal.read(kind="trade_annotated", plan_id="plan-1")]
    assert [each["now"]["note"] for each in records] == ["too early", "too early, and too large"]
    assert records[1]["was"]["note"] == "too early"
    again.close()


def test_that_tags_are_sorted_and_unique_ignoring_case() -> None:
    assert annotated(tags=("news,  late ", "FOMO", "fomo", "", "a  b")).tags == ("a b", "fomo", "late", "news")


def test_that_control_characters_are_left_out_of_a_note() -> None:
    assert annotated("  one\ttwo\nthree\x00\x1b[31m ").note == "one\ttwo\nthree[31m"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (AnnotateTrade("plan-1", "x" * (NOTE_LENGTH + 1)), "the note has 4,001 characters, max 4,000"),
        (AnnotateTrade("plan-1", "", ("x" * (TAG_LENGTH + 1),)), "41 characters, max 40"),
        (AnnotateTrade("plan-1", "", tuple(map(str, range(MAX_TAGS + 1)))), "21 tags, max 20"),
    ],
)
def test_that_what_is_too_long_to_keep_is_refused_in_words(command: AnnotateTrade, reason: str) -> None:
    desk = TradingDesk().start()
    desk.do(command)
    assert reason in desk.refusals[-1]
    assert desk.archive.plans.annotation("plan-1") is None


# -- why a trade was made -----------------------------------------------------------------------------------------


def kept_by(desk: TradingDesk) -> list[TradeFacts]:
    return desk.archive.trades(desk.settings).read()


def traded(directory: Path | None = None, *, is_practice: bool = False) -> TradingDesk:
    """A desk on which the scanner's proposal of the first minute was bought and stopped out."""
    desk = TradingDesk(directory, is_practice=is_practice).start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.tick(62, bid=2000.1)
    desk.tick(63, bid=1999.0)
    desk.tick(64, bid=1999.0)
    return desk


def test_that_a_trade_keeps_the_signals_score_and_session_it_was_made_on() -> None:
    (kept,) = kept_by(traded())
    assert (kept.signals, kept.edges, kept.score) == (("LONG_WICK_TRAP", "INCREASING_VOLUME"), ("INTRADAY_RANGE",), 6.0)
    assert (kept.session, kept.created_by) == (Session.LONDON, "scanner")


def test_that_the_users_plan_keeps_the_setup_that_triggered_it() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.do(AddPlan(plan()))
    desk.propose()
    desk.tick(61)
    desk.tick(63, bid=1999.0)
    desk.tick(64, bid=1999.0)
    assert desk.plans["plan-1"].status is PlanStatus.CLOSED
    (kept,) = kept_by(desk)
    assert (kept.trade.plan_id, kept.created_by, kept.score) == ("plan-1", "person", 6.0)


def test_that_a_trade_keeps_how_far_price_went_for_and_against_it() -> None:
    (trade,) = traded().trades
    assert (trade.best_price, trade.worst_price) == (2000.1, 1999.0)
    assert trade.favourable_r == pytest.approx((2000.1 - trade.entry) / (trade.entry - 1999.5))
    assert trade.adverse_r == pytest.approx((trade.entry - 1999.0) / (trade.entry - 1999.5))


def test_that_trades_of_another_practice_run_on_the_same_minutes_are_kept_beside_those_of_the_first(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        traded(tmp_path, is_practice=True).close()
    desk = TradingDesk(tmp_path)
    assert [kept.run for kept in kept_by(desk)] == ["p1-", "p2-"]
    desk.close()


def test_that_a_note_comes_with_its_trade() -> None:
    desk = traded()
    desk.do(AnnotateTrade(desk.trades[0].trade_id, "chased it", ("fomo",)))
    (kept,) = kept_by(desk)
    assert (kept.note, kept.tags) == ("chased it", ("fomo",))
