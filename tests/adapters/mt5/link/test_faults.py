"""A little of what the benchmark of faults does at length, and that its judge sees what he is there for."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.chaos.fault_cases import CASES
from benchmarks.chaos.fault_judge import is_doubled, wrong_outcomes
from benchmarks.chaos.faults import run_case
from tests.fake_metatrader5.simulator import Entry

pytestmark = pytest.mark.long


def sent(**answer: Any) -> Entry:
    """An entry that was sent, and what the broker made of it."""
    fields: dict[str, Any] = {
        "number": 0, "pid": 1, "at": 0.0, "world_ms": 0, "function": "order_send", "arguments": [{"comment": "ms1"}],
        "kind": "open", "code": 1, "retcode": 10009, "reported_retcode": 10009, "deal": 2, "order": 3,
    }  # fmt: skip
    return Entry(**(fields | answer))


REQUOTED = sent(retcode=10004, reported_retcode=10004, deal=0, order=0)
LOST = sent(code=-10002, reported_retcode=None)
NEVER_DONE = sent(code=-10002, retcode=None, reported_retcode=None, deal=0, order=0)
HANGS = sent(code=None, retcode=None, reported_retcode=None, deal=0, order=0)


@pytest.mark.parametrize("orders", [(sent(), sent()), (LOST, sent()), (NEVER_DONE, sent()), (HANGS, REQUOTED)])
def test_that_an_order_sent_again_while_its_outcome_was_open_is_found(orders: tuple[Entry, ...]) -> None:
    assert is_doubled(orders)


@pytest.mark.parametrize("orders", [(sent(),), (REQUOTED, REQUOTED, sent()), (REQUOTED, LOST), (HANGS,)])
def test_that_an_order_sent_again_after_a_plain_no_is_in_order(orders: tuple[Entry, ...]) -> None:
    assert not is_doubled(orders)


@pytest.mark.parametrize(
    ("reports", "entry", "is_wrong"),
    [
        (["sent", "unknown", "opened"], LOST, False),
        (["sent", "unknown", "failed"], NEVER_DONE, False),
        (["sent", "unknown", "failed"], LOST, True),
        (["sent", "unknown", "failed", "opened"], LOST, True),
        (["sent", "unknown", "opened"], NEVER_DONE, True),
    ],
)
def test_that_an_outcome_is_right_if_it_is_the_brokers(reports: list[str], entry: Entry, is_wrong: bool) -> None:
    assert bool(wrong_outcomes({"ms1": reports}, {"ms1": [entry]})) is is_wrong


def test_that_a_desk_whose_worker_is_killed_while_it_trades_loses_nothing() -> None:
    run = run_case("worker killed", 5, strikes=1)
    assert run.failure == ""
    assert run.verdict is not None
    assert (run.violations, run.verdict.notes) == (0, ())
    assert run.verdict.orders


def test_that_every_fault_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
