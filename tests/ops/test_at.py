"""`t.at[index].set/add/multiply/min/max`: against a loop that writes one element after the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError, IndexingError, MutationError, ShapeError
from tensorgraph.testing import check_grads

METHODS = {
    "set": lambda old, new: new,
    "add": lambda old, new: old + new,
    "multiply": lambda old, new: old * new,
    "min": min,
    "max": max,
}
every_method = pytest.mark.parametrize("method", METHODS)


def loop(x, index, values, method):
    """One write after the other, in the order in which x[index] lists the places."""
    out = x.copy()
    flat = out.reshape(-1)
    places = np.arange(x.size).reshape(x.shape)[index]
    wide = np.broadcast_to(values, np.broadcast_shapes(np.shape(values), places.shape)).reshape(places.shape)
    for place, value in zip(places.ravel(), wide.ravel(), strict=True):
        flat[place] = METHODS[method](flat[place], value)
    return out


@st.composite
def writes(draw):
    """A shape, an index into it and a shape of values that broadcasts to what the index names."""
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = shape[0]
    index = [
        rng.integers(-n, n, rng.integers(0, 6)),
        rng.integers(0, n, (2, 3)),
        rng.random(shape) < 0.5,
        tuple(rng.integers(0, k, 4) for k in shape),
        (Ellipsis, rng.integers(0, shape[-1], 3)),
        (slice(None, None, -1), ...),
        (int(rng.integers(0, n)), ..., None),
        (rng.integers(0, n, 3), ..., 0) if len(shape) > 1 else (rng.integers(0, n, 3), ...),
    ][draw(st.integers(0, 7))]
    target = np.empty(shape)[index].shape
    thin = tuple(1 if draw(st.booleans()) else k for k in target)
    values = draw(st.sampled_from([target, (), thin, (1, *target)]))
    return shape, index, values, rng


@every_method
@given(drawn=writes())
def test_against_a_loop(method, drawn):
    shape, index, values_shape, rng = drawn
    x = rng.permutation(int(np.prod(shape))).reshape(shape) * 0.2 + 0.1
    # No ties: the values lie between the numbers of x.
    size = int(np.prod(values_shape))
    values = (rng.permutation(size).reshape(values_shape) + rng.random()) * 0.2 / max(size, 1)
    t = tg.tensor(x)
    np.testing.assert_allclose(getattr(t.at[index], method)(values).numpy(), loop(x, index, values, method), rtol=1e-13)
    assert t.tolist() == x.tolist()

    def f(x, y):
        return (getattr(x.at[index], method)(y) * w).sum()

    w = rng.normal(size=shape)
    gx, gy = (g.numpy() for g in tg.grad(f, argnums=(0, 1))(x, values))
    step = 1e-7
    v, u = rng.normal(size=shape), rng.normal(size=values_shape)
    rise = (
        loop(x + step * v, index, values + step * u, method) - loop(x - step * v, index, values - step * u, method)
    ) * w
    measured = rise.sum() / (2 * step)
    np.testing.assert_allclose((gx * v).sum() + (gy * u).sum(), measured, rtol=1e-5, atol=1e-6)
    tangent = tg.jvp(f, (x, values), (v, u))[1].item()
    np.testing.assert_allclose(tangent, measured, rtol=1e-5, atol=1e-6)


X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
TWICE = ([0, 1, 0], [2, 1, 2])


@every_method
@pytest.mark.parametrize("index", [1, (slice(None), 2), TWICE, X > 2.5, (..., [0, 0]), ()], ids=repr)
def test_second_order(method, index):
    size = X[index].size
    values = 0.35 * np.arange(size).reshape(X[index].shape) + 1.15
    check_grads(lambda x, y: tg.sin(getattr(x.at[index], method)(y)), (X, values))


def test_set_keeps_the_last_value_and_its_gradient():
    """PyTorch's `x[i] = v` with a repeated i gives the gradient [1, 1] where the truth is [0, 1]."""
    x, v = tg.tensor([1.0, 2.0], requires_grad=True), tg.tensor([3.0, 4.0], requires_grad=True)
    y = x.at[[0, 0]].set(v)
    assert y.tolist() == [4.0, 2.0]
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 1.0]
    assert v.grad.tolist() == [0.0, 1.0]


@given(st.integers(0, 2**32 - 1))
def test_set_with_many_repetitions_of_any_memory_layout(seed):
    rng = np.random.default_rng(seed)
    rows, columns = np.asfortranarray(rng.integers(0, 3, (4, 5))), rng.integers(0, 2, (5, 4)).T
    values = np.asfortranarray(rng.normal(size=(4, 5)))
    x = rng.normal(size=(3, 2))
    np.testing.assert_array_equal(
        tg.tensor(x).at[rows, columns].set(values).numpy(), loop(x, (rows, columns), values, "set")
    )


def test_products_with_zeros_are_exact():
    x, v = np.array([2.0, 3.0]), np.array([0.0, 5.0, 0.0, 7.0])
    index = [0, 0, 0, 1]
    check_grads(lambda x, v: x.at[index].multiply(v), (x, v), order=3)
    single = np.array([0.0, 5.0, 4.0, 7.0])
    gx, gv = tg.grad(lambda x, v: x.at[index].multiply(v).sum(), argnums=(0, 1))(x, single)
    assert gx.tolist() == [0.0, 7.0]
    assert gv.tolist() == [40.0, 0.0, 0.0, 3.0]


@pytest.mark.parametrize("method", ["min", "max"])
def test_ties_share_equally(method):
    gx, gv = tg.grad(lambda x, v: getattr(x.at[[0, 0]], method)(v)[0], argnums=(0, 1))(
        np.array([1.0, 2.0]), np.array([1.0, 1.0])
    )
    np.testing.assert_allclose(gx.numpy(), [1 / 3, 0.0])
    np.testing.assert_allclose(gv.numpy(), [1 / 3, 1 / 3])
    dz = tg.jvp(
        lambda x, v: getattr(x.at[[0, 0]], method)(v), (np.ones(1), np.ones(2)), (np.array([3.0]), np.array([6.0, 9.0]))
    )[1]
    np.testing.assert_allclose(dz.numpy(), [6.0])


@every_method
def test_the_tensor_itself_stays(method):
    t = tg.tensor(X)
    changed = getattr(t.at[0], method)(9.5)
    assert t.tolist() == X.tolist()
    assert not np.shares_memory(changed.numpy(), t.numpy())
    assert repr(t.at[0]).endswith(".at[0]")


@every_method
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.complex64])
def test_dtype_is_that_of_the_tensor(method, dtype):
    if dtype is np.complex64 and method in {"min", "max"}:
        pytest.skip("complex numbers have no order")
    x, v = tg.tensor(X.astype(dtype), requires_grad=True), tg.tensor(np.full(3, 2.25), requires_grad=True)
    y = getattr(x.at[TWICE], method)(v)
    assert y.dtype == dtype
    y.backward(np.ones(X.shape, dtype))
    assert (x.grad.dtype, v.grad.dtype) == (dtype, np.float64)


@every_method
def test_values_of_a_higher_kind_are_refused(method):
    for array, values in ((np.arange(3), 1.5), (np.zeros(3), 1j), (np.zeros(3, bool), 2)):
        with pytest.raises(DtypeError, match="astype"):
            getattr(tg.tensor(array).at[[0, 0]], method)(values)
    assert getattr(tg.tensor(np.arange(3, dtype=np.int8)).at[1], method)(1).dtype == np.int8


@every_method
def test_misfits_are_refused(method):
    with pytest.raises(IndexingError):
        getattr(tg.tensor(X).at[5], method)(1.0)
    with pytest.raises(ShapeError):
        getattr(tg.tensor(X).at[0], method)([1.0, 2.0])
    with pytest.raises(IndexingError, match="an index is made of"):
        getattr(tg.tensor(X).at["a"], method)(1.0)


def test_product_with_a_traced_index_is_refused():
    from tensorgraph.core.recording import ALL, recording

    index = tg.tensor([0, 0])
    with recording(ALL), pytest.raises(ArgumentError, match="cannot be traced"):
        tg.tensor(X).at[index].multiply(2.0)
    assert tg.tensor(X).at[index].multiply(2.0)[0, 0].item() == 4.0


def test_writing_into_a_tensor_of_a_graph_names_at():
    x = tg.tensor(X, requires_grad=True)
    for t in (x, x * 2):
        with pytest.raises(MutationError, match=r"\.at\[i\]\.set\(v\)"):
            t[0] = 1.0
    free = tg.tensor(X)
    free[0, [0, 2]] = 7.0
    assert free[0].tolist() == [7.0, 2.0, 7.0]
