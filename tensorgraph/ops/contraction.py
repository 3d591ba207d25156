"""Card: the sum over indices that `einsum` writes down, in its explicit form (floor 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.core.families import primitive
from tensorgraph.core.op import case
from tensorgraph.ops import batched
from tensorgraph.ops.layout import reshape

__all__ = ["einsum"]

_WORTH_PLANNING = 1 << 13
"""From this many products on, to plan the contraction and call BLAS is cheaper than one plain loop."""

_HALF = np.dtype(np.float16)
_SINGLE = np.dtype(np.float32)


def _vjp(g: Any, z: Any, xs: Sequence[Any], i: int, subscripts: str) -> Any:  # noqa: ARG001 - linear in each operand
    """einsum of g and the other operands; what only operand i names is spread, what it repeats goes to the diagonal."""
    terms, result = _terms(subscripts)
    mine = terms[i]
    shape = xs[i].shape
    others = [(t, x) for j, (t, x) in enumerate(zip(terms, xs, strict=True)) if j != i]
    elsewhere = set(result).union(*(t for t, _ in others))
    once = "".join(dict.fromkeys(mine))
    known = "".join(label for label in once if label in elsewhere)
    body = einsum([g, *(x for _, x in others)], subscripts=f"{','.join([result, *(t for t, _ in others)])}->{known}")
    if once == mine:
        sizes = dict(zip(known, body.shape, strict=True))
        return reshape(body, shape=tuple(sizes.get(label, 1) for label in mine)) if known != mine else body
    # x̄_iij… = body_i… δ_ij: a further occurrence of an index gets a fresh letter, tied to the first by an identity.
    fresh = iter(label for label in _LETTERS if label not in mine)
    names, ties, sizes = [], [], dict(zip(known, body.shape, strict=True))
    for place, label in enumerate(mine):
        if label in mine[:place]:
            names.append(next(fresh))
            ties.append((f"{label}{names[-1]}", np.eye(shape[place], dtype=body.dtype)))
        else:
            names.append(label)
    tied = {t[0] for t, _ in ties}
    # A first occurrence that nothing else names has no operand to come from: leave it out, then spread it.
    present = [n for place, n in enumerate(names) if n in known or n in tied or mine[place] in mine[:place]]
    full = einsum(
        [body, *(e for _, e in ties)], subscripts=f"{','.join([known, *(t for t, _ in ties)])}->{''.join(present)}"
    )
    lengths = dict(zip(present, full.shape, strict=True))
    return reshape(full, shape=tuple(lengths.get(n, 1) for n in names))


def _jvp(dxs: Sequence[Any], z: Any, xs: Sequence[Any], subscripts: str) -> Any:  # noqa: ARG001
    total: Any = None
    for i, dx in enumerate(dxs):
        if dx is not None:
            term = einsum([*xs[:i], dx, *xs[i + 1 :]], subscripts=subscripts)
            total = term if total is None else total + term
    return total


def _terms(subscripts: str) -> tuple[list[str], str]:
    inputs, _, result = subscripts.partition("->")
    return inputs.split(","), result


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@primitive(
    batch=batched.einsum,
    variadic=True,
    public=False,
    numpy=(),
    vjps=(_vjp,),
    jvps=(_jvp,),
    cases=(
        case([(2, 3), (3, 4)], subscripts="ij,jk->ik"),
        case([(2, 3)], subscripts="ij->ji"),
        case([(2, 3)], subscripts="ij->"),
        case([(3, 3)], subscripts="ii->i"),
        case([(3, 3)], subscripts="ii->"),
        case([(2, 2, 3, 2)], subscripts="iiji->j"),
        case([(3, 3), (3,)], subscripts="ii,i->i"),
        case([(2, 3), (3, 4), (4, 2)], subscripts="ij,jk,ki->"),
        case([(5, 2, 3), (5, 3, 4)], subscripts="bij,bjk->bik"),
        case([(2, 3), (4, 5)], subscripts="ij,kl->il"),
        case([(1, 3), (2, 3)], subscripts="ij,ij->ij"),
        case([(), (3,)], subscripts=",i->i"),
        case([(0, 2), (2, 3)], subscripts="ij,jk->ik"),
    ),
)
def einsum(xs: Sequence[Any], /, subscripts: str) -> Any:
    """Σ of products of the operands over the indices that the result lacks: the explicit form of `tg.einsum`."""
    arrays = [np.asarray(x) for x in xs]
    if any(x.dtype == _HALF for x in arrays):
        held = np.result_type(*arrays)
        if held == _HALF:
            return einsum.forward([x.astype(_SINGLE) for x in arrays], subscripts).astype(_HALF)
    if len(arrays) > 1:
        sizes: dict[str, int] = {}
        for term, x in zip(_terms(subscripts)[0], arrays, strict=True):
            for label, n in zip(term, x.shape, strict=True):
                sizes[label] = n if sizes.get(label, 1) == 1 else sizes[label]
        if np.prod(list(sizes.values()), dtype=np.float64) > _WORTH_PLANNING:
            return np.einsum(subscripts, *arrays, optimize=True)
    return np.einsum(subscripts, *arrays)
