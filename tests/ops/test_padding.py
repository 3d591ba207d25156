"""Every mode of `pad`, against NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, ShapeError
from tensorgraph.testing import check_grads

MODES = [
    ("constant", {}),
    ("constant", {"constant_values": 2.5}),
    ("constant", {"constant_values": (1.0, -2.0)}),
    ("constant", {"constant_values": ((1.0, 2.0), (3.0, 4.0))}),
    ("constant", {"constant_values": ((1.0,), (3.0,))}),
    ("edge", {}),
    ("linear_ramp", {}),
    ("linear_ramp", {"end_values": ((1.0, 2.0), (3.0, 4.0))}),
    ("maximum", {}),
    ("maximum", {"stat_length": 2}),
    ("mean", {}),
    ("mean", {"stat_length": ((1, 2), (2, 9))}),
    ("median", {}),
    ("median", {"stat_length": 2}),
    ("minimum", {"stat_length": (1, 2)}),
    ("reflect", {}),
    ("reflect", {"reflect_type": "odd"}),
    ("symmetric", {}),
    ("symmetric", {"reflect_type": "odd"}),
    ("wrap", {}),
]
every_mode = pytest.mark.parametrize(("mode", "settings_"), MODES, ids=str)
RNG = np.random.default_rng(14)
# Ties would be kinks of the extremes.
X = RNG.permutation(12).reshape(3, 4) * 0.7 - 3.2


@every_mode
def test_values_and_gradients(alike, mode, settings_):
    dtypes = (float, np.float32, int) if mode not in {"mean", "median"} else (float, np.float32)
    alike(lambda xp, x: xp.pad(x, ((2, 1), (0, 3)), mode, **settings_), X, dtypes=dtypes)


@every_mode
@settings(max_examples=25)
@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    widths=st.tuples(*[st.tuples(st.integers(0, 9), st.integers(0, 9))] * 2),
)
def test_borders_wider_than_the_array(mode, settings_, shape, widths):
    x = np.random.default_rng(0).normal(size=shape)
    found = tg.pad(x, widths, mode, **settings_).numpy()
    expected = np.pad(x, widths, mode, **settings_)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("mode", ["mean", "median", "linear_ramp", "minimum"])
def test_integers_are_rounded_as_by_numpy(mode):
    x = np.array([[1, 2, 2, 9], [4, 4, -5, 1]])
    found = tg.pad(x, 3, mode)
    assert found.dtype == x.dtype
    np.testing.assert_array_equal(found.numpy(), np.pad(x, 3, mode))


@pytest.mark.parametrize(
    "width", [2, (1, 2), [[1, 2]], ((1, 2), (0, 1)), ((1,), (2,)), (3,), {0: 2, -1: (1, 0)}, np.int8(1)]
)
def test_forms_of_the_widths(width):
    expected = {0: ((2, 2), (1, 0))}.get(0) if isinstance(width, dict) else width
    np.testing.assert_array_equal(tg.pad(X, width).numpy(), np.pad(X, expected))


def test_values_of_the_border_may_be_tensors():
    check_grads(lambda x, c: tg.pad(x, 2, constant_values=c), (X, 1.5))
    check_grads(lambda x, c: tg.pad(x, 2, constant_values=c), (X, np.array([1.5, 2.0])))
    check_grads(lambda x, c: tg.pad(x, 2, "linear_ramp", end_values=c), (X, np.array([[1.5, 2.0], [0.0, 3.0]])))
    expected = np.pad(X, 2, constant_values=((1, 2), (3, 4)))
    np.testing.assert_array_equal(tg.pad(X, 2, constant_values=tg.tensor([[1.0, 2.0], [3.0, 4.0]])).numpy(), expected)


def test_empty_mode_is_zeros_without_gradient(alike):
    assert tg.pad(X, 1, "empty").numpy()[1:-1, 1:-1].tolist() == X.tolist()
    assert tg.grad(lambda x: tg.pad(x, 1, "empty").sum())(X).tolist() == np.ones_like(X).tolist()


def test_edges_of_the_domain():
    assert tg.pad(3.0, ()).item() == 3.0
    np.testing.assert_array_equal(tg.pad(np.zeros((0, 2)), 1).numpy(), np.zeros((2, 4)))
    np.testing.assert_array_equal(tg.pad(np.zeros((0, 2)), ((0, 0), (1, 1)), "edge").numpy(), np.zeros((0, 4)))
    x = tg.tensor(X, requires_grad=True)
    assert tg.pad(x, 0, "wrap") is not x
    with pytest.raises(ShapeError, match="axis 0"):
        tg.pad(np.zeros((0, 2)), 1, "reflect")


@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        ((1, "backward"), {}, "expected a mode among constant, edge"),
        ((1, lambda *_: None), {}, "expected a mode"),
        ((1, "edge"), {"constant_values": 1}, "no setting constant_values"),
        ((1, "reflect"), {"reflect_type": "up"}, "'even' or 'odd'"),
        ((1, "mean"), {"stat_length": 0}, "stat_length=0"),
        ((-1,), {}, "none negative"),
        ((1.5,), {}, "integers"),
    ],
)
def test_refusals(arguments, keywords, message):
    with pytest.raises(ArgumentError, match=message):
        tg.pad(X, *arguments, **keywords)


def test_widths_that_do_not_fit():
    for widths in ([[1, 1]] * 3, [1, 2, 3]):
        with pytest.raises(ShapeError, match="pad_width"):
            tg.pad(X, widths)
