"""The step in HIPS autograd, with SciPy's `expit` as its sigmoid: one node where exp would take four."""

import autograd.numpy as np
from autograd import value_and_grad
from autograd.scipy.special import expit

from benchmarks.problem import Array, Net


class Hips:
    """`value_and_grad` over a list of pairs, then the update."""

    def __init__(self, net: Net) -> None:
        self.net = net
        x, y = net.data()
        values = net.parameters()
        self.parameters = list(zip(values[0::2], values[1::2], strict=True))
        self.loss = 0.0

        def cost(parameters):
            a, penalty = x, 0.0
            for W, b in parameters:
                a = expit(np.dot(a, W.T) + b)
                penalty = penalty + np.sum(W * W)
            residual = a - y
            return 0.5 / net.batch * np.sum(residual * residual) + 0.5 * net.decay * penalty

        self.value_and_grad = value_and_grad(cost)

    def step(self) -> object:
        self.loss, gradients = self.value_and_grad(self.parameters)
        for pair, d_pair in zip(self.parameters, gradients, strict=True):
            for value, gradient in zip(pair, d_pair, strict=True):
                value[...] -= self.net.rate * gradient
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return float(self.loss), [value for pair in self.parameters for value in pair]
