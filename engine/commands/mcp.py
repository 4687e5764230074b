"""`microscalp mcp`: the server that a chat assistant starts, on standard input and output."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from engine.bootstrap import user_data_directory
from engine.commands.terminal import say


def add_mcp(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "mcp", help="answer a chat assistant on standard input and output (Model Context Protocol), for a running desk"
    )
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="data folder of the desk that is asked")
    parser.set_defaults(run=serve_assistant)


def serve_assistant(options: argparse.Namespace) -> int:
    """Until the assistant closes standard input; 2 if the SDK is not installed."""
    try:
        from engine.assistant.mcp_server import assistant_server
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        say("microscalp mcp needs the package mcp: pip install microscalp[assistant]")
        return 2
    from mcp.server.stdio import stdio_server

    server = assistant_server(options.data_dir or user_data_directory())

    async def run() -> None:
        async with stdio_server() as (received, sent):
            await server.run(received, sent, server.create_initialization_options())

    asyncio.run(run())
    return 0
