"""A desk that is killed in the middle of anything loses nothing that it was allowed to rely on."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from engine.domain.plan import PlanStatus
from engine.persistence.lock_table import SqliteLockTable
from tests.builders import MONDAY
from tests.plans.stores import StoredDesk

pytestmark = pytest.mark.long

LIVES = 6

DESK = """
import sys
from datetime import timedelta
from pathlib import Path
from engine.domain.journal import JournalRecord
from engine.domain.risk import Lock, LockName
from tests.builders import MONDAY, closed_trade, order, plan
from tests.plans.stores import StoredDesk

desk = StoredDesk(Path(sys.argv[1]))
desk.plans.begin(MONDAY)
born = desk.database.read("SELECT count(*) FROM trade_plans")[0][0]
for number in range(born, born + 10_000):
    name, at = f"plan-{number}", MONDAY + timedelta(seconds=number)
    desk.journal.append(JournalRecord(at=at, kind="setup_found", plan_id=name))
    desk.plans.add(plan(name, expires_at=MONDAY + timedelta(days=9)), at, signal_id=f"signal-{number}")
    desk.intend(order(name), at, approved_by="auto", signal_id=f"signal-{number}")
    print("sent", name, flush=True)
    lock = Lock(name=LockName.COOLDOWN, symbol="XAUUSD", since=at, until=at + timedelta(seconds=30), reason=name)
    desk.plans.opened(name, at, ticket=number + 1, locks=(lock,))
    print("opened", name, flush=True)
    desk.plans.closed(closed_trade(name, ticket=number + 1, entered_at=at), at)
    print("closed", name, flush=True)
"""


def live_and_die(directory: Path, count: int) -> list[str]:
    """Runs a desk until it has printed `count` lines, kills it, and returns all lines."""
    desk = subprocess.Popen(
        [sys.executable, "-c", DESK, str(directory)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with desk:
        assert desk.stdout is not None
        assert desk.stderr is not None
        lines = [desk.stdout.readline().strip() for _ in range(count)]
        desk.kill()
        rest = desk.stdout.read()  # not communicate(), which leaves out what lies in the buffer of readline()
        assert desk.stderr.read() == ""
    whole = rest.splitlines() if rest.endswith("\n") else rest.splitlines()[:-1]
    return lines + whole


@pytest.mark.parametrize("seed", [1, 2])
def test_that_kills_lose_no_intent_no_lock_and_no_result_and_repeat_no_order(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    lines = [line for _ in range(LIVES) for line in live_and_die(tmp_path, dice.randint(1, 60))]
    sent = [line.split()[1] for line in lines if line.startswith("sent")]
    assert len(sent) == len(set(sent))

    desk = StoredDesk(tmp_path)
    intents = [intent.order.plan_id for intent in desk.intents(MONDAY)]
    assert set(sent) <= set(intents)
    # An intent may be written and its order not sent when the kill comes: one a life, and never the other way round.
    assert len(intents) - len(sent) <= LIVES
    journaled = [entry.plan_id for entry in desk.journal.read(kind="plan_executing")]
    assert journaled == intents
    found = [entry.plan_id for entry in desk.journal.read(kind="setup_found")]
    assert [name for name in found if name in set(intents)] == intents

    for line in lines:
        event, name = line.split()
        kept = desk.plans.get(name)
        assert kept is not None
        reached = [PlanStatus.EXECUTING, PlanStatus.OPEN, PlanStatus.CLOSED]
        assert reached.index(kept.status) >= ["sent", "opened", "closed"].index(event)
    closed = [line.split()[1] for line in lines if line.startswith("closed")]
    assert set(closed) <= {trade.plan_id for trade in desk.closed_trades(MONDAY)}
    figures = desk.database.read("SELECT trades FROM daily_figures")[0][0]
    assert figures == len(desk.closed_trades(MONDAY))

    opened = [line.split()[1] for line in lines if line.startswith("opened")]
    (lock,) = SqliteLockTable(desk.database, desk.journal).locks()
    assert intents.index(lock.reason) >= intents.index(opened[-1])
    desk.close()
