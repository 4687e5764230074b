"""The journal on the bus: what is announced is on record, once, with the account and before anybody acts on it."""

from __future__ import annotations

import pytest

from engine.bus import Bus
from engine.clock import MarketClock
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.facts import ClockConfirmed
from engine.domain.journal import JournalEntry
from engine.domain.messages.commands import Halt, ReleaseHalt
from engine.domain.messages.engine import Event, TermsDoubted
from engine.domain.messages.execution import OrderFailed, OrderSent, TradeClosed, TradeOpened
from engine.domain.messages.trading import AccountOpened, CommandRefused, RecordsDiffer
from engine.persistence.journal_observer import JournalObserver
from tests.broker_values import trade
from tests.builders import MONDAY, at, closed_trade, order
from tests.plans.stores import StoredDesk


class Listening:
    def __init__(self) -> None:
        self.bus, self.clock, self.desk = Bus(), MarketClock(MONDAY), StoredDesk()
        JournalObserver(self.desk.journal, self.clock).listen(self.bus)

    def hears(self, *events: Event) -> list[JournalEntry]:
        for event in events:
            self.bus.publish(event)
        return list(self.desk.journal.read())


@pytest.fixture
def journal() -> Listening:
    return Listening()


def test_that_an_event_is_kept_under_its_name_with_its_plan_and_the_account(journal: Listening) -> None:
    journal.clock.set(at(5))
    (entry,) = journal.hears(AccountOpened(PAPER_ACCOUNT), OrderSent(order=order(), at=at(5)))
    assert (entry.kind, entry.at, entry.symbol) == ("order_sent", at(5), "XAUUSD")
    assert (entry.plan_id, entry.account) == ("plan-1", PAPER_ACCOUNT)
    assert entry.payload["order"]["token"] == order().token


def test_that_what_moves_a_plan_is_left_to_the_store_of_plans(journal: Listening) -> None:
    opened = TradeOpened(trade=trade(), is_partial=False, is_resumed=False, slippage=0.0, at=at(1))
    failed = OrderFailed(order=order(), refusal=None, reason="No money", at=at(1))
    assert journal.hears(opened, failed, TradeClosed(trade=closed_trade())) == []


def test_that_a_command_refused_before_a_market_is_open_is_on_record(journal: Listening) -> None:
    (entry,) = journal.hears(CommandRefused(ReleaseHalt(), "the market is not open yet"))
    assert entry.payload == {"command": "ReleaseHalt", "asked": {}, "reason": "the market is not open yet"}
    assert entry.account is None


def test_that_of_a_command_that_cannot_be_written_down_the_rest_is_on_record(journal: Listening) -> None:
    (entry,) = journal.hears(CommandRefused(Halt("\ud800"), "reason is no Unicode text"))
    assert entry.payload == {"command": "Halt", "asked": None, "reason": "reason is no Unicode text"}


def test_that_differences_that_the_user_has_confirmed_are_not_reported_as_new(journal: Listening) -> None:
    (entry,) = journal.hears(RecordsDiffer(("a trade is missing",), ("missing 1",)), RecordsDiffer(()))
    assert entry.payload == {"differences": ["a trade is missing"], "keys": ["missing 1"]}


def test_that_what_is_about_the_terminal_is_about_no_account(journal: Listening) -> None:
    doubted, confirmed = TermsDoubted("XAUUSD", "its tick value is not known"), ClockConfirmed(330)
    entries = journal.hears(AccountOpened(PAPER_ACCOUNT), doubted, confirmed)
    assert [(entry.kind, entry.symbol, entry.account) for entry in entries] == [
        ("terms_doubted", "XAUUSD", None),
        ("clock_confirmed", None, None),
    ]
    assert entries[1].payload == {"server_ahead_minutes": 330}
