"""Messages about recordings that cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.adapters.recorded import open_recording
from engine.errors import UnreadableRecording
from tests.adapters.recorded.samples import written


def complaint(path: Path, **how: Any) -> str:
    """What is said of a recording that cannot be read: one line that begins with the file."""
    with pytest.raises(UnreadableRecording) as caught:
        open_recording(path, **how)
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    return sentence.removeprefix(str(path)).removeprefix(", ")


def complaint_about(folder: Path, text: str | bytes, name: str = "xauusd.csv") -> str:
    return complaint(written(folder, name, text))
