"""The families of ops: decorators that turn a NumPy forward and its calculus into a card (floor 1).

| family        | you declare                                     | reverse (vjp) is  | forward (jvp) is     |
|---------------|-------------------------------------------------|-------------------|----------------------|
| `elementwise` | the local gradients `partials` dz/dx_i          | g · ∂             | Σ ∂ · dx             |
| `linear`      | its `transpose` (sees the input's shape only)   | transpose(g)      | f(dx)                |
| `bilinear`    | two `transposes`                                | each one          | f(dx, y) + f(x, dy)  |
| `primitive`   | `vjps` and `jvps`, one per operand              | given             | Σ jvps               |
| `constant`    | nothing: comparisons, argmax, casts to integers | none              | none                 |

Rules take `g` (the cotangent) or `dx` (a tangent), then `z` (the output) where the family passes it, then the operands
and the static parameters by position. They are written with Ops and operators only, so that one rule serves ndarrays,
Tensors, Batches and Symbols. A rule may return the shape of the broadcast output: the sweep undoes broadcasting.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

import numpy as np

from tensorgraph.core.batching import aligned
from tensorgraph.core.domains import REALS, Domain
from tensorgraph.core.in_place import plus, times
from tensorgraph.core.op import NUMPY, Case, Op, numpy_names, register
from tensorgraph.core.wrapper import public_function
from tensorgraph.errors import ArgumentError

__all__ = ["bilinear", "constant", "elementwise", "general", "jointly", "linear", "primitive"]

P = ParamSpec("P")
Q = ParamSpec("Q")
Rule = Callable[..., Any]


def elementwise(*, partials: Sequence[Any], **card: Any) -> Callable[[Callable[P, Any]], Op[P]]:
    """An op that works element by element, given its local gradients.

    `partials[i]` is ∂z/∂x_i: a number (0 and ±1 cost nothing), None for an operand without gradient, or a rule
    `(z, x, y, …, *static)`.
    """
    vjps = tuple(map(_scaled, partials))
    live = [(i, p) for i, p in enumerate(partials) if p is not None and not _is_zero(p)]

    def jvp(dxs: Sequence[Any], z: Any, operands: Sequence[Any], static: Sequence[Any]) -> Any:
        total: Any = None
        for i, partial in live:
            if (dx := dxs[i]) is not None:
                term = times(dx, partial(z, *operands, *static) if callable(partial) else partial)
                total = term if total is None else plus(total, term)
        return total

    reads = any(map(callable, partials))
    facts: dict[str, Any] = {"partials": tuple(partials), "reads_values": reads, "batch": aligned} | card
    return _card("elementwise", vjps, jvp, **facts)


def linear(*, transpose: Rule, **card: Any) -> Callable[[Callable[P, Any]], Op[P]]:
    """An op linear in its one operand, or jointly in all operands of a sequence (`variadic=True`).

    `transpose(g, x, *static)` may read `x.shape`, `x.ndim` and `x.dtype`, never a value; of a variadic op it is
    `transpose(g, xs, i, *static)` and gives the cotangent of operand `i`.
    """
    op: Op[Any]

    def decorate(forward: Callable[P, Any]) -> Op[P]:
        nonlocal op
        variadic = card.get("variadic", False)
        op = _card(
            "linear",
            (_variadic(transpose) if variadic else _linear(transpose),),
            joint if variadic else jvp,
            reads_values=False,
            **card,
        )(forward)
        return op

    def jvp(dxs: Sequence[Any], _z: Any, _operands: Sequence[Any], static: Sequence[Any]) -> Any:
        return None if dxs[0] is None else op(dxs[0], **dict(zip(op.statics, static, strict=True)))

    def joint(dxs: Sequence[Any], _z: Any, operands: Sequence[Any], static: Sequence[Any]) -> Any:
        filled = [_zeros(x) if dx is None else dx for dx, x in zip(dxs, operands, strict=True)]
        return op(filled, **dict(zip(op.statics, static, strict=True)))

    return decorate


def bilinear(*, transposes: tuple[Rule, Rule], **card: Any) -> Callable[[Callable[P, Any]], Op[P]]:
    """An op linear in each of its two operands; `transposes[i](g, x, y, *static)` is the cotangent of operand i."""
    op: Op[Any]

    def decorate(forward: Callable[P, Any]) -> Op[P]:
        nonlocal op
        op = _card("bilinear", tuple(map(_bilinear, transposes)), jvp, **card)(forward)
        return op

    def jvp(dxs: Sequence[Any], _z: Any, operands: Sequence[Any], static: Sequence[Any]) -> Any:
        (dx, dy), (x, y) = dxs, operands
        named = dict(zip(op.statics, static, strict=True))
        if dy is None:
            return None if dx is None else op(dx, y, **named)
        return op(x, dy, **named) if dx is None else plus(op(dx, y, **named), op(x, dy, **named))

    return decorate


def primitive(
    *, vjps: Sequence[Rule | None], jvps: Sequence[Rule | None], **card: Any
) -> Callable[[Callable[P, Any]], Op[P]]:
    """An op with two written rules: `vjps[i](g, z, *operands, *static)` and `jvps[i](dx, z, *operands, *static)`.

    None stands for an operand without gradient, such as a condition. Of a variadic op there is one rule each:
    `vjps = (rule(g, z, xs, i, *static),)` and `jvps = (rule(dxs, z, xs, *static),)` with None for a missing tangent.
    """
    if card.get("variadic", False):
        ((reverse,), (forward_rule,)) = (vjps, jvps)
        assert reverse is not None
        assert forward_rule is not None
        given: Rule = forward_rule
        return _card(
            "primitive",
            (lambda g, z, xs, i, static: reverse(g, z, xs, i, *static),),
            lambda dxs, z, xs, static: given(dxs, z, xs, *static),
            **card,
        )

    def jvp(dxs: Sequence[Any], z: Any, operands: Sequence[Any], static: Sequence[Any]) -> Any:
        total: Any = None
        for dx, rule in zip(dxs, jvps, strict=True):
            if dx is not None and rule is not None and (term := rule(dx, z, *operands, *static)) is not None:
                total = term if total is None else plus(total, term)
        return total

    return _card("primitive", tuple(map(_primitive, vjps)), jvp, **card)


def constant(**card: Any) -> Callable[[Callable[P, Any]], Op[P]]:
    """An op without gradient by nature, as a comparison or argmax: recorded, so that it can be seen and replayed."""
    return _card("constant", (), None, **card)


def general(form: Callable[Q, Any]) -> Callable[[Op[Any]], Op[Q]]:
    """Give an op a public function with rarer keywords than its card has statics: `@general(form)` above the family.

    `form` has the public signature and is written in the language of rules, mostly by the op itself. The generated
    function calls it when a keyword that the card lacks is not at its default, so all other calls pay next to nothing.
    """

    def decorate(op: Op[Any]) -> Op[Q]:
        op.general = form
        op.function = public_function(op)
        NUMPY.update(dict.fromkeys(op.numpy, op.function))
        return op

    return decorate


def _card(
    family: str,
    vjps: tuple[Rule | None, ...],
    jvp: Rule | None,
    *,
    domain: Domain | tuple[Domain, ...] = REALS,
    variadic: bool = False,
    numpy: Any = (),
    cases: tuple[Case, ...] = (),
    **facts: Any,
) -> Callable[[Callable[P, Any]], Op[P]]:
    def decorate(forward: Callable[P, Any]) -> Op[P]:
        parameters = inspect.signature(forward).parameters.values()
        operands = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_ONLY)
        statics = tuple(p.name for p in parameters if p.kind is not p.POSITIONAL_ONLY)
        count = 1 if variadic else len(operands)
        if vjps and len(vjps) != count:
            message = f"{forward.__name__}: expected one rule per operand ({', '.join(operands)}), got {len(vjps)}"
            raise ArgumentError(message)
        op: Op[P] = Op(
            name=forward.__name__,
            family=family,
            forward=forward,
            operands=operands,
            statics=statics,
            vjps=vjps or (None,) * count,
            jvp=jvp,
            variadic=variadic,
            domain=domain if isinstance(domain, tuple) else (domain,) * len(operands),
            numpy=numpy_names(forward.__name__, numpy if isinstance(numpy, tuple) else (numpy,)),
            cases=cases,
            **facts,
        )
        register(op, public_function(op))
        return op

    return decorate


def _scaled(partial: Any) -> Rule | None:
    """The reverse rule g · ∂ of an elementwise operand."""
    if partial is None or _is_zero(partial):
        return None
    if not callable(partial):
        return lambda g, z, operands, static: times(g, partial)
    return lambda g, z, operands, static: times(g, partial(z, *operands, *static))


def _is_zero(partial: Any) -> bool:
    return not callable(partial) and partial == 0


def _linear(transpose: Rule) -> Rule:
    return lambda g, z, operands, static: transpose(g, *operands, *static)


def _variadic(transpose: Rule) -> Rule:
    def rule(g: Any, z: Any, xs: Any, i: int, static: Any) -> Any:  # noqa: ARG001 - the signature of all rules
        return transpose(g, xs, i, *static)

    if (prepare := getattr(transpose, "prepare", None)) is not None:
        rule.prepare = lambda g, z, xs, static: prepare(g, xs, *static)  # type: ignore[attr-defined]
    return rule


def jointly(prepare: Callable[..., Callable[[int], Any]]) -> Rule:
    """The `transpose` of a variadic op whose operands share work: `prepare(g, xs, *static)` gives i ↦ its cotangent."""

    def transpose(g: Any, xs: Any, i: int, *static: Any) -> Any:
        return prepare(g, xs, *static)(i)

    transpose.prepare = prepare  # type: ignore[attr-defined]
    return transpose


def _bilinear(transpose: Rule) -> Rule:
    return lambda g, z, operands, static: transpose(g, *operands, *static)


def _primitive(rule: Rule | None) -> Rule | None:
    return None if rule is None else lambda g, z, operands, static: rule(g, z, *operands, *static)


def _zeros(x: Any) -> Any:
    return np.zeros(np.shape(x), dtype=getattr(x, "dtype", None))
