"""The step in PyTorch's eager mode: as its tutorials write it, and as lean as eager mode allows."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from benchmarks.problem import Array, Net

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def _arrays(parameters: list[torch.Tensor]) -> list[Array]:
    return [parameter.detach().numpy().copy() for parameter in parameters]


class Idiomatic:
    """`nn.Sequential` and `optim.SGD`; the decay stands in the cost."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.x, self.y = map(torch.from_numpy, net.data())
        layers: list[nn.Module] = []
        for fan_in, fan_out in zip(net.sizes, net.sizes[1:], strict=False):
            layers += [nn.Linear(fan_in, fan_out), nn.Sigmoid()]
        self.model = nn.Sequential(*layers)
        self.parameters = list(self.model.parameters())
        with torch.no_grad():
            for parameter, value in zip(self.parameters, net.parameters(), strict=True):
                parameter.copy_(torch.from_numpy(value))
        self.weights = self.parameters[0::2]
        self.optimizer = torch.optim.SGD(self.parameters, lr=net.rate)
        self.loss = torch.tensor(0.0)

    def step(self) -> object:
        net = self.net
        self.optimizer.zero_grad()
        data_cost = 0.5 / net.batch * F.mse_loss(self.model(self.x), self.y, reduction="sum")
        self.loss = data_cost + 0.5 * net.decay * sum((W * W).sum() for W in self.weights)
        self.loss.backward()
        self.optimizer.step()
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return float(self.loss.detach()), _arrays(self.parameters)


class Lean:
    """No modules, no optimiser object: functional forward, `autograd.grad`, one fused update."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.x, self.y = map(torch.from_numpy, net.data())
        self.parameters = [torch.from_numpy(value).requires_grad_() for value in net.parameters()]
        self.W, self.b = self.parameters[0::2], self.parameters[1::2]
        self.loss = torch.tensor(0.0)

    def step(self) -> object:
        net = self.net
        a = self.x
        for W, b in zip(self.W, self.b, strict=True):
            a = F.linear(a, W, b).sigmoid()
        penalty = sum(torch.dot(flat, flat) for flat in (W.view(-1) for W in self.W))
        self.loss = F.mse_loss(a, self.y, reduction="sum") * (0.5 / net.batch) + penalty * (0.5 * net.decay)
        gradients = torch.autograd.grad(self.loss, self.parameters)
        with torch.no_grad():
            torch._foreach_add_(self.parameters, gradients, alpha=-net.rate)
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return float(self.loss.detach()), _arrays(self.parameters)
