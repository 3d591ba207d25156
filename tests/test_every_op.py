"""Every card of the registry, by oracles that know nothing of it: NumPy, finite differences, the complex step.

`--hypothesis-profile=thorough` draws twenty times as many examples.
"""

import math
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings

import tensorgraph as tg
from tensorgraph.core.op import NUMPY, OPS, Case
from tensorgraph.core.tensor import Tensor, wrap
from tensorgraph.testing import Verdict, check_grads, complex_step
from tensorgraph.testing.calls import Call, call_of, cases_of
from tensorgraph.testing.strategies import calls

BASES = {"complete_q", "full_svd"}
"""Bases of what a matrix leaves out, of which only the span is determined: tests/ops/linalg has projections for them."""

ALL = [name for name in OPS if name not in BASES]
SMOOTH = [name for name in ALL if OPS[name].differentiable and not OPS[name].decreed]
ELEMENTWISE = [name for name in SMOOTH if OPS[name].family == "elementwise"]
ANALYTIC = [name for name in SMOOTH if OPS[name].analytic]
THOROUGH = 20 if settings.get_current_profile_name() == "thorough" else 1

SLOW = {"beta_density", "betainc", "betainc_derivative", "gammainc", "gammainc_derivative", "gammaincc", "stdtr"}
"""Series and continued fractions, a millisecond or more for one value: their two smallest cases, unless thorough."""

every_op = pytest.mark.parametrize("name", ALL)
every_smooth_op = pytest.mark.parametrize("name", SMOOTH)


def size(case: Case) -> int:
    """How many values a case of an elementwise op gives; 0 if it is empty."""
    return math.prod(np.broadcast_shapes(*case.shapes))


def drawn(name: str, dtype: object = np.float64, repeats: int = 1) -> Iterator[Call]:
    """Every case of the card, with random operands."""
    op = OPS[name]
    rng = np.random.default_rng([*map(ord, name)])
    for _ in range(repeats * THOROUGH):
        cases = cases_of(op)
        if name in SLOW and THOROUGH == 1:
            cases = sorted((case for case in cases if size(case)), key=size)[:2]
        for case in cases:
            yield call_of(op, case, rng, dtype)


def pullback(call: Call, w: np.ndarray, xs: list | None = None) -> list[np.ndarray]:
    _, back = tg.vjp(call.function, *(call.values if xs is None else xs))
    return [g.numpy() for g in back(w)]


def pushforward(call: Call, vs: list, xs: list | None = None) -> np.ndarray:
    return tg.jvp(call.function, tuple(call.values if xs is None else xs), tuple(vs))[1].numpy()


def output(call: Call) -> np.ndarray:
    return call.function(*call.values).numpy()


# Forward


@every_op
@np.errstate(all="ignore")
def test_forward_agrees_with_numpy_in_value_shape_and_dtype(name):
    theirs = [function for function in OPS[name].numpy if NUMPY.get(function) is OPS[name].function]
    if not theirs:
        pytest.skip("NumPy has no such function: tests/ops has its oracle")
    for dtype in (np.float64, np.float32, np.int64):
        for call in drawn(name, dtype):
            operands = [list(call.operands)] if OPS[name].variadic else call.operands
            for function in theirs:
                try:
                    expected = np.asarray(function(*operands, **call.static))
                except (TypeError, ValueError):
                    # Not for integers, or NumPy's own parameters have other names: the general form answers for those.
                    continue
                if name == "reciprocal" and dtype is np.int64:
                    continue  # a float, not NumPy's truncated integer: said in its docstring
                found = call.function(*call.values) if call.free else call.op.function(*operands, **call.static)
                assert type(found) is Tensor
                assert (found.shape, found.dtype) == (expected.shape, expected.dtype), call
                np.testing.assert_allclose(
                    found.numpy(),
                    expected,
                    rtol=4 * np.finfo(np.float32).eps if expected.dtype == np.float32 else 1e-14,
                )


@every_op
def test_numpys_own_function_gives_a_tensor(name):
    op = OPS[name]
    for function in op.numpy:
        if NUMPY.get(function) is not op.function:
            continue
        call = next(drawn(name))
        operands = tuple(wrap(np.asarray(x)) for x in call.operands)
        found = function(operands, **call.static) if op.variadic else function(*operands, **call.static)
        assert type(found) is Tensor
        np.testing.assert_array_equal(
            found.numpy(), op.function(*([operands] if op.variadic else operands), **call.static).numpy()
        )


# Derivatives


@every_smooth_op
def test_first_and_second_order_in_both_modes(name):
    """Finite differences, adjoint identity, linearity, symmetry, same result twice: all that check_grads does."""
    undecided = []
    count = 0
    for call in drawn(name):
        count += 1
        # The parameter derivatives of the incomplete beta function are themselves what its second order is made of.
        order = 1 if name == "betainc_derivative" and THOROUGH == 1 else 2
        report = check_grads(call.differentiable, tuple(call.values), order, directions=1, inconclusive="return")
        if report.verdict is not Verdict.PASS:
            undecided.append(f"{call}\n{report}")
    assert len(undecided) <= max(1, 0.01 * count), "\n".join(undecided)


@every_smooth_op
def test_single_precision(name):
    for call in drawn(name, np.float32):
        z = output(call)
        gs = pullback(call, np.ones_like(z))
        dz = pushforward(call, [np.ones_like(x) for x in call.values])
        assert [(g.shape, g.dtype) for g in gs] == [(x.shape, x.dtype) for x in call.values], call
        assert (dz.shape, dz.dtype) == (z.shape, z.dtype), call
    # The values, on a few: against the double-precision run.
    for call in [call for call in drawn(name, np.float32) if output(call).size][:2]:
        report = check_grads(call.differentiable, tuple(call.values), 1, directions=1, inconclusive="return")
        assert report.verdict is not Verdict.FAIL


@every_smooth_op
def test_mixed_precision_gives_each_operand_its_own(name):
    for call in drawn(name):
        if len(call.free) < 2:
            continue
        xs = [x.astype(np.float32) if i % 2 else x for i, x in enumerate(call.values)]
        z = call.function(*xs)
        gs = pullback(call, np.ones(z.shape, z.dtype), xs)
        assert [(g.shape, g.dtype) for g in gs] == [(x.shape, x.dtype) for x in xs], call
        dz = pushforward(call, [np.ones_like(x) for x in xs], xs)
        assert (dz.shape, dz.dtype) == (z.shape, z.dtype)


@pytest.mark.parametrize("name", ANALYTIC)
def test_analytic_ops_against_the_complex_step(name):
    rng = np.random.default_rng(0)
    for call in drawn(name):
        if call.static.get("dtype") is not None:
            continue  # a cast to a real dtype is not analytic
        if any(np.asarray(x).dtype.kind == "c" for x in (*call.values, call.forward(*call.values))):
            continue  # the step into the complex plane needs a real function of reals
        try:
            z = np.asarray(call.forward(*(x.astype(complex) for x in call.values)))
        except TypeError:
            continue  # NumPy computes it for reals only (cbrt, erf …)
        if z.dtype.kind != "c" or not z.size:
            continue
        vs = [rng.normal(size=x.shape) for x in call.values]
        truth = complex_step(call.forward, call.values, vs)
        np.testing.assert_allclose(pushforward(call, vs), truth, rtol=1e-12, atol=1e-13 * (1 + np.abs(truth).max()))
        w = rng.normal(size=z.shape)
        gs = pullback(call, w)
        pairing = sum(float(np.sum(g * v)) for g, v in zip(gs, vs, strict=True))
        scale = float(np.sum(np.abs(w * truth))) + sum(
            float(np.sum(np.abs(g * v))) for g, v in zip(gs, vs, strict=True)
        )
        assert abs(pairing - float(np.sum(w * truth))) <= 1e-12 * scale, call


@pytest.mark.parametrize("name", ANALYTIC)
def test_analytic_ops_of_complex_operands(name):
    checked = 0
    for call in drawn(name, np.complex128):
        if call.static.get("dtype") is not None:
            continue
        try:
            z = np.asarray(call.forward(*call.values))
        except TypeError:
            pytest.skip("NumPy computes it for reals only")
        if z.size and checked < 3:
            report = check_grads(call.differentiable, tuple(call.values), 1, directions=1, inconclusive="return")
            assert report.verdict is Verdict.PASS, f"{call}\n{report}"
            checked += 1


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_ops_broadcast(name):
    """For random shapes, 0-d and empty ones among them: the gradient is that of the operands spread out beforehand."""

    @settings(max_examples=5 * THOROUGH)
    @given(call=calls(name))
    def check(call):
        z = output(call)
        w = np.random.default_rng(0).normal(size=z.shape)
        gs = pullback(call, w)
        spread = [np.broadcast_to(x, z.shape).copy() for x in call.values]
        wide = Call(call.op, tuple(_spread(call, z.shape)), call.static, call.free)
        for x, g, g_wide in zip(call.values, gs, pullback(wide, w, spread), strict=True):
            assert (g.shape, g.dtype) == (x.shape, x.dtype)
            lead = tuple(range(z.ndim - x.ndim))
            stretched = tuple(i + len(lead) for i, n in enumerate(x.shape) if n == 1 and z.shape[i + len(lead)] != 1)
            np.testing.assert_allclose(g, g_wide.sum(axis=(*lead, *stretched)).reshape(x.shape), rtol=1e-12, atol=1e-12)
        assert pushforward(call, [np.ones_like(x) for x in call.values]).shape == z.shape

    check()


def _spread(call: Call, shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    for x in call.operands:
        yield np.broadcast_to(x, shape).copy()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_batch_is_its_elements(name):
    for call in drawn(name):
        if not all(x.shape == (2, 3) for x in call.operands):
            continue
        z, w = output(call), np.ones((2, 3))
        gs = pullback(call, w)
        for i in np.ndindex(2, 3):
            one = Call(call.op, tuple(np.asarray(x[i]) for x in call.operands), call.static, call.free)
            np.testing.assert_allclose(output(one), z[i], rtol=1e-14)
            for g, g_one in zip(gs, pullback(one, np.ones(())), strict=True):
                np.testing.assert_allclose(g_one, g[i], rtol=1e-13, atol=1e-300)


def _frozen(x):
    frozen = x.copy()
    frozen.flags.writeable = False
    return frozen


def _unaligned(x):
    room = np.zeros(x.nbytes + 1, np.uint8)
    moved = room[1:].view(x.dtype).reshape(x.shape)
    moved[...] = x
    return moved


LAYOUTS = {
    "Fortran order": lambda x: np.array(x, order="F"),
    "every second": lambda x: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
    "reversed": lambda x: x[..., ::-1].copy()[..., ::-1] if x.ndim else x,
    "transposed": lambda x: x.T.copy().T,
    "offset": lambda x: np.concatenate([x.ravel()[:1], x.ravel()])[1 if x.size else 0 :].reshape(x.shape),
    "read-only": _frozen,
    "unaligned": _unaligned,
    "other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
}


def in_layout(x, layout):
    """As a Tensor without a copy; what comes from outside takes the machine's byte order on its way in."""
    laid = LAYOUTS[layout](x)
    return wrap(laid) if laid.dtype.isnative else tg.tensor(laid)


@pytest.mark.parametrize("layout", LAYOUTS)
@every_smooth_op
def test_the_layout_in_memory_does_not_matter(name, layout):
    for call in list(drawn(name))[:4]:
        z = output(call)
        w = np.random.default_rng(0).normal(size=z.shape).astype(z.dtype)
        vs = [np.ones_like(x) for x in call.values]
        laid = [in_layout(x, layout) for x in call.values]
        assert all((t.numpy() == x).all() for t, x in zip(laid, call.values, strict=True))
        close = {"rtol": 1e-12, "atol": 1e-13}
        np.testing.assert_allclose(call.function(*laid).numpy(), z, **close)
        w_laid = np.asarray(LAYOUTS[layout](w))
        for g, expected in zip(pullback(call, w_laid, laid), pullback(call, w), strict=True):
            np.testing.assert_allclose(g, expected, **close)
        np.testing.assert_allclose(pushforward(call, vs, laid), pushforward(call, vs), **close)


@every_smooth_op
def test_broadcast_views_as_operands(name):
    """Operands that repeat one element in memory (stride 0): written to by nobody."""
    for call in list(drawn(name))[:4]:
        if call.op.distinct:
            continue
        xs = [np.broadcast_to(x.ravel()[:1].reshape(()) if x.size else x, x.shape) for x in call.values]
        copies = [x.copy() for x in xs]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            try:
                z = call.function(*copies).numpy()
                w = np.broadcast_to(np.asarray(0.75, dtype=z.dtype), z.shape)
                found, expected = pullback(call, w, [wrap(x) for x in xs]), pullback(call, w.copy(), copies)
            except (np.linalg.LinAlgError, tg.errors.GradientError):
                continue  # a matrix of one number is singular, and its singular values tie
        for g, h in zip(found, expected, strict=True):
            np.testing.assert_allclose(g, h, rtol=1e-12, atol=1e-13)
        assert all((x == c).all() for x, c in zip(xs, copies, strict=True))


@every_smooth_op
def test_gradients_are_nobody_elses_memory(name):
    """Writing into the operands or the cotangent after the sweep does not reach the gradients."""
    for call in list(drawn(name))[:3]:
        xs = [x.copy() for x in call.values]
        z, back = tg.vjp(call.function, *xs)
        w = np.ones(z.shape, z.dtype)
        gs = [g.numpy() for g in back(w)]
        kept = [g.copy() for g in gs]
        for array in (*xs, w):
            array.fill(17.0)
        assert all(np.array_equal(g, k, equal_nan=True) for g, k in zip(gs, kept, strict=True))
