"""What a study says while it works: for a user at a terminal, or as JSON lines for a window that started it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from engine.commands.terminal import say, show
from engine.lab.progress import Progress, TimeLeft

if TYPE_CHECKING:
    from tqdm import tqdm

_PAUSE_S: Final = 0.1
"""Between two lines of progress."""


class Output:
    """Sentences and progress on standard error, the result on standard output."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._is_result_json: bool = options.json
        self._is_progress_json = options.progress == "json"
        self._left = TimeLeft(time.monotonic())
        self._shown_s = 0.0
        self._bar: tqdm[Any] | None = None

    def say(self, text: str) -> None:
        """A sentence for the user."""
        self.end_progress()
        say(json.dumps({"say": text}) if self._is_progress_json else text)

    def report(self, progress: Progress) -> None:
        """Shows progress: as a bar at a terminal, as JSON where asked for, else not at all."""
        if self._is_progress_json:
            self._report_json(progress)
        elif sys.stderr.isatty():
            self._report_bar(progress)

    def _report_json(self, progress: Progress) -> None:
        now_s = time.monotonic()
        left_s = self._left.estimate(progress, now_s)
        if progress.done < progress.total and now_s - self._shown_s < _PAUSE_S:
            return
        self._shown_s = now_s
        left_s = None if left_s is None else round(left_s, 1)
        print(json.dumps({"progress": progress._asdict() | {"left_s": left_s}}), file=sys.stderr, flush=True)  # noqa: T201

    def _report_bar(self, progress: Progress) -> None:
        from tqdm import tqdm

        if self._bar is None or self._bar.unit != f" {progress.what}":
            self.end_progress()
            self._bar = tqdm(total=progress.total, unit=f" {progress.what}", file=sys.stderr, leave=False)
        self._bar.update(progress.done - self._bar.n)

    def end_progress(self) -> None:
        """Removes the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def show(self, result: dict[str, Any], table: Callable[[dict[str, Any]], str]) -> None:
        """Prints the result, as JSON where asked for."""
        self.end_progress()
        show(json.dumps(result, allow_nan=False) if self._is_result_json else table(result))
