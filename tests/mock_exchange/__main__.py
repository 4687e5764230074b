"""`python -m tests.mock_exchange`: prints its port as one JSON line, then plays to who connects."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path

from aiohttp import web

from engine.clock import running_s
from tests.mock_exchange.capture import generated, read_capture
from tests.mock_exchange.faults import Faults, fault_of
from tests.mock_exchange.playing import PlayedMarket, ServerClock
from tests.mock_exchange.server import MockExchange


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mock_exchange")
    parser.add_argument("--capture", type=Path, help="raw capture; a generated market without it")
    parser.add_argument("--seconds", type=int, default=240, help="length of the generated market")
    parser.add_argument("--per-second", type=int, default=20, help="messages of the generated market")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--wall-ms", type=float, help="the exchange's time at the start; now without it")
    parser.add_argument("--began-s", type=float, help="the machine's running time at the start; now without it")
    parser.add_argument("--ahead-s", type=float, default=0.0, help="how far the exchange's clock is ahead")
    parser.add_argument("--fault", type=fault_of, action="append", default=[])
    parser.add_argument("--no-klines", action="store_true", help="its stream closes no candle")
    parser.add_argument("--rounds", type=int, default=1, help="how often the market is played, one after the other")
    parser.add_argument("--port", type=int, default=0)
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    said = read_capture(options.capture) if options.capture else generated(options.seconds, options.per_second)
    wall_ms = (options.wall_ms or time.time() * 1_000.0) + options.ahead_s * 1_000.0
    clock = ServerClock(wall_ms, options.began_s or running_s(), options.speed)
    exchange = MockExchange(
        PlayedMarket(said, clock, options.rounds), Faults(options.fault), has_klines=not options.no_klines
    )
    runner = web.AppRunner(exchange.application(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", options.port)
    await site.start()
    port = runner.addresses[0][1]
    print(json.dumps({"port": port, "messages": len(said)}), flush=True)  # noqa: T201
    await exchange.play()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(_options()))
