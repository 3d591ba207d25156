"""The notation of `einsum`: whatever way it is written, it becomes an explicit sum (floor 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.composition import composition
from tensorgraph.core.tensor import Tensor, as_array
from tensorgraph.errors import ArgumentError, DtypeError, ShapeError
from tensorgraph.ops import contraction
from tensorgraph.ops.keywords import refuse_out

__all__ = ["einsum"]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@composition(lift=0)
def einsum(
    *operands: Any,
    out: None = None,
    dtype: Any = None,
    order: str = "K",
    casting: Any = "safe",
    optimize: Any = False,
) -> Any:
    """Sum of products over indices, in Einstein's notation: `einsum("ij,jk->ik", a, b)` is z_ik = Σ_j a_ij b_jk.

    An index that the result lacks is summed over; without `->` the result has the indices that occur once, in
    alphabetical order. `...` stands for axes that broadcast; an index repeated in one operand reads its diagonal. The
    other way to write it alternates arrays and lists of integers: `einsum(a, [0, 1], b, [1, 2], [0, 2])`. The order of
    contraction is found for you, whatever `optimize` says; `order` has no effect on immutable tensors.

    Raises `ArgumentError` for subscripts that make no sense and `ShapeError` for lengths that disagree.

    >>> import tensorgraph as tg
    >>> tg.einsum("ij,kj->ik", tg.tensor([[1.0, 2.0]]), tg.tensor([[3.0, 4.0], [5.0, 6.0]]))
    tensor([[11., 17.]])
    """
    refuse_out("einsum", out)
    if order not in {"K", "A", "C", "F"}:
        message = f"einsum: expected order K, A, C or F, got {order!r}"
        raise ArgumentError(message)
    if not isinstance(optimize, bool | str | list | tuple):
        message = f"einsum: expected optimize to be a bool, 'greedy', 'optimal' or a path, got {optimize!r}"
        raise ArgumentError(message)
    text, arrays = _text(operands)
    xs = [x if isinstance(x, Tensor) else as_array(x) for x in arrays]
    if dtype is not None:
        xs = [_cast(x, np.dtype(dtype), casting) for x in xs]
    return contraction.einsum(xs, subscripts=explicit(text, [x.shape for x in xs]))


def _cast(x: Any, dtype: np.dtype[Any], casting: Any) -> Any:
    if not np.can_cast(x.dtype, dtype, casting):
        message = f"einsum: {x.dtype.name} to dtype={dtype.name} is forbidden by casting={casting!r}"
        raise DtypeError(message)
    return x if x.dtype == dtype else x.astype(dtype)


def _text(operands: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """The subscripts as a string, and the arrays."""
    if not operands:
        message = "einsum: expected subscripts and arrays, got nothing"
        raise ArgumentError(message)
    if isinstance(operands[0], str):
        return operands[0].replace(" ", ""), operands[1:]
    pairs = len(operands) // 2
    if not pairs:
        message = "einsum: expected subscripts as a string or a list of integers after each array"
        raise ArgumentError(message)
    labels = operands[1 : 2 * pairs : 2]
    result = operands[-1] if len(operands) % 2 else None
    numbers = sorted({n for term in (*labels, result or ()) for n in _numbers(term)})
    if len(numbers) > len(_LETTERS):
        message = f"einsum: at most {len(_LETTERS)} different indices"
        raise ArgumentError(message)
    letter = dict(zip(numbers, _LETTERS_BY_ORDER, strict=False))
    terms = [_term(t, letter) for t in labels]
    return ",".join(terms) + ("" if result is None else f"->{_term(result, letter)}"), operands[: 2 * pairs : 2]


_LETTERS_BY_ORDER = "".join(sorted(_LETTERS))


def _numbers(term: Any) -> list[int]:
    if isinstance(term, str) or not hasattr(term, "__iter__"):
        message = f"einsum: expected a list of integers after each array, got {term!r}"
        raise ArgumentError(message)
    try:
        return [int(n.__index__()) for n in term if n is not Ellipsis]
    except AttributeError:
        message = f"einsum: an index is an integer or ..., got {list(term)!r}"
        raise ArgumentError(message) from None


def _term(term: Any, letter: dict[int, str]) -> str:
    return "".join("..." if n is Ellipsis else letter[int(n)] for n in term)


def explicit(text: str, shapes: Sequence[tuple[int, ...]]) -> str:
    """Subscripts without `...` and with a result, for arrays of these shapes.

    >>> explicit("...ij,...jk", [(5, 2, 3), (3, 4)])
    'aij,jk->aik'
    """
    inputs, arrow, result = text.partition("->")
    terms = inputs.split(",")
    _check_letters(text, terms, result, len(shapes))
    widths = [_dotted(text, term, shape) for term, shape in zip(terms, shapes, strict=True)]
    widest = max(widths, default=0)
    free = [label for label in _LETTERS if label not in text]
    if widest > len(free):
        message = f"einsum: at most {len(_LETTERS)} different indices, those of ... included"
        raise ArgumentError(message)
    dots = "".join(free[:widest])
    terms = [t.replace("...", dots[widest - w :]) for t, w in zip(terms, widths, strict=True)]
    if not arrow:
        named = "".join(terms)
        result = dots + "".join(sorted(x for x in set(named) - set(dots) if named.count(x) == 1))
    elif dots and "..." not in result:
        message = f"einsum: the operands of {text!r} have axes under ..., so the result must name ... as well"
        raise ArgumentError(message)
    result = result.replace("...", dots)
    if len(set(result)) != len(result) or not set(result) <= set("".join(terms)):
        message = f"einsum: the result {result!r} of {text!r} names an index twice or one that no operand has"
        raise ArgumentError(message)
    _check_lengths(text, terms, shapes)
    return f"{','.join(terms)}->{result}"


def _check_letters(text: str, terms: Sequence[str], result: str, count: int) -> None:
    if len(terms) != count:
        message = f"einsum: {text!r} names {len(terms)} operands, got {count}"
        raise ArgumentError(message)
    for term in (*terms, result):
        if any(label not in _LETTERS for label in term.replace("...", "", 1)):
            message = f"einsum: an index is a letter or ..., once in a term; got {term!r} in {text!r}"
            raise ArgumentError(message)


def _dotted(text: str, term: str, shape: tuple[int, ...]) -> int:
    """How many axes `...` stands for in a term."""
    width = len(shape) - len(term.replace("...", ""))
    if width < 0 or (width and "..." not in term):
        message = f"einsum: {term!r} in {text!r} does not fit an array of shape {shape}"
        raise ShapeError(message)
    return width


def _check_lengths(text: str, terms: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> None:
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for label, n in zip(term, shape, strict=True):
            if n not in {1, known := sizes.get(label, 1)} and known != 1:
                message = f"einsum: index {label!r} of {text!r} has length {known} in one operand and {n} in another"
                raise ShapeError(message)
            sizes[label] = max(n, known) if n != 0 and known != 0 else 0
