"""The program that lays a graph out: found, run, and spoken to through pipes (floor 4; imports errors).

Looked for in this order: what `TENSORGRAPH_DOT` names, the `graphviz-pure` that came with the package, `dot` on the
PATH. It gets its DOT source on standard input and an argument list, never a shell line; it has a time limit.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tensorgraph.errors import RenderError

__all__ = ["ENGINE_VARIABLE", "find_engine", "run_engine"]

ENGINE_VARIABLE: Final = "TENSORGRAPH_DOT"
_BUNDLED: Final = "graphviz-pure"
_NEEDS_GRAPHVIZ: Final = frozenset({"pdf", "png"})


def find_engine(target: str = "json0") -> Path:
    """The executable that can write the format `target`.

    PDF and PNG are left to a full Graphviz: the bundled engine writes no PDF and has no fonts beyond Latin.

    Raises:
        RenderError: `TENSORGRAPH_DOT` names no executable, or there is no engine at all.
    """
    chosen = os.environ.get(ENGINE_VARIABLE, "")
    if chosen:
        found = shutil.which(os.path.expanduser(chosen))  # noqa: PTH111 - also a bare command name, as a string
        if found is None:
            raise RenderError(
                f"{ENGINE_VARIABLE} is {chosen!r}, which is not an executable; set it to the path of Graphviz's dot, "
                "or unset it to use the engine that comes with tensorgraph"
            )
        return Path(found)
    if target not in _NEEDS_GRAPHVIZ and (bundled := _bundled_engine()) is not None:
        return bundled
    if found := shutil.which("dot"):
        return Path(found)
    if target in _NEEDS_GRAPHVIZ:
        raise RenderError(
            f"{target.upper()} needs Graphviz's own dot, which is not on the PATH: install Graphviz (or set "
            f"{ENGINE_VARIABLE}), or write .svg, which needs nothing more"
        )
    raise RenderError(
        "no layout engine was found: pip install graphviz-pure, or install Graphviz so that dot is on the PATH, or set "
        f"{ENGINE_VARIABLE} to an executable; tg.to_dot(obj) and a path ending in .dot work without one"
    )


def _bundled_engine() -> Path | None:
    try:
        files = importlib.metadata.files(_BUNDLED)
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in files or ():
        if file.name in {_BUNDLED, f"{_BUNDLED}.exe"}:
            path = Path(os.path.realpath(str(file.locate())))
            if os.access(path, os.X_OK) and path.is_file():
                return path
    return None


def run_engine(source: str, target: str, *, timeout: float = 60.0) -> bytes:
    """What the engine makes of the DOT `source` in the format `target` ("json0", "svg", …).

    Raises:
        RenderError: there is no engine, it failed, or it took longer than `timeout` seconds.
    """
    engine = find_engine(target)
    try:
        done = subprocess.run(  # noqa: S603 - an argument list without user text
            [engine, "-Kdot", f"-T{target}"], input=source.encode(), capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"the layout took longer than {timeout:g} s; draw fewer nodes (max_nodes=…) or allow more time (timeout=…)"
        ) from None
    except OSError as error:
        raise RenderError(f"the layout engine {str(engine)!r} could not be started: {error}") from error
    if done.returncode != 0 or not done.stdout:
        said = done.stderr.decode(errors="replace").strip()[-500:] or "nothing"
        raise RenderError(f"the layout engine {str(engine)!r} failed (exit {done.returncode}) and said: {said}")
    return done.stdout
