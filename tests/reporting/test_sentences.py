"""Every kind of record that the engine writes has a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import msgspec
import pytest

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.facts import Fact, PlanMoved
from engine.domain.journal import JournalEntry
from engine.domain.market import Side
from engine.domain.messages.commands import AddPlan, AnnotateTrade, ApprovePlan, Halt, MoveStops, ReleaseHalt, SetAuto
from engine.domain.messages.engine import TermsDoubted
from engine.domain.messages.execution import (
    ExecutionEvent,
    OtherDeskSeen,
    OtherTradeSeen,
    TradeOpened,
    UnknownOrder,
    UnknownOrdersChanged,
)
from engine.domain.messages.trading import CommandRefused, RecordsDiffer
from engine.domain.orders import OrderTrace
from engine.domain.plan import LEGAL_MOVES
from engine.domain.records import kind_of
from engine.persistence.rows import json_text
from engine.reporting.record_subject import candle_time_of, symbol_of
from engine.reporting.sentences import ALL_KINDS, RECORD_KINDS, sentence
from tests.builders import MONDAY, at, order, plan
from tests.trading.desks import TradingDesk


@cache
def written_kinds() -> frozenset[str]:
    return frozenset(_found_kinds())


def _found_kinds() -> Iterator[str]:
    """The kinds of what the journal hears, of its own facts, and those made of states."""
    yield from (f"plan_{status.value}" for moves in LEGAL_MOVES.values() for status in moves)
    yield from (kind_of(event) for event in get_args(ExecutionEvent))
    yield from map(kind_of, (CommandRefused, RecordsDiffer, TermsDoubted))
    yield from (_kind(fact) for fact in _facts(Fact) if fact is not PlanMoved)


def _facts(fact: type[Fact]) -> Iterator[type[Fact]]:
    for each in fact.__subclasses__():
        yield each
        yield from _facts(each)


def _kind(fact: type[Fact]) -> str:
    return getattr(fact, "kind", kind_of(fact))


def test_that_every_kind_of_record_has_a_sentence() -> None:
    found = written_kinds()
    assert len(found) > 35
    missing = sorted(kind for kind in found if kind not in RECORD_KINDS)
    assert not missing, f"say in engine/reporting/sentences.py what they tell: {missing}"


def test_that_every_kind_of_record_belongs_to_one_group_that_the_user_can_choose() -> None:
    groups = [ALL_KINDS[name] for name in ALL_KINDS]
    assert written_kinds() <= set().union(*groups)
    assert sum(map(len, groups)) == len(set().union(*groups))


def sentences(desk: TradingDesk) -> dict[str, str]:
    """The last sentence of each kind."""
    return {entry.kind: sentence(entry) for entry in desk.archive.journal.read()}


def entry(kind: str, payload: dict[str, Any], **changes: Any) -> JournalEntry:
    fields: dict[str, Any] = {"seq": 1, "at": MONDAY, "symbol": None, "plan_id": None, "settings": ""} | changes
    return JournalEntry(kind=kind, payload=payload, **fields)


def test_that_the_life_of_a_trade_reads_as_a_story() -> None:
    desk = TradingDesk().start()
    desk.propose()
    desk.do(ApprovePlan(desk.cards[0].plan.plan_id))
    desk.tick(61)
    desk.tick(62, bid=2000.4)
    desk.tick(63, bid=1999.0)
    desk.tick(64, bid=1999.0)
    desk.do(AnnotateTrade(desk.trades[0].trade_id, "too\nearly", ("fomo",)))
    words = sentences(desk)
    assert words["plan_added"] == (
        "Setup of score 6: BUY 0.01 XAUUSD, entry 2,000.00, stop 1,999.50, target 2,001.00; "
        "Long wick trap, Increasing volume"
    )
    assert words["plan_awaiting_approval"].startswith("Awaiting approval: BUY XAUUSD, score 6, Long wick trap")
    assert words["plan_executing"] == "Order for BUY 0.01 XAUUSD at 2,000.00 released, approved by the user"
    assert words["plan_closed"].startswith("BUY 0.01 XAUUSD closed at 1,99")
    assert words["trade_annotated"] == "Note: too early [fomo]"
    assert words["account_updated"].startswith("Account: balance ")
    assert not [kind for kind, line in words.items() if line == kind.replace("_", " ").capitalize()]


@pytest.mark.parametrize(
    ("account", "model", "end"),
    [
        ("4711 @ Broker", {"fill_model": None}, "+0.10"),
        ("4711 @ Broker", {}, "+0.10"),
        (PAPER_ACCOUNT, {"fill_model": "paths"}, "+0.10 (candle paths)"),
        (PAPER_ACCOUNT, {}, "+0.10 (four-corner)"),
    ],
)
def test_that_a_simulated_result_is_reported_with_its_fills(account: str, model: dict[str, Any], end: str) -> None:
    trade = {"side": "BUY", "volume_lots": 0.01, "symbol": "XAUUSD", "exit": 2000.0, "reason": "by_hand", "r": 0.2}
    money = {"profit": 0.1, "commission": 0.0, "swap": 0.0}
    assert sentence(entry("trade_closed", {"trade": trade | money | model}, account=account)).endswith(end)


def test_that_a_clock_that_the_user_confirmed_is_reported_with_the_servers_time() -> None:
    assert sentence(entry("clock_confirmed", {"server_ahead_minutes": -210})).endswith("server is at UTC-3:30")


def test_that_what_the_user_asks_for_is_reported() -> None:
    desk = TradingDesk().start()
    for command in (SetAuto("XAUUSD", True), AddPlan(plan()), AddPlan(plan()), Halt("news"), ReleaseHalt()):
        desk.do(command)
    words = sentences(desk)
    assert words["modes_changed"] == "XAUUSD set to AUTO: the user"
    assert words["plan_added"].startswith("Plan saved: BUY 0.01 XAUUSD, entry 2,000.00")
    assert words["plan_cancelled"] == "Plan cancelled: halt: news"
    assert (words["halted"], words["halt_released"]) == ("HALT by the user: news", "Halt released by the user")
    assert words["command_refused"].startswith("Add plan failed: plan plan-1")


def test_that_changed_settings_are_reported_with_what_they_were() -> None:
    changes = [{"key": f"xauusd_rules.{name}", "old": 0.5, "new": [1, 2]} for name in "abcd"]
    assert sentence(entry("settings_changed", {"was": "", "now": "abc", "by": "person", "changes": changes})) == (
        "Settings changed by the user: xauusd_rules.a 0.5 → [1, 2], xauusd_rules.b 0.5 → [1, 2], "
        "xauusd_rules.c 0.5 → [1, 2], and 1 more"
    )
    assert sentence(entry("settings_changed", {"was": "", "now": "abc"})) == "Settings abc are in force"
    waits = sentence(entry("limits_noted", {"waiting": changes[:1]}))
    assert waits == "Relaxed limits waiting for their delay: xauusd_rules.a 0.5 → [1, 2]"


def test_that_a_denial_shows_its_reason_without_its_machine_name() -> None:
    denied = entry("plan_denied", {"reason": "cool_off: cool-off after an exit: 40.0 s left of it"})
    assert sentence(denied) == "Risk check failed: cool-off after an exit: 40.0 s left of it"


@pytest.mark.parametrize("payload", [{}, {"trade": None}, {"told": [1]}, {"plan": {"symbol": 3}}, {"reason": 7}])
def test_that_what_another_program_wrote_is_shown_by_its_kind(payload: dict[str, Any]) -> None:
    for kind in ("plan_added", "plan_closed", "stop_moved", "plan_denied", "plan_executing"):
        assert sentence(entry(kind, payload)) == kind.replace("_", " ").capitalize()
        assert candle_time_of(entry(kind, payload)) == MONDAY
    assert sentence(entry("moon_landing", {})) == "Moon landing"


def test_that_a_record_belongs_to_the_candle_of_its_signal() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.propose(3)
    entries = {each.kind: each for each in desk.archive.journal.read()}
    assert entries["plan_added"].at == at(240)
    assert candle_time_of(entries["plan_added"]) == candle_time_of(entries["plan_executing"]) == at(180)
    assert candle_time_of(entries["reconciled"]) == MONDAY


def test_that_a_denial_at_the_close_belongs_to_the_candle_whose_setup_was_denied() -> None:
    details = {"inputs": {"at": "2026-03-02T08:01:00Z", "quote": {"at": "2026-03-02T08:00:59Z"}}}
    denied = msgspec.structs.replace(entry("plan_denied", {"was": "pending", "told": details}), at=at(60))
    assert candle_time_of(denied) == MONDAY


def test_that_events_of_a_position_are_found_by_its_symbol_and_plan() -> None:
    desk = TradingDesk().start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    (opened,) = desk.of(TradeOpened)
    desk.do(MoveStops(opened.trade.ticket, 1999.6, 2001.0))
    desk.tick(62)
    kinds = [each.kind for each in desk.archive.journal.read(symbol="XAUUSD", plan_id=opened.trade.plan_id)]
    assert {"order_sent", "stop_moved"} <= set(kinds)
    assert "Levels of BUY 0.01 XAUUSD" in sentences(desk)["stop_moved"]


def test_that_the_symbol_of_older_records_is_found_within_them() -> None:
    payload = {"type": "StopMoved", "trade": {"position": {"symbol": "BTCUSD"}}}
    assert symbol_of(entry("stop_moved", payload)) == "BTCUSD"
    assert symbol_of(entry("order_sent", {"order": {"symbol": "XAUUSD"}})) == "XAUUSD"
    assert symbol_of(entry("halted", {"by": "person", "reason": ""})) is None


def test_that_what_is_known_of_an_unknown_order_is_reported() -> None:
    unknown = UnknownOrder(
        order=order(), sent_at=MONDAY, answer="timeout", trace=OrderTrace.NOTHING, may_be_settled=True
    )
    words = sentence_of(UnknownOrdersChanged(orders=(unknown,), at=MONDAY))
    assert words == ("Unknown outcome: BUY 0.01 XAUUSD at 2,000.00, answer: timeout, the broker shows no trace of it")
    assert sentence_of(UnknownOrdersChanged(orders=(), at=MONDAY)) == "No order with an unknown outcome is left"


def test_that_trades_of_others_and_other_desks_are_reported() -> None:
    seen = OtherTradeSeen(
        ticket=7, symbol="XAUUSD", side=Side.BUY, volume_lots=0.1, is_working=True, is_other_desk=True, at=MONDAY
    )
    assert sentence_of(seen) == (
        "An order of another desk is on the account: BUY 0.1 XAUUSD (7); it counts against the limits"
    )
    assert sentence_of(OtherDeskSeen(installation="k3Xz9", at=MONDAY)) == "Another desk was seen: installation k3Xz9"
    assert (
        sentence_of(OtherDeskSeen(installation="", at=MONDAY)) == "Another desk was seen: a desk of an earlier version"
    )


def sentence_of(event: ExecutionEvent) -> str:
    return sentence(entry(kind_of(type(event)), msgspec.json.decode(json_text(event))))


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "noon", 7])
def test_that_a_time_outside_all_markets_is_not_the_time_of_a_record(time: Any) -> None:
    assert candle_time_of(entry("trade_annotated", {"traded_at": time})) == MONDAY
