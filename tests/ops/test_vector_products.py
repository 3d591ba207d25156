"""inner, tensordot, kron, cross, vdot and their kin, of real and complex numbers."""

import warnings

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import AxisError, ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(23)

CALLS = [
    *(
        ("inner", shapes, {})
        for shapes in [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3)), ((2, 2, 3), (4, 1, 3)), ((), (2, 3))]
    ),
    ("tensordot", ((2, 3, 4), (3, 4, 2)), {}),
    ("tensordot", ((2, 3, 4), (4, 3, 5)), {"axes": ([1, 2], [1, 0])}),
    ("tensordot", ((2, 3), (4, 3)), {"axes": (1, -1)}),
    ("tensordot", ((2,), (3,)), {"axes": 0}),
    *(
        ("kron", shapes, {})
        for shapes in [((2,), (3,)), ((2, 2), (3, 2)), ((2,), (3, 2)), ((2, 1, 2), (3,)), ((), (2,))]
    ),
    ("cross", ((3,), (3,)), {}),
    ("cross", ((4, 3), (3,)), {}),
    ("cross", ((3, 4), (3, 4)), {"axis": 0}),
    ("cross", ((3, 4), (4, 3)), {"axisa": 0, "axisc": 0}),
    ("trace", ((3, 4),), {}),
    ("trace", ((3, 4, 2),), {"offset": -1, "axis1": 1, "axis2": 2}),
    ("vdot", ((2, 3), (3, 2)), {}),
    *(("vecdot", shapes, {}) for shapes in [((3,), (3,)), ((2, 3), (3,)), ((4, 1, 3), (2, 3))]),
    ("vecdot", ((3, 2), (3, 2)), {"axis": 0}),
    ("matvec", ((5, 2, 3), (3,)), {}),
    ("vecmat", ((5, 3), (3, 2)), {}),
]


@pytest.mark.parametrize("complex_too", [False, True])
@pytest.mark.parametrize(("name", "shapes", "keywords"), CALLS)
def test_value_and_gradient(name, shapes, keywords, complex_too):
    if not hasattr(np, name):
        pytest.skip(f"this NumPy has no {name}")
    xs = [RNG.normal(size=s) + (1j * RNG.normal(size=s) if complex_too else 0) for s in shapes]
    got, want = getattr(tg, name)(*xs, **keywords), getattr(np, name)(*xs, **keywords)
    np.testing.assert_allclose(got.numpy(), want, rtol=1e-12, atol=1e-14)
    assert got.dtype == np.asarray(want).dtype
    check_grads(lambda *xs: getattr(tg, name)(*xs, **keywords), xs)
    arrived = getattr(np, name)(*(tg.tensor(x, requires_grad=True) for x in xs), **keywords)
    assert isinstance(arrived, tg.Tensor)
    assert arrived.requires_grad


def test_cross_of_two_components():
    """NumPy deprecates them; they stay, as the third component is 0."""
    for left, right in [((2,), (3,)), ((3,), (2,)), ((4, 2), (4, 2))]:
        x, y = RNG.normal(size=left), RNG.normal(size=right)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            want = np.cross(x, y)
        np.testing.assert_allclose(tg.cross(x, y).numpy(), want, rtol=1e-14)
        check_grads(tg.cross, (x, y))


def test_no_elements():
    np.testing.assert_array_equal(tg.vecdot(np.zeros((2, 0)), np.zeros((2, 0))).numpy(), [0, 0])
    assert tg.kron(np.zeros(0), np.zeros(3)).shape == (0,)
    assert tg.tensordot(np.zeros((2, 0)), np.zeros((0, 3)), 1).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tg.tensordot(np.ones((2, 3)), np.ones((2, 3)), 1), ShapeError, "differ in length"),
        (lambda: tg.tensordot(np.ones(2), np.ones(2), 2), ShapeError, "axes=2 for arrays of 1 and 1 axes"),
        (lambda: tg.tensordot(np.ones(2), np.ones(2), ([0], [0, 1])), ShapeError, "one axis of each array"),
        (lambda: tg.tensordot(np.ones(2), np.ones(2), ([1], [0])), AxisError, "axis"),
        (lambda: tg.cross(np.ones(4), np.ones(4)), ShapeError, "2 or 3 components"),
        (lambda: tg.inner(np.ones(2), np.ones(3)), ShapeError, "dot"),
    ],
)
def test_errors_teach(call, error, match):
    with pytest.raises(error, match=match):
        call()
