"""What a person hears when the file they bring cannot be used: what it is, and what to do about it."""

import io
import zipfile

import pytest

from campaigns.sources.file_kinds import check_file, check_size
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import SourceKind
from tests.factories.workbooks import with_part, workbook

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def _zip(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def _refusal(body: bytes, name: str = "tall.xlsx", kind: SourceKind = SourceKind.XLSX) -> PayloadRefused:
    with pytest.raises(PayloadRefused) as refused:
        check_file(kind, name, body)
    assert refused.value.detail.endswith(".")
    return refused.value


@pytest.mark.parametrize(
    ("body", "reason", "sentence"),
    [
        (OLD, "OLD_EXCEL", "lagre den som .xlsx"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "PASSWORD", "uten passord"),
        (with_part(workbook(), "xl/vbaProject.bin", b"x"), "MACROS", "uten makroer"),
        (_zip("[Content_Types].xml", "xl/workbook.bin"), "WRONG_KIND", "xlsb"),
        (_zip("[Content_Types].xml", "word/document.xml"), "WRONG_KIND", "Office-dokument"),
        (_zip("mimetype", "content.xml"), "WRONG_KIND", "LibreOffice"),
        (workbook()[:-200], "NOT_XLSX", "ikke kopiert ferdig"),
        (b"%PDF-1.7 ...", "WRONG_KIND", "PDF"),
        (b"a;b\n1;2\n", "NOT_XLSX", "ikke en Excel-arbeidsbok"),
        (b"", "EMPTY", "tom"),
        (b" \r\n", "EMPTY", "tom"),
    ],
)
def test_it_says_what_a_file_that_is_no_workbook_is(body: bytes, reason: str, sentence: str) -> None:
    refusal = _refusal(body)

    assert refusal.reason == reason
    assert sentence in refusal.detail


@pytest.mark.parametrize(
    ("kind", "name", "body"),
    [
        (SourceKind.XLSX, "tall.csv", workbook()),
        (SourceKind.XLSX, "tall", workbook()),
        (SourceKind.CSV, "tall.csv", workbook()),
        (SourceKind.CSV, "tall.csv", OLD),
        (SourceKind.CSV, "tall.xlsx", b"a;b\n1;2\n"),
        (SourceKind.PX, "tall.px", b"%PDF-1.7"),
        (SourceKind.JSONSTAT, "tall.xml", b"<a/>"),
    ],
)
def test_the_name_and_the_content_must_fit_the_source(kind: SourceKind, name: str, body: bytes) -> None:
    assert _refusal(body, name, kind).reason == "WRONG_KIND"


@pytest.mark.parametrize(
    ("kind", "name", "body"),
    [
        (SourceKind.XLSX, "Tall 2027.XLSX", workbook()),
        (SourceKind.CSV, "tall.csv", b"a;b\n1;2\n"),
        (SourceKind.CSV, "tall.txt", b"a\tb\n"),
        (SourceKind.PX, "tall.px", b'CHARSET="ANSI";'),
        (SourceKind.JSONSTAT, "tall.json", b"{}"),
    ],
)
def test_a_file_of_the_right_kind_is_let_through(kind: SourceKind, name: str, body: bytes) -> None:
    check_file(kind, name, body)


def test_a_file_that_is_too_large_is_told_by_its_size() -> None:
    with pytest.raises(PayloadRefused, match="200 MB, og grensen er 50 MB"):
        check_size(200 * 2**20)
