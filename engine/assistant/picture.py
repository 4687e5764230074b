"""Pictures of candles: painted by a process of its own, since the server and a desk without a window have no Qt."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from engine.assistant.candles import MAX_CANDLES
from engine.assistant.lines import Symbol
from engine.assistant.operation import Arguments
from engine.child_process import child_command, child_environment
from engine.errors import DeskError

PATIENCE_S: Final = 30.0
PNG: Final = b"\x89PNG\r\n\x1a\n"


class Picture(Arguments, frozen=True, kw_only=True):
    """Which candles: the newest `count` that closed before `until`, or before now."""

    symbol: Symbol
    count: Annotated[int, Meta(ge=10, le=MAX_CANDLES)] = 60
    until: Annotated[datetime, Meta(tz=True)] | None = None


class PictureFailed(DeskError):
    """There is no picture; the words say why."""


async def painted(candles: Any) -> bytes:
    """The PNG of candles as the operation `candles` answers them. Raises `PictureFailed`."""
    program, *arguments = child_command("picture")
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=child_environment() | {"QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            image, _ = await process.communicate(msgspec.json.encode(candles))
    except TimeoutError:
        process.kill()
        await process.wait()
        raise PictureFailed(f"the picture was not painted within {PATIENCE_S:.0f} s") from None
    if process.returncode != 0 or not image.startswith(PNG):
        raise PictureFailed(f"the picture could not be painted (its process ended with code {process.returncode})")
    return image
