"""Print the peak memory of ``loting estimate`` on 1.4 million pupils, the reader included.

``python -m tests.benchmarks.memory`` takes half a minute.
"""

import os
import subprocess
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

PUPILS = 1_400_000
OPTIONS = "--outcome y --covariate x --arm arm --control 0 --school school"
LABELS = {"numbers": "{}", "names": "School {}"}  # of the schools in the file


def write(path: Path, label: str) -> None:
    """Write the file of all pupils, their schools labelled."""
    from tests.benchmarks.pupils import pupils

    data = pupils(PUPILS)
    with path.open("w") as file:
        file.write("y,x,arm,school\n")
        for y, x, arm, school in zip(data.y, data.x, data.arm, data.school, strict=True):
            file.write(f"{y:.4f},{x:.4f},{arm:d},{label.format(school)}\n")


def main() -> None:
    """Write the file with each kind of label and print what its estimate took."""
    loting = Path(sys.executable).with_name("loting")
    with tempfile.TemporaryDirectory() as folder:
        for kind, label in LABELS.items():
            path = Path(folder) / f"{kind}.csv"
            writer = get_context("spawn").Process(target=write, args=(path, label))
            writer.start()  # apart: a child's peak begins at what its parent holds
            writer.join()
            if writer.exitcode:
                raise SystemExit("the file could not be written")
            done = subprocess.Popen(
                [loting, "estimate", path, *OPTIONS.split()], stdout=subprocess.DEVNULL
            )
            _, status, used = os.wait4(done.pid, 0)
            if status:
                raise SystemExit("the estimate failed")
            peak = used.ru_maxrss * 1024 / 1e6
            print(f"{PUPILS:,} pupils, schools as {kind}: {peak:.0f} MB at most.", flush=True)


if __name__ == "__main__":
    main()
