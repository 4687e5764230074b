"""A command that holds what cannot be reckoned with or written down is refused with a sentence; a halt never is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.domain.messages.commands import (
    AddPlan,
    AnnotateTrade,
    ApprovePlan,
    BreakEven,
    CancelPlan,
    CloseTrade,
    Halt,
    MoveStops,
    RejectPlan,
    SetAuto,
    TradingCommand,
)
from engine.domain.messages.trading import ModesChanged
from engine.domain.well_formed import fault_in
from engine.reporting.sentences import sentence
from tests.builders import plan
from tests.trading.desks import TradingDesk

BROKEN = "a\udcff"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TradingDesk]:
    desk = TradingDesk(tmp_path).start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    assert len(desk.broker.positions) == 1
    yield desk
    desk.close()


@pytest.mark.parametrize("stop", [math.nan, math.inf, -math.inf, -1e308, 1e300])
def test_that_a_stop_that_is_no_price_is_refused_and_the_old_one_stays(desk: TradingDesk, stop: float) -> None:
    before = desk.broker.positions[0]
    desk.do(MoveStops(before.ticket, stop, None))
    desk.do(MoveStops(before.ticket, before.stop_loss or 0.0, stop))
    assert len(desk.refusals) == 2
    assert desk.refusals[0].startswith("stop_loss is ")
    assert desk.refusals[1].startswith("take_profit is ")
    desk.tick(70)
    assert desk.broker.positions[0].stop_loss == before.stop_loss


COMMANDS: list[TradingCommand] = [
    AddPlan(plan(notes=BROKEN)),
    AddPlan(plan(BROKEN)),
    AddPlan(msgspec.structs.replace(plan(), conditions={"plan_type": "micro_scalp", "note": [BROKEN]})),
    AddPlan(msgspec.structs.replace(plan(), entry_price=math.nan)),
    AddPlan(msgspec.structs.replace(plan(), volume=math.inf)),
    CancelPlan(BROKEN),
    ApprovePlan(BROKEN),
    RejectPlan(BROKEN),
    SetAuto(BROKEN, True),
    CloseTrade(2**70),
    BreakEven(-(2**70)),
    AnnotateTrade(BROKEN, "note"),
    AnnotateTrade("trade", BROKEN),
    AnnotateTrade("trade", "note", (BROKEN,)),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_that_a_command_that_cannot_be_written_down_is_refused_with_a_sentence_and_journaled(
    desk: TradingDesk, command: TradingCommand
) -> None:
    desk.do(command)
    assert len(desk.refusals) == 1
    assert "allowed" in desk.refusals[0] or "counted" in desk.refusals[0]
    refused = list(desk.archive.journal.read(kind="command_refused"))
    assert [entry.payload["command"] for entry in refused] == [type(command).__name__]
    assert "failed: " in sentence(refused[0])


def test_that_a_halt_is_never_refused_for_its_words(desk: TradingDesk) -> None:
    desk.do(Halt(BROKEN))
    halt = desk.of(ModesChanged)[-1].halt
    assert halt is not None
    assert halt.reason == "a?"
    assert desk.refusals == []


def test_that_whole_text_and_numbers_of_a_market_are_well_formed() -> None:
    for value in ("gold 💰 الذهب", "a\0b", 0, -1.5, 1e9, None, True, {"a": [1, (2.0, "x")]}, plan()):
        assert fault_in(value) is None


def test_that_a_value_without_end_is_refused_with_a_sentence() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert fault_in(nested, "conditions") == "conditions is nested too deeply"
    while nested:
        nested = nested.pop()
