"""Which columns of a table are the prices of a recording, and by whose clock."""

from engine.adapters.recorded.formats.catalogue import format_of

__all__ = ["format_of"]
