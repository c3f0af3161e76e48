"""Typed tables as numbers and text."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def plain_table(table: "pa.Table") -> "pa.Table":
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
