"""How a notebook shows a tensor: a computed one as the picture of its graph, a leaf as text (floor 4; imports core)."""

from __future__ import annotations

from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import RenderError
from tensorgraph.view.render import render

__all__: list[str] = []


def _repr_svg_(self: Tensor) -> str | None:
    """For notebooks: the picture of this tensor's graph; None, so that they show text, of a leaf or without engine."""
    if self._op is None:
        return None
    try:
        return str(render(self, max_nodes=NOTEBOOK_MAX_NODES))
    except RenderError:
        return None


NOTEBOOK_MAX_NODES = 300
"""A cell shows larger graphs abridged, as nobody asked for the picture by name."""

Tensor._repr_svg_ = _repr_svg_  # type: ignore[attr-defined]
