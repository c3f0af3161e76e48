"""One loader per file format, each to a table of text and float columns."""

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

from trials.errors import BadInput
from trials.measurements.reading.delimited import checked_names, read_delimited
from trials.measurements.reading.limits import Limits
from trials.measurements.reading.outcome import Reading
from trials.measurements.reading.signatures import checked_format

if TYPE_CHECKING:
    import pyarrow as pa

UNPACKED = 20  # times the size limit that a workbook may grow when unpacked


def load(content: bytes, *, name: str, limits: Limits) -> "tuple[pa.Table, Reading]":
    """Return the table and a first account of how it was read, after size and signature checks."""
    if len(content) > limits.megabytes * 1_000_000:
        raise BadInput(
            "the file is larger than {most} MB; send only the columns and rows that are asked for",
            most=limits.megabytes,
        )
    kind = checked_format(content, name)
    try:
        table, details = LOADERS[kind](content, limits)
    except BadInput:
        raise
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
    return table, reading


def _load_parquet(content: bytes, limits: Limits) -> "tuple[pa.Table, dict[str, Any]]":
    from pyarrow import parquet

    file = parquet.ParquetFile(io.BytesIO(content))
    _check_rows(file.metadata.num_rows, limits)
    checked_names(file.schema_arrow.names, limits)
    return _plain_table(file.read()), {}


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
    _check_rows(metadata.number_rows or 0, limits)
    checked_names(metadata.column_names, limits)
    frame, _ = reader(io.BytesIO(content))
    return _plain_table(pa.Table.from_pandas(frame, preserve_index=False)), {}


def _load_workbook(content: bytes, limits: Limits) -> "tuple[pa.Table, dict[str, Any]]":
    import pyarrow as pa
    from python_calamine import CalamineWorkbook

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        if "xl/workbook.xml" not in archive.namelist():
            raise BadInput("the file is a ZIP file but no workbook; save the table as .xlsx")
    if unpacked > UNPACKED * limits.megabytes * 1_000_000:
        raise BadInput("the workbook is too large when unpacked; send the table as CSV")
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheet = workbook.get_sheet_by_index(0)
    _check_rows(sheet.total_height, limits)
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
    "parquet": _load_parquet,
    "dta": _load_stata,
    "sav": _load_spss,
}


def _check_rows(found: int, limits: Limits) -> None:
    if found > limits.rows:
        raise BadInput(
            "the file has more than {most} rows; send it in parts", most=f"{limits.rows:,}"
        )


def _plain_table(table: "pa.Table") -> "pa.Table":
    """Return numbers as floats and everything else as text."""
    import pyarrow as pa

    columns = []
    for column in table.columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            column, kind = column.cast(kind.value_type), kind.value_type
        numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind)
        numeric = numeric or pa.types.is_boolean(kind) or pa.types.is_decimal(kind)
        columns.append(_as_float(column) if numeric else column.cast(pa.string()))
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def _as_float(column: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid:  # an integer too long for a float: an identifier, kept as text
        return column.cast(pa.string())


def _cell_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    if isinstance(cell, int | str):
        return str(cell)
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
