"""Sobol sequences: points that fill a space evenly, however many of them are taken.

Direction numbers by S. Joe and F. Y. Kuo, Constructing Sobol Sequences with Better Two-Dimensional Projections (2008),
in the order of Antonov and Saleev (1979).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_BITS: Final = 30
_DIRECTIONS: Final = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
    (6, 19, (1, 1, 1, 15, 7, 5)),
    (6, 22, (1, 3, 1, 15, 13, 25)),
    (6, 25, (1, 1, 5, 5, 19, 61)),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    (7, 4, (1, 3, 7, 13, 13, 15, 69)),
)
"""Of each dimension from the second on: degree of its polynomial, the inner coefficients, the first numbers."""
MAX_DIMENSIONS: Final = 1 + len(_DIRECTIONS)


def sobol(points: int, dimensions: int) -> NDArray[np.float64]:
    """The first points of the sequence, 0 or more and less than 1; shape (points, dimensions). Not scrambled.

    Raises ValueError for more than `MAX_DIMENSIONS` dimensions.
    """
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise ValueError(f"a Sobol sequence of {dimensions} dimensions: allowed are 1 to {MAX_DIMENSIONS}")
    directions = np.array([_directions(dimension) for dimension in range(dimensions)], dtype=np.int64).T
    numbers = np.zeros((points, dimensions), dtype=np.int64)
    for place in range(1, points):
        changed = (~(place - 1) & place).bit_length() - 1  # the lowest bit that the counter has as 0
        numbers[place] = numbers[place - 1] ^ directions[changed]
    return numbers / float(1 << _BITS)


def _directions(dimension: int) -> list[int]:
    """Direction numbers of one dimension, as whole numbers of `_BITS` bits."""
    if dimension == 0:
        return [1 << (_BITS - place) for place in range(1, _BITS + 1)]
    degree, coefficients, first = _DIRECTIONS[dimension - 1]
    found = [number << (_BITS - place) for place, number in enumerate(first, start=1)]
    for place in range(degree, _BITS):
        number = found[place - degree] ^ (found[place - degree] >> degree)
        for at in range(1, degree):
            if (coefficients >> (degree - 1 - at)) & 1:
                number ^= found[place - at]
        found.append(number)
    return found
