"""The lines with which other programs open the file of an analysis."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

PARQUET, STATA, SPSS, EXCEL = ".parquet", ".dta", ".sav", ".xlsx"


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file as it was read; what is no text has neither delimiter nor encoding of its own."""

    name: str
    delimiter: str = ","
    decimal_mark: str = "."
    encoding: str = "UTF-8"

    def is_a(self, *endings: str) -> bool:
        return self.name.lower().endswith(endings)


def opened_in_r(file: DataFile, missing: Sequence[str]) -> list[str]:
    name = json.dumps(file.name, ensure_ascii=False)
    texts = ", ".join(json.dumps(text, ensure_ascii=False) for text in missing)
    readers = {
        PARQUET: f"arrow::read_parquet({name})",
        STATA: f"haven::zap_labels(haven::read_dta({name}))",
        SPSS: f"haven::zap_labels(haven::read_sav({name}))",
        EXCEL: f"readxl::read_excel({name})",
    }
    for ending, reader in readers.items():
        if file.is_a(ending):
            lines = [f"d <- as.data.frame({reader})"]
            if missing:
                lines.append(f"d[] <- lapply(d, function(x) replace(x, x %in% c({texts}), NA))")
                lines.append("d <- type.convert(d, as.is = TRUE)")
            return lines
    more = "" if file.delimiter == "," else f', sep = "{_tab(file.delimiter)}"'
    more += ', dec = ","' if file.decimal_mark == "," else ""
    more += f', na.strings = c("", "NA", {texts})' if missing else ""
    more += "" if file.encoding == "UTF-8" else f', fileEncoding = "{_iconv(file.encoding)}"'
    return [f"d <- read.csv({name}, check.names = FALSE{more})"]


def opened_in_python(file: DataFile, missing: Sequence[str], used: Sequence[str]) -> list[str]:
    """Pupils without a value in a column of ``used`` are left out, as the analysis does."""
    name, more = json.dumps(file.name, ensure_ascii=False), ""
    if missing and not file.is_a(STATA, SPSS, PARQUET):
        more = f", na_values={list(missing)!r}"
    readers = {
        PARQUET: f"pd.read_parquet({name})",
        STATA: f"pd.read_stata({name}, convert_categoricals=False)",
        SPSS: f"pd.read_spss({name}, convert_categoricals=False)",
        EXCEL: f"pd.read_excel({name}{more})",
    }
    reader = next((code for ending, code in readers.items() if file.is_a(ending)), None)
    if reader is None:
        more += "" if file.delimiter == "," else f', sep="{_tab(file.delimiter)}"'
        more += ', decimal=","' if file.decimal_mark == "," else ""
        more += "" if file.encoding == "UTF-8" else f', encoding="{_iconv(file.encoding)}"'
        reader = f"pd.read_csv({name}{more})"
    lines = [f"d = {reader}"]
    if missing and file.is_a(STATA, SPSS, PARQUET):
        values = [*missing, *(float(text) for text in missing if _is_number(text))]
        lines.append(f"d = d.replace({values!r}, None).infer_objects()")
    return [*lines, f"d = d.dropna(subset={list(used)!r})"]


def opened_in_stata(file: DataFile, missing: Sequence[str]) -> list[str]:
    name, lines = file.name.replace('"', "'"), []
    if file.is_a(STATA):
        lines.append(f'use "{name}", clear')
    elif file.is_a(SPSS):
        lines.append(f'import spss using "{name}", clear')
    elif file.is_a(EXCEL):
        lines.append(f'import excel "{name}", firstrow clear')
    else:
        if file.is_a(PARQUET):
            name = f"{name[: -len(PARQUET)]}.csv"
            lines.append(f"* Stata reads no Parquet: save the table as {name} first")
        mark = "" if file.delimiter == "," else f' delimiter("{_tab(file.delimiter)}")'
        mark += "" if file.encoding == "UTF-8" else f' encoding("{_iconv(file.encoding)}")'
        lines.append(f'import delimited "{name}",{mark} case(preserve) clear')
    for text in missing:
        if _is_number(text):
            lines.append(f"quietly mvdecode _all, mv({text})")
        else:
            lines.append(
                f'foreach v of varlist _all {{\n capture replace `v\' = "" if `v\' == "{text}"\n}}'
            )
    if file.decimal_mark == ",":
        lines.append("destring _all, replace dpcomma")
    elif missing:
        lines.append("destring _all, replace")
    return lines


def _tab(delimiter: str) -> str:
    return "\\t" if delimiter == "\t" else delimiter


def _iconv(encoding: str) -> str:
    return "windows-1252" if encoding == "Windows-1252" else encoding


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
