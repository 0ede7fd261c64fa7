"""Pictures by what they contain: whole or not at all, also on a full disk."""

import errno
import hashlib
import os
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
