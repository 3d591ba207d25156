"""`tg.custom_op`: a user's own card, declared in the same families as ours (floor 3).

    @tg.custom_op.elementwise(partials=(lambda z, x: 1 / tg.cosh(x) ** 2,))
    def my_tanh(x, /):
        return np.tanh(x)

The decorated function becomes the op's public function. Its rules may be written with `tg` functions, NumPy functions
and operators; so they serve every order. `tg.testing.check_op(my_tanh)` checks all that the card claims in one call.
"""

from __future__ import annotations

import functools
import keyword
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from tensorgraph.core import families
from tensorgraph.core.batch import Batch
from tensorgraph.core.batching import host
from tensorgraph.core.op import COMPOSITIONS, NUMPY, OPS, Op
from tensorgraph.core.symbol import Symbol
from tensorgraph.core.tensor import Tensor
from tensorgraph.errors import ArgumentError, CoercionError

__all__ = ["bilinear", "card", "constant", "elementwise", "linear", "primitive", "unregister"]

P = ParamSpec("P")
Rule = Callable[..., Any]
Decorator = Callable[[Callable[P, Any]], Callable[P, Tensor]]


def elementwise(*, partials: Sequence[Any], **facts: Any) -> Decorator[P]:
    """An op that works element by element, given ∂z/∂xᵢ for each operand.

    `partials[i]` is a number, None for an operand without gradient, or `rule(z, x, y, …, *static)`. The operands are
    the parameters before `/`; those after it are static. The local gradients are all that it takes: both modes, every
    order, broadcasting and `vmap` follow. `facts` are those of a card, all optional: `name`, `latex`, `formula` (the
    definition in SymPy's words), `domain`, `subgradient`, `analytic=False`, `cases`, and `numpy`, the NumPy function
    or ufunc for which it stands.

    >>> import numpy as np
    >>> import tensorgraph as tg
    >>> @tg.custom_op.elementwise(partials=(lambda z, x: z * (1 - z),))
    ... def squash(x, /):
    ...     return 1 / (1 + np.exp(-x))
    >>> tg.grad(squash)(0.0)
    tensor(0.25)
    """
    return _decorator(lambda **card: families.elementwise(partials=tuple(map(_partial, partials)), **card), facts)


def linear(*, transpose: Rule, **facts: Any) -> Decorator[P]:
    """An op linear in its one operand: `transpose(g, x, *static)` gives x̄ and may read x's shape and dtype, no value.

    With `variadic=True` the operand is a sequence of arrays, in all of which the op is linear together, and
    `transpose(g, xs, i, *static)` gives the cotangent of array i.

    >>> import numpy as np
    >>> import tensorgraph as tg
    >>> @tg.custom_op.linear(transpose=lambda g, x: g[::-1])
    ... def backwards(x, /):
    ...     return x[::-1]
    >>> tg.grad(lambda x: backwards(x)[0])(tg.tensor([1.0, 2.0]))
    tensor([0., 1.])
    """
    return _decorator(lambda **card: families.linear(transpose=_rule(transpose), **card), facts)


def bilinear(*, transposes: tuple[Rule, Rule], **facts: Any) -> Decorator[P]:
    """An op linear in each of its two operands: `transposes[i](g, x, y, *static)` gives the cotangent of operand i.

    >>> import numpy as np
    >>> import tensorgraph as tg
    >>> @tg.custom_op.bilinear(transposes=(lambda g, x, y: g * y, lambda g, x, y: (g * x).sum()))
    ... def scaled(x, y, /):
    ...     return x * y
    >>> tg.grad(lambda y: scaled(np.ones(3), y).sum())(2.0)
    tensor(3.)
    """
    first, second = map(_rule, transposes)
    return _decorator(lambda **card: families.bilinear(transposes=(first, second), **card), facts)


def primitive(*, vjps: Sequence[Rule | None], jvps: Sequence[Rule | None], **facts: Any) -> Decorator[P]:
    """An op with both rules written out: `vjps[i](g, z, *operands, *static)` and `jvps[i](dx, z, *operands, *static)`.

    None stands for an operand without gradient. With `variadic=True` there is one rule each:
    `vjps = (rule(g, z, xs, i, *static),)` and `jvps = (rule(dxs, z, xs, *static),)` with None for a missing tangent.

    >>> import numpy as np
    >>> import tensorgraph as tg
    >>> @tg.custom_op.primitive(
    ...     vjps=(lambda g, z, x: g * x / z,),
    ...     jvps=(lambda dx, z, x: (x * dx).sum() / z,),
    ... )
    ... def length(x, /):
    ...     return np.sqrt((x * x).sum())
    >>> tg.grad(length)(tg.tensor([3.0, 4.0]))
    tensor([0.6, 0.8])
    """
    given = [[None if rule is None else _rule(rule) for rule in rules] for rules in (vjps, jvps)]
    return _decorator(lambda **card: families.primitive(vjps=given[0], jvps=given[1], **card), facts)


def constant(**facts: Any) -> Decorator[P]:
    """An op without gradient by nature, as a count or a comparison is: recorded, so that it can be seen and replayed.

    >>> import numpy as np
    >>> import tensorgraph as tg
    >>> @tg.custom_op.constant()
    ... def positives(x, /):
    ...     return np.count_nonzero(x > 0)
    >>> positives(tg.tensor([1.0, -2.0]))
    tensor(1)
    """
    return _decorator(families.constant, facts)


def card(op: Callable[..., Any] | str) -> Op[Any]:
    """The card of a custom op, by its function or its name.

    Raises `ArgumentError` for anything else.
    """
    found = OPS.get(op) if isinstance(op, str) else getattr(op, "card", None)
    if not isinstance(found, Op) or not found.origin:
        known = ", ".join(o.name for o in OPS.values() if o.origin) or "there are none"
        message = f"custom_op: {getattr(op, '__name__', op)!r} is no custom op; the custom ops: {known}"
        raise ArgumentError(message)
    return found


def unregister(op: Callable[..., Any] | str) -> None:
    """Take a custom op out of the registry, so that its name is free; graphs that hold it go on working.

    >>> import tensorgraph as tg
    >>> @tg.custom_op.linear(transpose=lambda g, x: 2 * g)
    ... def twice(x, /):
    ...     return 2 * x
    >>> tg.custom_op.unregister(twice)
    >>> tg.grad(twice)(1.0)
    tensor(2.)
    """
    gone = card(op)
    if OPS.get(gone.name) is gone:
        del OPS[gone.name]
        for function in [f for f, ours in NUMPY.items() if ours is gone.function]:
            del NUMPY[function]


def _decorator(family: Callable[..., Any], facts: dict[str, Any]) -> Decorator[P]:
    def decorate(forward: Callable[P, Any]) -> Callable[P, Tensor]:
        given = dict(facts)
        name = given.pop("name", forward.__name__)
        origin = f"{forward.__module__}.{forward.__qualname__}"
        former = _check_name(name, origin)
        numpy = given.pop("numpy", None)
        for function in numpy if isinstance(numpy, tuple) else (numpy,):
            ours = NUMPY.get(function)
            if ours is not None and (former is None or ours is not former.function):
                message = f"custom_op {name}: np.{function.__name__} stands for tg.{ours.__name__} already"
                raise ArgumentError(message)
        lowered = _lowered(forward)
        lowered.__name__ = name
        make = family(**given, numpy=numpy, public=False, origin=origin)
        if former is not None:
            unregister(former.name)
        try:
            made: Op[P] = make(lowered)
        except TypeError as error:
            if isinstance(error, ArgumentError):
                raise
            message = (
                f"custom_op {name}: {error}; the facts of a card are named in the docs of tg.custom_op.elementwise"
            )
            raise ArgumentError(message) from error
        finally:
            if former is not None and name not in OPS:
                OPS[name] = former
                NUMPY.update(dict.fromkeys(former.numpy, former.function))
        made.function.card = made  # type: ignore[attr-defined]
        made.function.__module__ = forward.__module__
        return made.function

    return decorate


def _check_name(name: Any, origin: str) -> Op[Any] | None:
    """The op that a definition replaces: an earlier one from the same place, as when a notebook's cell runs again."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        message = (
            f"custom_op: a name is an identifier without a leading underscore, got {name!r}; write a def, or name="
        )
        raise ArgumentError(message)
    former = OPS.get(name)
    if name in COMPOSITIONS or (former is not None and not former.origin):
        message = f"custom_op: tg has an op named {name!r}; choose another name"
        raise ArgumentError(message)
    if former is not None and former.origin != origin:
        message = (
            f"custom_op: {former.origin} is registered as {name!r} already, and {origin} is another function; choose "
            f"another name, or free it by tg.custom_op.unregister({name!r})"
        )
        raise ArgumentError(message)
    return former


def _lowered(function: Callable[..., Any]) -> Callable[..., Any]:
    """A forward or rule that may have used `tg` functions: of ndarrays it gives an ndarray, as the sweeps expect."""

    @functools.wraps(function)
    def lowered(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        return result._data if type(result) is Tensor and not any(map(_is_live, args)) else result

    return lowered


def _is_live(x: Any) -> bool:
    if isinstance(x, list | tuple):
        return any(map(_is_live, x))
    return isinstance(x, Tensor | Symbol)


def _partial(partial: Any) -> Any:
    return _lowered(partial) if callable(partial) else partial


def _rule(rule: Rule) -> Rule:
    """A rule of arrays that may ask for values: of a batch of cotangents it is then asked for one after the other."""
    lowered = _lowered(rule)

    @functools.wraps(rule)
    def answered(*args: Any) -> Any:
        try:
            return lowered(*args)
        except CoercionError:
            if not any(type(x) is Batch for x in args):
                raise
            asked: Any = _Asked(lowered, args)
            return host(asked, tuple(x for x in args if type(x) is Batch), ())

    return answered


class _Asked:
    """A rule as the host of batches sees an op, with all arguments but the batches filled in."""

    name = "a rule of a custom op"
    variadic = False
    statics = ()
    batch = None

    def __init__(self, rule: Rule, args: tuple[Any, ...]) -> None:
        self.rule, self.args = rule, args

    def __call__(self, *batches: Any) -> Any:
        rest = iter(batches)
        return self.rule(*[next(rest) if type(x) is Batch else x for x in self.args])
