"""The reverse and the forward sweep: what DESIGN promises of them, at scale and under faults."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.core.op import OPS
from tensorgraph.core.sweep import history

MILLION = 1_000_000


def chain(x: tg.Tensor, length: int) -> tg.Tensor:
    for _ in range(length):
        x = x + 1.0
    return x


def test_a_chain_of_a_million_ops_is_built_swept_printed_and_freed_without_recursion() -> None:
    x = tg.tensor(2.0, requires_grad=True)
    y = chain(x, MILLION)
    assert y.item() == MILLION + 2.0
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 1.0
    assert "op=add" in repr(y)
    nodes, older = history((y,))
    assert len(nodes) == MILLION + 1
    assert not older
    del nodes, y


def test_a_deep_chain_works_in_a_thread_with_a_small_stack() -> None:
    found: list[float] = []

    def run() -> None:
        x = tg.tensor(2.0, requires_grad=True)
        y = chain(x, 100_000)
        y.backward()
        out = tg.jvp(lambda t: chain(t, 1000), (1.0,), (3.0,))[1]
        assert x.grad is not None
        found.extend((x.grad.item(), out.item()))

    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert found == [1.0, 3.0]


def test_double_backward_through_a_deep_chain() -> None:
    x = tg.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y * 1.0 + 0.0
    (y * y).backward(create_graph=True)
    first = x.grad
    x.grad = None
    assert first is not None
    first.backward()
    assert first.item() == 2.0
    assert x.grad is not None
    assert x.grad.item() == 2.0


def test_a_ten_thousand_fold_diamond_takes_linear_time() -> None:
    x = tg.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(10_000):
        y = (y + y) * 0.5
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 1.0
    assert tg.jvp(lambda t: (t + t) * (t + t), (3.0,), (1.0,))[1].item() == 24.0


def test_a_leaf_used_a_hundred_thousand_times_sums_all_uses() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    total = tg.tensor(0.0)
    for _ in range(100_000):
        total = total + x
    total.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [100_000.0, 100_000.0]


def test_backward_twice_adds_twice_at_the_leaves_and_nowhere_else() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    h = x * 3.0
    y = h.sum()
    y.backward()
    first = x.grad
    y.backward()
    assert first is not None
    assert first.tolist() == [3.0, 3.0], "the first gradient object must not change under its holder"
    assert x.grad is not None
    assert x.grad.tolist() == [6.0, 6.0]
    assert h.grad is None
    assert y.grad is None


def test_grad_never_aliases_another_array() -> None:
    cotangent = np.ones(3)
    x, y = (tg.tensor(np.ones(3), requires_grad=True) for _ in range(2))
    (x + y).backward(cotangent)
    cotangent[:] = 7.0
    assert x.grad is not None
    assert y.grad is not None
    arrays = [x.grad._data, y.grad._data, x._data, y._data, cotangent]
    for i, a in enumerate(arrays):
        for b in arrays[i + 1 :]:
            assert not np.shares_memory(a, b)
    assert x.grad.tolist() == y.grad.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("shared", ["reshape", "getitem", "broadcast"])
def test_in_place_accumulation_never_writes_into_shared_memory(shared: str) -> None:
    x = tg.tensor(np.arange(4.0), requires_grad=True)
    parts = {
        "reshape": lambda: (x.reshape(2, 2).reshape(4), x),
        "getitem": lambda: (x[:], x),
        "broadcast": lambda: (tg.broadcast_to(x, (1, 4))[0], x),
    }[shared]()
    y = parts[0] + parts[1] + x + (parts[0] + x)
    y.backward(np.array([1.0, 2.0, 3.0, 4.0]))
    assert x.grad is not None
    assert x.grad.tolist() == [5.0, 10.0, 15.0, 20.0]


def test_a_fault_at_any_node_leaves_every_grad_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = (tg.tensor(np.ones(2), requires_grad=True) for _ in range(2))
    loss = (tg.exp(a) * tg.sin(b) + a).sum()
    loss.backward()
    before = [a.grad, b.grad]
    ops = [node._op for node in history((loss,))[0] if node._op is not None]
    for op in ops:

        def explode(*_: object) -> None:
            raise RuntimeError("injected")

        with monkeypatch.context() as patch:
            patch.setattr(op, "vjps", tuple(explode for _ in op.vjps))
            with pytest.raises(RuntimeError, match="injected") as caught:
                loss.backward()
        assert any("in the gradient of" in note for note in caught.value.__notes__)
        assert [a.grad, b.grad] == before or all(x is y for x, y in zip([a.grad, b.grad], before, strict=True))


def test_a_gradient_that_nobody_asked_for_is_never_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    op = OPS["multiply"]

    def forbidden(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(op, "vjps", (op.vjps[0], forbidden))
    x = tg.tensor(3.0, requires_grad=True)
    (x * tg.tensor(2.0)).backward()
    assert x.grad is not None
    assert x.grad.item() == 2.0


def test_gradients_match_their_input_in_shape_and_dtype() -> None:
    for dtype in (np.float16, np.float32, np.float64, np.longdouble):
        x = tg.tensor(np.ones((3, 1)), dtype=dtype, requires_grad=True)
        (x * np.ones((2, 3, 4), dtype=np.float64) * 2.0).sum().backward()
        assert x.grad is not None
        assert x.grad.dtype == dtype
        assert x.grad.shape == (3, 1)
        assert x.grad.tolist() == [[16.0]] * 3


def test_undoing_a_broadcast_does_not_lose_precision() -> None:
    half = tg.tensor(np.float16(0), requires_grad=True)
    (half + np.zeros(10_000, np.float16)).backward(np.ones(10_000, np.float16))
    assert half.grad is not None
    assert half.grad.item() == 10_000.0
    single = tg.tensor(np.zeros(1, np.float32), requires_grad=True)
    cotangent = np.full((4_000_000, 1), 0.1, np.float32)
    (single + np.zeros_like(cotangent)).backward(cotangent)
    assert single.grad is not None
    assert single.grad.item() == pytest.approx(400_000.0, rel=1e-6)


def test_errors_say_what_to_do() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True, name="x")
    with pytest.raises(tg.errors.GradientError, match="cotangent"):
        (x * 2).backward()
    with pytest.raises(tg.errors.GradientError, match="requires no gradient"):
        tg.tensor(1.0).backward()
    with pytest.raises(tg.errors.ShapeError, match=r"\(2,\)"):
        (x * 2).backward(np.ones(3))
    with pytest.raises(tg.errors.DtypeError, match="complex"):
        (x * 2).backward(np.ones(2, complex))


def test_a_stale_leaf_raises_unless_its_value_is_not_needed() -> None:
    w = tg.tensor([1.0, 2.0], requires_grad=True, name="w")
    loss = (w * w).sum()
    plain = w.sum()
    w.assign([5.0, 5.0])
    with pytest.raises(tg.errors.StaleLeafError, match="'w' was assigned to"):
        loss.backward()
    assert w.grad is None
    plain.backward()
    assert w.grad is not None
    assert w.grad.tolist() == [1.0, 1.0]


def test_mutating_an_operand_afterwards_changes_nothing() -> None:
    a = np.array([1.0, 2.0])
    x = tg.tensor([3.0, 4.0], requires_grad=True)
    y = (x * a).sum()
    view = tg.reshape(a, (2, 1))
    a[:] = 100.0
    y.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [1.0, 2.0]
    assert view.tolist() == [[1.0], [2.0]]
    index = np.array([0, 0])
    z = x[index].sum()
    index[:] = 1
    x.grad = None
    z.backward()
    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 0.0]


def test_memory_stays_flat_without_the_garbage_collector() -> None:
    def step(create_graph: bool) -> None:
        x = tg.tensor(np.ones(2000), requires_grad=True)
        (tg.exp(x) * x).sum().backward(create_graph=create_graph)
        assert x.grad is not None
        if create_graph:
            x.grad.sum().backward()

    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for create_graph in (False, True):
            for _ in range(5):
                step(create_graph)
            before, _ = tracemalloc.get_traced_memory()
            for _ in range(200):
                step(create_graph)
            after, _ = tracemalloc.get_traced_memory()
            assert after - before < 100_000, f"200 steps, of several arrays of 16 kB each, kept {after - before} bytes"
    finally:
        tracemalloc.stop()
        gc.enable()


def test_a_recorded_gradient_still_names_its_leaf() -> None:
    x = tg.tensor(3.0, requires_grad=True, name="x")
    y = x * x
    y.backward(create_graph=True)
    assert y.inputs[0] is x
    g = x.grad
    assert g is not None
    x.grad = None
    (g + x).backward()
    assert x.grad is not None
    assert x.grad.item() == 3.0


def test_twice_is_bit_equal() -> None:
    rng = np.random.default_rng(0)
    x = tg.tensor(rng.normal(size=(30, 30)), requires_grad=True)
    grads = []
    for _ in range(2):
        x.grad = None
        tg.tanh(x @ x @ x).sum().backward()
        assert x.grad is not None
        grads.append(x.grad.numpy().tobytes())
    assert grads[0] == grads[1]


def test_the_recursion_limit_is_the_default_one() -> None:
    assert sys.getrecursionlimit() <= 10_000


def test_shapes_are_fitted_by_sums_and_spreading_at_once() -> None:
    x, y = (
        tg.tensor(np.ones((2, 1)), requires_grad=True),
        tg.tensor(np.arange(2.0).reshape(1, 1, 2), requires_grad=True),
    )
    tg.einsum("...,...a->...", x, y).sum().backward()
    assert x.grad is not None
    assert y.grad is not None
    assert x.grad.tolist() == [[1.0], [1.0]]
    assert y.grad.tolist() == [[[2.0, 2.0]]]


def test_half_precision_under_a_small_batch_is_added_up_in_single() -> None:
    half = tg.tensor(np.float16(0), requires_grad=True)
    cotangent = np.full(2000, 0.1, np.float16)
    (half + np.zeros(2000, np.float16)).backward(cotangent)
    assert half.grad is not None
    assert half.grad.item() == np.float16(cotangent.astype(np.float64).sum())
