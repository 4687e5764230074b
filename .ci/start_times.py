"""Starts the desk's program on the demo market and prints how long it took: `start_times.py PROGRAM`.

It paints on Qt's offscreen platform, which is set here since Wine keeps Qt's variables from its programs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

_PATIENCE_S: Final = 180.0
_LAST: Final = "moving"


def main(program: str) -> int:
    """Ends the program once candles move. Returns 1 if they never do."""
    reached: dict[str, float] = {}
    said: list[str] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        begun = time.monotonic()
        desk = subprocess.Popen(
            [program, "--data-dir", str(Path(folder, "desk"))],
            env={**os.environ, "MICROSCALP_STARTUP_TRACE": "1", "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        alarm = threading.Timer(_PATIENCE_S, desk.kill)
        alarm.start()
        for line in desk.stderr or ():
            said.append(line)
            if line.startswith('{"milestone"'):
                reached.setdefault(json.loads(line)["milestone"], time.monotonic() - begun)
            if _LAST in reached:
                break
        alarm.cancel()
        desk.kill()
        desk.communicate()
    if _LAST not in reached:
        print("".join(said)[-3000:], file=sys.stderr)
        return 1
    print(f"window {reached['painted']:.1f} s, candles move {reached[_LAST]:.1f} s", end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
