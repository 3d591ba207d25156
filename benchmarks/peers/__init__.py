"""One training step by each contestant; one file per library, imported only in the process that runs it.

A trainer is built from a `Net`, does one whole step (forward, cost with weight decay, gradients, update) per call of
`step()`, waits until the numbers exist, and shows the last loss and the parameters W1, b1, W2, b2, … in `state()`.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from benchmarks.problem import CHECKED_STEPS, Array, Net, disagreement


class Trainer(Protocol):
    """What each peer's class offers."""

    def __init__(self, net: Net) -> None: ...

    def step(self) -> object: ...

    def state(self) -> tuple[float, list[Array]]: ...


# key: (label, module, class)
PEERS = {
    "tensorgraph": ("tensorgraph", "ours", "Ours"),
    "numpy": ("NumPy by hand", "numpy_hand", "Plain"),
    "numpy-out": ("NumPy by hand, out=", "numpy_hand", "Preallocated"),
    "torch": ("PyTorch eager, nn + optim", "torch_eager", "Idiomatic"),
    "torch-lean": ("PyTorch eager, functional", "torch_eager", "Lean"),
    "jax": ("JAX jit", "jax_jit", "Jit"),
    "hips": ("HIPS autograd", "hips", "Hips"),
    "mygrad": ("MyGrad", "mygrad_", "MyGrad"),
}


def prepare(peer: str, net: Net) -> tuple[Callable[[], object], dict[str, Any]]:
    """A peer's step, after its first three steps have been checked against float64.

    Raises:
        ImportError: The peer is not installed.
        ArithmeticError: It computes other numbers.
    """
    label, module, name = PEERS[peer]
    trainer: Trainer = getattr(import_module(f"benchmarks.peers.{module}"), name)(net)
    for _ in range(CHECKED_STEPS):
        trainer.step()
    loss, parameters = trainer.state()
    if problem := disagreement(net, loss, parameters):
        raise ArithmeticError(f"{label} on {net.label}: {problem}")
    return trainer.step, {"checked_loss": loss}
