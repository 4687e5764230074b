"""What was measured is read with suspicion: what cannot be used is said, and never replaced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.lab.memory.measured import FILE, LARGEST_FILE, Kept, MeasuredFile, UnusableMeasurement

CHECK = '{"symbol": "XAUUSD", "settings_hash": "abababab", "day": "2026-03-02"}'


@pytest.fixture
def file(tmp_path: Path) -> MeasuredFile:
    (tmp_path / FILE).parent.mkdir()
    return MeasuredFile(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "[" * 100_000, '{"drifts": [1]}', '{"format": 2}', " " * LARGEST_FILE + "{}"],
    ids=["empty", "nan", "deep", "types", "version", "huge"],
)
def test_that_a_damaged_file_counts_for_nothing_and_is_set_aside(file: MeasuredFile, text: str) -> None:
    file.path.write_text(text)
    assert file.read() == Kept()
    said = file.recover()
    assert "are ignored" in said
    assert "the file was renamed to measured-unreadable.json" in said
    assert (file.path.exists(), file.recover()) == (False, "")
    assert file.path.with_name("measured-unreadable.json").read_text() == text


def test_that_what_is_no_file_is_named_and_left_alone(file: MeasuredFile) -> None:
    file.path.mkdir()
    assert "measured.json: the measurements cannot be read: it is not a file" in file.recover()
    with pytest.raises(UnusableMeasurement, match="it is not a file"):
        file.update(lambda kept: kept)
    assert file.path.is_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_that_a_pipe_in_its_place_is_not_waited_for(file: MeasuredFile) -> None:
    os.mkfifo(file.path)
    assert file.read() == Kept()
    assert "it is not a file" in file.recover()


def test_that_results_are_not_replaced_because_they_could_not_be_read(
    file: MeasuredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.path.write_text(f'{{"drifts": [{CHECK}]}}')

    def held(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", held)
        with pytest.raises(UnusableMeasurement, match="another program may have it open"):
            file.update(lambda _: Kept())
    assert len(file.read().drifts) == 1
