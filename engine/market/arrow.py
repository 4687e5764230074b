"""Imports of pyarrow without the parts that would delay the start of a window."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LIBRARIES: Final = frozenset({".so", ".pyd", ".dll", ".dylib"})
_PAGE_BYTES: Final = 1 << 20


def ready_arrow() -> None:
    """Lets the system read Arrow's libraries; to be called on a separate thread, before pyarrow is imported there.

    To load a library Python holds all its threads, the window's too, for as long as the disk takes to read it: up to
    160 ms for these. To read a file it holds none, and what was read once is loaded from memory.
    """
    spec = None if "pyarrow" in sys.modules else find_spec("pyarrow")
    for folder in () if spec is None else spec.submodule_search_locations or ():
        read_libraries(Path(folder))


def read_libraries(folder: Path) -> int:
    """Reads each library in the folder from its beginning to its end; returns how many bytes those were."""
    page, count = bytearray(_PAGE_BYTES), 0
    for path in folder.iterdir():
        if not _LIBRARIES.isdisjoint(path.suffixes):
            with suppress(OSError), path.open("rb", buffering=0) as file:
                while read := file.readinto(page):
                    count += read
    return count


def arrow_array(values: NDArray[Any], kind: Any) -> Any:
    """An array as an Arrow array, without Arrow's own check for pandas objects, which imports pandas."""
    import numpy as np
    import pyarrow as pa

    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])
