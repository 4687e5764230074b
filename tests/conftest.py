"""How property tests run: never against the clock, and in continuous integration the same each time."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("exploring", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable" if os.environ.get("CI") else "exploring")
