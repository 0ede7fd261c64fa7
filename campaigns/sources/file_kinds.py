"""What kind of file somebody has brought, judged by what is in it and then by its name.

A person chose the file, so a refusal says what to do in the program the file was made with.
"""

import io
import zipfile
from pathlib import PurePath

from campaigns.sources.limits import MAX_BYTES, check_bytes
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import SourceKind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream a workbook with a password is kept in
_ZIP = b"PK\x03\x04"
_PDF = b"%PDF"
_ENDINGS = {
    SourceKind.XLSX: (".xlsx",),
    SourceKind.CSV: (".csv", ".txt", ".tsv"),
    SourceKind.PX: (".px",),
    SourceKind.JSONSTAT: (".json",),
    SourceKind.PUSH: (".json",),
}
_NAMES = {
    SourceKind.XLSX: "Excel-arbeidsbøker (.xlsx)",
    SourceKind.CSV: "CSV-filer (.csv)",
    SourceKind.PX: "px-filer (.px)",
    SourceKind.JSONSTAT: "JSON-stat-filer (.json)",
    SourceKind.PUSH: "JSON-stat-filer (.json)",
}


def endings(kind: SourceKind) -> tuple[str, ...]:
    """The ends of file names that go with this kind of source."""
    return _ENDINGS.get(kind, ())


def check_size(size: int) -> None:
    """Raises ``PayloadRefused`` for a file that is larger than any we read."""
    if size > MAX_BYTES:
        raise PayloadRefused(
            "TOO_LARGE",
            f"filen er på {size // 2**20} MB, og grensen er {MAX_BYTES // 2**20} MB."
            " Ta bort ark og kolonner som ikke trengs, og prøv på nytt.",
        )


def check_file(kind: SourceKind, name: str, body: bytes) -> None:
    """Raises ``PayloadRefused`` when this is not a file such a source may bring."""
    check_size(len(body))
    if not body.strip():
        raise PayloadRefused("EMPTY", "filen er tom. Se etter om den ble lagret eller kopiert ferdig.")
    check_bytes(body)
    ending = PurePath(name).suffix.lower()
    wanted = _NAMES[kind]
    if kind is SourceKind.XLSX:
        check_workbook(body)
    elif body.startswith((_ZIP, OLE)):
        raise PayloadRefused("WRONG_KIND", f"filen er en arbeidsbok eller et arkiv, men kilden tar imot {wanted}.")
    elif body.startswith(_PDF):
        raise PayloadRefused("WRONG_KIND", f"filen er en PDF, men kilden tar imot {wanted}.")
    if ending not in _ENDINGS[kind]:
        shown = f"ender på «{ending[:12]}»" if ending else "har ingen endelse"
        raise PayloadRefused("WRONG_KIND", f"filnavnet {shown}, men kilden tar imot {wanted}.")


def check_workbook(body: bytes) -> None:
    """Raises ``PayloadRefused`` for what Excel may open and we do not: old, locked, or with macros."""
    if body.startswith(OLE[:4]):
        if _ENCRYPTED in body:
            raise PayloadRefused(
                "PASSWORD", "arbeidsboken er låst med passord. Lagre den uten passord i Excel, og prøv på nytt."
            )
        raise PayloadRefused(
            "OLD_EXCEL",
            "filen er i det gamle Excel-formatet (.xls). Åpne den i Excel, og lagre den som .xlsx.",
        )
    if body.startswith(_PDF):
        raise PayloadRefused("WRONG_KIND", "filen er en PDF. Be om regnearket den er laget av, som .xlsx.")
    if not body.startswith(b"PK"):
        raise PayloadRefused(
            "NOT_XLSX", "filen er ikke en Excel-arbeidsbok (.xlsx). Åpne den i Excel og lagre på nytt."
        )
    _check_parts(body)


def _check_parts(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise PayloadRefused(
            "NOT_XLSX", "filen er skadet, eller den er ikke kopiert ferdig. Hent den på nytt der den kom fra."
        ) from error
    if any(name.endswith("vbaproject.bin") for name in names):
        raise PayloadRefused(
            "MACROS", "arbeidsboken har makroer. Lagre den som vanlig Excel-arbeidsbok (.xlsx), uten makroer."
        )
    if "xl/workbook.bin" in names:
        raise PayloadRefused("WRONG_KIND", "filen er binær Excel (.xlsb). Lagre den som .xlsx i Excel.")
    if "content.xml" in names:
        raise PayloadRefused("WRONG_KIND", "filen er fra LibreOffice (.ods). Lagre den som .xlsx.")
    if "xl/workbook.xml" not in names and "[content_types].xml" in names:
        raise PayloadRefused("WRONG_KIND", "filen er et Office-dokument, men ikke en Excel-arbeidsbok (.xlsx).")
