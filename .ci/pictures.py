"""Makes the pictures of the README and the guide from a tour of the demo market: `.venv/bin/python .ci/pictures.py`.

The market is the same each time; only ages in the status line may differ. A picture keeps 256 colours, a third of the
bytes and no difference to the eye.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
TOUR: Final = (sys.executable, "-P", "-m", "gui.app", "--tour", "--seed", "7")
CHOSEN: Final[Mapping[str, str]] = {
    "desk": "XAUUSD-setup",
    "side-by-side": "side-by-side",
    "drawings": "drawings",
    "conditions": "panel-conditions-dark",
    "approval": "approval-dark",
    "ticket": "panel-orderTicket-dark",
    "keys": "dialog-help-keys-dark",
    "settings": "settings-risk_mitigation-dark",
    "history": "panel-trading-3-dark",
    "statistics": "panel-trading-5-dark",
}
"""Pictures of the pages, and those of the tour that they are made from."""
FOLDERS: Final = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "LOCALAPPDATA", "APPDATA")
COLOURS: Final = 256


def tour(folder: Path) -> Path:
    """Return the folder of the pictures of a tour with the shipped settings; raises `CalledProcessError`."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **dict.fromkeys(FOLDERS, str(folder))}
    subprocess.run(TOUR, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    return folder / "tour"


def make_small(taken: Path, path: Path) -> None:
    """Write a picture with a palette of its own."""
    with Image.open(taken) as picture:
        small = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, 3, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        taken = tour(Path(folder))
        for name, source in CHOSEN.items():
            make_small(taken / f"{source}.png", PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
