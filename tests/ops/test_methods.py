"""Methods that follow from no card; indexing, `at`, and those of the Array API have files of their own."""

import copy

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import CoercionError, MutationError

X = np.arange(6.0).reshape(2, 3)
NUMPY_METHODS = [name for name in dir(np.ndarray) if not name.startswith("_") and callable(getattr(np.ndarray, name))]
ABSENT = {
    "byteswap": "the bytes of elements are no numbers",
    "dump": "pickles",
    "dumps": "pickles",
    "getfield": "records",
    "setfield": "records",
    "setflags": "tensors are immutable",
    "tofile": "tg.nn and numpy.save write files",
    "view": "the bytes of elements are no numbers",
}


@pytest.mark.parametrize("name", NUMPY_METHODS)
def test_every_method_of_ndarray_is_there_or_absent_for_a_reason(name):
    assert hasattr(tg.Tensor, name) != (name in ABSENT)


def test_contains():
    t = tg.tensor(X)
    assert 4.0 in t
    assert 7.0 not in t
    assert tg.tensor(2.0) in t
    assert [0.0, 9.0, 9.0] in t  # as in NumPy: any element that is equal to its counterpart


def test_divmod():
    for a, b in ((tg.tensor([7.0, -7.0]), 2.0), (7.0, tg.tensor([2.0, -2.0])), (tg.tensor([7, -7]), tg.tensor([2, 2]))):
        expected = divmod(np.asarray(a), np.asarray(b))
        for found, want in zip(divmod(a, b), expected, strict=True):
            assert found.tolist() == want.tolist()


def test_writing_methods_work_on_free_tensors_only():
    t = tg.tensor(X)
    t.fill(2.0)
    assert t.tolist() == np.full((2, 3), 2.0).tolist()
    t.put([0, -1], [5.0, 6.0])
    assert t.ravel().tolist() == [5.0, 2.0, 2.0, 2.0, 2.0, 6.0]
    x = tg.tensor(X, requires_grad=True)
    for write in (lambda t: t.fill(1.0), lambda t: t.put([0], [1.0])):
        for recorded in (x, x * 2):
            with pytest.raises(MutationError, match=r"\.at\["):
                write(recorded)
    assert x.tolist() == X.tolist()
    with pytest.raises(MutationError, match=r"tg\.resize"):
        t.resize((3, 3))


@pytest.mark.parametrize(
    "write",
    [
        lambda t: np.put(t, [0], 1.0),
        lambda t: np.place(t, X > 0, 1.0),
        lambda t: np.putmask(t, X > 0, 1.0),
        lambda t: np.copyto(t, X),
        lambda t: np.copyto(X.copy(), t),
        lambda t: np.fill_diagonal(t, 1.0),
        lambda t: np.put_along_axis(t, np.zeros((2, 1), int), 1.0, 1),
    ],
    ids=["put", "place", "putmask", "copyto", "copyto from", "fill_diagonal", "put_along_axis"],
)
def test_numpy_functions_that_write_are_refused(write):
    with pytest.raises(MutationError, match=r"writes into its first argument.*copy|leaf"):
        write(tg.tensor(X, requires_grad=True))


def test_copies():
    x = tg.tensor(X, requires_grad=True)
    for twin in (x.copy(), np.copy(x), tg.copy(x)):
        assert twin is not x
        x.grad = None
        twin.sum().backward()
        assert x.grad.tolist() == np.ones_like(X).tolist()
    free = tg.tensor(X)
    for twin in (free.copy(), copy.copy(free), copy.deepcopy(free)):
        twin[0] = 9.0
        assert free.tolist() == X.tolist()


def test_bytes():
    assert tg.tensor(X).tobytes() == X.tobytes()
    assert tg.tensor(X).tobytes("F") == X.tobytes("F")


def test_leaving_by_list_of_rows_is_refused():
    with pytest.raises(CoercionError):
        np.array([tg.tensor(1.0, requires_grad=True), 2.0])
