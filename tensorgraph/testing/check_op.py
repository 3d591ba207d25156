"""`tg.testing.check_op`: all that a card claims, checked in one call. Imports core and transforms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tensorgraph.core.op import OPS, Op
from tensorgraph.errors import ArgumentError, GradientCheckError
from tensorgraph.testing.calls import Call, call_of, cases_of
from tensorgraph.testing.check import check_grads
from tensorgraph.testing.ladder import Verdict
from tensorgraph.testing.report import Finding, GradientReport
from tensorgraph.transforms.gradients import vjp
from tensorgraph.transforms.vectorise import vmap

__all__ = ["check_op"]

EXAMPLES = 3


def check_op(
    op: Callable[..., Any] | str, *operands: Any, derivatives: int = 2, seed: int = 0, **static: Any
) -> GradientReport:
    """Check a card, of a custom op or of ours: its gradients, its family's promise, its precision and its batches.

    With `operands` (arrays; of a variadic op the sequence) and static parameters, the op is checked on these;
    without, on the `cases` of its card or, if it is elementwise, on shapes that broadcast, with values inside its
    `domain`. What is compared:

    - the rules with finite differences and with each other, as `check_grads` does, up to the order `derivatives`;
    - an elementwise op with itself on single elements; a linear or bilinear one with sums of its values;
    - the dtype of the value for single-precision operands;
    - a batch of examples under `vmap`, and a batch of cotangents, with one after the other.

    Returns the report. Raises `GradientCheckError` at the first thing that is wrong, `GradientCheckInconclusive` where
    nothing can be decided, and `ArgumentError` if there is nothing to check the op on.

    >>> import tensorgraph as tg
    >>> @tg.custom_op.elementwise(partials=(lambda z, x: 3 * x**2,))
    ... def cubed(x, /):
    ...     return x**3
    >>> tg.testing.check_op(cubed).verdict
    <Verdict.PASS: 'pass'>
    """
    card = _card(op)
    rng = np.random.default_rng(seed)
    findings: list[Finding] = []
    for call in _calls(card, operands, static, rng):
        if call.free and card.differentiable:
            findings += check_grads(_named(call), tuple(call.values), derivatives, seed=seed).findings
        findings += [_agreed(what, call, ours, theirs) for what, ours, theirs in _promises(call, rng)]
    return GradientReport(tuple(findings))


def _named(call: Call) -> Callable[..., Any]:
    """The call as a function that errors name after the op."""

    def function(*values: Any) -> Any:
        return call.function(*values)

    function.__name__ = call.op.name
    return function


def _card(op: Callable[..., Any] | str) -> Op[Any]:
    if isinstance(op, Op):
        return op
    found = OPS.get(op) if isinstance(op, str) else getattr(op, "card", None)
    found = found or next((known for known in OPS.values() if known.function is op), None)
    if found is None:
        message = f"check_op: expected an op with a card, or its name, got {op!r}; of other functions use check_grads"
        raise ArgumentError(message)
    return found


def _calls(card: Op[Any], operands: Sequence[Any], static: dict[str, Any], rng: np.random.Generator) -> Iterator[Call]:
    if operands:
        arrays = tuple(np.asarray(x) for x in (operands[0] if card.variadic else operands))
        smooth = [card.variadic or rule is not None for rule in (card.vjps * len(arrays))[: len(arrays)]]
        free = tuple(i for i, x in enumerate(arrays) if x.dtype.kind in "fc" and smooth[i])
        yield Call(card, arrays, static, free)
        return
    for case in cases_of(card):
        yield call_of(card, case, rng)


def _promises(call: Call, rng: np.random.Generator) -> Iterator[tuple[str, Any, Any]]:
    """Pairs of values that must agree: what is compared, as it is, as it should be."""
    op, xs = call.op, call.values
    z = _value(call, xs)
    if op.family == "elementwise":
        spread = np.broadcast_arrays(*call.operands)
        for i in list(np.ndindex(z.shape))[:8]:
            single = Call(op, tuple(x[i] for x in spread), call.static, call.free)
            yield "elementwise: each element alone", z[i], _value(single, single.values)
    if op.family in {"linear", "bilinear"}:
        # Jointly linear in all operands of a sequence, in one operand after the other of a bilinear op.
        for moved in [[k] for k in range(len(xs))] if op.family == "bilinear" else [range(len(xs))]:
            others = [rng.normal(size=x.shape).astype(x.dtype) if i in moved else x for i, x in enumerate(xs)]
            pairs = enumerate(zip(xs, others, strict=True))
            both = [2.5 * x - 1.5 * y if i in moved else x for i, (x, y) in pairs]
            expected = 2.5 * z - 1.5 * _value(call, others)
            yield f"{op.family}: a sum of operands gives the sum of values", _value(call, both), expected
    if "dtype" not in call.static and z.dtype == np.float64 and xs and all(x.dtype == np.float64 for x in xs):
        single_precision = _value(call, [x.astype(np.float32) for x in xs])
        yield "single precision stays single", single_precision.dtype.itemsize, 4
    if xs:
        examples = [[x * (1.0 + 1e-3 * k) for x in xs] for k in range(EXAMPLES)]
        together = vmap(call.function)(*map(np.stack, zip(*examples, strict=True))).numpy()
        yield "vmap: a batch is its examples", together, np.stack([_value(call, one) for one in examples])
        if op.differentiable and z.dtype.kind in "fc":
            _, back = vjp(call.function, *xs)
            ws = rng.normal(size=(EXAMPLES, *z.shape)).astype(z.dtype)
            rows = [back(w) for w in ws]
            for g, *singles in zip(vmap(back)(ws), *rows, strict=True):
                yield "a batch of cotangents is its rows", g.numpy(), np.stack([s.numpy() for s in singles])


def _value(call: Call, xs: Sequence[Any]) -> Any:
    with np.errstate(all="ignore"):
        return call.function(*xs).numpy()


def _agreed(what: str, call: Call, ours: Any, theirs: Any) -> Finding:
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    same = ours.shape == theirs.shape
    scale = float(np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)) if theirs.size else 0.0
    tolerance = 1e-10 * scale
    if not same or not np.allclose(ours, theirs, rtol=1e-10, atol=tolerance, equal_nan=True):
        message = f"{call.op.name} is wrong: {what}\n  {call}\n  found    {_told(ours)}\n  expected {_told(theirs)}"
        raise GradientCheckError(message)
    gap = float(np.nanmax(np.abs(ours - theirs), initial=0.0)) if ours.dtype != np.bool_ else 0.0
    return Finding(what, "", Verdict.PASS, gap, 0.0, tolerance, "both sides agree")


def _told(x: np.ndarray[Any, Any]) -> str:
    text = np.array2string(x, threshold=8, precision=6).replace("\n", "")
    return f"{x.dtype}{list(x.shape)} {text}"
