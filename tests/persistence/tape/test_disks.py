"""A recording outlives its desk, and a disk or another program that keeps its files from it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.atomic_file import RETRY_PAUSES_S
from engine.domain.market import MarketItem
from engine.persistence.tape import recorder as recording
from engine.persistence.tape import tracks as tape_tracks
from tests.builders import quote
from tests.persistence.tape.tapes import Scene, heard_again
from tests.refusing_renames import FOR_EVER, RefusingRenames


class HeardByReader(Scene):
    """Records second by second, while another program opens and leaves its files."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        patch.setattr(recording, "FLUSH_S", 0.001)
        self.renames = RefusingRenames(patch)
        self.said: list[str] = []
        self.recorder.changed = self._note
        self.heard: list[MarketItem] = []

    def _note(self) -> None:
        failure = self.recorder.failure or ""
        if self.said[-1:] != [failure]:
            self.said.append(failure)

    async def hear_until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not is_so():
                self.heard.append(quote(float(len(self.heard))))
                self.hear(self.heard[-1])
                await asyncio.sleep(0.001)

    def parts(self) -> int:
        folder = self.recorder.folder
        return 0 if folder is None else len([each for each in folder.glob("*.parquet") if each.name[0] != "."])


async def test_that_a_recording_whose_file_is_open_elsewhere_goes_on_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(lambda: scene.parts() == 2)
    scene.renames.refuse(len(RETRY_PAUSES_S) + 1)
    await scene.hear_until(lambda: scene.parts() == 3)
    scene.recorder.stop()
    await writing
    assert scene.said == [""]
    assert scene.recorder.folder is not None
    assert heard_again(scene.recorder.folder / "XAUUSD-0000.parquet") == scene.heard


async def test_that_a_recording_that_cannot_be_written_for_long_says_so_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(lambda: scene.parts() == 2)
    scene.renames.refuse(FOR_EVER)
    await scene.hear_until(lambda: scene.recorder.failure is not None)
    heard = len(scene.heard)
    await scene.hear_until(lambda: len(scene.heard) > heard + 50)
    scene.renames.refuse(0)
    await scene.hear_until(lambda: scene.recorder.failure is None)
    scene.recorder.stop()
    await writing
    assert len(scene.said) == 3
    assert scene.said[1].startswith("the recording cannot be written now, and goes on in memory")
    assert scene.recorder.folder is not None
    assert heard_again(scene.recorder.folder / "XAUUSD-0000.parquet") == scene.heard


async def test_that_the_first_file_of_a_recording_may_be_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    scene.renames.refuse(3 * len(RETRY_PAUSES_S))
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(lambda: scene.parts() == 2)
    scene.recorder.stop()
    await writing
    assert scene.recorder.folder is not None
    assert heard_again(scene.recorder.folder / "XAUUSD-0000.parquet") == scene.heard


async def test_that_a_recording_that_waits_too_long_for_the_disk_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = HeardByReader(monkeypatch)
    monkeypatch.setattr(recording, "MAX_WAITING_BYTES", 100)
    monkeypatch.setattr(tape_tracks, "ROWS_A_PART", 5)
    scene.renames.refuse(FOR_EVER)
    writing = asyncio.create_task(scene.recorder.record(tmp_path))
    await scene.hear_until(writing.done)
    assert scene.recorder.failure is not None
    assert scene.recorder.failure.startswith("the recording ended")


KILLED = """
import asyncio, sys
from pathlib import Path
from engine.persistence.tape import recorder as recording
from tests.builders import quote
from tests.persistence.tape.tapes import Scene

recording.FLUSH_S = 0.01

async def whole():
    scene = Scene()
    writing = asyncio.create_task(scene.recorder.record(Path(sys.argv[1])))
    heard = 0
    while True:
        scene.hear(*(quote(heard + each) for each in range(100)))
        heard += 100
        await asyncio.sleep(0.001)
        print(heard, scene.recorder.bytes, flush=True)

asyncio.run(whole())
"""


def test_that_what_was_written_outlives_a_kill(tmp_path: Path) -> None:
    desk = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert desk.stdout is not None
    heard = 0
    for line in desk.stdout:
        heard, size = map(int, line.split())
        if size > 40_000 and heard > 12_000:
            break
    desk.kill()
    desk.communicate()
    again = heard_again(next(tmp_path.glob("*/*-0000.parquet")))
    assert again == [quote(each) for each in range(len(again))]
    assert len(again) > 3600
