"""Products with matrices that are never written down: Hessian, Gauss–Newton, Jacobian again and again (floor 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tensorgraph.errors import ArgumentError
from tensorgraph.transforms.gradients import grad, jvp
from tensorgraph.transforms.recorded import Function, Recorded
from tensorgraph.transforms.trees import Tree

__all__ = ["gauss_newton_product", "hvp", "linearize"]


def hvp(f: Function, primals: Sequence[Tree], tangents: Sequence[Tree], has_aux: bool = False) -> Any:
    """The Hessian of a scalar function times a vector, H·t with H = ∂²f/∂x², for about the price of four values of f.

    Forward over reverse: a tangent is swept over the graph of the gradient, and H is never formed. `primals` and
    `tangents` are tuples with one item for each argument of f, as of `jvp`; so is the result, but of one argument it
    is its product itself. With `has_aux=True`, f returns `(value, aux)` and the result is `(product, aux)`.

    Raises `GradientError` if f returns no scalar.

    Source of the maths: B. Pearlmutter, *Fast exact multiplication by the Hessian* (1994).

    >>> import tensorgraph as tg
    >>> tg.hvp(lambda x: (x**3).sum(), (tg.tensor([1.0, 2.0]),), (tg.tensor([1.0, 10.0]),))
    tensor([  6., 120.])
    """
    _check_pairs("hvp", primals, tangents)
    gradient = grad(f, tuple(range(len(primals))), has_aux)
    _, product, *aux = jvp(gradient, primals, tangents, has_aux)
    product = product[0] if len(primals) == 1 else product
    return (product, *aux) if has_aux else product


def gauss_newton_product(
    f: Function, loss: Callable[[Any], Any] | None, primals: Sequence[Tree], tangents: Sequence[Tree]
) -> Any:
    """The Gauss–Newton matrix of loss∘f times a vector, G·t = Jᵀ H J t with J = ∂f/∂x and H = ∂²loss/∂f².

    G is what the Hessian of loss(f(x)) becomes when f is taken as linear; it is positive semidefinite for a convex
    loss. `loss` takes f's result to a scalar; None stands for ½ Σ |f|², whose H is the identity, so that G·t = JᵀJ t.
    `primals`, `tangents` and the result are as of `hvp`.

    Source of the maths: N. Schraudolph, *Fast curvature matrix-vector products* (2002).

    >>> import tensorgraph as tg
    >>> f, x, t = lambda x: x**2, tg.tensor([1.0, 2.0]), tg.tensor([1.0, 1.0])
    >>> tg.gauss_newton_product(f, lambda z: (z**2).sum(), (x,), (t,))
    tensor([ 8., 32.])
    """
    _check_pairs("gauss_newton_product", primals, tangents)
    recorded = Recorded(f, tuple(primals), "gauss_newton_product")
    along = recorded.push(tuple(tangents))
    product = recorded.pull(along if loss is None else hvp(loss, (recorded.out,), (along,)))
    return product[0] if len(primals) == 1 else product


def linearize(f: Function, *primals: Tree, has_aux: bool = False) -> Any:
    """f's value and its derivative as a function of tangents: `(out, pushforward)` with pushforward(t, …) = J·t.

    f runs once; the pushforward may be called often, with one tangent for each primal, and sweeps the same graph each
    time. With `has_aux=True`, f returns `(out, aux)` and the result is `(out, pushforward, aux)`.

    >>> import tensorgraph as tg
    >>> out, pushforward = tg.linearize(tg.sin, 0.0)
    >>> pushforward(1.0), pushforward(5.0)
    (tensor(1.), tensor(5.))
    """
    recorded = Recorded(f, primals, "linearize", has_aux=has_aux)

    def pushforward(*tangents: Tree) -> Any:
        """J·t: a tangent like f's result."""
        return recorded.push(tangents)

    return (recorded.out, pushforward, recorded.aux) if has_aux else (recorded.out, pushforward)


def _check_pairs(name: str, primals: Any, tangents: Any) -> None:
    if not isinstance(primals, list | tuple) or not isinstance(tangents, list | tuple) or not primals:
        message = f"{name}: primals and tangents are tuples, one item for each argument of f: tg.{name}(…, (x,), (dx,))"
        raise ArgumentError(message)
