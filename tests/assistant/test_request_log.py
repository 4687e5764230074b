"""Every request is on record, and no program can fill the disk with its requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.assistant.request_log import BURST, PER_HOUR, RequestLog
from engine.domain.journal import JournalEntry
from engine.domain.messages.door import DoorAsked, DoorCounted
from engine.domain.messages.proposals import Caller
from engine.domain.records import record_of
from engine.reporting.sentences import sentence
from tests.assistant.desks import AssistedScript
from tests.assistant.test_operations import PLAN
from tests.builders import MONDAY

HOURS = 24


class Client:
    """An assistant that asks as often as it may; its journal, and the seconds that have passed."""

    def __init__(self) -> None:
        self.records: list[DoorAsked | DoorCounted] = []
        self.now_s = 0.0
        self.log = RequestLog(self.records.append, lambda: self.now_s)

    def ask(self, operation: str = "today", outcome: str = "answered", by: Caller = Caller.ASSISTANT) -> None:
        asked = DoorAsked(by=by.value, operation=operation, arguments="{}", outcome=outcome, reason="")
        self.log.note(by, asked, is_always_kept=False)

    @property
    def in_full(self) -> list[DoorAsked]:
        return [each for each in self.records if isinstance(each, DoorAsked)]

    @property
    def counted(self) -> list[DoorCounted]:
        return [each for each in self.records if isinstance(each, DoorCounted)]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    client = Client()
    yield client
    client.log.flush()


async def test_that_the_requests_of_a_conversation_are_recorded_one_by_one(client: Client) -> None:
    for _ in range(BURST):
        client.ask()
    client.log.flush()
    assert (len(client.in_full), client.counted) == (BURST, [])


async def test_that_further_requests_are_counted(client: Client) -> None:
    for _ in range(BURST):
        client.ask()
    for _ in range(1_000):
        client.ask("micro_scalp_now")
    client.ask("journal", "refused")
    client.log.flush()
    client.log.flush()
    expected = DoorCounted(
        by="assistant", requests=1_001, refused=1, operations={"micro_scalp_now": 1_000, "journal": 1}
    )
    assert client.counted == [expected]


async def test_that_a_busy_client_takes_nothing_from_another(client: Client) -> None:
    for _ in range(BURST + 5):
        client.ask()
    client.ask(by=Caller.HTTP)
    assert client.in_full[-1].by == "http"


async def test_that_a_day_of_requests_without_end_stays_small_and_none_is_lost(client: Client) -> None:
    for second in range(HOURS * 3_600):
        client.now_s = float(second)
        client.ask()
        client.ask("journal")
        if second % 60 == 59:
            client.log.flush()
    assert len(client.in_full) <= BURST + HOURS * PER_HOUR
    assert len(client.counted) <= HOURS * 60
    assert len(client.in_full) + sum(each.requests for each in client.counted) == HOURS * 3_600 * 2


def test_that_counted_requests_have_a_sentence() -> None:
    fact = DoorCounted(by="http", requests=12, refused=2, operations={"micro_scalp_now": 10, "journal": 2})
    record = record_of(fact, MONDAY, None)
    entry = JournalEntry(seq=1, settings="", **{name: getattr(record, name) for name in record.__struct_fields__})
    assert (
        sentence(entry)
        == "An HTTP client made 12 more requests within a minute: micro scalp now 10, journal 2; 2 refused"
    )


async def test_that_a_proposal_is_recorded_however_much_was_asked_before(tmp_path: Path) -> None:
    desk = await AssistedScript(tmp_path).open()
    for _ in range(BURST + 5):
        await desk.ask("today")
    await desk.ask("create_micro_scalp_plan", **PLAN)
    last = desk.records[-1]
    assert isinstance(last, DoorAsked)
    assert (last.operation, last.outcome) == ("create_micro_scalp_plan", "answered")
    desk.archive.close()


async def test_that_a_refused_proposal_is_one_record_and_long_arguments_are_cut(tmp_path: Path) -> None:
    desk = await AssistedScript(tmp_path).open()
    before = desk.archive.pages().newest()
    await desk.ask("cancel_plan", plan_id="none")
    await desk.ask("journal", text="x" * 60_000)
    assert desk.archive.pages().newest() == before
    assert [each.outcome for each in desk.asked] == ["refused", "invalid_arguments"]
    assert len(desk.asked[-1].arguments) == 500
    desk.archive.close()
