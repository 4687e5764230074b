"""`microscalp lab worker`, and the options of a study that further machines work for."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.child_process import MAX_WORKERS
from engine.commands.terminal import positive_up_to, say

if TYPE_CHECKING:
    from engine.commands.lab.opening import Study
    from engine.lab.batches import Workers
    from engine.lab.cluster.address import Certificates, ClusterAddress

_Tools = argparse._SubParsersAction
MAX_WAIT_S: Final = 7 * 24 * 3600
WAIT_S: Final = 30


def add_worker(tools: _Tools[argparse.ArgumentParser]) -> None:
    parser = tools.add_parser(
        "worker",
        help="let this machine work for a study on another one",
        description="Joins the study that was started with --cluster ADDRESS, then waits for the next one at the same "
        "address; Ctrl+C ends it. Study and worker must be of the same version.",
    )
    parser.add_argument("address", metavar="ADDRESS", help="where the study listens, such as tls://192.168.1.5:8786")
    parser.add_argument(
        "--workers", type=positive_up_to(MAX_WORKERS), metavar="N", help="worker processes (default: one per core)"
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="folder in which indicators are kept between runs")
    parser.add_argument(
        "--wait",
        type=positive_up_to(MAX_WAIT_S),
        metavar="SECONDS",
        help="give up if no study is found within this time (default: never)",
    )
    _add_certificates(parser)
    parser.set_defaults(run=run_worker)


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """The options of a study that further machines may work for."""
    parser.add_argument(
        "--workers",
        type=positive_up_to(MAX_WORKERS),
        metavar="N",
        help="worker processes on this machine (default: one per core; with --cluster: none)",
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="listen at this address for workers on other machines: tls://HOST:PORT, or tcp://127.0.0.1:PORT; start "
        "them with microscalp lab worker ADDRESS",
    )
    parser.add_argument(
        "--wait",
        type=positive_up_to(MAX_WAIT_S),
        default=WAIT_S,
        metavar="SECONDS",
        help=f"give up if the cluster has had no worker for this time (default {WAIT_S})",
    )
    _add_certificates(parser)


def _add_certificates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tls-ca", type=Path, metavar="FILE", help="certificate of the authority that signs, as PEM")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="the certificate of this machine, as PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="the key of this machine's certificate, as PEM")


def run_worker(options: argparse.Namespace) -> int:
    from multiprocessing import Pipe

    from config.private_files import make_private_directory
    from engine.lab.cache import cache_directory
    from engine.lab.cluster.address import cluster_address
    from engine.lab.cluster.program import require_distributed
    from engine.lab.cluster.working import find_study, keep_workers
    from engine.lab.pool import usual_workers

    address = cluster_address(options.address, _certificates(options))
    require_distributed()
    count, folder = options.workers or usual_workers(), options.cache or cache_directory()
    make_private_directory(folder)  # fails now rather than in the middle of a study
    theirs, _ours = Pipe(duplex=False)  # is closed when this process ends, which ends the others
    while True:
        find_study(address, options.wait, say)
        say(f"working for the study at {address.text} with {count} worker process{'' if count == 1 else 'es'}")
        keep_workers(count, address, folder, theirs)
        say(f"the study at {address.text} has ended")


def cluster_of(options: argparse.Namespace) -> ClusterAddress | None:
    """Where the study listens for workers; None if it runs on this machine alone.

    Raises `UnusableAddress` and `NoCluster`.
    """
    from engine.lab.cluster.address import cluster_address
    from engine.lab.cluster.program import require_distributed

    certificates = _certificates(options)
    if options.cluster is None:
        return None
    address = cluster_address(options.cluster, certificates, min_port=0)
    require_distributed()
    return address


def open_workers(address: ClusterAddress | None, study: Study) -> AbstractContextManager[Workers]:
    """The workers of a study: processes on this machine, or a cluster if there is an address."""
    from engine.lab.pool import ProcessPool

    options = study.options
    if address is None:
        return nullcontext(ProcessPool(options.workers))
    from engine.lab.cluster.study import Cluster

    folder, processes = study.bench.cache.folder, options.workers or 0
    return Cluster(address, folder, processes=processes, wait_s=options.wait, say=study.output.say)


def _certificates(options: argparse.Namespace) -> Certificates | None:
    from engine.lab.cluster.address import Certificates, UnusableAddress

    match [file for file in (options.tls_ca, options.tls_cert, options.tls_key) if file is not None]:
        case []:
            return None
        case [ca, cert, key]:
            return Certificates(ca, cert, key)
    raise UnusableAddress("--tls-ca, --tls-cert and --tls-key belong together: specify all three or none")
