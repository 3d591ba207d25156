"""Two graphs of any size for `scale.py`, built and swept by each engine, on one float64 element.

- chain: y ← sin(y), one op a link, every link keeps its input for the sweep;
- diamond: y ← y·½ + y·½, three ops a link, 2ⁿ paths through n links: its gradient is exactly 1.

An engine's `build` returns an object that keeps the graph alive, `sweep` its gradient.
"""

from typing import Any, Protocol

import numpy as np

OPS_PER_LINK = {"chain": 1, "diamond": 3}


class Engine(Protocol):
    """What `scale.py` times."""

    def build(self, shape: str, links: int) -> Any: ...

    def sweep(self, graph: Any) -> float: ...


class Ours:
    """tensorgraph."""

    def __init__(self) -> None:
        import tensorgraph as tg

        self.tg = tg

    def build(self, shape: str, links: int) -> Any:
        sin = self.tg.sin
        x = y = self.tg.tensor([1.0], requires_grad=True)
        if shape == "chain":
            for _ in range(links):
                y = sin(y)
        else:
            for _ in range(links):
                y = y * 0.5 + y * 0.5
        return x, y

    def sweep(self, graph: Any) -> float:
        x, y = graph
        y.backward(np.ones(1))
        return float(x.grad.numpy()[0])


class Torch:
    """PyTorch, eager."""

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)
        self.torch = torch

    def build(self, shape: str, links: int) -> Any:
        sin = self.torch.sin
        x = y = self.torch.ones(1, dtype=self.torch.float64, requires_grad=True)
        if shape == "chain":
            for _ in range(links):
                y = sin(y)
        else:
            for _ in range(links):
                y = y * 0.5 + y * 0.5
        return x, y

    def sweep(self, graph: Any) -> float:
        x, y = graph
        y.backward(self.torch.ones(1, dtype=self.torch.float64))
        return float(x.grad[0])


class Hips:
    """HIPS autograd."""

    def __init__(self) -> None:
        import autograd.numpy
        from autograd.core import make_vjp

        self.make_vjp = make_vjp
        self.sin = autograd.numpy.sin

    def build(self, shape: str, links: int) -> Any:
        sin = self.sin

        def chain(y):
            for _ in range(links):
                y = sin(y)
            return y

        def diamond(y):
            for _ in range(links):
                y = y * 0.5 + y * 0.5
            return y

        pullback, _ = self.make_vjp(chain if shape == "chain" else diamond, np.ones(1))
        return pullback

    def sweep(self, graph: Any) -> float:
        return float(graph(np.ones(1))[0])


ENGINES = {"tensorgraph": Ours, "torch": Torch, "hips": Hips}
