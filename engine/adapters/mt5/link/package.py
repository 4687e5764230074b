"""Whether MetaTrader can be spoken to from this machine at all, and whether its terminal runs."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from config.metatrader import PACKAGE
from engine.adapters.mt5.conditions import Condition
from engine.adapters.mt5.link.sentences import package_missing


def why_unavailable(module: str, platform: str = sys.platform) -> Condition | None:
    """Why `module` cannot work here, None where it may: MetaTrader's own package exists for Windows only."""
    if module != PACKAGE:
        return None
    if platform != "win32":
        return package_missing(
            "MetaTrader's Python package exists for Windows only.",
            "Run the desk on the terminal's Windows computer, or set an experimental bridge as the module.",
        )
    if find_spec(module) is None:
        return package_missing(
            "MetaTrader's Python package is not installed.",
            "In the desk's folder: .venv\\Scripts\\python -m pip install MetaTrader5. Then start the desk again.",
        )
    return None
