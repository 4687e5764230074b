"""How many examples a property is tried on whose examples are dear or many: a share in most runs, far more by night.

What keeps money safe names its count itself and is tried on all of it in every run.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import settings

SHARES: Final = {"exploring": 0.4, "thorough": 10.0}
"""By profile; each run of `exploring` draws others. Continuous integration always draws the same, so it draws all."""
LEAST: Final = 10


def examples(count: int, **more: Any) -> settings:
    """Settings for `count` examples, or for the share of them that this run is to try."""
    share = SHARES.get(settings.get_current_profile_name(), 1.0)
    return settings(max_examples=max(min(count, LEAST), round(count * share)), deadline=None, **more)
