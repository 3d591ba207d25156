"""Symbol: an operand that stands for a formula, so that a rule can be read as mathematics (floor 1).

A rule called with Symbols returns the expression it computes. `Symbol.apply` builds it, `.latex()` prints it by the
templates of the cards, and the tests turn it into SymPy to prove it. Operators are bound by `ops/operators.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorgraph.core.op import Op

__all__ = ["Symbol"]


class Symbol:
    r"""A named quantity, or an op applied to quantities.

    >>> from tensorgraph.core.op import OPS
    >>> x = Symbol("x")
    >>> OPS["sin"](x).latex()
    '\\sin(x)'
    """

    __slots__ = ("name", "op", "operands", "static")
    __array_ufunc__ = None
    __hash__ = object.__hash__

    def __init__(self, name: str) -> None:
        self.name = name
        self.op: Op[Any] | None = None
        self.operands: tuple[Any, ...] = ()
        self.static: Mapping[str, Any] = {}

    @classmethod
    def apply(cls, op: Op[Any], operands: tuple[Any, ...], static: Mapping[str, Any]) -> Symbol:
        """The symbol of `op(*operands, **static)`."""
        symbol = cls("")
        symbol.op, symbol.operands, symbol.static = op, operands, static
        return symbol

    def latex(self) -> str:
        """The formula in LaTeX."""
        return _latex(self)

    def __repr__(self) -> str:
        if self.op is None:
            return self.name
        parts = [*map(repr, self.operands), *(f"{k}={v!r}" for k, v in self.static.items())]
        return f"{self.op.name}({', '.join(parts)})"

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...
        def __neg__(self) -> Symbol: ...
        def __add__(self, other: Any, /) -> Symbol: ...
        def __radd__(self, other: Any, /) -> Symbol: ...
        def __sub__(self, other: Any, /) -> Symbol: ...
        def __rsub__(self, other: Any, /) -> Symbol: ...
        def __mul__(self, other: Any, /) -> Symbol: ...
        def __rmul__(self, other: Any, /) -> Symbol: ...
        def __truediv__(self, other: Any, /) -> Symbol: ...
        def __rtruediv__(self, other: Any, /) -> Symbol: ...
        def __pow__(self, other: Any, /) -> Symbol: ...
        def __rpow__(self, other: Any, /) -> Symbol: ...
        def __matmul__(self, other: Any, /) -> Symbol: ...
        def __rmatmul__(self, other: Any, /) -> Symbol: ...


_LOOSE, _TERM, _FACTOR, _ATOM = range(4)
"""How tightly the outermost operator of a formula binds, for brackets."""

_BINDING = {
    "add": _LOOSE,
    "subtract": _LOOSE,
    "negative": _TERM,
    "multiply": _TERM,
    "matmul": _TERM,
    "divide": _ATOM,
    "power": _FACTOR,
    "square": _FACTOR,
}


def _latex(x: Any) -> str:
    if not isinstance(x, Symbol):
        return f"{x:g}" if isinstance(x, int | float) else str(x)
    if x.op is None:
        return x.name
    names = dict(zip(x.op.operands, x.operands, strict=False))
    needed = _BINDING.get(x.op.name, _LOOSE)
    left_bound = needed + (x.op.name in {"power", "square"})
    filled = {}
    for place, (name, operand) in enumerate(names.items()):
        text = _latex(operand)
        bound = left_bound if place == 0 else needed + (x.op.name in {"subtract", "divide"} and needed < _ATOM)
        bracketed = x.op.name != "divide" and _binding(operand) < bound
        filled[name] = rf"\left({text}\right)" if bracketed else text
    template = x.op.latex or rf"\operatorname{{{x.op.name}}}\left({', '.join(f'{{{n}}}' for n in names)}\right)"
    for name, text in filled.items():
        template = template.replace(
            f"{{{name}}}", f"{{{text}}}" if len(text) > 1 and not _bare(template, name) else text
        )
    return template


def _bare(template: str, name: str) -> bool:
    """Whether a template already sets the operand off by a command or brackets of its own."""
    return "^" not in template.split(f"{{{name}}}", maxsplit=1)[0][-1:]


def _binding(x: Any) -> int:
    if isinstance(x, Symbol):
        return _ATOM if x.op is None else _BINDING.get(x.op.name, _ATOM)
    return _ATOM if not isinstance(x, int | float) or x >= 0 else _LOOSE
