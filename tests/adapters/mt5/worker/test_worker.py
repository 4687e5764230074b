"""The worker's process: its life hangs on the desk's, and it sends only plain values."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import namedtuple
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.adapters.mt5.calls import Answered
from engine.adapters.mt5.worker.results import RESULT_FIELDS, plain
from engine.adapters.mt5.worker.wire import Began, FrameWriter, Settled, ToDesk, read_to_desk
from tests.adapters.mt5.linked import Linked, StandIn

TradeRequest = namedtuple("TradeRequest", ("action", "volume"))
OrderSendResult = namedtuple("OrderSendResult", ("retcode", "request"))

ROOT = Path(__file__).resolve().parents[4]
DESK = """
import asyncio
from engine.adapters.mt5.conditions import LinkState
from engine.adapters.mt5.calls import TerminalCall
from tests.adapters.mt5.linked import linked, swift_settings

async def main():
    async with linked(swift_settings(order_limit_s=600)) as desk:
        await desk.reach(LinkState.READY)
        await desk.link.call(TerminalCall(function="order_send", arguments=(dict(),)))

asyncio.run(main())
"""


_NOT_ON_A_MAC = pytest.mark.skipif(sys.platform == "darwin", reason="macOS ends no process with its parent")


@pytest.mark.parametrize("holds_gil", [False, pytest.param(True, marks=_NOT_ON_A_MAC)])
async def test_that_a_worker_ends_with_a_desk_that_is_killed_even_while_a_call_hangs(
    terminal: StandIn, holds_gil: bool
) -> None:
    terminal.set(takes={"order_send": 120.0}, holds_gil=holds_gil)
    with subprocess.Popen([sys.executable, "-c", DESK], cwd=ROOT, stderr=subprocess.PIPE) as desk:
        await Linked.until(lambda: bool(terminal.calls("order_send")))
        desk.kill()
        # Both hold the pipe of errors: it ends when the last of them has.
        assert desk.communicate(timeout=10)[1] == b""


def sent(message: ToDesk) -> ToDesk | None:
    stream = BytesIO()
    FrameWriter(stream).write(message)
    stream.seek(0)
    return read_to_desk(stream)


def test_that_a_message_arrives_as_it_was_sent_and_half_a_message_is_the_end() -> None:
    value = {"sl": 0.0, "ticket": 2**63, "comment": "ms"}
    message = Settled(number=7, answer=Answered(value=value, took_ms=1.5, at_s=12.5))
    assert sent(message) == message
    stream = BytesIO()
    FrameWriter(stream).write(Began(number=1))
    assert read_to_desk(BytesIO(stream.getvalue()[:-1])) is None
    assert read_to_desk(BytesIO()) is None


def test_that_a_table_arrives_with_its_columns() -> None:
    table = np.array([(1, 2.5, 7)], dtype=[("time", "<i8"), ("bid", "<f8"), ("flags", "<u4")])
    message = sent(Settled(number=1, answer=Answered(value=table, took_ms=0.1, at_s=12.5)))
    assert isinstance(message, Settled)
    assert isinstance(message.answer, Answered)
    assert message.answer.value.dtype == table.dtype
    assert message.answer.value.tolist() == table.tolist()


def test_that_results_become_dictionaries_down_to_the_request_within() -> None:
    request = TradeRequest(1, np.float64(0.5))
    result = OrderSendResult(np.int64(10009), request)
    value = plain((result,))
    assert value == [{"retcode": 10009, "request": {"action": 1, "volume": 0.5}}]
    assert type(value[0]["request"]["volume"]) is float
    assert type(value[0]["retcode"]) is int


def test_that_a_bridges_result_is_read_by_the_names_that_its_type_has() -> None:
    class Tick:
        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            return len(name)

    assert plain(Tick()) == {name: len(name) for name in RESULT_FIELDS["Tick"]}


def test_that_every_result_type_has_as_many_fields_as_the_module_gives_it() -> None:
    counts = {name: len(fields) for name, fields in RESULT_FIELDS.items()}
    assert counts == {
        "Tick": 8, "AccountInfo": 28, "TerminalInfo": 22, "SymbolInfo": 96, "TradePosition": 19, "TradeOrder": 24,
        "TradeDeal": 18, "TradeRequest": 17, "OrderSendResult": 11, "OrderCheckResult": 9, "BookInfo": 4,
    }  # fmt: skip


def test_that_the_worker_alone_imports_by_name_and_nothing_imports_the_terminals_module() -> None:
    files = (path for package in ("config", "engine", "gui") for path in (ROOT / package).rglob("*.py"))
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}
    assert {name for name, text in texts.items() if "import_module(" in text} == {
        "engine/adapters/mt5/worker/serving.py"
    }
    assert not [name for name, text in texts.items() if re.search(r"^\s*(import|from) MetaTrader5", text, re.MULTILINE)]
