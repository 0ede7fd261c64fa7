"""Copies of the database and the images, for the installation that runs on SQLite.

A copy is one zip file: ``monitorposten.db`` (made by SQLite itself, so that it is consistent while others write)
and ``bilder/``. PostgreSQL has better tools of its own, and is refused with a sentence that names them.
"""

import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import sqlalchemy as sa

from service.settings import Settings

_DATABASE = "monitorposten.db"
_IMAGES = "bilder"


class CopyRefused(Exception):
    """The copy cannot be made or put back; nothing was changed."""


def back_up(settings: Settings, file: Path) -> None:
    """Write the copy; an existing file is left alone."""
    database = _sqlite_file(settings)
    if file.exists():
        raise CopyRefused(f"{file} finnes allerede. Velg et annet navn.")
    if not database.exists():
        raise CopyRefused(f"Det er ingen database i {database}. Kontroller MONITORPOSTEN_DATA_DIR.")
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder:
        snapshot = Path(folder) / _DATABASE
        connection = sqlite3.connect(database)
        try:
            connection.execute("VACUUM INTO ?", [str(snapshot)])
        finally:
            connection.close()
        unfinished = Path(folder) / "copy.zip"
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as copy:
            copy.write(snapshot, _DATABASE)
            images = settings.folders.images
            for image in sorted(path for path in images.rglob("*") if path.is_file()):
                copy.write(image, f"{_IMAGES}/{image.relative_to(images)}")
        unfinished.replace(file)


def put_back(settings: Settings, file: Path) -> Path | None:
    """Put the copy in place; gives the folder where what was there before is kept, if there was anything."""
    database = _sqlite_file(settings)
    with tempfile.TemporaryDirectory(dir=_existing(settings.data_dir)) as folder:
        unpacked = Path(folder)
        _unpack(file, unpacked)
        kept = _set_aside(database, settings.folders.images)
        shutil.move(unpacked / _DATABASE, database)
        if (unpacked / _IMAGES).exists():
            shutil.move(unpacked / _IMAGES, settings.folders.images)
    return kept


def _unpack(file: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as copy:
            names = copy.namelist()
            if _DATABASE not in names or copy.testzip() is not None:
                raise CopyRefused(f"{file} er ikke en hel kopi av Monitorposten. Velg en annen kopi.")
            strange = [name for name in names if name != _DATABASE and not name.startswith(f"{_IMAGES}/")]
            if strange or any(".." in Path(name).parts for name in names):
                raise CopyRefused(f"{file} inneholder annet enn en kopi av Monitorposten.")
            copy.extractall(folder)
    except zipfile.BadZipFile as error:
        raise CopyRefused(f"{file} er ikke en zip-fil.") from error
    connection = sqlite3.connect(folder / _DATABASE)
    try:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise CopyRefused(f"Databasen i {file} kan ikke leses. Velg en annen kopi.") from error
    finally:
        connection.close()
    if verdict != "ok":
        raise CopyRefused(f"Databasen i {file} er skadet: {verdict}")


def _set_aside(database: Path, images: Path) -> Path | None:
    present = [path for path in (database, Path(f"{database}-wal"), Path(f"{database}-shm"), images) if path.exists()]
    if not present:
        return None
    number = 1
    while (kept := database.parent / f"erstattet-{number}").exists():
        number += 1
    kept.mkdir()
    for path in present:
        shutil.move(path, kept / path.name)
    return kept


def _existing(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sqlite_file(settings: Settings) -> Path:
    url = sa.make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise CopyRefused(
            "Bruk pg_dump og pg_restore for PostgreSQL, og kopier mappen bilder/ ved siden av. Kjør «monitorposten "
            "hold-back» når en kopi er lagt tilbake."
        )
    return Path(url.database)
