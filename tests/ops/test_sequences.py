"""Evenly spaced numbers: NumPy's values, and gradients of the ends."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, CoercionError
from tensorgraph.testing import check_grads

ENDS = [
    (0, 1),
    (2.5, -1),
    (np.array([1.0, 2.0]), 5.0),
    (np.array([[1.0], [2.0]]), np.array([3.0, 4.0, 7.0])),
    (1j, 2.0),
]


def close(found, expected):
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("start", "stop"), ENDS, ids=str)
@pytest.mark.parametrize("num", [0, 1, 2, 7])
@pytest.mark.parametrize("endpoint", [True, False])
@pytest.mark.parametrize("axis", [0, -1])
def test_linspace(start, stop, num, endpoint, axis):
    keywords = {"num": num, "endpoint": endpoint, "axis": axis}
    close(tg.linspace(start, stop, **keywords), np.linspace(start, stop, **keywords))
    close(np.linspace(tg.tensor(start), stop, **keywords), np.linspace(start, stop, **keywords))
    if num > 1:
        _, step = tg.linspace(start, stop, retstep=True, **keywords)
        np.testing.assert_allclose(step.numpy(), np.linspace(start, stop, retstep=True, **keywords)[1])


def test_the_last_number_is_the_end_exactly():
    for num in range(2, 60):
        assert tg.linspace(0.1, 0.7, num)[-1].item() == 0.7
        assert tg.geomspace(0.1, 0.7, num)[-1].item() == 0.7


@pytest.mark.parametrize(("start", "stop"), ENDS[:-1], ids=str)
@pytest.mark.parametrize("endpoint", [True, False])
def test_gradients_of_the_ends(start, stop, endpoint):
    start, stop = np.asarray(start, float), np.asarray(stop, float)
    check_grads(lambda a, b: tg.linspace(a, b, 4, endpoint, axis=-1), (start, stop), order=1)
    check_grads(lambda a, b: tg.logspace(a, b, 4, endpoint, base=1.5), (start, stop))
    start, stop = np.abs(start) + 0.5, np.abs(stop) + 0.5
    check_grads(lambda a, b: tg.geomspace(a, b, 4, endpoint), (start, stop))
    check_grads(lambda a, b: tg.geomspace(-a, -b, 4, endpoint), (start, stop))


def test_dtypes():
    assert tg.linspace(tg.tensor(np.float32(0)), 1.0, 3).dtype == np.float32
    close(tg.linspace(0, 10, 4, dtype=int), np.linspace(0, 10, 4, dtype=int))
    close(tg.linspace(-10, 0, 4, dtype=int), np.linspace(-10, 0, 4, dtype=int))
    close(tg.geomspace(1, 1000, 4, dtype=np.float32), np.geomspace(1, 1000, 4, dtype=np.float32))


@pytest.mark.parametrize("num", [0, 1, 5])
@pytest.mark.parametrize("endpoint", [True, False])
def test_logspace_and_geomspace(num, endpoint):
    for start, stop in ((0, 2), (np.array([1.0, 2.0]), 3.0)):
        close(tg.logspace(start, stop, num, endpoint), np.logspace(start, stop, num, endpoint))
        close(
            tg.logspace(start, stop, num, endpoint, 2.0, None, -1),
            np.logspace(start, stop, num, endpoint, 2.0, None, -1),
        )
    for start, stop in (
        (1, 256),
        (-1000, -1),
        (1j, 1000j),
        (-1 + 0j, 1 + 0j),
        (1 + 2j, 100 + 50j),
        (np.array([1.0, 3.0]), 5.0),
        (1e-300, 1e300),
    ):
        close(tg.geomspace(start, stop, num, endpoint), np.geomspace(start, stop, num, endpoint))


def test_logspace_with_several_bases():
    base = np.array([2.0, 3.0])
    close(tg.logspace(0, 2, 3, base=base), np.logspace(0, 2, 3, base=base))
    check_grads(lambda b: tg.logspace(0, 2, 3, base=b, axis=-1), (base,))


@pytest.mark.parametrize("arguments", [(5,), (2, 9), (9, 2, -3), (0.0, 1.0, 0.25), (3.0,), (5, None, 2)])
def test_arange(arguments):
    expected = np.arange(0, 5, 2) if None in arguments else np.arange(*arguments)
    close(tg.arange(*arguments), expected)
    assert tg.arange(*arguments, dtype=np.float32).dtype == np.float32


def test_arange_of_tensors():
    assert tg.arange(tg.tensor(3)).tolist() == [0, 1, 2]
    with pytest.raises(CoercionError):
        tg.arange(tg.tensor(3.0, requires_grad=True))


@pytest.mark.parametrize("N", [None, 0, 1, 4])
@pytest.mark.parametrize("increasing", [False, True])
def test_vander(alike, N, increasing):
    alike(
        lambda xp, x: xp.vander(x, N, increasing=increasing), np.array([0.5, -1.5, 2.0]), dtypes=(float, int), order=2
    )


def test_vander_at_zero():
    check_grads(lambda x: tg.vander(x, 4), (np.zeros(2),))
    with pytest.raises(ArgumentError, match="one axis"):
        tg.vander(np.ones((2, 2)))


def test_refusals():
    with pytest.raises(ArgumentError, match="num ≥ 0"):
        tg.linspace(0, 1, -1)
    with pytest.raises(ArgumentError, match="integer num"):
        tg.geomspace(1, 2, 2.5)
    with pytest.raises(ArgumentError, match="other than 0"):
        tg.geomspace(0, 2)
    with pytest.raises(ArgumentError, match="device"):
        tg.linspace(0, 1, device="gpu")
