"""What a command reads of a file it is given the name of."""

import os

import pytest

from trials.errors import BadInput
from web.commands.files import file_bytes


def test_only_files_are_read_and_never_more_than_the_bound(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for name, size in (("long", 10**13), ("just", 1_000_000), ("over", 1_000_001)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)

    assert len(file_bytes(tmp_path / "just", megabytes=1)) == 1_000_000
    for name, sentence in (
        ("over", "over is larger than 1 MB; check which file it is"),
        ("long", "long is larger than 1 MB"),
        ("", "is no file"),
        ("none.csv", "none.csv cannot be read: No such file"),
        ("pipe.csv", "is no file"),
    ):
        with pytest.raises(BadInput, match=sentence):
            file_bytes(tmp_path / name, megabytes=1)
