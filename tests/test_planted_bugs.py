"""The checks can fail: each rule of each card is corrupted in the registry, and the check notices every time.

A corruption that changes nothing at the point (the swapped factors of a square, a term that is zero there) is no bug and
is left out; that enough is left is asserted at the end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tensorgraph.core import sweep
from tensorgraph.core.op import OPS, Case, Op
from tensorgraph.core.symbol import Symbol
from tensorgraph.testing import Verdict
from tensorgraph.testing.calls import Call, call_of, cases_of
from tensorgraph.testing.function import as_list_function
from tensorgraph.testing.level import Level
from tensorgraph.transforms import lifting

SLOW = {"betainc_derivative", "gammainc_derivative"}
"""Series, milliseconds for one value, and private: `betainc` and `gammainc` use them, and are here."""

BASES = {"complete_q", "full_svd"}
"""Bases of what a matrix leaves out, of which only the span is determined."""

SMOOTH = [name for name, op in OPS.items() if op.differentiable and not op.decreed and name not in SLOW | BASES]
Rule = Callable[..., Any]


@contextmanager
def corrupted(op: Op, **fields: Any) -> Iterator[None]:
    kept = {key: getattr(op, key) for key in fields}
    for key, value in fields.items():
        setattr(op, key, value)
    try:
        yield
    finally:
        for key, value in kept.items():
            setattr(op, key, value)


def with_rule(op: Op, i: int, rule: Rule) -> Any:
    return corrupted(op, vjps=(*op.vjps[:i], rule, *op.vjps[i + 1 :]))


def samples(op: Op) -> list[Call]:
    """The first case, and the first that broadcasts, with operands that are not empty."""
    rng = np.random.default_rng(0)
    whole = [case for case in cases_of(op) if all(np.all(np.array(s) > 0) for s in _shapes(case))]
    several = [case for case in whole if sum(map(np.prod, _shapes(case))) > 1] or whole
    stretched = [case for case in several if op.family == "elementwise" and len(set(case.shapes)) > 1]
    return [call_of(op, case, rng) for case in (several[:1] + stretched[:1])]


def _shapes(case: Case) -> list[tuple[int, ...]]:
    return [
        s.shape if isinstance(s, np.ndarray) else s
        for each in case.shapes
        for s in (each if isinstance(each, list) else [each])
    ]


def derivative(call: Call, mode: str) -> list[np.ndarray]:
    """All of Jᵀw or Jv for fixed w and v."""
    function, values = as_list_function(call.differentiable, call.values)
    rng = np.random.default_rng(1)
    if mode == "reverse":
        return function.pull(values, [rng.normal(size=z.shape) for z in function.run(values)])
    return function.push(values, [rng.normal(size=x.shape) for x in values])


def noticed(call: Call, mode: str) -> bool:
    """Whether the check of one mode fails, or the engine itself refuses what the rule gave."""
    function, values = as_list_function(call.differentiable, call.values)
    level = Level(function, values, (mode,), np.random.default_rng(2), directions=1, rtol=1e-7)
    try:
        level.check()
    except Exception:  # noqa: BLE001 - a rule that raises is noticed, whatever it raises
        return True
    return any(finding.verdict is Verdict.FAIL for finding in level.findings)


def is_bug(call: Call, mode: str, truth: list[np.ndarray]) -> bool:
    """Whether the corruption now in force changes the derivative at all."""
    try:
        found = derivative(call, mode)
    except Exception:  # noqa: BLE001 - as above
        return True
    return any(
        a.shape != b.shape or not np.allclose(a, b, rtol=1e-8, atol=1e-12) for a, b in zip(found, truth, strict=True)
    )


class Tally:
    planted = 0
    escaped: list[str] = []  # noqa: RUF012 - one list for the whole module


def plant(call: Call, mode: str, truth: list[np.ndarray], what: str) -> None:
    """With the corruption in force: count it, and note it if it escapes."""
    if is_bug(call, mode, truth):
        Tally.planted += 1
        if not noticed(call, mode):
            Tally.escaped.append(f"{call}: {what}")


def reverse_mutants(op: Op, rule: Rule) -> Iterator[tuple[str, Rule]]:
    """A reverse rule gone wrong, in each of the ways that such rules go wrong."""

    def unsummed(c: Any, like: Any) -> Any:
        """A broadcast undone by taking the first of the copies instead of their sum."""
        while np.ndim(c) > np.ndim(like):
            c = c[0]
        for axis, (n, m) in enumerate(zip(np.shape(c), np.shape(like), strict=True)):
            c = np.take(c, [0], axis) if m == 1 != n else c
        return c

    yield "negated", lambda *a: -rule(*a)
    yield "scaled by 1 + 1e-6", lambda *a: rule(*a) * (1 + 1e-6)
    yield "last element dropped", lambda *a: _without_last(rule(*a))
    if not op.variadic:
        if len(op.operands) > 1:
            yield "operands swapped", lambda g, z, operands, static: rule(g, z, operands[::-1], static)
        for i in range(len(op.operands)):
            yield (
                f"broadcast of {op.operands[i]} not undone",
                lambda g, z, operands, static, i=i: unsummed(rule(g, z, operands, static), operands[i]),
            )


def _without_last(c: Any) -> Any:
    changed = np.array(c)
    if changed.size:
        changed.flat[-1] = 0
    return changed


@pytest.mark.parametrize("name", SMOOTH)
def test_corrupted_reverse_rules(name):
    op = OPS[name]
    before = len(Tally.escaped)
    for call in samples(op):
        truth = derivative(call, "reverse")
        for i, rule in enumerate(op.vjps):
            if rule is None:
                continue
            for what, wrong in reverse_mutants(op, rule):
                if "broadcast" in what and op.operands[i] not in what:
                    continue
                with with_rule(op, i, wrong):
                    plant(call, "reverse", truth, f"reverse rule {i} {what}")
    assert Tally.escaped[before:] == []


@pytest.mark.parametrize("name", SMOOTH)
def test_corrupted_forward_rules(name):
    op = OPS[name]
    right = op.jvp

    def without(i: int) -> Rule:
        def jvp(dxs: Any, z: Any, operands: Any, static: Any) -> Any:
            kept = [None if k == i else dx for k, dx in enumerate(dxs)]
            return right(kept, z, operands, static) if any(dx is not None for dx in kept) else None

        return jvp

    mutants = [
        ("negated", lambda *a: -right(*a)),
        ("scaled by 1 + 1e-6", lambda *a: right(*a) * (1 + 1e-6)),
        ("last element dropped", lambda *a: _without_last(right(*a))),
        *((f"term {i} dropped", without(i)) for i in range(2 if op.variadic else len(op.operands))),
    ]
    if not op.variadic and len(op.operands) > 1:
        mutants.append(("operands swapped", lambda dxs, z, operands, static: right(dxs, z, operands[::-1], static)))
    before = len(Tally.escaped)
    for call in samples(op)[:1]:
        truth = derivative(call, "forward")
        for what, wrong in mutants:
            with corrupted(op, jvp=wrong):
                plant(call, "forward", truth, f"forward rule {what}")
    assert Tally.escaped[before:] == []


# Inside the rules: every term, factor and argument of every partial


def nodes_of(expression: Any) -> Iterator[Symbol]:
    stack = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, Symbol) and node.op is not None:
            yield node
            stack.extend(node.operands)


def evaluated(node: Any, values: dict[str, Any], wrong: Symbol | None, mutation: Callable[[list], Any]) -> Any:
    """The expression computed by the ops themselves, with one of its nodes replaced by what `mutation` makes of its operands."""
    if not isinstance(node, Symbol):
        return node
    if node.op is None:
        return values[node.name]
    operands = [evaluated(x, values, wrong, mutation) for x in node.operands]
    return mutation(operands) if node is wrong else node.op(*operands, **node.static)


def mutations_of(node: Symbol) -> Iterator[tuple[str, Callable[[list], Any]]]:
    op = node.op
    if op.name in {"add", "subtract", "multiply", "divide"}:
        yield f"{op.name}: second operand dropped", lambda xs: xs[0]
    if op.name in {"add", "subtract"}:
        yield f"{op.name}: first operand dropped", lambda xs: xs[1]
    if op.name == "negative":
        yield "sign dropped", lambda xs: xs[0]
    if op.name in {"subtract", "divide", "power", "greater", "less"}:
        yield f"{op.name}: operands swapped", lambda xs: op(*xs[::-1])
    if op.name == "square":
        yield "square dropped", lambda xs: xs[0]


@pytest.mark.parametrize(
    "name", [n for n in SMOOTH if OPS[n].family == "elementwise" and any(map(callable, OPS[n].partials))]
)
def test_corrupted_partials(name):
    op = OPS[name]
    call = samples(op)[0]
    truth = derivative(call, "reverse")
    before = len(Tally.escaped)
    symbols = [Symbol(x) for x in op.operands]
    for i, partial in enumerate(op.partials):
        if not callable(partial) or op.vjps[i] is None:
            continue
        try:
            expression = partial(Symbol("z"), *symbols, *call.static.values())
        except (TypeError, AttributeError):
            continue  # it looks at dtypes or values: the corruptions above cover it
        for node in nodes_of(expression):
            for what, mutation in mutations_of(node):

                def wrong(g: Any, z: Any, operands: Any, static: Any, *, e=expression, n=node, m=mutation) -> Any:
                    return g * evaluated(e, dict(zip(("z", *op.operands), (z, *operands), strict=True)), n, m)

                with with_rule(op, i, wrong), np.errstate(all="ignore"):
                    plant(call, "reverse", truth, f"∂/∂{op.operands[i]}: {what}")
    assert Tally.escaped[before:] == []


# The sweep


def test_a_sweep_that_forgets_to_undo_broadcasting(monkeypatch):
    right = sweep._fit

    def forgetful(c: Any, like: Any, *rest: Any) -> Any:
        c = np.asarray(c)
        while c.ndim > like.ndim:
            c = c[0]
        for axis, (n, m) in enumerate(zip(c.shape, like.shape, strict=True)):
            c = np.take(c, [0], axis) if m == 1 != n else c
        return right(c, like, *rest)

    for op in (OPS["add"], OPS["multiply"], OPS["power"], OPS["where"]):
        (call,) = (
            list(samples(op)[-1:]) if op.name != "where" else [call_of(op, cases_of(op)[1], np.random.default_rng(0))]
        )
        assert not noticed(call, "reverse")
        with monkeypatch.context() as patch:
            patch.setattr(sweep, right.__name__, forgetful)
            assert noticed(call, "reverse")


def test_a_sweep_that_forgets_to_add_up(monkeypatch):
    """At a tensor that is used twice, only the last use counts."""

    class Forgetful(dict):
        def get(self, key: Any, default: Any = None) -> Any:
            return None

    squared = SimpleNamespace(differentiable=lambda x: x * x, values=[np.array([0.5, 2.0])])
    assert not noticed(squared, "reverse")
    right = sweep.reverse
    with monkeypatch.context() as patch:
        patch.setattr(lifting, "reverse", lambda nodes, cotangents, **k: right(nodes, Forgetful(cotangents), **k))
        assert noticed(squared, "reverse")


def test_nothing_is_left_corrupted_and_enough_was_planted(request):
    if request.config.getoption("keyword") or request.config.getoption("lf", default=False):
        pytest.skip("only part of the module was run")
    assert Tally.planted > 5 * len(SMOOTH)
    for name in SMOOTH:
        assert not noticed(samples(OPS[name])[0], "reverse"), name
