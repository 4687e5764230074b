"""Runs a simulator: prints its address, and ends when its input does."""

from __future__ import annotations

import argparse
import os
import sys
import threading

from tests.fake_metatrader5.simulator.server import SimulatorServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fake_metatrader5.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the loopback interface; any free one by default")
    server = SimulatorServer(parser.parse_args().port)
    threading.Thread(target=server.serve, daemon=True).start()
    print(server.address, flush=True)  # noqa: T201
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
