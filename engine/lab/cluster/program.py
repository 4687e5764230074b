"""What must be the same for study and workers, and how distributed is set up."""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec
from typing import Final

from config import VERSION
from engine.domain.fills import PATHS_VERSION
from engine.errors import DeskError
from engine.lab.identity import INDICATORS_VERSION, STRATEGY_VERSION

NO_PAGES: Final[dict[str, list[str]]] = {"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []}
"""Dask settings: no web pages about the study."""
LOCAL_PAGES: Final = "127.0.0.1:0"
"""Address of the web server that distributed starts in any case."""


class NoCluster(DeskError):
    """The packages that a cluster needs are not installed."""


def require_distributed() -> None:
    """Loads distributed and silences its log: the lab reports what matters. Raises `NoCluster`."""
    if find_spec("distributed") is None:
        raise NoCluster(
            "a cluster needs further packages: pip install microscalp[cluster], or in a checkout "
            ".venv/bin/python -m pip install -r requirements-cluster.txt"
        )
    import dask
    import distributed

    dask.config.set(NO_PAGES)
    for name in (distributed.__name__, "distributed.client", "distributed.gc"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def program() -> str:
    """The versions that must be the same on both sides, so that results do not depend on the worker."""
    from distributed import __version__ as distributed_version

    python = ".".join(map(str, sys.version_info[:2]))
    return (
        f"{VERSION} (strategy {STRATEGY_VERSION}, indicators {INDICATORS_VERSION}, paths {PATHS_VERSION}, "
        f"Python {python}, distributed {distributed_version})"
    )
