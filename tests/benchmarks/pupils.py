"""Generated pupils in schools of some thirty, with two classes each; half the schools treated."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.coding.levels import CODE

PER_SCHOOL = 30  # on average; sizes differ as those of a Poisson variable


@dataclass(frozen=True, slots=True, eq=False)
class Pupils:
    """Columns of shape (n,) as the reader leaves them: ids are integers and sorted."""

    y: np.ndarray
    x: np.ndarray
    arm: np.ndarray  # true in the treated
    school: np.ndarray
    klass: np.ndarray

    @property
    def columns(self) -> list[np.ndarray]:
        return [np.broadcast_to(1.0, self.y.size), self.arm, self.x]

    @property
    def design(self) -> np.ndarray:
        return np.column_stack(self.columns).astype(float)

    def write(self, folder: Path) -> None:
        """Write each column as raw numbers, for R to read."""
        n = self.y.size
        for name in ("y", "x", "arm"):
            getattr(self, name).astype("<f8").tofile(folder / f"{n}_{name}.bin")
        for name in ("school", "klass"):
            getattr(self, name).astype("<i4").tofile(folder / f"{n}_{name}.bin")


def pupils(n: int, seed: int = 1) -> Pupils:
    """Return ``n`` pupils with a school variance of 0.15 and a class variance of 0.05."""
    rng = np.random.default_rng(seed)
    schools = n // PER_SCHOOL
    school = np.sort(rng.integers(0, schools, n))
    school = np.unique(school, return_inverse=True)[1].astype(CODE)
    schools = int(school.max()) + 1
    first = np.searchsorted(school, np.arange(schools))
    place = np.arange(n) - first[school]
    klass = 2 * school + (place >= np.bincount(school)[school] / 2)
    arm = rng.permutation(np.arange(schools) % 2 == 1)[school]
    x = rng.normal(size=n) + 0.4 * rng.normal(size=schools)[school]
    y = 0.2 * arm + 0.6 * x + np.sqrt(0.15) * rng.normal(size=schools)[school]
    y = y + np.sqrt(0.05) * rng.normal(size=2 * schools)[klass] + np.sqrt(0.5) * rng.normal(size=n)
    return Pupils(y, x, arm, school, klass)
