"""The training problem that all contestants of `step.py` solve, and the check that they solve the same one.

Notation and cost are those of the derivation that the project grew from: W is (units out, units in), z = W a + b,
a = sigmoid(z), J = 1/n Σ ½‖h − y‖² + λ/2 Σ W², and plain gradient descent. May import NumPy only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
CHECKED_STEPS = 3


@dataclass(frozen=True)
class Net:
    """Sigmoid layers of these sizes, trained on one batch."""

    sizes: tuple[int, ...]
    batch: int
    decay: float = 1e-4
    rate: float = 0.1

    @property
    def label(self) -> str:
        """Sizes and batch; equal sizes are counted: `12 layers of 32, batch 32`."""
        shape = "-".join(map(str, self.sizes))
        if len(self.sizes) > 4 and len(set(self.sizes)) == 1:
            shape = f"{len(self.sizes) - 1} layers of {self.sizes[0]}"
        return f"{shape}, batch {self.batch}"

    def data(self, dtype: str = "float32") -> tuple[Array, Array]:
        """Inputs (n, units in) and targets (n, units out), uniform on [0, 1)."""
        rng = np.random.default_rng(7)
        x = rng.random((self.batch, self.sizes[0]))
        return x.astype(dtype), rng.random((self.batch, self.sizes[-1])).astype(dtype)

    def parameters(self, dtype: str = "float32") -> list[Array]:
        """W1, b1, W2, b2, …; the W normal with four times Glorot's deviation: no gradient of a deep net vanishes."""
        rng = np.random.default_rng(11)
        values: list[Array] = []
        for fan_in, fan_out in zip(self.sizes, self.sizes[1:], strict=False):
            values.append(rng.normal(0.0, 4.0 * (2.0 / (fan_in + fan_out)) ** 0.5, (fan_out, fan_in)).astype(dtype))
            values.append(rng.normal(0.0, 0.1, fan_out).astype(dtype))
        return values


NETS = {
    "2-3-1": Net((2, 3, 1), 1),
    "64-32-10": Net((64, 32, 10), 32),
    "12x32": Net((32,) * 13, 32),
    "784-128-64-10": Net((784, 128, 64, 10), 128),
    "784-1024-1024-10": Net((784, 1024, 1024, 10), 512),
}


def disagreement(net: Net, loss: float, parameters: list[Array]) -> str | None:
    """What is wrong with a contestant's loss and parameters after `CHECKED_STEPS` steps, or None.

    The truth is the hand-written step in float64. The loss, which a step takes before its update, must agree to 1e-5.
    The way each parameter has moved from its start must agree to 1 % of its length, plus the float32 rounding of the
    parameter itself (a move is far smaller than the parameter, so comparing the parameters would show little).
    """
    from benchmarks.peers.numpy_hand import Plain

    reference = Plain(net, "float64")
    for _ in range(CHECKED_STEPS):
        reference.step()
    true_loss, true_parameters = reference.state()
    if not abs(loss - true_loss) <= 1e-5 * abs(true_loss):
        return f"loss {loss!r}, expected {true_loss!r}"
    if len(parameters) != len(true_parameters):
        return f"{len(parameters)} parameters, expected {len(true_parameters)}"
    for index, (start, true, got) in enumerate(zip(net.parameters(), true_parameters, parameters, strict=True)):
        name = f"{'Wb'[index % 2]}{index // 2 + 1}"
        if got.shape != true.shape or got.dtype != np.float32:
            return f"{name} is {got.dtype} {got.shape}, expected float32 {true.shape}"
        move = np.linalg.norm(true - start)
        rounding = CHECKED_STEPS * np.finfo(np.float32).eps * np.linalg.norm(start)
        error = np.linalg.norm(got - true)
        if not error <= 0.01 * move + rounding:
            return f"{name} is off by {error:.3g} after it moved by {move:.3g}"
    return None
