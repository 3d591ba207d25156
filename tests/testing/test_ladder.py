"""The verdicts, over functions whose derivatives SymPy knows: right ones never fail, wrong ones never pass."""

from collections import Counter

import numpy as np
import pytest
import sympy

from tensorgraph.testing.ladder import Verdict, check_direction, measure

x = sympy.Symbol("x", real=True)

SMOOTH = {
    "linear": 3 * x + 1,
    "cube": x**3,
    "sin": sympy.sin(x),
    "oscillating": sympy.sin(10 * x),
    "fast": sympy.sin(100 * x),
    "faster": sympy.sin(1000 * x),
    "exp": sympy.exp(x),
    "steep sigmoid": 1 / (1 + sympy.exp(-3 * x)),
    "pole nearby": 1 / (1 + 25 * x**2),
    "log": sympy.log(x**2 + sympy.Rational(1, 4)),
    "tiny": sympy.sin(x) / 10**7,
    "huge": 10**8 * x**2,
    "zero": 0 * x,
    "constant": 0 * x + 5,
}
ROUGH = {
    "large offset": 10**6 + sympy.sin(x),
    "tiny on an offset": 1 + sympy.sin(x) / 10**7,
    "far out": sympy.sin(x + 10**9),
    "unresolvable": sympy.sin(10**7 * x),
    "ripple": x + sympy.sin(10**6 * x) / 10**6,
    "relu": sympy.Max(x, 0),
    "abs": sympy.Abs(x),
    "second-order kink": x * sympy.Abs(x),
    "steps": sympy.floor(4 * x),
}
ROUNDED = {
    "in float32": (np.float32, 1.0),
    "in float16": (np.float16, 1.0),
    "in units of 1e-10": (np.float64, 1e-10),
    "in units of 1e-5": (np.float64, 1e-5),
}


def on_arrays(expression):
    def evaluate(values):
        return np.broadcast_to(np.asarray(compiled(values), dtype=float), values.shape)

    compiled = sympy.lambdify(x, expression, "numpy")
    return evaluate


def cases(f, slope, rng, count):
    """Arguments of check_direction for φ(t) = ⟨w, f(a + tv)⟩ with random a, v, w of several sizes and scales."""
    for _ in range(count):
        n = int(rng.choice([1, 2, 5, 30, 200]))
        a, w, v = rng.normal(size=(3, n))
        a *= rng.choice([0.1, 1.0, 1.0, 3.0])
        v /= np.linalg.norm(v)
        g = w * slope(a)

        def phi(t, a=a, v=v, w=w):
            return float(w @ f(a + t * v))

        facts = {"norm": float(np.linalg.norm(g)), "size": n, "magnitude": float(np.abs(w * f(a)).sum())}
        # A direction that happens to lie across the gradient sees little of it.
        telling = abs(g @ v) > 0.1 * facts["norm"] / np.sqrt(n)
        yield phi, float(g @ v), facts, telling


def verdicts(f, slope, seed, count, error=0.0):
    found = Counter()
    for phi, claimed, facts, telling in cases(f, slope, np.random.default_rng(seed), count):
        if error == 0.0 or telling:
            found[check_direction(phi, claimed * (1.0 + error), **facts).verdict] += 1
    return found


def of(expression):
    slope = sympy.diff(expression, x).replace(lambda e: isinstance(e, sympy.Derivative), lambda *_: sympy.Integer(0))
    return on_arrays(expression), on_arrays(slope)


@pytest.mark.parametrize("name", SMOOTH)
def test_right_derivatives_of_smooth_functions_pass(name):
    found = verdicts(*of(SMOOTH[name]), seed=1, count=40)
    assert found[Verdict.FAIL] == 0
    # The sigmoid may be saturated, where its slope is below the rounding of its value.
    assert found[Verdict.INCONCLUSIVE] <= (4 if name == "steep sigmoid" else 0)


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_wrong_by_one_in_a_million_never_pass(name):
    if name in {"zero", "constant"}:
        pytest.skip("a relative error of nothing is nothing")
    found = verdicts(*of(SMOOTH[name]), seed=2, count=25, error=1e-6)
    assert found[Verdict.PASS] == 0
    assert found[Verdict.FAIL] > 5


@pytest.mark.parametrize("name", ["linear", "cube", "sin", "exp", "pole nearby", "tiny", "huge"])
@pytest.mark.parametrize(("error", "caught"), [(1e-8, 0.95), (1e-9, 0.8)])
def test_planted_relative_errors_are_caught(name, error, caught):
    found = verdicts(*of(SMOOTH[name]), seed=3, count=30, error=error)
    assert found[Verdict.FAIL] >= caught * found.total()


@pytest.mark.parametrize("name", ROUGH)
def test_rough_functions_never_fail_and_sign_flips_never_pass(name):
    f, slope = of(ROUGH[name])
    assert verdicts(f, slope, seed=4, count=40)[Verdict.FAIL] == 0
    assert verdicts(f, slope, seed=5, count=25, error=-2.0)[Verdict.PASS] == 0


@pytest.mark.parametrize("name", ROUNDED)
def test_rounded_functions_never_fail_and_sign_flips_never_pass(name):
    dtype, unit = ROUNDED[name]

    def f(a):
        return np.round(np.sin(a.astype(dtype)).astype(float) / unit) * unit if unit != 1.0 else np.sin(a.astype(dtype))

    slope = on_arrays(sympy.diff(sympy.sin(x), x))
    assert verdicts(f, slope, seed=6, count=30)[Verdict.FAIL] == 0
    assert verdicts(f, slope, seed=7, count=20, error=-2.0)[Verdict.PASS] == 0


@pytest.mark.parametrize("kind", ["kink", "jump"])
def test_a_kink_or_jump_at_any_distance_never_fails_a_right_derivative(kind):
    rng = np.random.default_rng(8)
    found = Counter()
    for _ in range(150):
        distance = 10.0 ** rng.uniform(-10.0, 0.0) * rng.choice([-1.0, 1.0])
        rise = rng.normal()

        def phi(t, at=distance, rise=rise):
            return np.exp(t) + rise * (max(t - at, 0.0) if kind == "kink" else float(t > at))

        truth = 1.0 + (rise if kind == "kink" and distance < 0.0 else 0.0)
        found[check_direction(phi, truth).verdict] += 1
    assert found[Verdict.FAIL] == 0
    assert found[Verdict.PASS] > 50


@pytest.mark.parametrize("error", [-2.0, 1e-3, 1e-6])
def test_tiny_gradients_are_not_excused(error):
    """An absolute tolerance would let a gradient of 1e-7 have any sign."""
    for scale in (1e-7, 1e-30):
        found = check_direction(lambda t, s=scale: s * np.sin(t), scale * (1.0 + error))
        assert found.verdict is Verdict.FAIL


def test_a_point_on_a_kink_is_told_from_a_wrong_derivative():
    for subgradient in (-1.0, -0.3, 0.0, 1.0):
        found = check_direction(abs, subgradient)
        assert found.verdict is Verdict.INCONCLUSIVE
        assert found.kink is not None
        assert found.kink.t == 0.0
    found = check_direction(abs, 1.5)
    assert found.verdict is Verdict.FAIL
    assert "either side of a kink" in str(found)


def test_a_wrong_derivative_beside_a_kink_says_so():
    found = check_direction(lambda t: max(t + 0.1, 0.0), 1.1)
    assert found.verdict is Verdict.FAIL
    assert found.kink is not None
    assert found.kink.t == pytest.approx(-0.1, abs=1e-3)
    assert found.kink.size == pytest.approx(1.0, rel=1e-3)
    assert "kink is near" in str(found)


def test_not_finite():
    assert check_direction(np.sin, float("nan")).verdict is Verdict.FAIL
    assert check_direction(np.sin, float("inf")).verdict is Verdict.FAIL
    assert check_direction(lambda _: float("nan"), 1.0).verdict is Verdict.INCONCLUSIVE
    assert check_direction(lambda _: float("nan"), float("nan")).verdict is Verdict.INCONCLUSIVE
    assert measure(lambda _: float("inf")) is None


def test_a_narrow_domain_is_looked_at_closely():
    def phi(t):
        return float(np.log(1e-2 + t)) if t > -1e-2 else float("nan")

    assert check_direction(phi, 100.0).verdict is Verdict.PASS
    assert check_direction(phi, 100.001).verdict is Verdict.FAIL


def test_the_report_reads_well():
    text = str(check_direction(np.sin, 1.25))
    assert text.startswith("FAIL: the claimed derivative is wrong")
    assert "claimed   1.25" in text
    assert "tolerance" in text
