"""The gated recurrent unit, step by step in NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.testing import check_grads

rng = np.random.default_rng(0)
T, N, C, D = 4, 3, 2, 5
X = rng.normal(size=(T, N, C))
WEIGHTS = [rng.normal(size=shape) for shape in [(C, D), (D, D), (D,)] * 3]
S0 = rng.normal(size=(N, D))


def by_hand(x, Uz, Wz, bz, Ur, Wr, br, Uh, Wh, bh, s):
    def sigma(v):
        return 1 / (1 + np.exp(-v))

    states = [s]
    for row in x:
        z, r = sigma(row @ Uz + s @ Wz + bz), sigma(row @ Ur + s @ Wr + br)
        s = (1 - z) * np.tanh(row @ Uh + (r * s) @ Wh + bh) + z * s
        states.append(s)
    return np.stack(states)


def test_states():
    np.testing.assert_allclose(tg.nn.gru(X, *WEIGHTS, s0=S0).numpy(), by_hand(X, *WEIGHTS, S0), rtol=1e-13)
    np.testing.assert_allclose(tg.nn.gru(X, *WEIGHTS).numpy(), by_hand(X, *WEIGHTS, 0 * S0), rtol=1e-13, atol=1e-16)
    assert tg.nn.gru(X[:0], *WEIGHTS, s0=S0).shape == (1, N, D)
    assert tg.nn.gru(X.astype("f4"), *(w.astype("f4") for w in WEIGHTS)).dtype == np.float32


def test_all_orders_and_the_first_state():
    check_grads(lambda x, s0, u: tg.nn.gru(x, u, *WEIGHTS[1:], s0=s0), [X, S0, WEIGHTS[0]])


def test_errors_teach():
    with pytest.raises(ShapeError, match=r"expected shape \(5,\)"):
        tg.nn.gru(X, *WEIGHTS[:2], WEIGHTS[0], *WEIGHTS[3:])
    with pytest.raises(ShapeError, match=r"sequence \(T, n, c\)"):
        tg.nn.gru(X[0], *WEIGHTS)
    with pytest.raises(ShapeError, match=r"expected shape \(3, 5\)"):
        tg.nn.gru(X, *WEIGHTS, s0=S0[0])
