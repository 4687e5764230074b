"""Workers on further machines: the same results as on this one, each once, and nobody else may join."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.cli import main
from engine.clock import SystemClock
from engine.lab.batches import trades_of_each
from engine.lab.bench import Bench
from engine.lab.cache import ColumnCache
from engine.lab.cluster.address import Certificates, ClusterAddress, UnusableAddress, cluster_address
from engine.lab.memory.ledger import open_ledger
from engine.lab.pool import Cancelled, WorkersLost
from tests.lab.chores import ENDED, batch_of, die_once_in, keep_batch_busy, number_of, wait_for_end
from tests.lab.markets import a_recording, write_export
from tests.lab.test_batches import configurations
from tests.lab.test_pool import busy_workers, wait_until

pytest.importorskip("distributed", reason="the extra cluster is not installed")

from engine.lab.cluster.program import program
from engine.lab.cluster.study import Cluster, NoWorkers
from engine.lab.cluster.supply import Supply
from engine.lab.cluster.working import NoStudy, OtherProgram, find_study, keep_workers

pytestmark = pytest.mark.long

HERE = cluster_address("tcp://127.0.0.1:0", None, min_port=0)
FILES = Path(__file__).parent / "certificates"
"""Made for these tests and worth nothing: of one authority `ca` and `member`, of another `stranger`."""
OURS = Certificates(FILES / "ca.pem", FILES / "member.pem", FILES / "member.key")
THEIRS = Certificates(FILES / "ca.pem", FILES / "stranger.pem", FILES / "stranger.key")


def unheard(_: str) -> None:
    pass


def listening(
    folder: Path,
    *,
    processes: int = 0,
    wait_s: float = 30.0,
    address: ClusterAddress = HERE,
    said: list[str] | None = None,
) -> Cluster:
    return Cluster(address, folder, processes=processes, wait_s=wait_s, say=unheard if said is None else said.append)


@contextmanager
def another_machine(address: ClusterAddress, folder: Path) -> Iterator[None]:
    """One worker with a cache of its own."""
    theirs, ours = Pipe(duplex=False)
    thread = threading.Thread(target=keep_workers, args=(1, address, folder, theirs))
    thread.start()
    yield
    ours.close()
    thread.join()
    theirs.close()


def columns_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.parquet")}


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "certificates", "reason"),
    [
        ("tcp://192.168.1.5:8786", None, "would let anyone who connects run programs"),
        ("tcp://0.0.0.0:8786", None, "would let anyone who connects run programs"),
        ("tcp://lab.example.com:8786", None, "would let anyone who connects run programs"),
        ("tls://192.168.1.5:8786", None, "needs certificates: --tls-ca, --tls-cert and --tls-key"),
        ("tcp://127.0.0.1:8786", OURS, "uses no certificates"),
        ("127.0.0.1:8786", None, "is not a cluster address"),
        ("tcp://127.0.0.1:65536", None, "is not a cluster address"),
        ("tls://127.0.0.1:1", OURS._replace(key=FILES / "nothing.key"), "nothing.key cannot be read"),
        ("tls://127.0.0.1:1", OURS._replace(key=FILES / "stranger.key"), "are not PEM certificates"),
    ],
)
def test_that_an_address_at_which_no_study_may_listen_is_refused(
    text: str, certificates: Certificates | None, reason: str
) -> None:
    with pytest.raises(UnusableAddress, match=reason):
        cluster_address(text, certificates)


@pytest.mark.parametrize("text", ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"])
def test_that_this_machine_needs_no_certificates(text: str) -> None:
    assert cluster_address(text, None).protocol == "tcp"


@pytest.mark.parametrize("command", [["sweep", "gold.csv", "--space", "space.json", "--cluster"], ["worker"]])
def test_that_an_open_address_is_one_sentence_and_exit_code_2(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", *command, "tcp://10.0.0.1:8786"]) == 2
    assert capsys.readouterr().err.startswith("microscalp: tcp://10.0.0.1:8786 would let anyone who connects run")


@pytest.mark.parametrize("command", [["sweep", "gold.csv", "--space", "space.json", "--cluster"], ["worker"]])
def test_that_without_the_extra_a_message_names_it(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["lab", *command, "tcp://127.0.0.1:8786"]) == 2
    assert "pip install microscalp[cluster], or in a checkout " in capsys.readouterr().err


def test_that_an_address_that_is_taken_or_of_another_machine_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        taken = cluster_address(f"tcp://127.0.0.1:{silent.getsockname()[1]}", None)
        with pytest.raises(UnusableAddress, match=f"^{taken.text}: this machine cannot listen there: "):
            listening(tmp_path, address=taken).__enter__()
        with pytest.raises(NoStudy):
            find_study(taken, 0.0, unheard)
    elsewhere = cluster_address("tls://192.0.2.77:8786", OURS)
    with pytest.raises(UnusableAddress, match=r"^tls://192\.0\.2\.77:8786: this machine cannot listen there: "):
        listening(tmp_path, address=elsewhere).__enter__()


# -- a study ----------------------------------------------------------------------------------------------------------


def test_that_another_machine_finds_the_same_and_gets_what_it_lacks_once(tmp_path: Path) -> None:
    """With TLS, which carries the same tasks."""
    recording, wanted = a_recording(200), configurations(12)
    cache, elsewhere = ColumnCache(tmp_path / "here"), tmp_path / "elsewhere"
    bench = Bench(recording, cache, (1,))
    alone = [bench.trades(settings) for settings in wanted]
    said: list[str] = []
    address = cluster_address("tls://127.0.0.1:0", OURS, min_port=0)
    with (
        listening(cache.folder, address=address, said=said) as cluster,
        another_machine(cluster.address, elsewhere),
    ):
        found = list(trades_of_each(cache, recording, (1,), wanted, cluster))
        assert_closed_to_strangers(cluster.address)
        cancelled_within_half_a_second(cluster, tmp_path)
    assert not any(psutil.pid_exists(worker) for worker in busy_workers(tmp_path))
    assert said == [f"listening for workers: microscalp lab worker {cluster.address.text}"]
    assert sorted(place for place, _ in found) == list(range(len(wanted)))
    assert [dict(found)[place] for place in range(len(wanted))] == alone
    assert columns_in(elsewhere) == columns_in(cache.folder)


def assert_closed_to_strangers(address: ClusterAddress) -> None:
    stranger = cluster_address(address.text, THEIRS)
    with pytest.raises(OtherProgram, match="do not accept each other's certificates"):
        find_study(stranger, 0.0, unheard)
    with pytest.raises(OtherProgram, match="refuses workers without certificates"):
        find_study(cluster_address(f"tcp://127.0.0.1:{address.port}", None), 0.0, unheard)
    nobody = ssl.create_default_context(cafile=OURS.ca)
    nobody.check_hostname = False
    heard = b""
    with (
        suppress(OSError),
        socket.create_connection((address.host, address.port)) as plain,
        nobody.wrap_socket(plain) as wrapped,
    ):
        heard = wrapped.recv(1)
    assert heard == b""


def test_that_the_task_of_a_killed_worker_is_done_by_others_and_no_result_comes_twice(tmp_path: Path) -> None:
    tasks = [batch_of(tmp_path, number) for number in range(8)]
    with listening(tmp_path, processes=2) as cluster:
        found = list(cluster.results(partial(die_once_in, tmp_path), tasks))
        assert sorted(found) == [(number, number) for number in range(8)]
        assert (tmp_path / "died").exists()
        assert_heard_only_here()


def assert_heard_only_here() -> None:
    this = psutil.Process()
    connections = [each for process in (this, *this.children(recursive=True)) for each in process.net_connections()]
    heard = {each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN}
    assert heard == {"127.0.0.1"}


def cancelled_within_half_a_second(cluster: Cluster, folder: Path) -> None:
    ended = list[float]()

    def study() -> None:
        with pytest.raises(Cancelled):
            list(cluster.results(partial(keep_batch_busy, folder), [batch_of(folder, number) for number in range(4)]))
        ended.append(time.monotonic())

    thread = threading.Thread(target=study)
    thread.start()
    wait_until(lambda: len(busy_workers(folder)) > 0)
    asked = time.monotonic()
    cluster.cancel()
    thread.join(60.0)
    assert ended[0] - asked < 0.5


def worker_in_this_process(address: str, folder: Path, **options: Any) -> Any:
    from distributed import Worker

    return Worker(
        address, nthreads=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", local_directory=str(folder), **options
    )


async def test_that_workers_of_another_program_get_no_task_and_are_not_waited_for(tmp_path: Path) -> None:
    with listening(tmp_path, wait_s=0.3) as cluster:
        async with worker_in_this_process(cluster.address.text, tmp_path):
            with pytest.raises(NoWorkers, match="finished configurations are kept"):
                await asyncio.to_thread(list, cluster.results(number_of, [batch_of(tmp_path, 1)]))


async def test_that_a_task_which_ends_every_worker_ends_the_study_with_a_sentence(tmp_path: Path) -> None:
    try:
        with listening(tmp_path) as cluster:
            study = asyncio.create_task(asyncio.to_thread(list, cluster.results(wait_for_end, [batch_of(tmp_path, 1)])))
            for _ in range(4):
                lost = await worker_in_this_process(
                    cluster.address.text,
                    tmp_path,
                    resources={program(): 1},
                    extensions={"supply": lambda _: Supply(tmp_path, lambda _: None)},
                )
                while not lost.state.executing:
                    await asyncio.sleep(0.01)
                await lost.close(executor_wait=False)
            with pytest.raises(WorkersLost, match="ended 4 times during the same task; is there enough memory"):
                await study
    finally:
        ENDED.set()


def test_that_a_worker_gives_up_where_no_study_comes_in_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "worker", "tcp://127.0.0.1:9", "--wait", "1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "waiting for a study at tcp://127.0.0.1:9",
        "microscalp: no study listens at tcp://127.0.0.1:9: start one with --cluster",
    ]


def test_that_a_worker_without_a_folder_for_its_cache_joins_no_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["lab", "worker", "tcp://127.0.0.1:9", "--cache", str(tmp_path / "file" / "cache")]) == 2
    assert "file cannot be used: it is a file, and a folder is needed" in capsys.readouterr().err


async def test_that_a_study_of_another_version_is_refused_and_so_is_another_program() -> None:
    from distributed import Scheduler

    async with Scheduler(host="127.0.0.1", dashboard_address="127.0.0.1:0", dashboard=False) as foreign:
        address = cluster_address(foreign.address, None)
        with pytest.raises(OtherProgram, match="runs another program, this worker 0"):
            await asyncio.to_thread(find_study, address, 0.0, unheard)
        foreign.handlers["lab_program"] = lambda: "0.0.1 (strategy 1)"
        with pytest.raises(OtherProgram, match=r"runs 0\.0\.1 \(strategy 1\), this .*: install the same on both"):
            await asyncio.to_thread(find_study, address, 0.0, unheard)


def test_that_a_killed_study_resumes_with_every_trial_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export, space = write_export(tmp_path / "XAUUSD_walk.csv", a_recording(9 * 1440)), tmp_path / "space.json"
    head, *rows = export.read_text().splitlines()
    export.write_text("\n".join([head, *(row for place, row in enumerate(rows) if place % 1440 < 50), ""]))
    space.write_text(json.dumps({"execution.trailing_atr1": [0.2, 0.6, 0.01]}))
    command = ["lab", "sweep", str(export), "--space", str(space), "--json", "--progress", "json", "--trials", "40"]
    command += ["--data-dir", str(tmp_path), "--cache", str(tmp_path / "cache")]
    command += ["--cluster", "tcp://127.0.0.1:0", "--workers", "1"]
    program = [sys.executable, "-c", "import sys; from engine.cli import main; main(sys.argv[1:])"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [*program, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as study:
        assert study.stderr is not None
        next(line for line in study.stderr if b'"done": 10' in line)
        study.kill()
    assert main(command) == 0
    printed = capsys.readouterr()
    assert "of 40 are in the trial ledger already" in printed.err
    hashes = [trial["settings_hash"] for trial in json.loads(printed.out)["trials_run"]]
    ledger = open_ledger(tmp_path / "lab", SystemClock().now())
    assert len(set(hashes)) == 40
    assert ledger.trials("XAUUSD") == 40
    ledger.close()
