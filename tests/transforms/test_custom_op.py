"""custom_op: every family, rules in any words, any order and transform; names, re-runs and what is refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import NUMPY, OPS
from tensorgraph.core.symbol import Symbol

X = np.array([0.5, -1.25, 2.0])
PASS = tg.testing.Verdict.PASS


def forget() -> None:
    """Take out what a test has registered, or the examples of docstrings before it."""
    for op in [op for op in OPS.values() if op.origin]:
        tg.custom_op.unregister(op.name)


@pytest.fixture(autouse=True)
def nothing_left_in_the_registry() -> Iterator[None]:
    forget()
    before = dict(OPS), dict(NUMPY)
    yield
    forget()
    assert (dict(OPS), dict(NUMPY)) == before


def test_elementwise_in_the_words_of_tg_numpy_and_operators() -> None:
    made = []
    for partial in (
        lambda z, x, beta: tg.sigmoid(beta * x) + beta * x * tg.sigmoid(beta * x) * (1 - tg.sigmoid(beta * x)),
        lambda z, x, beta: (1 + np.exp(-beta * x) * (1 + beta * x)) / (1 + np.exp(-beta * x)) ** 2,
        lambda z, x, beta: OPS["sigmoid"](beta * x) * (1 + beta * x - beta * z),
    ):

        @tg.custom_op.elementwise(partials=(partial,), name=f"swish{len(made)}", latex=r"{x} \sigma({x})")
        def swish(x: Any, /, beta: float = 1.0) -> Any:
            """x σ(βx)."""
            return x / (1 + np.exp(-beta * x))

        made.append(swish)
        assert tg.testing.check_op(swish).verdict is PASS
        assert tg.testing.check_op(swish, X, beta=2.0).verdict is PASS
        assert swish.__doc__ == "x σ(βx)."
        assert type(swish(X)) is tg.Tensor
        assert swish(tg.tensor(X, dtype=np.float32)).dtype == np.float32
    for a, b in itertools.pairwise(made):
        np.testing.assert_allclose(
            tg.hessian(lambda x: a(x).sum())(X).numpy(), tg.hessian(lambda x: b(x).sum())(X).numpy()
        )
    x = tg.tensor(X, requires_grad=True)
    made[0](x, beta=0.5).sum().backward()
    assert x.grad is not None
    # A partial in any words gives a formula, when it is asked by a Symbol.
    assert "swish" not in repr(tg.custom_op.card(made[0]).partials[0](Symbol("z"), Symbol("x"), 1.0))


def test_linear_bilinear_primitive_variadic_constant() -> None:
    @tg.custom_op.linear(transpose=lambda g, x, k: np.roll(g, -k))
    def turned(x: Any, /, k: int = 1) -> Any:
        return np.roll(x, k)

    @tg.custom_op.bilinear(transposes=(lambda g, x, y: g @ y.T, lambda g, x, y: x.T @ g))
    def times(x: Any, y: Any, /) -> Any:
        return x @ y

    @tg.custom_op.linear(variadic=True, transpose=lambda g, xs, i: g * (i + 1.0))
    def weighted(xs: Any, /) -> Any:
        return sum((i + 1.0) * x for i, x in enumerate(xs))

    @tg.custom_op.primitive(
        vjps=(lambda g, z, x: g * np.where(x == np.max(x), 1.0, 0.0),),
        jvps=(lambda dx, z, x: (dx * np.where(x == np.max(x), 1.0, 0.0)).sum(),),
    )
    def top(x: Any, /) -> Any:
        return x.max()

    @tg.custom_op.constant()
    def positives(x: Any, /) -> Any:
        return np.count_nonzero(x > 0)

    rng = np.random.default_rng(0)
    assert tg.testing.check_op(turned, X, k=2).verdict is PASS
    assert tg.testing.check_op(times, rng.normal(size=(2, 3)), rng.normal(size=(3, 4))).verdict is PASS
    assert tg.testing.check_op(weighted, [X, X + 1, X**2]).verdict is PASS
    assert tg.testing.check_op(top, X).verdict is PASS
    assert tg.testing.check_op(positives, X).verdict is PASS
    np.testing.assert_allclose(
        tg.jacobian(lambda x: times(x, np.ones((3, 2))))(rng.normal(size=(2, 3))).shape, (2, 2, 2, 3)
    )
    assert [tuple(g.tolist()) for g in tg.grad(lambda *xs: weighted(xs).sum(), (0, 1))(X, X)] == [
        (1.0,) * 3,
        (2.0,) * 3,
    ]
    assert not positives(tg.tensor(X, requires_grad=True)).requires_grad


def test_rules_that_leave_the_graph_serve_first_order_and_jacobians() -> None:
    """SciPy and the like see arrays only: a batch of cotangents is then given to them one after the other."""
    asked: list[tuple[int, ...]] = []

    def back(g: Any, z: Any, x: Any) -> Any:
        g = np.asarray(g)
        asked.append(g.shape)
        return g * 2 * x

    @tg.custom_op.primitive(vjps=(back,), jvps=(lambda dx, z, x: np.asarray(dx) * 2 * x,))
    def squared(x: Any, /) -> Any:
        return x * x

    for mode in ("forward", "reverse"):
        assert tg.jacobian(squared, mode=mode)(X).tolist() == np.diag(2 * X).tolist()
    assert asked == [(3,)] * 3
    assert tg.testing.check_op(squared, X, derivatives=1).verdict is PASS
    with pytest.raises(tg.errors.CoercionError, match="would cut the gradient"):
        tg.hessian(lambda x: (squared(x) ** 2).sum())(X)


def test_numpy_functions_stand_for_it() -> None:
    @tg.custom_op.elementwise(partials=(0,), numpy=np.spacing)
    def spacing(x: Any, /) -> Any:
        return np.spacing(x)

    assert type(np.spacing(tg.tensor(X))) is tg.Tensor
    tg.custom_op.unregister(spacing)
    with pytest.raises(tg.errors.ArgumentError, match=r"np\.spacing has no differentiable"):
        np.spacing(tg.tensor(X))

    @tg.custom_op.elementwise(partials=(0,))
    def spacing(x: Any, /) -> Any:  # the namesake is not taken without being asked for
        return np.spacing(x)

    with pytest.raises(tg.errors.ArgumentError, match=r"np\.spacing has no differentiable"):
        np.spacing(tg.tensor(X))
    with pytest.raises(tg.errors.ArgumentError, match=r"np\.sin stands for tg\.sin already"):
        tg.custom_op.elementwise(partials=(0,), numpy=np.sin, name="other")(lambda x, /: x)


def cell(factor: float, **facts: Any) -> Any:
    """A notebook's cell that is run again with a change in it."""

    @tg.custom_op.linear(transpose=lambda g, x: factor * g, **facts)
    def scaled(x: Any, /) -> Any:
        return factor * x

    return scaled


def test_a_cell_that_is_run_again_replaces_its_op() -> None:
    first = cell(2.0)
    x = tg.tensor(X, requires_grad=True)
    old = first(x).sum()
    second = cell(3.0)
    assert tg.custom_op.card("scaled") is tg.custom_op.card(second)
    assert tg.grad(second)(1.0).item() == 3.0
    # What was made before goes on with the card that it was made with.
    old.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [2.0] * 3
    assert tg.grad(first)(1.0).item() == 2.0
    # A definition that fails leaves the one before in place.
    with pytest.raises(tg.errors.ArgumentError, match="colour"):
        cell(4.0, colour="red")
    assert tg.custom_op.card("scaled") is tg.custom_op.card(second)


def test_another_function_of_the_same_name_is_refused_until_the_first_is_gone() -> None:
    first = cell(2.0)
    with pytest.raises(tg.errors.ArgumentError, match=r"cell\.<locals>\.scaled is registered.*unregister\('scaled'\)"):

        @tg.custom_op.linear(transpose=lambda g, x: g)
        def scaled(x: Any, /) -> Any:
            return x

    tg.custom_op.unregister(first)
    tg.custom_op.unregister(first)  # again: no harm
    assert "scaled" not in OPS

    @tg.custom_op.linear(transpose=lambda g, x: g, name="scaled")
    def other(x: Any, /) -> Any:
        return x

    assert tg.grad(other)(1.0).item() == 1.0


@pytest.mark.parametrize("name", ["sin", "einsum", "clip", "two words", "class", "_hidden", "", "3d", "x;import os"])
def test_names(name: str) -> None:
    with pytest.raises(tg.errors.ArgumentError, match="custom_op: (a name is an identifier|tg has an op named)"):
        tg.custom_op.constant(name=name)(lambda x, /: x)
    with pytest.raises(tg.errors.ArgumentError, match="<lambda>"):
        tg.custom_op.constant()(lambda x, /: x)


def test_errors_teach() -> None:
    for wrong in ("sin", "nothing", np.sin, tg.sin):
        with pytest.raises(tg.errors.ArgumentError, match="is no custom op; the custom ops: there are none"):
            tg.custom_op.unregister(wrong)
    with pytest.raises(tg.errors.ArgumentError, match="colour.*facts of a card"):

        @tg.custom_op.elementwise(partials=(1,), colour="red")
        def painted(x: Any, /) -> Any:
            return x


WRONG = {
    "a partial": (tg.custom_op.elementwise(partials=(lambda z, x: 2 * z / x * 1.0001,)), lambda x: x**2),
    "a partial that is no derivative of a partial": (
        tg.custom_op.elementwise(partials=(lambda z, x: tg.stop_gradient(2 * x),)),
        lambda x: x**2,
    ),
    "a transpose": (tg.custom_op.linear(transpose=lambda g, x: g), lambda x: x[::-1] * 1.0),
    "not linear": (tg.custom_op.linear(transpose=lambda g, x: g), lambda x: x + 1.0),
    "not elementwise": (tg.custom_op.elementwise(partials=(lambda z, x: 1.0,)), lambda x: x - x.mean()),
    "modes that disagree": (
        tg.custom_op.primitive(vjps=(lambda g, z, x: 2 * g,), jvps=(lambda dx, z, x: 3 * dx,)),
        lambda x: 2 * x,
    ),
    "precision": (
        tg.custom_op.elementwise(partials=(lambda z, x: 2 * x,)),
        lambda x: np.asarray(x, np.float64) ** 2,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_check_op_finds_what_is_wrong(name: str) -> None:
    decorator, forward = WRONG[name]

    def candidate(x: Any, /) -> Any:
        return forward(x)

    op = decorator(candidate)
    with pytest.raises(tg.errors.GradientCheckError, match="candidate"):
        tg.testing.check_op(op, X)


def test_check_op_of_our_own_cards() -> None:
    for name in ("tanh", "multiply", "sum", "matmul", "where", "concatenate", "argmax", "softmax"):
        assert tg.testing.check_op(name).verdict is PASS
    assert tg.testing.check_op(tg.cumsum, X, axis=0).verdict is PASS
    with pytest.raises(tg.errors.ArgumentError, match="use check_grads"):
        tg.testing.check_op(lambda x: x)

    @tg.custom_op.linear(transpose=lambda g, x: g)
    def same(x: Any, /) -> Any:
        return x * 1.0

    with pytest.raises(tg.errors.ArgumentError, match="needs cases="):
        tg.testing.check_op(same)
