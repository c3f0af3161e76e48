"""How large a file may be before anything looks inside."""

from dataclasses import dataclass

from trials.errors import BadInput


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps that are checked before parsing; a small file may unpack to any size."""

    megabytes: int
    rows: int
    columns: int
    cells: int = 20_000_000  # rows times columns, empty ones too

    @property
    def unpacked(self) -> int:
        """Bytes that a packed file may take when unpacked."""
        return min(20 * self.megabytes, 2_000) * 1_000_000

    def check_size(self, size: int) -> None:
        if size > self.megabytes * 1_000_000:
            raise BadInput(
                "the file is larger than {most} MB; send only the columns and rows that are asked "
                "for",
                most=self.megabytes,
            )

    def check_unpacked(self, size: int) -> None:
        if size > self.unpacked:
            raise BadInput("the file is too large when unpacked; send the table as CSV")

    def check_table(self, rows: int, columns: int) -> None:
        """Refuse a table by its sides or by its area."""
        if rows > self.rows:
            raise BadInput(
                "the file has more than {most} rows; send it in parts", most=f"{self.rows:,}"
            )
        if columns > self.columns:
            raise BadInput(
                "the file has {found} columns; at most {most} are read",
                found=columns,
                most=self.columns,
            )
        if rows * columns > self.cells:
            raise BadInput(
                "the file has {rows} rows of {columns} columns; leave out the columns that are "
                "not needed",
                rows=f"{rows:,}",
                columns=columns,
            )


UPLOAD_LIMITS = Limits(megabytes=25, rows=250_000, columns=500, cells=10_000_000)
