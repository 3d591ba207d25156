"""Views of a graph (floor 4; imports core, ops, transforms, errors): pictures as SVG and DOT."""

from tensorgraph.view import display
from tensorgraph.view.dot import to_dot
from tensorgraph.view.render import SVG, render

__all__ = ["SVG", "display", "render", "to_dot"]
