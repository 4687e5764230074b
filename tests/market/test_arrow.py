from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.market.arrow import read_libraries

PEEK = "import sys; from engine.market.arrow import ready_arrow; ready_arrow(); print('pyarrow' in sys.modules)"


def test_that_arrow_is_made_ready_without_being_loaded() -> None:
    assert subprocess.run([sys.executable, "-c", PEEK], capture_output=True, text=True).stdout.strip() == "False"


def test_that_libraries_of_every_system_are_read_and_nothing_else(tmp_path: Path) -> None:
    for name in ("libarrow.so.2600", "lib.cpython-311.so", "arrow.dll", "lib.pyd", "libarrow.2600.dylib"):
        (tmp_path / name).write_bytes(bytes(1_500_000))
    for name in ("types.py", "lib.pxd"):
        (tmp_path / name).write_bytes(bytes(1000))
    (tmp_path / "folder.so").mkdir()
    assert read_libraries(tmp_path) == 7_500_000
