"""jacobian and hessian: against rows, finite differences, SymPy, JAX and PyTorch; pytrees, modes, nesting, kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.testing.programs import random_program
from tensorgraph.transforms import jacobians

RNG = np.random.default_rng(0)
MODES = ("auto", "forward", "reverse")
W, X = RNG.normal(size=(3, 4)), RNG.normal(size=4)


def central(f: Any, x: np.ndarray, h: float = 1e-6) -> np.ndarray:
    """The Jacobian by central differences, of shape f(x).shape + x.shape."""
    columns = []
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        columns.append((f(tg.tensor(x + step)).numpy() - f(tg.tensor(x - step)).numpy()) / (2 * h))
    return np.stack(columns, -1).reshape(*columns[0].shape, *x.shape)


FUNCTIONS = {
    "layer": lambda x: tg.tanh(W @ x),
    "outer": lambda x: tg.outer(x, x)[1:],
    "scalar": lambda x: (x**3).sum(),
    "stack": lambda x: tg.stack([x, x * x]) * x.sum(),
    "sort": lambda x: tg.sort(x)[::-1] / x,
    "softmax": lambda x: tg.softmax(x) @ x,
    "choice": lambda x: tg.where(x > 0, x, tg.exp(x)),
    "scatter": lambda x: x.at[[0, 0, 2]].add(x[:3] ** 2),
    "unbatched zeros": lambda x: tg.zeros(3) * x.sum(),
    "one element": lambda x: tg.cumsum(x)[x.shape[0] // 2],
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_against_central_differences(name: str, mode: Any) -> None:
    f = FUNCTIONS[name]
    found = tg.jacobian(f, mode=mode)(X)
    assert found.shape == f(tg.tensor(X)).shape + X.shape
    np.testing.assert_allclose(found.numpy(), central(f, X), rtol=1e-6, atol=1e-8)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_random_programs_agree_in_all_modes_and_row_by_row(seed: int) -> None:
    program, xs = random_program(np.random.default_rng(seed), inputs=2, steps=6)

    def f(*args: Any) -> Any:
        return tg.grad(program, (0, 1))(*args)

    _, back = tg.vjp(f, *xs)
    shapes = [x.shape for x in xs]
    rows: list[list[list[np.ndarray]]] = []
    for k, shape in enumerate(shapes):
        unit = np.eye(int(np.prod(shape))).reshape(-1, *shape)
        cotangents = [tuple(u if j == k else np.zeros(s) for j, s in enumerate(shapes)) for u in unit]
        pulled = [back(c) for c in cotangents]
        rows.append([[p[j].numpy() for p in pulled] for j in range(2)])
    for mode in MODES:
        found = tg.jacobian(f, (0, 1), mode)(*xs)
        for k in range(2):
            for j in range(2):
                expected = np.array(rows[k][j]).reshape(shapes[k] + shapes[j])
                scale = np.abs(expected).max(initial=1.0)
                np.testing.assert_allclose(found[k][j].numpy(), expected, rtol=1e-10, atol=1e-12 * scale)


def test_against_sympy() -> None:
    a, b = sympy.symbols("a b")
    exact = sympy.Matrix([sympy.sin(a) * b, sympy.exp(a * b), a / (1 + b**2)])
    at = {a: 0.7, b: -1.3}
    f = lambda x: tg.stack([tg.sin(x[0]) * x[1], tg.exp(x[0] * x[1]), x[0] / (1 + x[1] ** 2)])  # noqa: E731
    x = np.array([0.7, -1.3])
    jacobian = np.array(exact.jacobian([a, b]).subs(at), dtype=float)
    for mode in MODES:
        np.testing.assert_allclose(tg.jacobian(f, mode=mode)(x).numpy(), jacobian, rtol=1e-14)
    total = sum(exact)
    hessian = np.array(sympy.hessian(total, [a, b]).subs(at), dtype=float)
    np.testing.assert_allclose(tg.hessian(lambda x: f(x).sum())(x).numpy(), hessian, rtol=1e-13)
    third = tg.jacobian(tg.hessian(lambda x: f(x).sum()))(x).numpy()
    for i, j, k in np.ndindex(2, 2, 2):
        s = [a, b]
        assert third[i, j, k] == pytest.approx(float(sympy.diff(total, s[i], s[j], s[k]).subs(at)), rel=1e-12)


@dataclass
class Layer:
    W: Any
    b: Any


def test_pytrees_in_and_out() -> None:
    def f(p: Any, x: Any) -> Any:
        z = tg.tanh(p.W @ x["x"] + p.b)
        return {"z": z, "pair": (z.sum(), x["x"] * 2.0), "none": None}

    p, x = Layer(W, RNG.normal(size=3)), {"x": X}
    for mode in MODES:
        J = tg.jacobian(f, (0, 1), mode)(p, x)
        assert J["none"] is None
        layer, other = J["z"]
        assert isinstance(layer, Layer)
        assert (layer.W.shape, layer.b.shape, other["x"].shape) == ((3, 3, 4), (3, 3), (3, 4))
        np.testing.assert_allclose(
            layer.W.numpy(), central(lambda w: f(Layer(w, p.b), x)["z"], W), rtol=1e-6, atol=1e-9
        )
        assert J["pair"][1][0].W.tolist() == np.zeros((4, 3, 4)).tolist()
        assert J["pair"][1][1]["x"].tolist() == (2 * np.eye(4)).tolist()
        np.testing.assert_allclose(J["pair"][0][1]["x"].numpy(), other["x"].numpy().sum(0), rtol=1e-13)
    H = tg.hessian(lambda p: (tg.tanh(p.W @ X + p.b) ** 2).sum())(p)
    assert (H.W.b.shape, H.b.W.shape) == ((3, 4, 3), (3, 3, 4))
    np.testing.assert_allclose(H.W.b.numpy(), np.moveaxis(H.b.W.numpy(), 0, -1), rtol=1e-12)


def test_a_module_is_a_pytree() -> None:
    model = tg.nn.MLP([4, 3, 2], rng=0)
    J = tg.jacobian(lambda m: m(X))(model)
    assert isinstance(J, tg.nn.MLP)
    assert sorted(t.shape for t in J.tensors()) == sorted([(2, 3, 4), (2, 3), (2, 2, 3), (2, 2)])


def test_aux_keywords_and_several_arguments() -> None:
    def f(x: Any, y: Any, scale: float = 1.0) -> Any:
        return x * y * scale, {"seen": x.shape}

    J, aux = tg.jacobian(f, 1, has_aux=True)(X, X, scale=3.0)
    assert aux == {"seen": (4,)}
    np.testing.assert_allclose(J.numpy(), 3 * np.diag(X))
    both = tg.jacobian(lambda x, y: x * y, (-1, 0))(X, 2 * X)
    np.testing.assert_allclose(both[0].numpy(), np.diag(X))
    np.testing.assert_allclose(both[1].numpy(), np.diag(2 * X))
    H, aux = tg.hessian(lambda x: ((x**3).sum(), "kept"), has_aux=True)(X)
    assert aux == "kept"
    np.testing.assert_allclose(H.numpy(), np.diag(6 * X))


def test_dtypes_are_the_arguments() -> None:
    for mode in MODES:
        assert tg.jacobian(lambda x: x.astype(np.float64) * 2, mode=mode)(X.astype(np.float32)).dtype == np.float32
        assert tg.jacobian(lambda x: x * np.ones(4), mode=mode)(X.astype(np.float16)).dtype == np.float16
        integer = tg.jacobian(lambda x: {"n": tg.argmax(x), "x": x}, mode=mode)(X)
        assert integer["n"].tolist() == [0.0] * 4
        assert integer["n"].dtype == np.float64


def test_scalars_and_empty_arrays() -> None:
    for mode in MODES:
        assert tg.jacobian(lambda x: x * x, mode=mode)(3.0).tolist() == 6.0
        assert tg.jacobian(lambda x: x[:0], mode=mode)(X).shape == (0, 4)
        assert tg.jacobian(lambda x: tg.ones(2) * x.sum(), mode=mode)(np.zeros((0, 3))).shape == (2, 0, 3)
        assert tg.jacobian(lambda x: 5.0, mode=mode)(X).tolist() == [0.0] * 4
        assert tg.jacobian(tg.stop_gradient, mode=mode)(X).tolist() == np.zeros((4, 4)).tolist()


@pytest.mark.parametrize("mode", MODES)
def test_complex_kinds(mode: Any) -> None:
    z = X[:2] + 1j * X[2:]
    J = tg.jacobian(lambda z: z**2 * z[::-1], mode=mode, holomorphic=True)(z)
    h = 1e-6
    for k in range(2):
        step = h * np.eye(2)[k]
        f = lambda z: z**2 * z[::-1]  # noqa: E731
        np.testing.assert_allclose(J.numpy()[:, k], (f(z + step) - f(z - step)) / (2 * h), rtol=1e-7)
    real_to_complex = tg.jacobian(lambda x: tg.exp(x * 1j) * x[::-1], mode=mode)(X).numpy()
    expected = np.diag(1j * np.exp(1j * X) * X[::-1]) + np.fliplr(np.diag(np.exp(1j * X)))
    np.testing.assert_allclose(real_to_complex, expected, rtol=1e-13, atol=1e-14)
    to_real = lambda z: (tg.abs(z) ** 2 * tg.real(z[::-1])).sum()  # noqa: E731
    np.testing.assert_allclose(tg.jacobian(to_real, mode=mode)(z).numpy(), tg.grad(to_real)(z).numpy(), rtol=1e-12)
    with pytest.raises(tg.errors.DtypeError, match="holomorphic=True"):
        tg.jacobian(lambda z: z * 2, mode=mode)(z)
    with pytest.raises(tg.errors.DtypeError, match="complex arguments to complex results"):
        tg.jacobian(lambda x: x * 2, mode=mode, holomorphic=True)(X)


def test_nesting_with_every_transform() -> None:
    f = lambda x: tg.tanh(W @ x) * (x * x).sum()  # noqa: E731
    expected = central(tg.jacobian(f), X)
    for outer in MODES:
        for inner in MODES:
            found = tg.jacobian(tg.jacobian(f, mode=inner), mode=outer)(X)
            np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6, atol=1e-8)
    loss = lambda x: (tg.jacobian(f)(x) ** 2).sum()  # noqa: E731
    np.testing.assert_allclose(tg.grad(loss)(X).numpy(), central(loss, X), rtol=1e-6)
    _, along = tg.jvp(tg.jacobian(f), (X,), (X,))
    np.testing.assert_allclose(along.numpy(), expected @ X, rtol=1e-6)
    w = tg.tensor(W, requires_grad=True)
    (tg.jacobian(lambda x: tg.tanh(w @ x))(X) ** 2).sum().backward()
    assert w.grad is not None
    numeric = central(lambda w: (tg.jacobian(lambda x: tg.tanh(w @ x))(X) ** 2).sum(), W)
    np.testing.assert_allclose(w.grad.numpy(), numeric, rtol=1e-6, atol=1e-8)
    many = RNG.normal(size=(5, 4))
    found = tg.vmap(tg.jacobian(f))(many).numpy()
    np.testing.assert_allclose(found, np.stack([tg.jacobian(f)(x).numpy() for x in many]), rtol=1e-12)
    rows = tg.jacobian(tg.vmap(f))(many).numpy()
    assert rows.shape == (5, 3, 5, 4)
    np.testing.assert_allclose(rows[2, :, 2], found[2], rtol=1e-12)
    assert not rows[2, :, 3].any()


def test_large_jacobians_take_several_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    f = lambda x: {"a": tg.outer(x, x), "b": x.sum(), "c": tg.tanh(W @ x)}  # noqa: E731
    whole = {mode: tg.jacobian(f, mode=mode)(X) for mode in MODES}
    for width in (1, 8 * 7, 8 * 16 * 3):
        monkeypatch.setattr(jacobians, "WIDTH", width)
        for mode in MODES:
            parts = tg.jacobian(f, mode=mode)(X)
            for name in "abc":
                assert parts[name].tolist() == whole[mode][name].tolist()


def test_one_sweep_not_one_for_each_row() -> None:
    """The function is called once, and its rules too: twice as many rows are no more calls of rules."""
    calls = []

    @tg.custom_op.primitive(
        vjps=(lambda g, z, x: calls.append("reverse") or 2 * g,),
        jvps=(lambda dx, z, x: calls.append("forward") or 2 * dx,),
    )
    def doubled(x: Any, /) -> Any:
        calls.append("value")
        return 2 * x

    try:
        for n in (3, 30):
            for mode, rule in (("reverse", "reverse"), ("forward", "forward")):
                calls.clear()
                found = tg.jacobian(doubled, mode=mode)(np.ones(n))
                assert found.tolist() == (2 * np.eye(n)).tolist()
                assert calls == ["value", rule]
    finally:
        tg.custom_op.unregister(doubled)


def test_hooks_see_all_rows_together() -> None:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        y = tg.sin(x)
        y.register_hook(lambda g: (seen.append(g.shape), g * 2.0)[1])
        return y * x

    found = tg.jacobian(f, mode="reverse")(X).numpy()
    np.testing.assert_allclose(found, np.diag(2 * np.cos(X) * X + np.sin(X)), rtol=1e-13)
    assert seen == [(4,)]


def test_errors_teach() -> None:
    with pytest.raises(tg.errors.ArgumentError, match="mode is 'auto'"):
        tg.jacobian(lambda x: x, mode="backward")  # type: ignore[arg-type]
    with pytest.raises(tg.errors.ArgumentError, match="argnums=2"):
        tg.jacobian(lambda x: x, 2)(X)
    with pytest.raises(tg.errors.DtypeError, match=r"argument \[0\]\['n'\].*write it as a float"):
        tg.jacobian(lambda t: t["x"])({"x": X, "n": 3})
    with pytest.raises(tg.errors.GradientError, match="must return a scalar"):
        tg.hessian(lambda x: x)(X)
    with pytest.raises(tg.errors.ArgumentError, match="must return"):
        tg.jacobian(lambda x: x, has_aux=True)(X)


def net(library: Any) -> Any:
    def f(p: Any, x: Any) -> Any:
        return library.tanh(p[2] @ library.tanh(p[0] @ x + p[1]) + p[3])

    return f


PARAMETERS = [RNG.normal(size=s) for s in ((5, 4), (5,), (2, 5), (2,))]


def test_against_jax() -> None:
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    theirs = jax.jacrev(net(jnp))(list(map(jnp.asarray, PARAMETERS)), jnp.asarray(X))
    for mode in MODES:
        for ours, expected in zip(tg.jacobian(net(tg), mode=mode)(PARAMETERS, X), theirs, strict=True):
            np.testing.assert_allclose(ours.numpy(), np.asarray(expected), rtol=1e-12, atol=1e-15)
    loss = lambda f: lambda p, x: (f(p, x) ** 2).sum()  # noqa: E731
    theirs = jax.hessian(loss(net(jnp)))(list(map(jnp.asarray, PARAMETERS)), jnp.asarray(X))
    ours = tg.hessian(loss(net(tg)))(PARAMETERS, X)
    for i in range(4):
        for j in range(4):
            np.testing.assert_allclose(ours[i][j].numpy(), np.asarray(theirs[i][j]), rtol=1e-10, atol=1e-14)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch itself
def test_against_torch() -> None:
    torch = pytest.importorskip("torch")
    tensors = tuple(map(torch.tensor, PARAMETERS))
    theirs = torch.func.jacrev(net(torch), 1)(tensors, torch.tensor(X))
    np.testing.assert_allclose(tg.jacobian(net(tg), 1)(PARAMETERS, X).numpy(), theirs.numpy(), rtol=1e-12)
    theirs = torch.func.hessian(lambda x: (net(torch)(tensors, x) ** 2).sum())(torch.tensor(X))
    ours = tg.hessian(lambda x: (net(tg)(PARAMETERS, x) ** 2).sum())(X)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-11, atol=1e-14)
