"""The step in MyGrad, with its memory guard off, which is its fastest setting."""

import mygrad as mg
from mygrad.nnet.activations import sigmoid

from benchmarks.problem import Array, Net

mg.turn_memory_guarding_off()


class MyGrad:
    """`backward` on the cost, then an update of the tensors' data."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.x, self.y = net.data()
        self.parameters = [mg.tensor(value) for value in net.parameters()]
        self.W, self.b = self.parameters[0::2], self.parameters[1::2]
        self.loss = mg.tensor(0.0)

    def step(self) -> object:
        net = self.net
        a, penalty = self.x, 0.0
        for W, b in zip(self.W, self.b, strict=True):
            a = sigmoid(mg.matmul(a, W.T) + b)
            penalty = penalty + mg.sum(W**2)
        self.loss = 0.5 / net.batch * mg.sum((a - self.y) ** 2) + 0.5 * net.decay * penalty
        self.loss.backward()
        for parameter in self.parameters:
            parameter.data -= net.rate * parameter.grad
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return float(self.loss.data), [parameter.data.copy() for parameter in self.parameters]
