"""What a file is by its first bytes, against what its name says."""

from trials.errors import BadInput

EXTENSIONS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".dta": "dta",
    ".sav": "sav",
}
KNOWN = "CSV, .xlsx, Parquet, .dta or .sav"
STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "xlsx", "a ZIP file"),
    (b"PAR1", "parquet", "a Parquet file"),
    (b"<stata_dta>", "dta", "a Stata file"),
    (b"$FL2", "sav", "an SPSS file"),
    (b"$FL3", "sav", "an SPSS file"),
    (b"MZ", "", "a Windows program"),
    (b"\x7fELF", "", "a program"),
    (b"%PDF", "", "a PDF file"),
    (b"\xd0\xcf\x11\xe0", "", "an old Office file (.xls or .doc)"),
    (b"\x1f\x8b", "", "a compressed file"),
    (b"\x89PNG", "", "a picture"),
    (b"\xff\xd8\xff", "", "a picture"),
    (b"{\\rtf", "", "a text document"),
)
OLD_STATA = (b"\x71", b"\x72", b"\x73")  # the versions before the tagged format
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def checked_format(content: bytes, name: str) -> str:
    """Return the format that both name and first bytes agree on, or refuse."""
    extension = name[name.rfind(".") :].lower() if "." in name else ""
    said = EXTENSIONS.get(extension)
    if said is None:
        raise BadInput(
            "{name} cannot be read: send the table as {known}", name=_short(name), known=KNOWN
        )
    if not content.strip():
        raise BadInput("{name} is empty; send the file with its rows", name=_short(name))
    found, description = _found(content, said)
    if found != said:
        raise BadInput(
            "{name} is not what its name says: it is {found}; save the table again as {known}",
            name=_short(name),
            found=description,
            known=KNOWN,
        )
    return said


def _found(content: bytes, said: str) -> tuple[str, str]:
    for start, kind, description in STARTS:
        if content.startswith(start):
            return kind, description
    if said == "dta" and content.startswith(OLD_STATA):
        return "dta", "a Stata file"
    if b"\x00" in content and not content.startswith(UTF16_MARKS):
        return "", "a binary file"
    return "csv", "a text file"


def _short(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1][:80]
