"""The pool of a study: every result once, whatever happens to its workers, and an end at once when it is asked for."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.lab.pool import Cancelled, ProcessPool, WorkersLost
from tests.lab.chores import die, die_once, doubled, kept_busy, refuse

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60.0
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def busy_workers(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir() if path.name.isdecimal()]


def test_that_every_task_has_its_result_once() -> None:
    found = list(ProcessPool(2).results(doubled, range(20)))
    assert sorted(found) == [(place, 2 * place) for place in range(20)]


def test_that_no_task_needs_no_process() -> None:
    assert list(ProcessPool(2).results(doubled, [])) == []


def test_that_the_task_of_a_killed_worker_is_done_again_and_no_result_comes_twice(tmp_path: Path) -> None:
    found = list(ProcessPool(2).results(die_once, [(tmp_path, number) for number in range(8)]))
    assert sorted(found) == [(number, number) for number in range(8)]
    assert (tmp_path / "died").exists()


def test_that_a_task_which_kills_every_worker_ends_the_study_with_a_sentence() -> None:
    with pytest.raises(
        WorkersLost, match="a worker process ended 4 times during the same task; is there enough memory"
    ):
        list(ProcessPool(1).results(die, [1]))


def test_that_what_a_task_raises_ends_the_study() -> None:
    with pytest.raises(ValueError, match="no such thing"):
        list(ProcessPool(1).results(refuse, range(3)))


def test_that_cancelling_ends_busy_workers_within_half_a_second(tmp_path: Path) -> None:
    pool, ended = ProcessPool(2), list[float]()

    def study() -> None:
        with pytest.raises(Cancelled):
            list(pool.results(kept_busy, [tmp_path] * 4))
        ended.append(time.monotonic())

    thread = threading.Thread(target=study)
    thread.start()
    wait_until(lambda: len(busy_workers(tmp_path)) == 2)
    asked = time.monotonic()
    pool.cancel()
    thread.join(60.0)
    assert ended[0] - asked < 0.5
    assert not any(psutil.pid_exists(worker) for worker in busy_workers(tmp_path))


def test_that_who_stops_listening_stops_the_workers() -> None:
    results = ProcessPool(1).results(doubled, range(100))
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_that_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\nfrom engine.lab.pool import ProcessPool\nfrom tests.lab.chores import kept_busy\n"
        f"if __name__ == '__main__':\n    list(ProcessPool(1).results(kept_busy, [Path({str(tmp_path)!r})]))\n"
    )
    (tmp_path / "study.py").write_text(program, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, tmp_path / "study.py"], env=environment) as parent:
        wait_until(lambda: len(busy_workers(tmp_path)) == 1)
        parent.kill()
    (worker,) = busy_workers(tmp_path)
    wait_until(lambda: not psutil.pid_exists(worker))
