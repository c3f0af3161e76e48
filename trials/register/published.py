"""The published files that come with Loting: the real register for tests and demonstrations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent / "data"  # origin and licence stand in its README


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file and the day it describes."""

    name: str
    reference_date: date

    def content(self) -> bytes:
        """Return the file as it is carried, gzipped."""
        return (FOLDER / f"{self.name}.gz").read_bytes()


PRIMARY_2020 = PublishedFile("alle-vestigingen-bo.csv", date(2020, 12, 21))
SECONDARY_2020 = PublishedFile("alle-vestigingen-vo.csv", date(2020, 12, 21))
FINAL_TESTS_2019 = PublishedFile("gemiddelde-eindscores-bo-sbo-2018-2019.csv", date(2019, 4, 17))
DISADVANTAGE_2019 = PublishedFile("cbs_achterstandsscores_2019.csv", date(2020, 2, 1))
SECONDARY_PUPILS_2019 = PublishedFile("scholen_vo_nl.csv", date(2019, 10, 1))
ALL_SECTORS_2024 = PublishedFile("scholen_nl_2024.csv", date(2024, 11, 22))


def published_files() -> Iterator[PublishedFile]:
    """Yield the carried files in the order in which they are imported."""
    yield PRIMARY_2020
    yield SECONDARY_2020
    yield FINAL_TESTS_2019
    yield DISADVANTAGE_2019
    yield SECONDARY_PUPILS_2019
    yield ALL_SECTORS_2024
