"""A real roster: 400 primary schools with province, disadvantage quartile and mean final test.

    python -m tests.randomisation.real_roster > roster.csv

Made from the published files in ``trials/register/data`` (origin and licence stand there): the DUO
register of December 2020 gives the province, CBS' disadvantage scores of 2019 the quartile (of the
score without threshold, over all primary schools), DUO's final tests of 2019 the mean that serves
as pre-test. The sample is fixed: the sites of lowest SHA-256 among those with all three. A site
gets a pseudonym in that order, which says nothing about it.
"""

import csv
import hashlib
import sys
from bisect import bisect_right
from statistics import quantiles

from trials.register.published import (
    DISADVANTAGE_2019,
    FINAL_TESTS_2019,
    PRIMARY_2020,
    PublishedFile,
)
from trials.register.reading import read_table

SCHOOLS = 400
COLUMNS = ("unit", "site", "province", "quartile", "pretest")
Row = tuple[str, ...]


def main() -> None:
    """Write the roster as CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(real_roster())


def real_roster(schools: int = SCHOOLS) -> list[Row]:
    """Return a row of texts for each of the schools, in the order of ``COLUMNS``."""
    provinces = {row["VESTIGINGSNUMMER"]: row["PROVINCIE"] for row in _rows(PRIMARY_2020)}
    scores = {
        row["vestigingsnummer"]: float(row["achterstandsscore_zonder_drempel_2019"])
        for row in _rows(DISADVANTAGE_2019)
        if row["achterstandsscore_zonder_drempel_2019"]
    }
    means = {
        row["BRIN_NUMMER"] + row["VESTIGINGSNUMMER"]: float(row["CET_GEM"].replace(",", "."))
        for row in _rows(FINAL_TESTS_2019)
        if row["SOORT_PO"] == "Bo" and row["CET_GEM"]
    }
    bounds = quantiles([scores[site] for site in provinces if site in scores], n=4)
    known = sorted(provinces.keys() & scores.keys() & means.keys(), key=_by_chance)
    return [
        (
            f"S{number:03d}",
            site,
            provinces[site],
            f"q{1 + bisect_right(bounds, scores[site])}",
            f"{means[site]:.2f}",
        )
        for number, site in enumerate(known[:schools], start=1)
    ]


def _by_chance(site: str) -> str:
    return hashlib.sha256(f"real roster/{site}".encode()).hexdigest()


def _rows(file: PublishedFile) -> list[dict[str, str]]:
    return [cells for _, cells in read_table(file.name, file.content()).numbered()]


if __name__ == "__main__":
    main()
