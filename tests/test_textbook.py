"""The textbook page against oracles that share nothing with it: sums index by index, complex steps, SymPy, mpmath."""

import cmath
import doctest
import itertools

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from tensorgraph import textbook

# ---- the oracle: the cost as a sum over indices, in complex Python numbers, with a nudge at any z or a ---------------

SCALAR = {
    "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
    "tanh": cmath.tanh,
    "relu": lambda z: z if z.real > 0 else 0j,
    "softplus": lambda z: cmath.log(1 + cmath.exp(z)),
    "identity": lambda z: z,
}
STEP = 1e-40j


def scalar_cost(W, b, x, y, names, lam=0.0, nudge_z=None, nudge_a=None, squared=True):
    """J; nudge_z or nudge_a = (l, sample, unit) adds a STEP there; squared=False takes the norm as it is printed."""
    total = 0j
    for s, row in enumerate(x):
        a = [complex(v) for v in row]
        for l, (matrix, bias, name) in enumerate(zip(W, b, names, strict=True), 1):
            below, a = a, []
            for i in range(len(matrix)):
                z = bias[i] + sum(matrix[i][j] * below[j] for j in range(len(below)))
                z += STEP if nudge_z == (l + 1, s, i) else 0
                a.append(SCALAR[name](z) + (STEP if nudge_a == (l + 1, s, i) else 0))
        square = sum((h - t) ** 2 for h, t in zip(a, y[s], strict=True))
        total += 0.5 * (square if squared else cmath.sqrt(square))
    return total / len(x) + lam / 2 * sum(w**2 for matrix in W for row in matrix for w in row)


def slope(J):
    return J.imag / STEP.imag


def numeric_deltas(W, b, x, y, names, **options):
    sizes = {l: len(matrix) for l, matrix in enumerate(W, 2)}
    return {
        l: np.array(
            [
                [slope(scalar_cost(W, b, x, y, names, nudge_z=(l, s, i), **options)) for i in range(size)]
                for s in range(len(x))
            ]
        )
        for l, size in sizes.items()
    }


def numeric_gradients(W, b, x, y, names, lam=0.0):
    def partial(arrays, k):
        out = np.empty(arrays[k].shape)
        for index in np.ndindex(*out.shape):
            moved = [array.astype(complex) for array in arrays]
            moved[k][index] += STEP
            nets = (moved, b) if arrays is W else (W, moved)
            out[index] = slope(scalar_cost(*nets, x, y, names, lam))
        return out

    return [{k + 1: partial(arrays, k) for k in range(len(W))} for arrays in (W, b)]


def random_net(seed, sizes, n):
    """A net whose z stay away from 0, where relu has its kink (all parameters and inputs are generic)."""
    rng = np.random.default_rng(seed)
    W = [rng.normal(size=shape) for shape in zip(sizes[1:], sizes[:-1], strict=True)]
    b = [rng.normal(size=size) for size in sizes[1:]]
    return W, b, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


def close(got, expected, tolerance=1e-13):
    assert got.keys() == expected.keys()
    for l in got:
        assert got[l].shape == expected[l].shape
        assert np.linalg.norm(got[l] - expected[l]) <= tolerance * np.linalg.norm(expected[l]) + 1e-300


# ---- value and gradient ----------------------------------------------------------------------------------------------


@given(
    seed=st.integers(0, 2**32 - 1),
    names=st.lists(st.sampled_from(sorted(textbook.ACTIVATIONS)), min_size=1, max_size=4),
    n=st.integers(1, 3),
    lam=st.sampled_from([0.0, 1e-4, 0.7]),
    data=st.data(),
)
def test_every_quantity_is_the_derivative_of_the_cost(seed, names, n, lam, data):
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=len(names) + 1, max_size=len(names) + 1))
    W, b, x, y = random_net(seed, sizes, n)
    J = scalar_cost(W, b, x, y, names, lam).real
    assert textbook.cost(W, b, x, y, lam=lam, activation=names) == pytest.approx(J, rel=1e-13)
    gradients = textbook.gradients(W, b, x, y, lam=lam, activation=names)
    dW, db = numeric_gradients(W, b, x, y, names, lam)
    close(gradients.W, dW, 1e-12)
    close(gradients.b, db, 1e-12)
    close(textbook.deltas(W, b, x, y, activation=names), numeric_deltas(W, b, x, y, names), 1e-12)


@pytest.mark.parametrize("name", textbook.ACTIVATIONS)
def test_activations_against_sixty_digits(name):
    exact = {
        "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
        "tanh": mpmath.tanh,
        "relu": lambda z: max(z, mpmath.mpf(0)),
        "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
        "identity": lambda z: z,
    }[name]
    magnitudes = [1e-300, 1e-20, 1e-3, 0.5, 1.0, 5.0, 18.5, 36.8, 40.0, 350.0, 700.0]
    z = np.array([sign * magnitude for magnitude in magnitudes for sign in (1, -1)])
    with mpmath.workdps(800):  # enough to see 1 − tanh(700)²
        f = [float(exact(mpmath.mpf(v))) for v in z]
        derivative = [float(mpmath.diff(exact, mpmath.mpf(v), h=mpmath.mpf(10) ** -350)) for v in z]
    np.testing.assert_allclose(textbook.ACTIVATIONS[name].f(z), f, rtol=1e-14, atol=1e-307)
    np.testing.assert_allclose(textbook.ACTIVATIONS[name].derivative(z), derivative, rtol=1e-14, atol=1e-307)


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, np.inf), ("softplus", 0, np.inf), ("identity", -np.inf, np.inf)],
)
def test_activations_reach_their_limits_without_a_warning(name, left, right):
    f, derivative = textbook.ACTIVATIONS[name]
    np.testing.assert_array_equal(f(np.array([-np.inf, np.inf])), [left, right])
    for z in (np.array([-1e308, 1e308]), np.array([-np.inf, np.inf])):
        expected = {"relu": [0, 1], "softplus": [0, 1], "identity": [1, 1]}.get(name, [0, 0])
        np.testing.assert_array_equal(derivative(z), expected)
    assert np.isnan(f(np.array([np.nan]))).all()


def test_relu_has_the_subgradient_0_at_its_kink():
    np.testing.assert_array_equal(textbook.ACTIVATIONS["relu"].derivative(np.array([0.0, -0.0])), [0, 0])


def test_a_tiny_net_in_symbols():
    """Net 2-2-1, two samples: SymPy differentiates the cost of DESIGN §5 itself, and evaluates it to 30 digits."""

    def sigma(z):
        return 1 / (1 + sympy.exp(-z))

    W1, W2 = sympy.MatrixSymbol("W1", 2, 2).as_explicit(), sympy.MatrixSymbol("W2", 1, 2).as_explicit()
    b1, b2 = sympy.MatrixSymbol("b1", 2, 1).as_explicit(), sympy.MatrixSymbol("b2", 1, 1).as_explicit()
    x, y, lam = np.array([[0.25, -1.5], [2.0, 0.75]]), np.array([[0.5], [-1.0]]), sympy.Rational(3, 8)
    J = 0
    for row, target in zip(x, y, strict=True):
        a2 = (W1 * sympy.Matrix([sympy.Rational(v) for v in row]) + b1).applyfunc(sigma)
        h = (W2 * a2 + b2).applyfunc(sigma)
        J += (h[0] - sympy.Rational(target[0])) ** 2 / 2 / len(x)
    J += lam / 2 * (sum(w**2 for w in W1) + sum(w**2 for w in W2))
    W = [np.array([[0.5, -1.25], [2.0, 0.125]]), np.array([[-0.75, 1.5]])]
    b = [np.array([0.375, -0.5]), np.array([0.0625])]
    symbols = list(itertools.chain(W1, W2, b1, b2))
    numbers = [sympy.Rational(v) for array in (*W, *b) for v in array.ravel()]
    point = dict(zip(symbols, numbers, strict=True))
    expected = [float(J.diff(symbol).subs(point).evalf(30)) for symbol in symbols]
    gradients = textbook.gradients(W, b, x, y, lam=float(lam))
    got = np.concatenate([part.ravel() for part in (*gradients.W.values(), *gradients.b.values())])
    np.testing.assert_allclose(got, expected, rtol=1e-14)
    assert textbook.cost(W, b, x, y, lam=float(lam)) == pytest.approx(float(J.subs(point).evalf(30)), rel=1e-15)


# ---- the five slips of the seed --------------------------------------------------------------------------------------

SIZES, NAMES = (3, 5, 2), ("sigmoid", "sigmoid")


def test_slip_1_the_norm_is_squared():
    assert textbook.cost([np.eye(2)], [np.zeros(2)], [3.0, 4.0], [0.0, 0.0], activation="identity") == 25 / 2
    W, b, x, y = random_net(1, SIZES, 1)
    delta = textbook.deltas(W, b, x, y)
    close(delta, numeric_deltas(W, b, x, y, NAMES))
    printed = numeric_deltas(W, b, x, y, NAMES, squared=False)
    assert all(np.linalg.norm(delta[l] - printed[l]) > 0.1 * np.linalg.norm(printed[l]) for l in delta)


def test_slip_2_the_printed_delta_is_the_negative_gradient():
    W, b, x, y = random_net(2, SIZES, 3)
    residual = textbook.deltas(W, b, x, y, sign="residual")
    close(residual, {l: -slopes for l, slopes in numeric_deltas(W, b, x, y, NAMES).items()})
    gradient = textbook.deltas(W, b, x, y, sign="gradient")
    assert all(np.array_equal(residual[l], -gradient[l]) for l in gradient)
    a = textbook.forward(W, b, x).a
    uphill = [W[l - 1] - 1e-3 * residual[l + 1].T @ a[l] for l in (1, 2)]
    assert textbook.cost(uphill, b, x, y) > textbook.cost(W, b, x, y)


def test_slip_3_z_sums_over_the_units_below_not_over_the_layers():
    W, b, x, _ = random_net(3, SIZES, 1)
    layers, units = len(SIZES), SIZES[-2]
    assert layers - 1 != units
    z, a = textbook.forward(W, b, x)
    whole = [b[1][j] + sum(W[1][j, k] * a[2][0, k] for k in range(units)) for j in range(2)]
    printed = [b[1][j] + sum(W[1][j, k] * a[2][0, k] for k in range(layers - 1)) for j in range(2)]
    np.testing.assert_allclose(z[3][0], whole, rtol=1e-14)
    assert not np.allclose(z[3][0], printed, rtol=1e-3)


def test_slip_4_the_decay_has_one_matrix_less_than_there_are_layers_and_its_gradient():
    W, b, x, y = random_net(4, SIZES, 3)
    lam = 0.3
    assert sorted(textbook.forward(W, b, x).a) == [1, 2, 3]
    plain, decayed = textbook.gradients(W, b, x, y), textbook.gradients(W, b, x, y, lam=lam)
    assert sorted(decayed.W) == sorted(decayed.b) == [1, 2]
    decay = textbook.cost(W, b, x, y, lam=lam) - textbook.cost(W, b, x, y)
    assert decay == pytest.approx(lam / 2 * sum(w**2 for matrix in W for w in matrix.flat), rel=1e-13)
    without, _ = numeric_gradients(W, b, x, y, NAMES)
    full, _ = numeric_gradients(W, b, x, y, NAMES, lam)
    close({l: decayed.W[l] - plain.W[l] for l in (1, 2)}, {l: full[l] - without[l] for l in (1, 2)}, 1e-12)
    assert all(np.array_equal(decayed.b[l], plain.b[l]) for l in (1, 2))


def test_slip_5_delta_is_the_derivative_by_z():
    W, b, x, y = random_net(5, SIZES, 1)
    delta = textbook.deltas(W, b, x, y)[2][0]
    by_z = [slope(scalar_cost(W, b, x, y, NAMES, nudge_z=(2, 0, i))) for i in range(5)]
    by_a = [slope(scalar_cost(W, b, x, y, NAMES, nudge_a=(2, 0, i))) for i in range(5)]
    np.testing.assert_allclose(delta, by_z, rtol=1e-12)
    assert not np.allclose(delta, by_a, rtol=0.1)


def test_the_docstring_names_the_five_slips():
    assert [f"    {k}. " in textbook.__doc__ for k in range(1, 6)] == [True] * 5


# ---- conventions -----------------------------------------------------------------------------------------------------


def test_a_batch_is_the_average_of_its_samples():
    W, b, x, y = random_net(6, (3, 4, 4, 2), 5)
    batch = textbook.gradients(W, b, x, y, lam=0.2)
    singles = [textbook.gradients(W, b, row, target, lam=0.2) for row, target in zip(x, y, strict=True)]
    close(batch.W, {l: np.mean([single.W[l] for single in singles], axis=0) for l in batch.W})
    close(batch.b, {l: np.mean([single.b[l] for single in singles], axis=0) for l in batch.b})
    costs = [textbook.cost(W, b, row, target, lam=0.2) for row, target in zip(x, y, strict=True)]
    assert textbook.cost(W, b, x, y, lam=0.2) == pytest.approx(np.mean(costs), rel=1e-14)
    rows = [textbook.deltas(W, b, row, target) for row, target in zip(x, y, strict=True)]
    close(textbook.deltas(W, b, x, y), {l: np.stack([row[l] for row in rows]) / 5 for l in (2, 3, 4)})


def test_one_sample_is_a_batch_of_one_without_its_axis():
    W, b, x, y = random_net(7, (3, 4, 2), 1)
    single, batch = textbook.forward(W, b, x[0]), textbook.forward(W, b, x)
    for one, many in zip(single, batch, strict=True):
        close({l: v[None] for l, v in one.items()}, many)
    close({l: v[None] for l, v in textbook.deltas(W, b, x[0], y[0]).items()}, textbook.deltas(W, b, x, y))
    for one, many in zip(textbook.gradients(W, b, x[0], y[0]), textbook.gradients(W, b, x, y), strict=True):
        close(one, many)


def test_parameters_come_as_lists_or_as_dicts_and_one_name_stands_for_all_layers():
    W, b, x, y = random_net(8, (2, 3, 2), 2)
    as_dicts = {2: W[1], 1: W[0]}, {1: b[0], 2: b[1]}
    listed = textbook.gradients(W, b, x, y, activation="tanh")
    keyed = textbook.gradients(*as_dicts, x, y, activation=["tanh", "tanh"])
    for left, right in zip(listed, keyed, strict=True):
        assert list(left) == list(right) == [1, 2]
        assert all(np.array_equal(left[l], right[l]) for l in left)


def test_arguments_are_neither_changed_nor_aliased():
    W, b, x, y = random_net(9, (2, 3, 2), 2)
    before = [array.copy() for array in (*W, *b, x, y)]
    z, a = textbook.forward(W, b, x, activation="identity")
    for array in (*z.values(), *a.values()):
        array[...] = 7.0
    gradients = textbook.gradients(W, b, x, y, lam=1.0, activation="identity")
    for layers in gradients:
        for array in layers.values():
            array[...] = 7.0
    assert all(np.array_equal(now, then) for now, then in zip((*W, *b, x, y), before, strict=True))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.int64, np.uint8, bool])
def test_everything_is_computed_in_double_precision(dtype):
    W, b, x = [np.ones((2, 3), dtype)], [np.ones(2, dtype)], np.ones((4, 3), dtype)
    results = [*textbook.forward(W, b, x), textbook.deltas(W, b, x, np.ones((4, 2), dtype))]
    assert {array.dtype for layers in results for array in layers.values()} == {np.dtype(np.float64)}
    assert type(textbook.cost(W, b, x, np.ones((4, 2), dtype))) is float


def test_an_empty_batch_runs_forward():
    z, a = textbook.forward([np.ones((2, 3))], [np.ones(2)], np.empty((0, 3)))
    assert z[2].shape == a[2].shape == (0, 2)


# ---- errors ----------------------------------------------------------------------------------------------------------

GOOD = {"W": [np.ones((2, 3))], "b": [np.ones(2)], "x": np.ones((4, 3)), "y": np.ones((4, 2))}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W": [], "b": []}, r"N_l − 1 ≥ 1 matrices W .* got 0 W and 0 b"),
        ({"b": []}, r"got 1 W and 0 b"),
        ({"W": [np.ones((2, 4))]}, r"W\^1 must have shape \(S_2, S_1 = 3, the length of x\), got \(2, 4\)"),
        ({"W": [np.ones(3)]}, r"W\^1 must have shape .* got \(3,\)"),
        (
            {"W": [np.ones((2, 3)), np.ones((2, 3))], "b": [np.ones(2), np.ones(2)]},
            r"W\^2 must have shape \(S_3, S_2 = 2, the rows of W\^1\), got \(2, 3\)",
        ),
        ({"b": [np.ones(3)]}, r"b\^1 must have shape \(S_2 = 2,\), the rows of W\^1, got \(3,\)"),
        ({"b": [np.ones((1, 2))]}, r"b\^1 must have shape .* got \(1, 2\)"),
        ({"x": np.ones((4, 3, 1))}, r"x must be one sample .* got shape \(4, 3, 1\)"),
        ({"x": 1.0}, r"x must be one sample .* got shape \(\)"),
        ({"x": np.ones(3)}, r"y must have the shape of the output h\(x\), \(2,\), got \(4, 2\)"),
        ({"y": np.ones((1, 2))}, r"y must have the shape .* \(4, 2\), got \(1, 2\)"),
        ({"y": np.ones(4)}, r"y must have the shape .* got \(4,\)"),
        ({"x": np.ones((0, 3)), "y": np.ones((0, 2))}, r"average over the samples, got a batch of none"),
        ({"x": np.ones((4, 3), complex)}, r"x must hold real numbers, got dtype complex128"),
        ({"y": [["0", "1"]] * 4}, r"y must hold real numbers, got dtype <U1"),
        ({"W": {2: np.ones((2, 3))}}, r"W must be a list, or a dict keyed by the layers 1 … N_l − 1, got keys \[2\]"),
        ({"activation": "selu"}, r"unknown activation 'selu'; there are sigmoid, tanh, relu, softplus, identity"),
        ({"activation": ["tanh", "tanh"]}, r"the layers 2 … 2 need one activation each, so 1, got 2"),
    ],
)
@pytest.mark.parametrize("function", [textbook.cost, textbook.deltas, textbook.gradients])
def test_bad_arguments_are_named(function, change, message):
    function(**GOOD)
    with pytest.raises(ValueError, match=message):
        function(**(GOOD | change))


@pytest.mark.parametrize("lam", [-1e-9, float("nan")])
@pytest.mark.parametrize("function", [textbook.cost, textbook.gradients])
def test_the_decay_must_not_be_negative(function, lam):
    with pytest.raises(ValueError, match="the weight decay λ must be ≥ 0, got"):
        function(**GOOD, lam=lam)


def test_the_sign_is_one_of_two():
    with pytest.raises(ValueError, match=r'sign must be "gradient" .* or "residual"'):
        textbook.deltas(**GOOD, sign="negative")


# ---- the page itself -------------------------------------------------------------------------------------------------


def test_its_examples_run():
    assert doctest.testmod(textbook).failed == 0
    assert doctest.testmod(textbook).attempted >= 6
