"""The basic transforms: gradients, vector–Jacobian and Jacobian–vector products (floor 3).

Each runs the function once, on fresh nodes, and sweeps the recorded graph. A sweep inside a sweep is recorded like any
computation, so all of them nest, in any combination, to any order.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.backward import seed_cotangent
from tensorgraph.core.describe import describe
from tensorgraph.core.recording import ON, level, recording, tick
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import ArgumentError, DtypeError, GradientError, ShapeError
from tensorgraph.transforms.lifting import Region, constants, fresh, release
from tensorgraph.transforms.trees import Tree, flatten, flatten_like, leaf_paths, unflatten

__all__ = ["grad", "jvp", "value_and_grad", "vjp"]

Function = Callable[..., Any]


def value_and_grad(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False, *, holomorphic: bool = False
) -> Function:
    """The function that returns f's value together with its gradient: `(value, gradient)`.

    With `has_aux=True`, f returns `(value, aux)` and the result is `((value, aux), gradient)`. Else as `grad`.

    >>> import tensorgraph as tg
    >>> tg.value_and_grad(lambda x: x**3)(2.0)
    (tensor(8.), tensor(12.))
    """
    indices = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        before = level()
        with recording(max(before, ON)):
            since = tick()
            chosen = tuple(args[_position(i, args, f)] for i in indices)
            with recording(before):
                nodes_tree, sources, structure = fresh(chosen, "grad: argument ")
            replaced = list(args)
            for i, argument in zip(indices, nodes_tree, strict=True):
                replaced[_position(i, args, f)] = argument
            result = f(*replaced, **kwargs)
            value, aux = _with_aux(result, f) if has_aux else (result, None)
            output = _scalar_output(value, f, holomorphic=holomorphic)
            region = Region([output], sources, since, before)
            one = wrap(np.ones_like(output._data)) if holomorphic else seed_cotangent(output, None)
            with recording(before):
                gradients = unflatten(structure, region.backward([one]))
        value, aux = release((output, aux), attached=region.attached)
        return (value, aux) if has_aux else value, gradients[0] if isinstance(argnums, int) else gradients

    return differentiated


def grad(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False, *, holomorphic: bool = False
) -> Function:
    """The gradient of a scalar function: grad(f)(x) = ∂f/∂x, a pytree like x.

    `argnums` says with respect to which positional arguments: an int gives that argument's gradient, a sequence a tuple
    of them. Arguments are arrays, numbers or pytrees of them. With `has_aux=True`, f returns `(value, aux)` and the
    result is `(gradient, aux)`. For complex arguments of a real f the gradient is ∂f/∂Re x − i ∂f/∂Im x; with
    `holomorphic=True`, f is complex-valued and the result is its complex derivative. Nests to any order.

    Raises `GradientError` if f returns no scalar, `DtypeError` if an argument is no floating or complex array.

    >>> import tensorgraph as tg
    >>> tg.grad(tg.grad(lambda x: x**3))(2.0)
    tensor(12.)
    """
    both = value_and_grad(f, argnums, has_aux, holomorphic=holomorphic)

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return differentiated


def vjp(f: Function, *primals: Tree, has_aux: bool = False) -> Any:
    """f's value and its pullback: `(out, pullback)` with pullback(c) = (Jᵀc, …), one cotangent for each primal.

    J is the Jacobian of f at the primals. The pullback may be called often; it takes a pytree like `out`.
    With `has_aux=True`, f returns `(out, aux)` and the result is `(out, pullback, aux)`.

    >>> import tensorgraph as tg
    >>> out, pullback = tg.vjp(lambda x, y: x * y, 2.0, 5.0)
    >>> pullback(1.0)
    (tensor(5.), tensor(2.))
    """
    region, out, aux, structure, out_structure = _record(f, primals, "vjp: primal ", has_aux=has_aux)

    def pullback(cotangent: Tree) -> tuple[Any, ...]:
        """Jᵀc: one cotangent for each primal."""
        given = flatten_like(out_structure, cotangent, "pullback")
        cotangents = [_cotangent(c, o) for c, o in zip(given, region.outputs, strict=True)]
        return tuple(unflatten(structure, region.backward(cotangents)))

    return (out, pullback, aux) if has_aux else (out, pullback)


def jvp(f: Function, primals: Sequence[Tree], tangents: Sequence[Tree], has_aux: bool = False) -> Any:
    """f's value and its directional derivative: `(out, J·t)`, by a forward sweep.

    `primals` and `tangents` are sequences of the same structure, shapes and dtypes. With `has_aux=True`, f returns
    `(out, aux)` and the result is `(out, tangent_out, aux)`.

    >>> import tensorgraph as tg
    >>> tg.jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.0))
    (tensor(10.), tensor(5.))
    """
    if not isinstance(primals, list | tuple) or not isinstance(tangents, list | tuple):
        message = "jvp: primals and tangents are tuples, one item for each argument of f: tg.jvp(f, (x,), (dx,))"
        raise ArgumentError(message)
    region, out, aux, structure, out_structure = _record(f, tuple(primals), "jvp: primal ", has_aux=has_aux)
    given = flatten_like(structure, tuple(tangents), "jvp: tangents")
    paths = leaf_paths(tuple(primals))
    steps = [_tangent(t, s, path) for t, s, path in zip(given, region.sources, paths, strict=True)]
    pushed = unflatten(out_structure, region.forward(steps))
    return (out, pushed, aux) if has_aux else (out, pushed)


def _record(f: Function, primals: tuple[Tree, ...], what: str, *, has_aux: bool) -> tuple[Region, Tree, Tree, Any, Any]:
    before = level()
    since = tick()
    nodes_tree, sources, structure = fresh(primals, what)
    with recording(max(before, ON)):
        result = f(*nodes_tree)
    value, aux = _with_aux(result, f) if has_aux else (result, None)
    outputs = constants(value)
    region = Region(outputs, sources, since, before)
    _, out_structure = flatten(value)
    out, aux = release((unflatten(out_structure, outputs), aux), attached=region.attached)
    return region, out, aux, structure, out_structure


def _position(i: int, args: Sequence[Any], f: Function) -> int:
    if not -len(args) <= i < len(args):
        message = (
            f"grad: argnums={i}, but {_name(f)} was called with {len(args)} positional arguments; pass it by position"
        )
        raise ArgumentError(message)
    return i % len(args)


def _with_aux(result: Any, f: Function) -> tuple[Any, Any]:
    if not isinstance(result, tuple) or len(result) != 2:
        message = f"has_aux=True: {_name(f)} must return (value, aux), got {type(result).__name__}"
        raise ArgumentError(message)
    return result


def _scalar_output(value: Any, f: Function, *, holomorphic: bool) -> Tensor:
    try:
        (output,) = constants(value)
    except ValueError:
        message = f"grad: {_name(f)} must return one scalar, got a {type(value).__name__}; use has_aux=True for more"
        raise GradientError(message) from None
    if output.shape != () and output.size != 1:
        message = (
            f"grad: {_name(f)} must return a scalar, got {describe(output)}; reduce it, or use tg.vjp or tg.jacobian"
        )
        raise GradientError(message)
    expected = "c" if holomorphic else "f"
    if output.dtype.kind != expected:
        hint = (
            ""
            if holomorphic
            else "; use holomorphic=True, or a real part"
            if output.dtype.kind == "c"
            else "; it is constant"
        )
        wanted = "complex" if holomorphic else "real floating"
        message = f"grad: {_name(f)} must return a {wanted} scalar, got {describe(output)}{hint}"
        raise DtypeError(message)
    return output


def _cotangent(given: Any, output: Tensor) -> Tensor:
    return seed_cotangent(output, given)


def _tangent(given: Any, source: Tensor, path: str) -> Tensor:
    t = given if type(given) is Tensor else wrap(np.array(given))
    if t.shape != source.shape:
        message = f"jvp: tangents{path}: expected shape {source.shape}, as the primal's, got {describe(t)}"
        raise ShapeError(message)
    if t.dtype == source.dtype:
        return t
    if t.dtype.kind not in "biufc" or (t.dtype.kind == "c" and source.dtype.kind != "c"):
        message = f"jvp: tangents{path}: expected dtype {source.dtype}, as the primal's, got {describe(t)}"
        raise DtypeError(message)
    return t.astype(source.dtype)  # type: ignore[no-any-return]


def _name(f: Function) -> str:
    return getattr(f, "__name__", repr(f))
