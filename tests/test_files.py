"""Atomic writing: the order of the steps, and the old file whole after a failure of any of them."""

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from tensorgraph.files import DISK, Disk, write_atomically

STEPS = ["write", "flush", "replace", "flush_folder"]


def watched(log: list[str], fail: str = "", error: BaseException | None = None, part: int | None = None) -> Disk:
    """A disk that logs its steps, raises in one of them, and takes `part` bytes at a time."""

    def step(name: str) -> Any:
        real = getattr(DISK, name)

        def run(*arguments: Any) -> Any:
            log.append(name)
            if name == fail:
                assert error is not None
                raise error
            if name == "write" and part:
                return real(arguments[0], arguments[1][:part])
            return real(*arguments)

        return run

    return Disk(*map(step, STEPS))


def test_the_order_of_the_steps(tmp_path: Path) -> None:
    log: list[str] = []
    assert write_atomically(tmp_path / "a", b"new", disk=watched(log)).read_bytes() == b"new"
    assert log == STEPS


def test_a_disk_that_takes_a_few_bytes_at_a_time(tmp_path: Path) -> None:
    log: list[str] = []
    data = bytes(range(256)) * 3
    assert write_atomically(tmp_path / "a", data, disk=watched(log, part=100)).read_bytes() == data
    assert log.count("write") == 8


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "full"), OSError(errno.EIO, "broken"), KeyboardInterrupt()],
    ids=["ENOSPC", "EIO", "^C"],
)
@pytest.mark.parametrize("step", STEPS[:3])
def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path: Path, step: str, error: BaseException) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(type(error)):
        write_atomically(target, b"new", disk=watched([], step, error))
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_a_failure_after_the_last_step_leaves_the_new_file(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(OSError, match="broken"):
        write_atomically(target, b"new", disk=watched([], "flush_folder", OSError(errno.EIO, "broken")))
    assert target.read_bytes() == b"new"


def test_an_empty_file(tmp_path: Path) -> None:
    assert write_atomically(tmp_path / "a", b"").read_bytes() == b""


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "none" / "a", b"new")


def test_stale_temporaries_are_swept_and_others_kept(tmp_path: Path) -> None:
    gone = tmp_path / ".a.tensorgraph-99999999-00.tmp"
    mine = tmp_path / f".a.tensorgraph-{os.getpid()}-00.tmp"
    other = tmp_path / ".b.tensorgraph-99999999-00.tmp"
    for file in (gone, mine, other):
        file.write_bytes(b"part")
    write_atomically(tmp_path / "a", b"new")
    assert {file.name for file in tmp_path.iterdir()} == {"a", mine.name, other.name}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_permissions_stay(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_atomically(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "a", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
