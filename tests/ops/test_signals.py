"""Convolution in all modes and lengths, interpolation, polynomials."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.testing import check_grads

RNG = np.random.default_rng(29)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("m", range(1, 6))
def test_all_modes_and_lengths(name, mode, m):
    for n in range(1, 6):
        for phase in (0, 1j):
            x, y = (RNG.normal(size=k) + phase * RNG.normal(size=k) for k in (m, n))
            f = getattr(tg, name)
            np.testing.assert_allclose(f(x, y, mode).numpy(), getattr(np, name)(x, y, mode), rtol=1e-12)
            check_grads(lambda x, y, f=f: f(x, y, mode), (x, y), order=1)


def test_convolution_to_the_second_order():
    check_grads(tg.convolve, (RNG.normal(size=4), RNG.normal(size=3)))


@pytest.mark.parametrize("keywords", [{}, {"left": -1.0, "right": 2.0}, {"period": 2.5}])
def test_interp(keywords):
    x, xp, fp = RNG.uniform(-5, 5, size=(3, 4)), np.sort(RNG.normal(size=6)) * 3, RNG.normal(size=6)
    np.testing.assert_allclose(tg.interp(x, xp, fp, **keywords).numpy(), np.interp(x, xp, fp, **keywords), rtol=1e-11)
    check_grads(lambda x, xp, fp: tg.interp(x, xp, fp, **keywords), (x, xp, fp))
    check_grads(lambda fp: tg.interp(x, xp, fp, **keywords), (fp + 1j,))


@pytest.mark.parametrize(
    "arguments",
    [
        ([1.0, 2.0, 3.0], [2.0], [5.0]),
        ([0.0, 1.0, 1.5, 2.0, 3.0], [1.0, 2.0, 2.0], [1.0, 2.0, 3.0]),
        ([1.0, 2.0], [1.0, 2.0], [5.0, 6.0]),
        (np.float32(0.5), [0, 1], [1, 2]),
        ([np.nan, 0.5], [0.0, 1.0], [1.0, 2.0]),
    ],
)
def test_interp_at_the_edges(arguments):
    got, want = tg.interp(*arguments), np.interp(*arguments)
    np.testing.assert_allclose(got.numpy(), want, rtol=1e-15)
    assert got.dtype == np.asarray(want).dtype


def test_what_lies_outside_has_a_gradient():
    check_grads(lambda a, b: tg.interp([-1.0, 0.5, 3.0], [0.0, 1.0], [1.0, 2.0], left=a, right=b), (0.3, 0.7))


def test_polyval():
    check_grads(tg.polyval, (RNG.normal(size=4), RNG.normal(size=(2, 3))))
    for p, x in (([1, 2, 3], [1, 2]), ([], [1.0, 2.0]), ([2], 3.0)):
        got, want = tg.polyval(p, x), np.polyval(p, x)
        np.testing.assert_array_equal(got.numpy(), want)
        assert got.dtype == np.asarray(want).dtype


def test_errors_teach():
    with pytest.raises(ShapeError, match="expected xp and fp of one axis"):
        tg.interp([1.0], [1.0, 2.0], [1.0])
    with pytest.raises(ShapeError, match="coefficients of one axis"):
        tg.polyval([[1.0]], 1.0)
    with pytest.raises(ShapeError, match="convolve"):
        tg.convolve(np.ones(0), np.ones(2))
