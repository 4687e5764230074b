"""Which account is traded is no matter of a program: it reads the kind of the account, and nothing that names it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.assistant.table import OPERATIONS
from engine.assistant.texts import plain
from engine.domain.account import AccountKind, without_account_names
from engine.domain.facts import AccountsAssigned, PlanAdded, PlanTurnedAway
from engine.domain.records import record_of
from tests.assistant.desks import AssistedScript
from tests.builders import plan

ACCOUNT = "demo account 70012345 at Broker-Demo7"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AssistedScript]:
    desk = await AssistedScript(tmp_path).open()
    for fact in (
        AccountsAssigned(account=ACCOUNT, plans=1, orders=0, trades=0, days=0),
        PlanAdded(plan(account=ACCOUNT), None, None),
        PlanTurnedAway("plan-2", f"plan plan-2 belongs to the {ACCOUNT}: only the desk on it can change it"),
        PlanTurnedAway("plan-3", "the terminal is on another account now (70012345 at Broker-Demo7)"),
    ):
        desk.archive.journal.append(record_of(fact, desk.clock.now(), ACCOUNT))
    yield desk
    desk.archive.close()


@pytest.mark.parametrize("operation", ["positions", "today"])
async def test_that_of_the_account_its_kind_alone_is_answered(desk: AssistedScript, operation: str) -> None:
    assert (await desk.ask(operation))["account"] == "PAPER"


@pytest.mark.parametrize(
    ("account", "kind"),
    [
        (ACCOUNT, "DEMO"),
        ("real account 7 at Broker-Live", "REAL"),
        ("contest account 7 at Broker", "CONTEST"),
        ("paper account", "PAPER"),
        ("", "NO ACCOUNT"),
    ],
)
def test_that_the_kind_of_an_account_is_the_first_word_of_its_name(account: str, kind: str) -> None:
    assert AccountKind.of(account).word == kind


async def test_that_no_answer_names_the_account(desk: AssistedScript) -> None:
    asked: dict[str, dict[str, Any]] = {"micro_scalp_now": {"symbol": "XAUUSD"}, "evidence": {"symbol": "XAUUSD"}}
    for operation, row in OPERATIONS.items():
        if row.is_reading:
            answer = msgspec.json.encode(await desk.ask(operation, **asked.get(operation, {})))
            assert b"70012345" not in answer
            assert b"Broker-Demo7" not in answer
    records = (await desk.ask("journal", plan_id="plan-2"))["records"]
    assert "belongs to the demo account: only" in records[0]["words"]["untrusted"]


@pytest.mark.parametrize("text", ["70012345", "7001", "Broker-Demo7", "account 70012345 at Broker-Demo7"])
async def test_that_the_journal_cannot_be_searched_for_the_account(desk: AssistedScript, text: str) -> None:
    found = (await desk.ask("journal", text=text))["records"]
    assert [record["kind"] for record in found if record["kind"] != "door_asked"] == []
    assert len((await desk.ask("journal", text="XAUUSD", kinds=["plan_added"]))["records"]) == 1


def test_that_text_without_an_account_stays_as_it_is() -> None:
    words = "sell 2000 at VWAP, 3 at a time; the account lost 200 at noon"
    assert plain(words) == words
    assert without_account_names(f"The {ACCOUNT} nets positions") == "The demo account nets positions"
