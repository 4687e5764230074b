"""Group masks of the terminal: comma-separated, `*` for any text, `!` for what is left out again."""

from __future__ import annotations

import re


def fits(name: str, group: str) -> bool:
    """Whether the group means this name: inclusions count first, exclusions after them."""
    masks = [mask.strip() for mask in group.split(",") if mask.strip()]
    wanted = [mask for mask in masks if not mask.startswith("!")]
    unwanted = [mask[1:] for mask in masks if mask.startswith("!")]
    is_wanted = not wanted or any(_fits(name, mask) for mask in wanted)
    return is_wanted and not any(_fits(name, mask) for mask in unwanted)


def _fits(name: str, mask: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, mask.split("*"))), name) is not None
