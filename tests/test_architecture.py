"""The plan of the house holds: imports point inwards, files stay small."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [
    path
    for folder in ("trials", "randomisation", "analysis", "web", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def test_imports_follow_the_contracts() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    found = subprocess.run(
        [linter, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_outgrows_its_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_room_without_a_name(name: str) -> None:
    assert not [p for p in SOURCES if p.stem == name or name in p.parent.parts]
