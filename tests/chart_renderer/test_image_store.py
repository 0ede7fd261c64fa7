"""Pictures by what they contain: whole or not at all, also on a full disk."""

import errno
import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chart_renderer.errors import StoreFailed
from chart_renderer.store import ImageStore

_KEY = "ab" * 32


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path / "media")


def _files(store: ImageStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_it_gives_back_what_was_put_under_the_hash_of_its_bytes(store: ImageStore) -> None:
    name = store.put(b"a picture")

    assert name == hashlib.sha256(b"a picture").hexdigest()
    assert store.get(name) == b"a picture"
    assert store.path(name).read_bytes() == b"a picture"


def test_it_keeps_one_file_for_the_same_bytes(store: ImageStore) -> None:
    assert store.put(b"a picture") == store.put(b"a picture")
    assert len(_files(store)) == 1


def test_it_knows_what_was_drawn_under_a_key(store: ImageStore) -> None:
    name = store.put(b"a picture")
    store.remember(_KEY, name)

    assert store.recall(_KEY) == (name, b"a picture")
    assert store.recall("cd" * 32) is None


def test_it_forgets_a_key_whose_picture_is_gone(store: ImageStore) -> None:
    name = store.put(b"a picture")
    store.remember(_KEY, name)
    store.path(name).unlink()

    assert store.recall(_KEY) is None


def test_it_takes_a_damaged_picture_for_missing(store: ImageStore) -> None:
    name = store.put(b"a picture")
    store.path(name).write_bytes(b"half a pict")

    assert store.get(name) is None
    assert store.put(b"a picture") == name
    assert store.get(name) == b"a picture"


@pytest.mark.parametrize("name", ["../../etc/passwd", "AB" * 32, "", "ab"])
def test_it_takes_nothing_but_a_hash_for_a_name(store: ImageStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.get(name)


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_it_says_one_clear_sentence_on_a_full_disk_and_leaves_nothing(
    store: ImageStore, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(step, full)

    with pytest.raises(StoreFailed, match=r"kunne ikke lagres i .*No space left on device"):
        store.put(b"a picture")

    assert _files(store) == []


def test_it_leaves_nothing_when_writing_itself_fails(store: ImageStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_up(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill_up)

    with pytest.raises(StoreFailed):
        store.put(b"a picture")

    assert _files(store) == []


_NOW = datetime(2027, 5, 10, 6, 0, tzinfo=UTC)
_MONTH = timedelta(days=30)


def _last_wanted(path: Path, days_ago: float) -> None:
    at = (_NOW - timedelta(days=days_ago)).timestamp()
    os.utime(path, (at, at))


def test_it_collects_what_nobody_points_at_and_nobody_wanted_for_a_month(store: ImageStore) -> None:
    quoted, old, recent = (store.put(content) for content in (b"quoted", b"old", b"recent"))
    store.remember(_KEY, old)
    for name, days in ((quoted, 400), (old, 31), (recent, 29)):
        _last_wanted(store.path(name), days)
    _last_wanted(store.folder / "keys" / "ab" / _KEY, 31)

    collected = store.collect({quoted}, unwanted_for=_MONTH, now=_NOW)

    assert collected.files == 2  # the picture and its entry in the index
    assert (store.get(quoted), store.get(old), store.get(recent)) == (b"quoted", None, b"recent")
    assert store.recall(_KEY) is None


def test_it_keeps_the_index_of_pictures_that_stay(store: ImageStore) -> None:
    name = store.put(b"a picture")
    store.remember(_KEY, name)
    _last_wanted(store.folder / "keys" / "ab" / _KEY, 400)

    assert store.collect({name}, unwanted_for=_MONTH, now=_NOW).files == 0
    assert store.recall(_KEY) == (name, b"a picture")


def test_it_counts_the_age_from_when_a_picture_was_last_wanted(store: ImageStore) -> None:
    name = store.put(b"a picture")
    store.remember(_KEY, name)
    _last_wanted(store.path(name), 400)
    store.recall(_KEY)

    assert store.collect((), unwanted_for=_MONTH, now=datetime.now(UTC)).files == 0


def test_it_clears_away_what_a_crash_left_half_written(store: ImageStore) -> None:
    store.put(b"a picture")
    half = next(store.folder.iterdir()) / ".tmphalf"
    half.write_bytes(b"a pict")
    _last_wanted(half, 1)

    assert store.collect((), unwanted_for=timedelta(days=10_000), now=_NOW).files == 1
    assert not half.exists()
