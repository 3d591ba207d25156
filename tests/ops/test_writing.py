"""`t[i] = v`: allowed with the right gradients, or refused; never a gradient lost."""

import gc

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.recording import ALL, recording
from tensorgraph.errors import DtypeError, IndexingError, MutationError, StaleLeafError
from tensorgraph.testing import check_grads

X = np.array([1.0, 2.0, 3.0])


def test_a_recorded_value_written_into_a_fresh_tensor_keeps_its_gradient():
    def f(x):
        out = tg.zeros(4)
        out[0] = x[1] * x[2]
        out[2:] = tg.sin(x[:2])
        return out

    check_grads(f, (X,))
    assert f(X).tolist() == [6.0, 0.0, np.sin(1.0), np.sin(2.0)]


@pytest.mark.parametrize(
    "copy",
    [tg.copy, lambda x: tg.asarray(x, copy=True), tg.array, lambda x: x.at[0].set(0.5)],
    ids=["copy", "asarray", "array", "at"],
)
def test_a_copy_can_be_written_to(copy):
    def f(x):
        y = copy(x * 2)
        y[y > 3.0] = -1.0
        y[0] = y[1] * x[2]
        return y * y

    check_grads(f, (X,))


def test_in_place_arithmetic_at_an_index():
    def f(x):
        y = tg.copy(x)
        y[1:] += x[:-1] * 2
        y[[0, 2]] *= y[1]
        y[0] -= 1
        return tg.sin(y)

    check_grads(f, (X,))
    y = X.copy()
    y[1:] += X[:-1] * 2
    y[[0, 2]] *= y[1]
    y[0] -= 1
    np.testing.assert_allclose(f(X).numpy(), np.sin(y))


def test_a_loop_that_fills_an_array():
    def recurrence(x):
        out = tg.zeros(6)
        out[0] = x[0]
        for i in range(1, 6):
            out[i] = tg.sin(out[i - 1] * x[1]) + x[2]
        return out

    check_grads(recurrence, (X,))


@pytest.mark.parametrize("read", [lambda y: y * y, tg.sum, lambda y: y[0]], ids=["square", "sum", "getitem"])
def test_who_has_read_the_old_value_raises(read):
    x = tg.tensor(X, requires_grad=True)
    y = tg.copy(x)
    before = read(y)
    y[0] = 9.0
    with pytest.raises(StaleLeafError, match="assigned to after"):
        before.sum().backward()
    assert x.grad is None
    read(y).sum().backward()
    assert x.grad is not None


def test_who_has_read_a_constant_that_changed_raises():
    x, c = tg.tensor(X, requires_grad=True), tg.tensor(X)
    y = (x * c).sum()
    c[0] = 50.0
    with pytest.raises(StaleLeafError):
        y.backward()
    w = tg.tensor(X, requires_grad=True)
    _, back = tg.vjp(lambda x: (x * w).sum(), X)
    w.assign(2 * X)
    with pytest.raises(StaleLeafError):
        back(1.0)
    y = (x + c).sum()  # reads no values backward
    c[0] = 60.0
    y.backward()
    assert x.grad.tolist() == [1.0, 1.0, 1.0]


def test_leaves_arguments_and_results_refuse():
    x = tg.tensor(X, requires_grad=True)
    for t in (x, x * 2, x[1:], x.T):
        with pytest.raises(MutationError, match=r"\.at\[i\]\.set\(v\)"):
            t[0] = 1.0

    def writes(x):
        x[0] = 1.0
        return x.sum()

    for argument in (X, x, tg.copy(x), x * 2):
        with pytest.raises(MutationError, match=r"\.at\[i\]\.set\(v\)"):
            tg.grad(writes)(argument)


def test_without_recording_copies_refuse_too():
    y = tg.copy(tg.tensor(X, requires_grad=True))
    with tg.no_grad(), pytest.raises(MutationError):
        y[0] = 1.0


def test_errors_leave_the_tensor_as_it_was():
    y = tg.copy(tg.tensor(X, requires_grad=True))
    op, stamp = y.op, y._stamp
    for index, value, error in ((7, 1.0, IndexingError), (0, 1j, DtypeError), (slice(None), [1.0, 2.0], ValueError)):
        with pytest.raises(error):
            y[index] = value
    assert (y.tolist(), y.op, y._stamp) == (X.tolist(), op, stamp)


def test_a_trace_records_what_is_written():
    out, value = tg.zeros(2), tg.tensor(3.0)
    with recording(ALL):
        out[0] = value
    assert out.op.name == "at_set"
    assert any(t is value for t in out.inputs)


def test_no_cycle_is_made():
    gc.collect()
    gc.disable()
    try:
        y = tg.copy(tg.tensor(X, requires_grad=True))
        y[0] += 1.0
        y[1] = y[0] * y[2]
        del y
        assert gc.collect() == 0
    finally:
        gc.enable()
