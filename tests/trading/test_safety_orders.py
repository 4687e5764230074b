"""Safety orders hold at once, are kept while the store cannot be written, and are never lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from config.trading import ExecutionSettings
from engine.domain.health import Health, Vital, VitalName, VitalState
from engine.domain.messages.commands import AddPlan, Halt, ReleaseHalt, SetAuthority, SetAuto
from engine.domain.messages.execution import ExitSent
from engine.domain.messages.trading import ModesChanged
from engine.domain.orders import ExitReason
from engine.domain.plan import PlanStatus
from engine.domain.risk import Authority
from engine.persistence import opening
from engine.persistence.safety_page import PAGE_FILE, SafetyPage
from engine.trading.exit_orders import ExitOrders
from tests.broker_values import position, trade
from tests.builders import plan
from tests.health.signs import WELL, looked_at, vital
from tests.plans.stores import unwritable
from tests.trading.desks import TradingDesk, settings

REMEMBERS = settings(execution=ExecutionSettings(remember_auto=True))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TradingDesk]:
    """A desk that takes up its modes again after a restart."""
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    desk = TradingDesk(tmp_path / "data", settings=REMEMBERS).start()
    yield desk
    desk.close()


def after_a_power_cut(tmp_path: Path) -> ModesChanged:
    """The modes of a desk that starts on what lies on the disk at this moment."""
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "data", copy)
    second = TradingDesk(copy, settings=REMEMBERS)
    second.start()
    second.close()
    return second.of(ModesChanged)[0]


def test_that_a_halt_that_the_store_did_not_take_is_in_force_after_a_power_cut(
    desk: TradingDesk, tmp_path: Path
) -> None:
    with unwritable(tmp_path / "data"):
        desk.do(Halt("enough"))
        again = after_a_power_cut(tmp_path)
    assert desk.refusals == []
    assert again.halt is not None
    assert again.halt.reason == "enough"


def test_that_a_halt_of_many_words_is_in_force_after_a_power_cut(desk: TradingDesk, tmp_path: Path) -> None:
    with unwritable(tmp_path / "data"):
        desk.do(Halt("enough " * 2000))
        again = after_a_power_cut(tmp_path)
    assert again.halt is not None
    assert again.halt.reason.startswith("enough enough")


def test_that_closes_of_many_positions_leave_space_for_a_halt(desk: TradingDesk, tmp_path: Path) -> None:
    exits = ExitOrders(desk.clock, desk.archive.locks)
    with unwritable(tmp_path / "data"):
        for ticket in range(1, 60):
            exits.note(
                ExitSent(
                    trade=trade(position=position(ticket=ticket, identifier=ticket)),
                    reason=ExitReason.MANUAL,
                    attempt=1,
                    at=desk.clock.now(),
                )
            )
        desk.do(Halt("enough"))
        again = after_a_power_cut(tmp_path)
        signs = desk.archive.locks.signs()
    assert again.halt is not None
    assert signs is not None
    assert signs.page_fault.endswith("has no room for: close of a position")


def test_that_lowered_authority_does_not_come_back_as_auto(desk: TradingDesk, tmp_path: Path) -> None:
    desk.do(SetAuthority(Authority.AUTO))
    desk.do(SetAuto("XAUUSD", True))
    with unwritable(tmp_path / "data"):
        desk.do(SetAuthority(Authority.EXITS_ONLY))
        desk.do(SetAuto("XAUUSD", False))
        again = after_a_power_cut(tmp_path)
    assert (again.authority, again.auto_symbols) == (Authority.EXITS_ONLY, frozenset())


def test_that_the_desk_says_so_until_the_store_has_it_and_then_lets_the_page_go(
    desk: TradingDesk, tmp_path: Path
) -> None:
    with unwritable(tmp_path / "data"):
        desk.do(Halt("enough"))
        desk.tick(5)
        assert "in force, but not in the store yet: halt (" in desk.of(ModesChanged)[-1].unwritten
    desk.tick(10)
    assert desk.of(ModesChanged)[-1].unwritten == ""
    assert [entry.payload["reason"] for entry in desk.archive.journal.read(kind="halted")] == ["enough"]
    assert content(tmp_path) == b""


def test_that_a_halt_is_released_only_where_that_is_durable(desk: TradingDesk, tmp_path: Path) -> None:
    with unwritable(tmp_path / "data"):
        desk.do(Halt("enough"))
        desk.do(ReleaseHalt())
        assert desk.of(ModesChanged)[-1].halt is not None
    desk.do(ReleaseHalt())
    assert desk.of(ModesChanged)[-1].halt is None
    assert after_a_power_cut(tmp_path).halt is None


def test_that_plans_a_halt_could_not_take_back_are_taken_back_later(desk: TradingDesk, tmp_path: Path) -> None:
    desk.do(AddPlan(plan()))
    with unwritable(tmp_path / "data"):
        desk.do(Halt("enough"))
    desk.tick(10)
    assert desk.plans["plan-1"].status is PlanStatus.CANCELLED
    desk.do(AddPlan(plan("plan-2", created_at=desk.clock.now())))
    desk.tick(20)
    assert desk.plans["plan-2"].status is PlanStatus.PENDING


def test_that_a_torn_page_begins_halted(tmp_path: Path) -> None:
    first = TradingDesk(tmp_path / "data", settings=REMEMBERS).start()
    first.close()
    page = tmp_path / "data" / PAGE_FILE
    page.write_bytes(b"torn" + page.read_bytes()[4:])
    again = after_a_power_cut(tmp_path)
    assert again.halt is not None
    assert PAGE_FILE in again.halt.reason


def test_that_a_page_in_another_hand_begins_halted(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    page = SafetyPage(tmp_path / "data")
    page.write(b'[{"record": 5}]')
    page.close()
    assert after_a_power_cut(tmp_path).halt is not None


def test_that_a_desk_whose_page_cannot_be_made_runs_and_health_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 10)
    (tmp_path / PAGE_FILE).mkdir(parents=True)
    desk = TradingDesk(tmp_path).start()
    assert safety(desk).state is VitalState.WARN
    with unwritable(tmp_path):
        desk.do(Halt("enough"))
        assert safety(desk).state is VitalState.BAD
        assert "A restart would forget it" in safety(desk).sentence
    (tmp_path / PAGE_FILE).rmdir()
    desk.tick(10)
    assert safety(desk).state is VitalState.GOOD
    desk.close()


def test_that_health_calls_an_order_that_only_the_page_has_doubtful(desk: TradingDesk, tmp_path: Path) -> None:
    assert safety(desk).state is VitalState.GOOD
    with unwritable(tmp_path / "data"):
        desk.do(Halt("enough"))
        assert safety(desk).state is VitalState.WARN
    desk.tick(10)
    assert safety(desk).state is VitalState.GOOD


def test_that_health_gives_the_desk_a_chance_to_write_without_any_quote(desk: TradingDesk, tmp_path: Path) -> None:
    with unwritable(tmp_path / "data"):
        desk.do(Halt("enough"))
    desk.trader.on_health(Health(()))
    assert desk.of(ModesChanged)[-1].unwritten == ""


def test_that_a_store_in_memory_has_nothing_to_lose() -> None:
    assert TradingDesk().archive.locks.signs() is None


def safety(desk: TradingDesk) -> Vital:
    """The vital of what is not durable, as health would see it now."""
    return vital(looked_at(replace(WELL, safety=desk.archive.locks.signs()))[0], VitalName.SAFETY_ORDERS)


def content(tmp_path: Path) -> bytes:
    """What the page says at this moment."""
    copy = tmp_path / "page"
    copy.mkdir()
    shutil.copy(tmp_path / "data" / PAGE_FILE, copy)
    page = SafetyPage(copy)
    page.close()
    return page.content.text
