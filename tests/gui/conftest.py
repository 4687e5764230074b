"""Qt without a screen, and the desk's own fonts, for every test of the window."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
