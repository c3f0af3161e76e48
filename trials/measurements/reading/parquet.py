"""Parquet: small files that may unpack to any size, read a part at a time."""

import io
from typing import TYPE_CHECKING, Any

from trials.errors import BadInput
from trials.measurements.reading.delimited import checked_names
from trials.measurements.reading.limits import Limits
from trials.measurements.reading.plain import plain_table

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 65_536  # read at a time


def load_parquet(content: bytes, limits: Limits) -> "tuple[pa.Table, dict[str, Any]]":
    """Return numbers and text; repeated text is counted before it is written out."""
    import pyarrow as pa
    from pyarrow import parquet

    first = parquet.ParquetFile(io.BytesIO(content))
    metadata, schema = first.metadata, first.schema_arrow
    names = checked_names(schema.names, limits)
    limits.check_table(metadata.num_rows, len(names))
    limits.check_unpacked(
        sum(metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups))
    )
    for name, kind in zip(names, schema.types, strict=True):
        if pa.types.is_nested(kind):
            raise BadInput(
                "column {column} holds lists or tables in its cells; give each value a column of "
                "its own",
                column=name,
            )
    words = [n for n, kind in zip(schema.names, schema.types, strict=True) if _is_words(kind)]
    file = parquet.ParquetFile(io.BytesIO(content), read_dictionary=words)
    parts, size = [], 0
    for batch in file.iter_batches(batch_size=ROWS):
        size += sum(_written_out(column) for column in batch.columns)
        limits.check_unpacked(size)
        parts.append(batch)
    return plain_table(pa.Table.from_batches(parts, file.schema_arrow)), {}


def _is_words(kind: Any) -> bool:
    import pyarrow as pa

    kinds = (pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary())
    return kind in kinds


def _written_out(column: Any) -> int:
    """Return how many bytes a column takes once every cell holds its own text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_dictionary(column.type) and _is_words(column.type.value_type)):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)
