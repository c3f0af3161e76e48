"""What others made is carried unchanged, with its licence, and is all accounted for."""

import hashlib
import json
from pathlib import Path

import pytest

ROOTS = (Path("web/static/vendor"), Path("tests/browser/vendor"))
PACKAGES = [
    (root, package)
    for root in ROOTS
    for package in json.loads((root / "manifest.json").read_text())
]


@pytest.mark.parametrize(("root", "package"), PACKAGES, ids=lambda value: str(value)[:60])
def test_every_file_is_the_one_the_manifest_names(root, package):
    assert package["version"]
    assert package["licence"]
    assert (root / package["licence_file"]).read_text().strip()
    for name, sha256 in package["files"].items():
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == sha256, name


@pytest.mark.parametrize("root", ROOTS, ids=str)
def test_nothing_is_carried_outside_the_manifest(root):
    named = {
        name
        for folder, package in PACKAGES
        if folder == root
        for name in (*package["files"], package["licence_file"])
    }
    carried = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}

    assert carried == named | {"manifest.json"}
