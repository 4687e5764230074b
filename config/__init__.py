"""Everything that can be set, and the version of the program whose settings these are."""

from typing import Final

VERSION: Final = "0.2.0"
"""Of the whole program, by semantic versioning; `pyproject.toml` reads it from here."""
