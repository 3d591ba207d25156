"""`FILE.py:NAME`: runs a user's program and takes what it calls NAME, so that a command can draw it (floor 4)."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import DataError, RenderError

__all__ = ["load"]

_MODULE = "__tensorgraph_user__"


def load(target: str) -> Any:
    """What `NAME` stands for after the Python file has run; a dotted name goes on into attributes.

    A function or a class is called without arguments, and its result is taken. The file runs as an imported module
    does: what stands under `if __name__ == "__main__":` is left out, and it can import its neighbours.

    Raises:
        DataError: the target is not `FILE.py:NAME`, there is no such file, no such name, or it cannot be called.
        RenderError: the program itself failed; its own exception is the `__cause__`.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "square.py")
    ...     _ = path.write_text("import tensorgraph as tg; x = tg.tensor(3.0, requires_grad=True); y = x * x")
    ...     load(f"{path}:y").item()
    9.0
    """
    file, colon, name = target.rpartition(":")
    if not colon or not file or not name:
        raise DataError(f"expected FILE.py:NAME, such as model.py:loss, got {target!r}")
    path = Path(file)
    if not path.is_file():
        raise DataError(f"there is no file {file!r} (looked in {Path.cwd()})")
    value: Any = _run(path)
    for i, part in enumerate(name.split(".")):
        try:
            value = getattr(value, part)
        except AttributeError:
            owner = file if i == 0 else f"{file}:{'.'.join(name.split('.')[:i])}"
            raise DataError(f"{owner} has no {part!r}; it has {_names(value)}") from None
    return _called(value, target, path) if callable(value) and not isinstance(value, Tensor) else value


def _called(function: Any, target: str, path: Path) -> Any:
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        raise DataError(
            f"{target} needs arguments ({error}); name a tensor, or a function without parameters that returns one, "
            "such as: def loss(): return model(x)"
        ) from None
    except ValueError:  # built-in, without a signature to ask
        pass
    with _blaming(path):
        return function()


def _run(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None:
        raise DataError(f"{str(path)!r} is no Python program: its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    with _importing_beside(path, module), _blaming(path):
        spec.loader.exec_module(module)
    return module


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    """Say of an exception that it is the program's own, with a traceback that begins there."""
    try:
        yield
    except (Exception, SystemExit) as error:
        whole = trace = error.__traceback__
        while trace is not None and not _is(trace.tb_frame.f_code.co_filename, path):
            trace = trace.tb_next
        error.__traceback__ = trace or whole
        raise RenderError(f"{path} failed with {type(error).__name__}: {error}") from error


def _is(filename: str, path: Path) -> bool:
    return Path(filename).resolve() == path.resolve()


@contextmanager
def _importing_beside(path: Path, module: Any) -> Iterator[None]:
    """Let the program find its neighbours, and dataclasses their module, as when Python runs it."""
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    sys.modules[_MODULE] = module
    try:
        yield
    finally:
        sys.path.remove(folder)


def _names(value: Any) -> str:
    names = [name for name in vars(value) if not name.startswith("_")] if hasattr(value, "__dict__") else []
    if not names:
        return "no public names"
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
