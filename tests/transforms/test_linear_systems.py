"""Linear systems: GMRES and the dense way against NumPy, and what is singular found out."""

from __future__ import annotations

import numpy as np
import pytest

from tensorgraph.transforms import linear_systems
from tensorgraph.transforms.linear_systems import gmres, solved

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("n", [1, 2, 7, 60, 400])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_gmres_against_numpy(n: int, dtype: type) -> None:
    a = (np.eye(n) * 2 + RNG.normal(size=(n, n)) / np.sqrt(n) * 0.5).astype(dtype)
    b = RNG.normal(size=n).astype(dtype)
    x = gmres(lambda v: a @ v, b)
    assert x.dtype == dtype
    np.testing.assert_allclose(x, np.linalg.solve(a, b), rtol=1e-9 if dtype is np.float64 else 1e-3, atol=1e-5)


def test_gmres_where_there_is_no_solution_and_where_it_is_zero() -> None:
    assert gmres(lambda v: v, np.zeros(3)).tolist() == [0.0] * 3
    np.testing.assert_allclose(gmres(lambda v: np.array([v.sum(), v.sum()]), np.array([1.0, 0.0])).sum(), 0.5)
    assert gmres(lambda v: 0 * v, np.ones(3)).tolist() == [0.0] * 3
    turned = np.roll(np.eye(5), 1, axis=0)  # its Krylov spaces hold no solution until the last
    b = np.eye(5)[0]
    np.testing.assert_allclose(turned @ gmres(lambda v: turned @ v, b), b, atol=1e-14)


@pytest.mark.parametrize("dense", [0, 1024])
def test_many_right_sides_and_singular_matrices(dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear_systems, "DENSE", dense)
    a, b = np.eye(4) + 0.1 * RNG.normal(size=(4, 4)), RNG.normal(size=(3, 4))
    x = solved(lambda: a, lambda v: a @ v, b)
    assert x is not None
    np.testing.assert_allclose(x @ a.T, b, rtol=1e-12)
    empty = solved(lambda: a, lambda v: a @ v, b[:0])
    assert empty is not None
    assert empty.shape == (0, 4)
    for singular in (np.zeros((4, 4)), np.ones((4, 4)), a - np.outer(a[:, 0], np.eye(4)[0])):
        assert solved(lambda a=singular: a, lambda v, a=singular: a @ v, b) is None
