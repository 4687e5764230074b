from __future__ import annotations

import asyncio
import time

import pytest
from PySide6.QtWidgets import QApplication

from gui.platform.event_loop import QtEventLoop


@pytest.fixture
def runner(qapp: QApplication) -> asyncio.Runner:
    return asyncio.Runner(loop_factory=lambda: QtEventLoop(qapp))


def test_that_a_sleep_never_ends_early(runner: asyncio.Runner) -> None:
    async def early() -> float:
        worst = 0.0
        for seconds in (0.0005, 0.01, 0.033):
            began = time.perf_counter()
            await asyncio.sleep(seconds)
            worst = max(worst, seconds - (time.perf_counter() - began))
        return worst

    with runner:
        assert runner.run(early()) <= 0.0001


def test_that_callbacks_run_in_the_order_in_which_they_were_asked_for(runner: asyncio.Runner) -> None:
    async def order() -> list[int]:
        ran: list[int] = []
        loop = asyncio.get_running_loop()
        for number in range(100):
            loop.call_soon(ran.append, number)
        await asyncio.sleep(0.01)
        return ran

    with runner:
        assert runner.run(order()) == list(range(100))


def test_that_a_cancelled_callback_does_not_run(runner: asyncio.Runner) -> None:
    async def cancelled() -> list[int]:
        ran: list[int] = []
        asyncio.get_running_loop().call_soon(ran.append, 1).cancel()
        await asyncio.sleep(0.01)
        return ran

    with runner:
        assert runner.run(cancelled()) == []


def test_that_threads_task_groups_and_time_limits_work_on_qts_loop(runner: asyncio.Runner) -> None:
    async def together() -> int:
        async with asyncio.timeout(60.0), asyncio.TaskGroup() as tasks:
            results = [tasks.create_task(asyncio.to_thread(pow, 2, power)) for power in range(4)]
        return sum(task.result() for task in results)

    with runner:
        assert runner.run(together()) == 15
