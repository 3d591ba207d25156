"""Every kind of index that NumPy has; the oracle of the gradient is NumPy's own indexing of numbers.

Reading at an index is a linear map whose matrix has a single 1 in each row: at the place that NumPy names when it
indexes an array of places.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import tensorgraph as tg
from tensorgraph.errors import DtypeError, IndexingError
from tensorgraph.testing import check_grads

SHAPES = npst.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4)


@st.composite
def basic(draw):
    shape = draw(npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
    return shape, draw(npst.basic_indices(shape, allow_newaxis=True, max_dims=6))


@st.composite
def integer(draw):
    shape = draw(SHAPES)
    kinds = st.sampled_from([np.int64, np.int8])
    arrays = draw(
        npst.integer_array_indices(shape, result_shape=npst.array_shapes(max_dims=2, max_side=3), dtype=draw(kinds))
    )
    return shape, arrays[: draw(st.integers(1, len(arrays)))]


@st.composite
def boolean(draw):
    shape = draw(SHAPES)
    start = draw(st.integers(0, len(shape) - 1))
    stop = draw(st.integers(start + 1, len(shape)))
    mask = draw(npst.arrays(bool, shape[start:stop]))
    return shape, (*(slice(None, None, draw(st.sampled_from([1, -1, 2]))) for _ in range(start)), mask)


@st.composite
def mixed(draw):
    """Arrays that broadcast against each other, among integers, slices, None and one Ellipsis, in any order."""
    shape = draw(SHAPES)
    common = draw(npst.array_shapes(min_dims=0, max_dims=2, max_side=3))
    items = []
    for n in shape:
        match draw(st.sampled_from(["array", "array", "slice", "integer", "scalar array"])):
            case "array":
                thin = tuple(draw(st.sampled_from([k, 1])) for k in common)[draw(st.integers(0, len(common))) :]
                items.append(draw(npst.arrays(np.intp, thin, elements=st.integers(-n, n - 1))))
            case "slice":
                items.append(draw(st.slices(n)))
            case "integer":
                items.append(draw(st.integers(-n, n - 1)))
            case "scalar array":
                items.append(np.array(draw(st.integers(-n, n - 1))))
    if draw(st.booleans()):
        items = items[: draw(st.integers(0, len(items)))]
        items.append(Ellipsis)
    for _ in range(draw(st.integers(0, 2))):
        items.insert(draw(st.integers(0, len(items))), None)
    return shape, tuple(items)


ANY = st.one_of(basic(), integer(), boolean(), mixed())


def pulled_back(shape, index, w):
    """The cotangent by a loop over what NumPy's own indexing names."""
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)[index]
    out = np.zeros(int(np.prod(shape, dtype=int)))
    for place, value in zip(np.ravel(places), np.ravel(w), strict=True):
        out[place] += value
    return out.reshape(shape)


@given(ANY, st.integers(0, 2**32 - 1))
def test_value_cotangent_and_tangent(drawn, seed):
    shape, index = drawn
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    expected = x[index]
    leaf = tg.tensor(x, requires_grad=True)
    found = leaf[index]
    assert found.shape == np.shape(expected)
    np.testing.assert_array_equal(found.numpy(), expected)
    w = rng.normal(size=found.shape)
    found.backward(w)
    np.testing.assert_allclose(leaf.grad.numpy(), pulled_back(shape, index, w), rtol=1e-14, atol=1e-14)
    dx = rng.normal(size=shape)
    np.testing.assert_array_equal(tg.jvp(lambda x: x[index], (x,), (dx,))[1].numpy(), dx[index])
    # The cotangent of the cotangent: to read at the index again.
    _, back = tg.vjp(lambda w: tg.vjp(lambda x: x[index], x)[1](w)[0], w)
    np.testing.assert_array_equal(back(dx)[0].numpy(), dx[index])


@given(ANY)
def test_indices_may_be_tensors_and_lists(drawn):
    shape, index = drawn
    x = np.random.default_rng(0).normal(size=shape)
    items = index if isinstance(index, tuple) else (index,)
    as_tensors = tuple(tg.tensor(i) if isinstance(i, np.ndarray) else i for i in items)
    as_lists = tuple(i.tolist() if isinstance(i, np.ndarray) and i.size else i for i in items)
    for given_index in (as_tensors, as_lists):
        np.testing.assert_array_equal(tg.tensor(x)[given_index].numpy(), x[index])


X = np.random.default_rng(11).normal(size=(3, 4))


@pytest.mark.parametrize(
    "index",
    [
        0, -1, np.int8(2), True, False, np.True_, None, ..., (), slice(1, None), [0, 2, 0], [True, False, True], [],
        (0, [1, 1]), ([0, 0], [1, 1]), (None, [0, 1], ..., None), np.array(1), np.zeros((0, 2), int), X > 0,
        (X[:, 0] > 0, 1), (..., [3, 3]),
        [[True, False, True, False]] * 3, (True, 0), ((0, 1), (2, 3)), np.array([2**63 - 1, 0], np.uint64) % 3,
    ],
    ids=repr,
)  # fmt: skip
def test_forms(index):
    np.testing.assert_array_equal(tg.tensor(X)[index].numpy(), X[index])
    check_grads(lambda x: x[index], (X,))


@pytest.mark.parametrize("index", [1.0, "a", [0.5], {}, 1j, (0, "a"), np.array([1.0]), [[0.0]], object()])
def test_what_is_no_index(index):
    with pytest.raises(IndexingError, match=r"integers, slices|an index is"):
        _ = tg.tensor(X)[index]


def test_errors_name_the_op():
    with pytest.raises(IndexingError, match=r"getitem: got float64\[3,4\] with index=7: index 7 is out of bounds"):
        _ = tg.tensor(X)[7]
    with pytest.raises(IndexingError, match="too many indices"):
        _ = tg.tensor(X)[0, 0, 0]
    with pytest.raises(IndexingError, match="gather"):
        _ = tg.tensor(X)[[3]]
    with pytest.raises(IndexingError, match="boolean index did not match"):
        _ = tg.tensor(X)[[True, False]]
    with pytest.raises((DtypeError, IndexingError), match="slice"):
        _ = tg.tensor(X)[:1.5]
    with pytest.raises((IndexingError, ValueError), match="broadcast"):
        _ = tg.tensor(X)[[0, 1], [0, 1, 2]]


def test_an_index_that_changes_later_changes_nothing():
    index = np.array([0, 1, 1])
    x = tg.tensor(X, requires_grad=True)
    y = x[index]
    index[:] = 2
    y.sum().backward()
    assert x.grad[:, 0].tolist() == [1.0, 2.0, 0.0]
    items = [0, 1]
    z = x[items]
    items[0] = 2
    x.grad = None
    z.sum().backward()
    assert x.grad[:, 0].tolist() == [1.0, 1.0, 0.0]


def test_repeated_indices_accumulate():
    """PyTorch's in-place form gives [1, 1] for a repeated index written to; reading adds up all uses."""
    x = tg.tensor([5.0, 7.0], requires_grad=True)
    x[[0, 0, 1, 0]].backward([1.0, 2.0, 4.0, 8.0])
    assert x.grad.tolist() == [11.0, 4.0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.complex64, np.complex128])
@pytest.mark.parametrize("count", [3, 1000])
def test_gradients_have_the_dtype_of_x(dtype, count):
    rng = np.random.default_rng(0)
    x = tg.tensor(rng.normal(size=50).astype(dtype), requires_grad=True)
    index = rng.integers(0, 50, count)
    w = (rng.normal(size=count) + (1j * rng.normal(size=count) if x.dtype.kind == "c" else 0)).astype(dtype)
    x[index].backward(w)
    assert x.grad.dtype == dtype
    exact = np.zeros(50, np.clongdouble if w.dtype.kind == "c" else np.longdouble)
    np.add.at(exact, index, w)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(x.grad.numpy(), exact.astype(dtype), rtol=30 * eps, atol=30 * eps)


def test_half_precision_adds_up_in_more():
    """4,000 times 1 in half precision would stop at 2,048."""
    x = tg.tensor(np.zeros(1, np.float16), requires_grad=True)
    x[np.zeros(4000, int)].sum(dtype=np.float32).backward()
    assert x.grad.tolist() == [4000.0]
    y = tg.tensor(np.zeros(9000, np.float32), requires_grad=True)
    y[np.zeros(2**10, int)].backward(np.full(2**10, 1e-8, np.float32) + np.eye(1, 2**10, 0, np.float32)[0])
    np.testing.assert_allclose(y.grad[0].item(), 1 + 2**10 * 1e-8, rtol=1e-7)


def test_iteration_and_unpacking():
    x = tg.tensor(X, requires_grad=True)
    first, second, third = x
    (first * 2 + third).sum().backward()
    assert x.grad[:, 0].tolist() == [2.0, 0.0, 1.0]
    assert second.shape == (4,)


def test_integers_can_be_indexed_too():
    assert tg.arange(5)[[1, 1]].tolist() == [1, 1]
    assert not tg.arange(5)[1].requires_grad
