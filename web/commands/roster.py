"""A roster for ``loting draw``: every cell as text, and how the file was read."""

from collections.abc import Sequence
from pathlib import Path

from trials.errors import BadInput
from trials.measurements.reading import UPLOAD_LIMITS, read_cells
from web.commands.files import file_bytes


def read_roster(path: Path, columns: Sequence[str]) -> tuple[list[dict[str, str]], str]:
    """Return the named columns of a roster row by row, and a sentence on how it was read.

    Raises BadInput for a column that is not there, for a blank in one of them, and as
    ``read_cells`` does.
    """
    frame, reading = read_cells(file_bytes(path, megabytes=UPLOAD_LIMITS.megabytes), name=path.name)
    for name in columns:
        if name not in reading.columns:
            raise BadInput(
                "the roster has no column {column}; it has {columns}",
                column=name,
                columns=", ".join(reading.columns),
            )
    cells = frame[list(dict.fromkeys(columns))]
    for name in cells.columns:
        if cells[name].isna().any():
            raise BadInput(
                "row {row} has a blank in {column}; fill it in, or give blanks a name of their "
                'own, for instance "onbekend"',
                row=cells.index[cells[name].isna()][0],
                column=name,
            )
    return cells.to_dict("records"), reading.told
