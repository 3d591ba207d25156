"""Casts: dtypes both ways, complex parts, what is refused."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError

X = np.array([-1.5, 0.25, 300.5])
DTYPES = [bool, np.int8, np.uint16, int, np.float16, np.float32, float, np.longdouble, np.complex64, complex]


@pytest.mark.parametrize("old", DTYPES)
@pytest.mark.parametrize("new", DTYPES)
@np.errstate(invalid="ignore")
def test_values_are_numpys(old, new):
    x = np.abs(X).astype(old) % 100 if np.dtype(old).kind != "c" else np.abs(X) % 100 + 0j
    x = x.astype(old)
    expected = (x.real if np.dtype(new).kind not in "cb" else x).astype(new)
    if np.dtype(old).kind == "c" and np.dtype(new).kind not in "cb":
        with pytest.warns(np.exceptions.ComplexWarning, match="imaginary"):
            found = tg.astype(x, new)
    else:
        found = tg.tensor(x).astype(new)
    assert found.dtype == new
    np.testing.assert_array_equal(found.numpy(), expected)


@pytest.mark.parametrize("old", [d for d in DTYPES if np.dtype(d).kind in "fc"])
@pytest.mark.parametrize("new", [d for d in DTYPES if np.dtype(d).kind in "fc"])
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_the_gradient_comes_back_in_the_old_dtype(old, new):
    x = tg.tensor(np.array([1.0, 2.0], old), requires_grad=True)
    w = np.array([3.0, -1.0], new)
    if np.dtype(new).kind == "c":
        w = (w * (1 + 2j)).astype(new)
    x.astype(new).backward(w)
    assert x.grad.dtype == old
    # Of a real x only the real part moves: ∂f/∂x = Re(w).
    np.testing.assert_array_equal(x.grad.numpy(), (w if np.dtype(old).kind == "c" else w.real).astype(old))


def test_no_gradient_through_integers():
    x = tg.tensor(X, requires_grad=True)
    assert not x.astype(np.int64).requires_grad
    assert tg.grad(lambda x: (x.astype(int) * x).sum())(X).tolist() == [-1.0, 0.0, 300.0]


def test_forms_and_refusals():
    t = tg.tensor(X)
    assert (
        np.astype(t, np.float32).dtype
        == t.astype("f4").dtype
        == tg.astype(t, dtype=np.float32, copy=False).dtype
        == np.float32
    )
    with pytest.raises(DtypeError, match="casting='safe'"):
        t.astype(np.float32, casting="safe")
    with pytest.raises(DtypeError, match="no dtype"):
        t.astype("float33")
    with pytest.raises(DtypeError, match="numeric"):
        t.astype("U5")
    with pytest.raises(ArgumentError, match="device"):
        tg.astype(t, float, device="gpu")
