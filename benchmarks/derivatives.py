"""What `operators.py` has each contestant compute, and the check that they compute the same.

A 64-32-10 net h = σ(W2 σ(W1 x + b1) + b2) and its cost ½ Σ ‖h − y‖², in float32: Jacobians of h, Hessians of the cost. The
truth is the complex step of the hand-written gradient, in double precision. May import NumPy; a contestant's library is
imported in the process that runs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
SIZES = (64, 32, 10)


@dataclass(frozen=True)
class Task:
    """A matrix of derivatives of the net: of which order, by what, and for how many samples."""

    label: str
    order: int
    by_input: bool
    samples: int | None = None
    judged: bool = True

    def data(self) -> tuple[list[Array], Array, Array]:
        """Parameters W1, b1, W2, b2, one input or a batch, and the targets."""
        rng = np.random.default_rng(3)
        lead = () if self.samples is None else (self.samples,)
        values = [rng.normal(0.0, 0.3, shape) for shape in ((32, 64), (32,), (10, 32), (10,))]
        x, y = rng.normal(size=(*lead, SIZES[0])), rng.random((*lead, SIZES[-1]))
        return [v.astype(np.float32) for v in values], x.astype(np.float32), y.astype(np.float32)


TASKS = {
    "J-input": Task("Jacobian by the input, 10 × 64", 1, by_input=True),
    "J-parameters": Task("Jacobian by the parameters, 10 × 2410", 1, by_input=False),
    "H-input": Task("Hessian by the input, 64 × 64", 2, by_input=True),
    "H-parameters": Task("Hessian by the parameters, 2410 × 2410", 2, by_input=False),
    "H-batch": Task("Hessian by the parameters, 32 samples", 2, by_input=False, samples=32, judged=False),
}


def network(sigmoid: Callable[[Any], Any]) -> Callable[..., Any]:
    """The net, in whatever library has this sigmoid."""

    def h(p: Sequence[Any], x: Any) -> Any:
        return sigmoid(sigmoid(x @ p[0].T + p[1]) @ p[2].T + p[3])

    return h


def problem(task: Task, sigmoid: Callable[[Any], Any]) -> Callable[..., Any]:
    """The function to differentiate, of (parameters, input, targets)."""
    h = network(sigmoid)
    if task.order == 1:
        return lambda p, x, y: h(p, x)
    return lambda p, x, y: ((h(p, x) - y) ** 2).sum() * 0.5


def ours(task: Task) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """tensorgraph, as its users write it."""
    import tensorgraph as tg

    p, x, y = task.data()
    operator = tg.jacobian if task.order == 1 else tg.hessian
    f = operator(problem(task, tg.sigmoid), 1 if task.by_input else 0)
    return lambda: f(p, x, y), lambda t: t.numpy()


def torch_func(task: Task) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """torch.func: composable transforms over batched rules."""
    import torch

    torch.set_num_threads(1)
    p, x, y = task.data()
    given = tuple(map(torch.from_numpy, p)), torch.from_numpy(x), torch.from_numpy(y)
    operator = torch.func.jacrev if task.order == 1 else torch.func.hessian
    f = operator(problem(task, torch.sigmoid), 1 if task.by_input else 0)
    return lambda: f(*given), lambda t: t.detach().numpy()


def torch_autograd(task: Task) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """torch.autograd.functional with vectorize=True, its faster setting."""
    import torch
    from torch.autograd import functional

    torch.set_num_threads(1)
    p, x, y = (list(map(torch.from_numpy, task.data()[0])), *map(torch.from_numpy, task.data()[1:]))
    f = problem(task, torch.sigmoid)
    operator = functional.jacobian if task.order == 1 else functional.hessian
    if task.by_input:
        return lambda: operator(lambda x: f(p, x, y), x, vectorize=True), lambda t: t.numpy()
    return lambda: operator(lambda *p: f(p, x, y), tuple(p), vectorize=True), lambda t: t.numpy()


def jax_jit(task: Task) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """JAX, compiled."""
    import jax
    import jax.numpy as jnp

    p, x, y = task.data()
    given = tuple(map(jnp.asarray, p)), jnp.asarray(x), jnp.asarray(y)
    operator = jax.jacrev if task.order == 1 else jax.hessian
    f = jax.jit(operator(problem(task, jax.nn.sigmoid), 1 if task.by_input else 0))
    return lambda: jax.block_until_ready(f(*given)), np.asarray


PEERS: dict[str, tuple[str, Callable[[Task], tuple[Callable[[], Any], Callable[[Any], Any]]]]] = {
    "tensorgraph": ("tensorgraph", ours),
    "torch-func": ("PyTorch eager, torch.func", torch_func),
    "torch-autograd": ("PyTorch eager, autograd.functional", torch_autograd),
    "jax": ("JAX jit", jax_jit),
}


def prepare(peer: str, name: str) -> tuple[Callable[[], object], dict[str, Any]]:
    """A contestant's call for a task, after its result has been checked.

    Raises:
        ImportError: The peer is not installed.
        ArithmeticError: It computes other numbers.
    """
    label, make = PEERS[peer]
    task = TASKS[name]
    call, to_array = make(task)
    found = matrix(call(), to_array)
    expected = truth(task)
    error = float(np.abs(found - expected).max() / np.abs(expected).max())
    if found.shape != expected.shape or not error < 1e-4:
        raise ArithmeticError(f"{label} on {task.label}: off by {error:.3g} of the largest entry")
    return call, {"error": error}


def matrix(result: Any, to_array: Callable[[Any], Any]) -> Array:
    """A result as one matrix: rows of the output or the first derivative, columns of what it was differentiated by."""
    if not isinstance(result, list | tuple):
        array = np.asarray(to_array(result))
        return array.reshape(array.shape[0], -1)
    if isinstance(result[0], list | tuple):
        sizes = [int(np.prod(shape)) for shape in ((32, 64), (32,), (10, 32), (10,))]
        rows = [[np.asarray(to_array(t)).reshape(n, -1) for t in line] for n, line in zip(sizes, result, strict=True)]
        return np.block(rows)
    return np.concatenate([np.asarray(to_array(t)).reshape(SIZES[-1], -1) for t in result], axis=1)


def truth(task: Task) -> Array:
    """The matrix by the complex step, column by column, in double precision."""
    p, x, y = task.data()
    start = x.ravel() if task.by_input else np.concatenate([v.ravel() for v in p])
    step, columns = 1e-30, []
    for j in range(start.size):
        moved = start.astype(np.complex128)
        moved[j] += 1j * step
        columns.append(_first(task, moved, p, x, y).imag / step)
    return np.stack(columns, axis=1)


def _first(task: Task, moved: NDArray[Any], p: list[Array], x: Array, y: Array) -> NDArray[Any]:
    """The net's output or, for a Hessian, the gradient of the cost, by hand."""
    values: list[NDArray[Any]] = [v.astype(np.complex128) for v in p]
    inputs: NDArray[Any] = x.astype(np.complex128)
    if task.by_input:
        inputs = moved.reshape(x.shape)
    else:
        ends = np.cumsum([v.size for v in p])
        values = [part.reshape(v.shape) for part, v in zip(np.split(moved, ends[:-1]), p, strict=True)]
    W1, b1, W2, b2 = values
    a = np.atleast_2d(inputs)
    a2 = 1 / (1 + np.exp(-(a @ W1.T + b1)))
    a3 = 1 / (1 + np.exp(-(a2 @ W2.T + b2)))
    if task.order == 1:
        return a3.ravel()
    d3 = (a3 - np.atleast_2d(y)) * a3 * (1 - a3)
    d2 = (d3 @ W2) * a2 * (1 - a2)
    if task.by_input:
        return (d2 @ W1).ravel()
    return np.concatenate([(d2.T @ a).ravel(), d2.sum(0), (d3.T @ a2).ravel(), d3.sum(0)])
