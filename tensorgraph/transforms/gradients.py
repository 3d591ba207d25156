"""The basic transforms: gradients, vector–Jacobian and Jacobian–vector products (floor 3).

Each runs the function once, on fresh nodes, and sweeps the recorded graph. A sweep inside a sweep is recorded like any
computation, so all of them nest, in any combination, to any order.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.describe import describe
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, DtypeError, GradientError
from tensorgraph.transforms.recorded import Function, Recorded, name_of, selected
from tensorgraph.transforms.trees import Tree

__all__ = ["grad", "jvp", "value_and_grad", "vjp"]


def value_and_grad(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False, *, holomorphic: bool = False
) -> Function:
    """The function that returns f's value together with its gradient: `(value, gradient)`.

    With `has_aux=True`, f returns `(value, aux)` and the result is `((value, aux), gradient)`. Else as `grad`.

    >>> import tensorgraph as tg
    >>> tg.value_and_grad(lambda x: x**3)(2.0)
    (tensor(8.), tensor(12.))
    """

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        chosen, primals = selected(f, args, kwargs, argnums, "grad")
        recorded = Recorded(chosen, primals, "grad", has_aux=has_aux)
        output = _scalar_output(recorded, holomorphic=holomorphic)
        gradients = recorded.pull(np.ones(output.shape, output.dtype))
        value = (output, recorded.aux) if has_aux else output
        return value, gradients[0] if isinstance(argnums, int) else gradients

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

    J is the Jacobian of f at the primals. The pullback may be called often; it takes a pytree like `out`, with zeros
    for what is an integer there. With `has_aux=True`, f returns `(out, aux)` and the result is `(out, pullback, aux)`.

    >>> import tensorgraph as tg
    >>> out, pullback = tg.vjp(lambda x, y: x * y, 2.0, 5.0)
    >>> pullback(1.0)
    (tensor(5.), tensor(2.))
    """
    recorded = Recorded(f, primals, "vjp", has_aux=has_aux)

    def pullback(cotangent: Tree) -> Any:
        """Jᵀc: one cotangent for each primal."""
        return recorded.pull(cotangent)

    return (recorded.out, pullback, recorded.aux) if has_aux else (recorded.out, pullback)


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
    recorded = Recorded(f, tuple(primals), "jvp", has_aux=has_aux)
    pushed = recorded.push(tuple(tangents))
    return (recorded.out, pushed, recorded.aux) if has_aux else (recorded.out, pushed)


def _scalar_output(recorded: Recorded, *, holomorphic: bool) -> Tensor:
    f, name = name_of(recorded.f), recorded.name
    if not isinstance(recorded.out, Tensor):
        got = type(recorded.out).__name__
        message = f"{name}: {f} must return one scalar, got a {got}; use has_aux=True for more"
        raise GradientError(message)
    output = recorded.out
    if output.size != 1:
        message = f"{name}: {f} must return a scalar, got {describe(output)}; reduce it, or use tg.vjp or tg.jacobian"
        raise GradientError(message)
    if output.dtype.kind != ("c" if holomorphic else "f"):
        hints = {"c": "; use holomorphic=True, or a real part", "f": "; leave out holomorphic=True"}
        hint = hints.get(output.dtype.kind, "; it is constant")
        wanted = "complex" if holomorphic else "real floating"
        message = f"{name}: {f} must return a {wanted} scalar, got {describe(output)}{hint}"
        raise DtypeError(message)
    return output
