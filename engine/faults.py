"""Unexpected errors: counted, logged, and reported once for each cause."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import PurePath
from typing import Final

UNEXPECTED: Final = "An internal error"
"""Title of an error after which the desk goes on."""

_MAX_CAUSES: Final = 1_000
_MAX_WORDS: Final = 300

_Cause = tuple[str, str, str, int]

_log = logging.getLogger(__name__)


class FaultLog:
    """Unexpected errors of parts while the rest goes on; one that repeats very often does not fill the log."""

    def __init__(self) -> None:
        self.count = 0
        self._causes: Counter[_Cause] = Counter()

    def note(self, part: str, error: BaseException) -> str:
        """Counts and logs the error of a part of the desk.

        Returns a sentence with the part, the error and its place the first time, and an empty text after that.
        """
        error = _root_of(error)
        self.count += 1
        file, line = _place_of(error)
        cause = (part, type(error).__name__, file, line)
        if cause not in self._causes and len(self._causes) >= _MAX_CAUSES:
            return ""
        self._causes[cause] += 1
        times = self._causes[cause]
        if times == 1:
            _log.error("%s failed", part, exc_info=error)
            return f"{part} failed: {type(error).__name__}: {str(error)[:_MAX_WORDS]} ({file}, line {line})."
        if times == 10 ** (len(str(times)) - 1):
            _log.error("%s failed %s times: %s in %s, line %s", part, f"{times:,}", type(error).__name__, file, line)
        return ""


def _root_of(error: BaseException) -> BaseException:
    """What began it, where several tasks ended together."""
    return _root_of(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _place_of(error: BaseException) -> tuple[str, int]:
    """Where it was raised: file and line."""
    trace = error.__traceback__
    if trace is None:
        return "unknown", 0
    while trace.tb_next is not None:
        trace = trace.tb_next
    return PurePath(trace.tb_frame.f_code.co_filename).name, trace.tb_lineno
