"""check_grads: right gradients pass, each kind of wrong one is noticed and located, the undecidable is said to be so."""

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import OPS
from tensorgraph.errors import ArgumentError, GradientCheckError, GradientCheckInconclusive
from tensorgraph.testing import Verdict, check_grads
from tensorgraph.testing.programs import random_program


@contextmanager
def corrupted(name: str, **fields: Any) -> Iterator[None]:
    """The op with fields of its card replaced; put back at the end."""
    op = OPS[name]
    kept = {key: getattr(op, key) for key in fields}
    for key, value in fields.items():
        setattr(op, key, value)
    try:
        yield
    finally:
        for key, value in kept.items():
            setattr(op, key, value)


def reverse_rule(name, wrong):
    """The card's reverse rules with the first one replaced by wrong(right rule)."""
    right = OPS[name].vjps
    return corrupted(name, vjps=(wrong(right[0]), *right[1:]))


def draw(*shape, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def failure(f, args, **options) -> str:
    with pytest.raises(GradientCheckError) as caught:
        check_grads(f, args, **options)
    assert not isinstance(caught.value, GradientCheckInconclusive)
    assert isinstance(caught.value, AssertionError)
    return str(caught.value)


# What is right passes


@dataclasses.dataclass
class Layer:
    W: Any
    b: Any
    active: bool = True


def test_pytrees_of_arguments_and_results():
    def f(layers, x, scale, *, power=2):
        for layer in layers:
            x = tg.tanh(x @ layer.W + layer.b) if layer.active else x
        return {"out": x * scale, "norms": [tg.sum(x**power), (x > 0, "constant", None)][:1]}

    layers = [
        Layer(draw(3, 4), draw(4)),
        Layer(draw(4, 2, seed=1), draw(2, seed=2)),
        Layer(draw(1), draw(1), active=False),
    ]
    report = check_grads(f, (layers, draw(5, 3), 0.7), order=1)
    assert report.verdict is Verdict.PASS
    names = {finding.argument for finding in report.findings}
    assert {"layers[0].W", "layers[1].b", "x", "scale"} <= names


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "complex128", "complex64"])
def test_dtypes(dtype):
    x = (
        draw(2, 3).astype(dtype) + (1j * draw(2, 3, seed=1)).astype(dtype)
        if dtype.startswith("c")
        else draw(2, 3, dtype=dtype)
    )
    report = check_grads(lambda x, y: tg.exp(x) * y + x * x, (x, x[0]), order=1 if dtype == "float16" else 2)
    assert report.verdict is Verdict.PASS
    low = any("low precision" in finding.what for finding in report.findings)
    assert low is (dtype in {"float32", "float16", "complex64"})


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1, 1)])
def test_zero_dimensional_and_empty_arguments(shape):
    report = check_grads(lambda x: tg.sum(tg.sin(x) * x), (draw(*shape),))
    assert report.verdict is Verdict.PASS


def test_python_numbers_and_tensors_are_arguments_and_integers_are_constants():
    def f(x, t, n, flag, text, nothing, array):
        assert (n, flag, text, nothing) == (3, True, "mean", None)
        assert array.tolist() == [1, 2]
        return x**n * t * array

    t = tg.tensor([1.0, 2.0], requires_grad=True, name="t")
    report = check_grads(f, (1.5, t, 3, True, "mean", None, np.array([1, 2])))
    assert {finding.argument for finding in report.findings if finding.argument} == {"x", "t"}


def test_higher_orders_nest_the_modes():
    report = check_grads(lambda x: tg.sin(x) * x, (0.8,), order=3)
    whats = {finding.what for finding in report.findings}
    assert "forward over reverse over forward" in whats
    assert "symmetric Hessian (reverse over reverse)" in whats
    assert len({what for what in whats if what.count(" over ") == 2 and "(" not in what}) == 8


def test_modes_and_orders_can_be_chosen():
    whats = {finding.what for finding in check_grads(tg.sin, (0.5,), 1, ("forward",)).findings}
    assert whats == {"forward mode", "linear pushforward"}
    whats = {finding.what for finding in check_grads(tg.sin, (0.5,), 2, ["reverse"]).findings}
    assert {"reverse mode", "reverse over reverse", "symmetric Hessian (reverse)"} <= whats
    assert not any("forward" in what for what in whats)


def test_gradients_inside_f():
    def penalty(x):
        return tg.sum(tg.grad(lambda y: tg.sum(tg.tanh(y) * y))(x) ** 2)

    assert check_grads(penalty, (draw(3),)).verdict is Verdict.PASS


def test_large_small_and_offset_values():
    for f in (
        lambda x: 1e8 * x * x,
        lambda x: 1e-9 * tg.sin(x),
        lambda x: 0.0 * x,
        lambda x: 0 * x + 7.0,
        lambda x: 1e-6 * x + 1,
    ):
        assert check_grads(f, (draw(4),)).verdict is Verdict.PASS
    assert check_grads(lambda x: tg.sum(x * x), (1e6 * draw(4),)).verdict is Verdict.PASS
    assert check_grads(tg.log, (1e-3,)).verdict is Verdict.PASS


def test_kinks_all_around_do_not_hide_a_large_function():
    assert check_grads(lambda x: tg.sum(tg.relu(x)), (draw(5000),), order=1).verdict is Verdict.PASS


def test_nothing_is_changed():
    x, t = draw(3), tg.tensor(draw(3, seed=1), requires_grad=True, name="t")
    kept = x.copy(), t.numpy().copy()
    outside = tg.tensor(2.0, requires_grad=True)
    (t * t).sum().backward()
    before = t.grad
    tree = {"x": x, "t": t}
    check_grads(lambda tree: tg.sum(tree["x"] * tree["t"] * outside), (tree,))
    assert (x == kept[0]).all()
    assert (t.numpy() == kept[1]).all()
    assert t.grad is before
    assert outside.grad is None
    assert tree == {"x": x, "t": t}
    assert tree["t"].name == "t"


def test_the_same_seed_gives_the_same_report():
    args = (draw(3),)
    assert str(check_grads(tg.sin, args, seed=3)) == str(check_grads(tg.sin, args, seed=3))
    assert str(check_grads(tg.sin, args, seed=3)) != str(check_grads(tg.sin, args, seed=4))


def test_the_report_is_a_table():
    lines = str(check_grads(tg.sin, (draw(3),), order=1)).splitlines()
    assert re.fullmatch(r"gradient check: pass \(\d+ pass\)", lines[0])
    assert lines[1].split()[:3] == ["verdict", "check", "argument"]
    assert len({len(line) for line in lines[2:]}) == 1


def test_no_false_alarm_on_random_graphs():
    undecided = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        program, args = random_program(rng, inputs=2, steps=int(rng.integers(1, 10)))
        report = check_grads(program, args, directions=1, inconclusive="return")
        undecided += report.verdict is Verdict.INCONCLUSIVE
    assert undecided <= 1


# What is wrong is noticed, and where


def test_a_wrong_rule_is_located_in_argument_coordinate_output_and_op():
    def wrong(rule):
        def only_one_element(g, z, operands, static):
            result = np.array(rule(g, z, operands, static))
            result[1, 2] *= 1.001
            return result

        return only_one_element

    def f(x, params):
        return tg.sin(x) * tg.exp(params["W"])

    with reverse_rule("exp", wrong):
        message = failure(f, (draw(2, 3), {"W": draw(2, 3, seed=1)}), order=1)
    head, place, claimed, measured, error, *rest = message.splitlines()
    assert head == "the gradient of f is wrong: reverse mode, order 1"
    assert place == "  ∂f[1, 2]/∂params['W'][1, 2]:"
    assert float(claimed.split()[1]) / float(measured.split()[1]) == pytest.approx(1.001, rel=1e-9)
    assert "tolerance" in error
    assert rest[0].startswith("  the op exp(float64[2,3]")
    assert rest[0].endswith("fails the same check by itself")


@pytest.mark.parametrize("error", [-2.0, 1e-3, 1e-6, 1e-8])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_relative_errors_down_to_one_in_a_hundred_million(error, size):
    def scaled(rule):
        return lambda g, z, operands, static: rule(g, z, operands, static) * (1.0 + error)

    with reverse_rule("sin", scaled):
        assert "reverse mode, order 1" in failure(tg.sin, (draw(size),), order=1)


def test_the_worst_of_many_coordinates_is_found():
    def one_in_a_thousand(rule):
        def wrong(g, z, operands, static):
            result = np.array(rule(g, z, operands, static))
            result.flat[777] *= 1.001
            return result

        return wrong

    with reverse_rule("sin", one_in_a_thousand):
        assert "∂f[777]/∂args[0][777]" in failure(lambda *xs: tg.sin(xs[0]), (draw(1000),), order=1, modes=("reverse",))
        assert "/∂args[0][7, 77]" in failure(lambda *xs: tg.sum(tg.sin(xs[0])), (draw(10, 100),), order=1)


def test_a_gradient_that_left_the_graph():
    message = failure(lambda x: x * tg.stop_gradient(tg.exp(x)), (draw(3),))
    assert "forward mode, order 1" in message
    assert "also reverse mode of x" in message
    assert "every recorded op passes the same check by itself" in message
    assert "stop_gradient" in message


def test_an_error_in_forward_mode_alone():
    right = OPS["sin"].jvp
    with corrupted("sin", jvp=lambda dxs, z, operands, static: right(dxs, z, operands, static) * 1.0001):
        message = failure(lambda x: tg.sum(tg.sin(x)), (draw(3),))
        assert check_grads(lambda x: tg.sum(tg.sin(x)), (draw(3),), modes=("reverse",), order=1)
    assert "forward mode, order 1" in message
    assert "the op sin" in message
    assert "reverse" not in message


def test_an_error_in_second_order_alone():
    def cut(rule):
        # The value of the local gradient is right; its own dependence on x is lost.
        return lambda g, z, operands, static: g * tg.stop_gradient(rule(1.0, z, operands, static))

    with reverse_rule("exp", cut):
        assert check_grads(lambda x: tg.sum(tg.exp(x)), (draw(3),), order=1).verdict is Verdict.PASS
        message = failure(lambda x: tg.sum(tg.exp(x)), (draw(3),))
    assert "over reverse, order 2" in message
    assert "∂Jᵀw[" in message


def test_an_error_in_single_precision_alone():
    def coarse(rule):
        def wrong(g, z, operands, static):
            result = rule(g, z, operands, static)
            return result * np.float32(1.001) if result.dtype == np.float32 else result

        return wrong

    with reverse_rule("sin", coarse):
        assert check_grads(lambda x: tg.sum(tg.sin(x)), (draw(3),), order=1).verdict is Verdict.PASS
        message = failure(lambda x: tg.sum(tg.sin(x)), (draw(3, dtype=np.float32),), order=1)
    assert "reverse mode, low precision" in message


def test_tiny_gradients_of_the_wrong_sign():
    def flipped(rule):
        return lambda g, z, operands, static: -rule(g, z, operands, static)

    with reverse_rule("sin", flipped):
        failure(lambda x: tg.sum(1e-7 * tg.sin(x)), (draw(3),))
        failure(lambda x: tg.sum(1.0 + 1e-7 * tg.sin(x)), (draw(3),))


def test_a_wrong_imaginary_part():
    def conjugated(rule):
        return lambda g, z, operands, static: np.conj(rule(g, z, operands, static))

    x = np.array([0.3 + 0.4j, 1.0 - 0.5j])
    with reverse_rule("exp", conjugated):
        assert "∂" in failure(tg.exp, (x,), order=1)


def test_a_gradient_that_is_not_finite():
    def infinite(rule):
        return lambda g, z, operands, static: rule(g, z, operands, static) * np.inf

    with reverse_rule("sin", infinite):
        assert "claimed  inf" in failure(tg.sin, (0.5,), order=1).replace("-inf", "inf")


def test_a_pullback_that_is_not_linear():
    def rectified(rule):
        return lambda g, z, operands, static: rule(np.maximum(g, 0), z, operands, static)

    with reverse_rule("sin", rectified):
        failure(tg.sin, (draw(20),), order=1, modes=("reverse",))


def test_functions_that_are_not_functions():
    rng = np.random.default_rng(0)
    message = failure(lambda x: x * rng.normal(), (draw(3),))
    assert "two runs with the same arguments differ" in message


# What cannot be decided is said to be so


def test_a_point_on_a_kink():
    x = np.array([1.0, 0.0, -2.0])
    with pytest.raises(
        GradientCheckInconclusive, match=r"(?s)∂f\[1\]/∂x\[1\].*the point lies on a kink.*slope changes by about 1 at"
    ):
        check_grads(tg.relu, (x,))
    report = check_grads(tg.relu, (x,), inconclusive="return")
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.of(Verdict.INCONCLUSIVE)
    assert not report.of(Verdict.FAIL)


def test_a_wrong_gradient_beside_a_kink_names_the_kink():
    def doubled(rule):
        return lambda g, z, operands, static: 2.0 * rule(g, z, operands, static)

    with reverse_rule("abs", doubled):
        message = failure(tg.abs, (0.1,), order=1)
    assert "a kink is near: the slope changes by about 2 at distance t =" in message


def test_noise_that_drowns_the_answer_and_the_rtol_that_accepts_it():
    def f(x):
        return tg.sum(tg.sin(x)) + 1e8

    with pytest.raises(GradientCheckInconclusive, match="too inaccurate"):
        check_grads(f, (draw(3),), order=1)
    assert check_grads(f, (draw(3),), order=1, rtol=1e-3).verdict is Verdict.PASS


# Calls that make no check


@pytest.mark.parametrize(
    ("args", "options", "message"),
    [
        (np.ones(3), {}, "args is a tuple"),
        ((1.0,), {"order": 0}, "order is 1, 2"),
        ((1.0,), {"order": 1.5}, "order is 1, 2"),
        ((1.0,), {"modes": "reverse"}, "modes is a choice"),
        ((1.0,), {"modes": ("backward",)}, "modes is a choice"),
        ((1.0,), {"modes": ()}, "modes is a choice"),
        ((1.0,), {"directions": 0}, "directions is 1, 2"),
        ((1.0,), {"inconclusive": "ignore"}, "'raise' or 'return'"),
        ((1, "text"), {}, "none of the arguments is a floating"),
        ((), {}, "got no arguments"),
    ],
    ids=lambda value: None if isinstance(value, np.ndarray) else str(value),
)
def test_refusals(args, options, message):
    with pytest.raises(ArgumentError, match=message):
        check_grads(lambda *xs: xs[0], args, **options)


def test_a_result_without_gradient_is_refused():
    with pytest.raises(ArgumentError, match="returned no floating or complex array"):
        check_grads(lambda x: x > 0, (1.0,))
