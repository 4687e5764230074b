"""The clock rules found for each trade server, remembered so that the desk notices a wrong computer's clock at its
start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from config.atomic_file import write_atomically
from config.plain_file import read_plain_file
from engine.adapters.mt5.clock.rules import ServerRule, rule_named

MEMORY_FILE: Final = "metatrader-clocks.json"
LARGEST_FILE: Final = 1_000_000
"""Bytes."""

_log = logging.getLogger(__name__)


class ClockMemory:
    """Names of rules by server; without a directory they are remembered as long as the desk runs.

    A file that cannot be read counts as absent, and one that cannot be written costs a question after a restart.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self._path = None if directory is None else directory / MEMORY_FILE
        self._rules = self._read()
        self._writing: asyncio.Future[None] | None = None

    def rules_of(self, server: str) -> tuple[ServerRule, ...]:
        """The rules that fit all measurements of the server; empty for an unknown server."""
        named = (rule_named(words) for words in self._rules.get(server, ()))
        return tuple(rule for rule in named if rule is not None)

    def remember(self, server: str, rules: Sequence[ServerRule]) -> None:
        """Takes effect at once; the file is written off the event loop."""
        words = [rule.words for rule in rules]
        if self._rules.get(server) == words:
            return
        self._rules = {**self._rules, server: words}
        if self._path is not None:
            before, kept = self._writing, dict(self._rules)
            self._writing = asyncio.ensure_future(self._write(self._path, kept, before))

    async def written(self) -> None:
        """Waits until what is remembered is in the file, or could not be written."""
        if self._writing is not None:
            await self._writing

    @staticmethod
    async def _write(path: Path, rules: dict[str, list[str]], before: asyncio.Future[None] | None) -> None:
        if before is not None:
            await before
        text = msgspec.json.format(msgspec.json.encode(rules)).decode()
        try:
            await asyncio.to_thread(write_atomically, path, text)
        except OSError:
            _log.exception("the rules of the servers' clocks cannot be written to %s", path)

    def _read(self) -> dict[str, list[str]]:
        if self._path is None:
            return {}
        try:
            return msgspec.json.decode(read_plain_file(self._path, LARGEST_FILE), type=dict[str, list[str]])
        except (OSError, msgspec.MsgspecError):
            return {}
