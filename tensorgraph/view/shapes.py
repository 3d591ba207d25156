"""The outline of each kind of box, as SVG path data (floor 4)."""

from __future__ import annotations

from collections.abc import Sequence

from tensorgraph.view.places import Box, Point
from tensorgraph.view.sketch import Kind

__all__ = ["curve", "decimal", "outline", "path"]

_ROUND = 7.0
_PILL = 22.0
_CUT = 9.0
_SKEW = 9.0
_EAR = 9.0


def decimal(x: float) -> str:
    """A coordinate to a tenth of a point, as short as it goes."""
    text = f"{x:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def path(points: Sequence[tuple[float, float]], *, closed: bool = True) -> str:
    """Straight lines through the points."""
    return "M" + "L".join(f"{decimal(x)},{decimal(y)}" for x, y in points) + ("z" if closed else "")


def curve(points: Sequence[Point]) -> str:
    """Cubic Bézier curves through a chain of 3n + 1 points."""
    start, *rest = (f"{decimal(x)},{decimal(y)}" for x, y in points)
    return f"M{start}C{' '.join(rest)}"


def outline(kind: Kind, box: Box) -> tuple[str, ...]:
    """The closed outline of a box, which is filled and stroked, and further lines, which are stroked only."""
    match kind:
        case "leaf" | "reference":
            return (_rounded(box, min(box.height / 2, _PILL)),)
        case "output":
            inner = Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
            return _rounded(box, _ROUND), _rounded(inner, _ROUND - 2.5)
        case "group":
            step = min(3.5, box.height / 8)
            return _rounded(box, _ROUND), _behind(box, step), _behind(box, 2 * step)
        case "op":
            return (_rounded(box, _ROUND),)
    return _angular(kind, box)


def _angular(kind: Kind, box: Box) -> tuple[str, ...]:
    x, y, w, h = box
    if kind == "parameter":
        c = min(_CUT, h / 3)
        corners = [(x + c, y), (x + w - c, y), (x + w, y + c), (x + w, y + h - c)]
        return (path([*corners, (x + w - c, y + h), (x + c, y + h), (x, y + h - c), (x, y + c)]),)
    if kind == "input":
        return (path([(x + _SKEW, y), (x + w, y), (x + w - _SKEW, y + h), (x, y + h)]),)
    e = min(_EAR, h / 3)
    ear = [(x + w - e, y), (x + w - e, y + e), (x + w, y + e)]
    return path([(x, y), ear[0], ear[2], (x + w, y + h), (x, y + h)]), path(ear, closed=False)


def _rounded(box: Box, r: float) -> str:
    x, y, w, h = box
    a = f"a{decimal(r)},{decimal(r)} 0 0 1 "
    return (
        f"M{decimal(x + r)},{decimal(y)}h{decimal(w - 2 * r)}{a}{decimal(r)},{decimal(r)}"
        f"v{decimal(h - 2 * r)}{a}{decimal(-r)},{decimal(r)}h{decimal(2 * r - w)}{a}{decimal(-r)},{decimal(-r)}"
        f"v{decimal(2 * r - h)}{a}{decimal(r)},{decimal(-r)}z"
    )


def _behind(box: Box, d: float) -> str:
    """The lower right edge of a sheet that lies `d` behind the box."""
    x, y, w, h = box
    return path([(x + d + 3, y + h + d), (x + w + d, y + h + d), (x + w + d, y + d + 3)], closed=False)
