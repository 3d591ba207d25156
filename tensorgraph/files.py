"""Files that are either old or new, never half of each (floor 0: imports nothing of ours but errors).

The bytes go to a temporary file beside the target, are flushed to the disk, and the finished file takes the target's
name in one step; then the folder is flushed too. Whatever interrupts this (a kill, a full disk, Ctrl-C), the target
holds its old bytes or its new ones. Temporaries that a kill left behind are swept at the next write.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DISK", "Disk", "write_atomically"]

_MARK = ".tensorgraph-"
_SUFFIX = ".tmp"


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle for a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Disk:
    """The four steps that touch the disk, so that a test can watch their order and make each one fail."""

    write: Callable[[int, bytes | memoryview], int] = os.write
    flush: Callable[[int], None] = os.fsync
    replace: Callable[[Path, Path], None] = os.replace
    flush_folder: Callable[[Path], None] = _flush_folder


DISK = Disk()


def write_atomically(path: str | os.PathLike[str], data: bytes, *, disk: Disk = DISK) -> Path:
    """Write `data` to `path`, all of it or nothing, and return the path.

    A symbolic link is followed, an existing file keeps its permissions. Raises the `OSError` that the disk raised;
    the target is then as it was.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(pathlib.Path(folder, "note.txt"), b"whole").read_bytes()
    b'whole'
    """
    target = Path(os.path.realpath(path))
    stem = f".{target.name[:64]}{_MARK}"
    _sweep(target.parent, stem)
    temporary = target.parent / f"{stem}{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}"
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[disk.write(handle, rest) :]
            disk.flush(handle)
        finally:
            os.close(handle)
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(target.stat().st_mode & 0o777)
        disk.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    disk.flush_folder(target.parent)
    return Path(path)


def _sweep(folder: Path, stem: str) -> None:
    """Remove the temporaries of this target whose process is gone."""
    with contextlib.suppress(OSError):
        for stale in folder.iterdir():
            if stale.name.startswith(stem) and stale.name.endswith(_SUFFIX):
                owner = stale.name[len(stem) :].split("-")[0]
                if owner.isdigit() and not _is_running(int(owner)):
                    with contextlib.suppress(OSError):
                        stale.unlink()


def _is_running(process: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
