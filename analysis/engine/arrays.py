"""The array types of the engine."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.signedinteger[Any]]
Column = NDArray[np.floating[Any] | np.bool_]  # of a design; an indicator needs no numbers
