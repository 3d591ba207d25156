"""The derivative of a function that works element by element, as a function of the same kind (floor 3)."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from tensorgraph.core.batch import Batch, array_of
from tensorgraph.core.describe import describe
from tensorgraph.core.recording import no_grad
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.errors import DtypeError, GradientError, ShapeError
from tensorgraph.transforms.recorded import Function, Recorded, name_of, selected

__all__ = ["elementwise_grad"]


def elementwise_grad(f: Function, argnum: int = 0) -> Function:
    """f′ of a function that works element by element: elementwise_grad(f)(x)[i] = ∂f(x)[i] / ∂x[i], of x's shape.

    One sweep for all elements, as each result depends on its own element alone. That is checked by a second sweep
    with random weights: a function that mixes elements has a Jacobian with more than a diagonal, and raises. For
    complex x, f is taken as holomorphic. Nests to any order.

    Raises `GradientError` if f mixes elements, `ShapeError` if its result has another shape than x.

    >>> import tensorgraph as tg
    >>> tg.elementwise_grad(tg.elementwise_grad(tg.sin))(tg.tensor([0.0, 1.5707963267948966]))
    tensor([-0., -1.])
    """

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Tensor:
        chosen, primals = selected(f, args, kwargs, argnum, "elementwise_grad")
        recorded = Recorded(chosen, primals, "elementwise_grad")
        z = _output(recorded)
        (slope,) = recorded.pull(wrap(np.ones(z.shape, z.dtype)))
        _check_diagonal(recorded, slope)
        return slope  # type: ignore[no-any-return]

    return differentiated


def _output(recorded: Recorded) -> Tensor:
    f = name_of(recorded.f)
    if not isinstance(recorded.out, Tensor) or len(recorded.region.sources) != 1:
        message = f"elementwise_grad: {f} must take one array to one array, not pytrees of several"
        raise GradientError(message)
    z, x = recorded.out, recorded.region.sources[0]
    if z.shape != recorded.argument_shape(0):
        message = f"elementwise_grad: {f} must keep the shape {recorded.argument_shape(0)}, got {describe(z)}"
        raise ShapeError(message)
    if z.dtype.kind != x.dtype.kind:
        message = f"elementwise_grad: {f} takes {x.dtype} to {z.dtype}; use tg.jacobian for a change of kind"
        raise DtypeError(message)
    return z


def _check_diagonal(recorded: Recorded, slope: Tensor) -> None:
    """Jᵀw = f′ ⊙ w for all w if J is diagonal, and for almost no w if it is not.

    The weights are powers of two, which scale every product and sum without rounding, so the two agree to the last bit.
    """
    z = recorded.out
    span = int(np.finfo(z.dtype).maxexp) // 8
    exponents = np.random.default_rng(0).permutation(z.size) % (2 * span + 1) - span
    w = np.ldexp(1.0, exponents).reshape(z.shape).astype(z.dtype)
    with no_grad():
        (weighted,) = recorded.pull(wrap(w))
        found, expected = _plain(weighted), _plain(slope.detach() * w)
    # Not to the very last: a sum may take another order, and what is next to 0 has lost digits.
    limits = np.finfo(z.dtype)
    close = np.isclose(
        found, expected, rtol=64 * float(limits.eps), atol=float(limits.tiny) * 2.0 ** (2 * span), equal_nan=True
    )
    if not (close | ~np.isfinite(found) | ~np.isfinite(expected)).all():
        message = (
            f"elementwise_grad: {name_of(recorded.f)} is not elementwise: a result depends on other elements than its "
            "own, so there is no one derivative per element; use tg.jacobian"
        )
        raise GradientError(message)


def _plain(t: Tensor) -> Any:
    array = array_of(t)
    return array.value if type(array) is Batch else array
