"""One loader per file format, each to a table of text and float columns."""

import hashlib
import io
from typing import TYPE_CHECKING, Any

from trials.errors import BadInput
from trials.measurements.reading.delimited import checked_names, read_delimited
from trials.measurements.reading.limits import Limits
from trials.measurements.reading.outcome import Cells, Reading
from trials.measurements.reading.parquet import load_parquet
from trials.measurements.reading.plain import plain_table
from trials.measurements.reading.signatures import checked_format
from trials.measurements.reading.workbooks import check_workbook

if TYPE_CHECKING:
    import pyarrow as pa


def load(content: bytes, *, name: str, limits: Limits) -> "tuple[Cells, Reading]":
    """Return the columns and how they were read so far, after checks of size and signature."""
    limits.check_size(len(content))
    kind = checked_format(content, name)
    try:
        table, details = LOADERS[kind](content, limits)
    except BadInput:
        raise
    except MemoryError as error:
        raise BadInput("the file does not fit in memory; leave out what is not needed") from error
    except Exception as error:  # whatever a parser makes of a damaged file
        raise BadInput(
            "the file is damaged and cannot be read as {kind}; save it again and resend it",
            kind=kind,
        ) from error
    if table.num_rows == 0:
        raise BadInput("the file has a header but no rows; send the file with its rows")
    reading = Reading(
        format=kind,
        rows=table.num_rows,
        columns=tuple(table.column_names),
        sha256=hashlib.sha256(content).hexdigest(),
        **details,
    )
    return dict(zip(table.column_names, table.columns, strict=True)), reading


def _load_stata(content: bytes, limits: Limits) -> "tuple[pa.Table, dict[str, Any]]":
    import pyreadstat

    return _load_statistics(pyreadstat.read_dta, content, limits)


def _load_spss(content: bytes, limits: Limits) -> "tuple[pa.Table, dict[str, Any]]":
    import pyreadstat

    return _load_statistics(pyreadstat.read_sav, content, limits)


def _load_statistics(
    reader: Any, content: bytes, limits: Limits
) -> "tuple[pa.Table, dict[str, Any]]":
    import pyarrow as pa

    _, metadata = reader(io.BytesIO(content), metadataonly=True)
    names = checked_names(metadata.column_names, limits)
    limits.check_table(metadata.number_rows or 0, len(names))
    frame, _ = reader(io.BytesIO(content), row_limit=limits.rows + 1)
    limits.check_table(len(frame), len(names))  # not every file says how many it has
    return plain_table(pa.Table.from_pandas(frame, preserve_index=False)), {}


def _load_workbook(content: bytes, limits: Limits) -> "tuple[pa.Table, dict[str, Any]]":
    import pyarrow as pa
    from python_calamine import CalamineWorkbook

    check_workbook(content, limits)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheet = workbook.get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False)
    if not rows:
        raise BadInput("the first sheet of the workbook is empty; put the table there")
    names = checked_names([_cell_text(cell) for cell in rows[0]], limits)
    columns = [[_cell_text(row[k]) for row in rows[1:]] for k in range(len(names))]
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.table(dict(zip(names, arrays, strict=True))), {"sheet": sheet.name}


LOADERS = {
    "csv": read_delimited,
    "xlsx": _load_workbook,
    "parquet": load_parquet,
    "dta": _load_stata,
    "sav": _load_spss,
}


def _cell_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, int | str):
        return str(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
