"""`tg.render`: the picture of a graph, shown in a notebook or written to a file (floor 4)."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import cached_property
from pathlib import PurePath
from typing import Any, Final

from tensorgraph.errors import RenderError
from tensorgraph.files import write_atomically
from tensorgraph.view.card import SHOWN, Shown
from tensorgraph.view.dot import digraph
from tensorgraph.view.engine import run_engine
from tensorgraph.view.palette import Theme, style_sheet
from tensorgraph.view.places import Direction
from tensorgraph.view.subject import DEFAULT_MAX_NODES, prepare
from tensorgraph.view.svg import draw

__all__ = ["SVG", "render"]

_DOT: Final = frozenset({".dot", ".gv"})
_OTHER: Final = frozenset({".pdf", ".png"})


class SVG:
    """A picture: a notebook shows it, `str` is its source, `save` writes it."""

    def __init__(self, draw: Callable[[], str]) -> None:
        self._draw = draw

    @cached_property
    def source(self) -> str:
        """The SVG document."""
        source = self._draw()
        del self._draw  # and with it the graph
        return source

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return "<SVG picture; .save(path) writes it>"

    def _repr_svg_(self) -> str:
        return self.source

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the source to a file, all of it or nothing."""
        write_atomically(path, self.source.encode())


def render(
    obj: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    direction: Direction = "TB",
    show: Collection[Shown] = SHOWN,
    theme: Theme = "auto",
    legend: bool = True,
    max_nodes: int | None = DEFAULT_MAX_NODES,
    timeout: float = 60.0,
) -> SVG:
    """Draw the graph that leads to `obj`: a tensor, or nested lists, tuples, dicts … of tensors.

    A box says what a node is (name, op, shape, and the dtype if it is not float64), its value (few numbers in full,
    many as `mean ± std [min, max]`) and, once `backward` has run, the gradient. Leaves show their `.grad`; the nodes
    between show the gradient of `obj`, if that is one scalar. Leaves, parameters, constants, ops and outputs differ in
    colour and in form; a dashed arrow carries no gradient back; frames enclose what a module has computed.

    `path` decides the format: `.svg`, `.dot` or `.gv`, and with Graphviz's own `dot` also `.pdf` and `.png`; without a
    path nothing is written. `direction` is that of the computation ("TB" downwards, "LR" to the right, "BT", "RL"),
    `show` what the boxes say, out of ("shape", "dtype", "value", "grad"). `theme="auto"` follows the reader's light or
    dark setting. More than `max_nodes` boxes (None: no limit) are drawn as the graph's two ends and a digest of the
    rest. The file appears whole or not at all, and is the same on every run.

    Raises:
        RenderError: no tensor in `obj`, an unknown suffix, no layout engine or one that failed or took longer than
            `timeout` seconds.
        ArgumentError: an option has a value without meaning.
        OSError: the file cannot be written.

    >>> import tensorgraph as tg
    >>> x = tg.tensor(3.0, requires_grad=True, name="x")
    >>> picture = tg.render(x * x)
    >>> str(picture)[:4]
    '<svg'
    """
    suffix = ".svg" if path is None else PurePath(path).suffix.lower()
    if suffix != ".svg" and suffix not in _DOT | _OTHER:
        raise RenderError(f"expected a path that ends in .svg, .dot, .gv, .pdf or .png, got {os.fspath(path or '')!r}")
    style = style_sheet(theme)
    subject = prepare(obj, show, max_nodes)
    picture = SVG(lambda: draw(subject, style, direction=direction, theme=theme, legend=legend, timeout=timeout))
    if path is not None and suffix in _DOT:
        write_atomically(path, digraph(subject, direction).source.encode())
        return picture  # drawn when somebody looks: DOT needs no engine
    if path is not None and suffix in _OTHER:
        write_atomically(path, run_engine(digraph(subject, direction).source, suffix[1:], timeout=timeout))
    elif path is not None:
        picture.save(path)
    _ = picture.source
    return picture
