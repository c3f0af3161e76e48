"""The README says what its commands print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:60])
def test_every_console_block_prints_what_it_says(block: str, tmp_path: Path) -> None:
    """Each ``$`` line runs in one shell; what stands under it is its whole output."""
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    expected = [line for line in block.splitlines() if not line.startswith("$ ")]
    script = "\n".join(["set -e", f"cd {ROOT}", *commands])
    binaries = str(Path(sys.executable).parent)

    ran = subprocess.run(
        ["bash", "-c", script],
        env=os.environ
        | {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "OUT": str(tmp_path),
            "LOTING_VAR": str(tmp_path / "var"),
            "LOTING_DATABASE_URL": f"sqlite:///{tmp_path}/var/loting.sqlite",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert [line.rstrip() for line in ran.stdout.splitlines()] == [
        line.rstrip() for line in expected
    ]


def test_there_are_blocks_to_test() -> None:
    assert BLOCKS
