"""The step written by hand in NumPy: once plainly, once without allocating anything."""

import numpy as np

from benchmarks.problem import Array, Net


class Plain:
    """The formulas as one would write them down."""

    def __init__(self, net: Net, dtype: str = "float32") -> None:
        self.net = net
        self.x, self.y = net.data(dtype)
        values = net.parameters(dtype)
        self.W, self.b = values[0::2], values[1::2]
        self.loss = 0.0

    def step(self) -> object:
        W, b, n, decay, rate = self.W, self.b, self.net.batch, self.net.decay, self.net.rate
        a = [self.x]
        for W_l, b_l in zip(W, b, strict=True):
            a.append(1 / (1 + np.exp(-(a[-1] @ W_l.T + b_l))))
        residual = a[-1] - self.y
        self.loss = 0.5 / n * np.vdot(residual, residual) + 0.5 * decay * sum(np.vdot(W_l, W_l) for W_l in W)
        delta = residual / n * a[-1] * (1 - a[-1])
        for l in reversed(range(len(W))):
            dW = delta.T @ a[l] + decay * W[l]
            db = delta.sum(axis=0)
            if l:
                delta = delta @ W[l] * a[l] * (1 - a[l])
            W[l] -= rate * dW
            b[l] -= rate * db
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return float(self.loss), [value for pair in zip(self.W, self.b, strict=True) for value in pair]


class Preallocated:
    """The same with `out=` everywhere: the least that NumPy can do for these numbers."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.x, self.y = net.data()
        values = net.parameters()
        self.W, self.b = values[0::2], values[1::2]
        self.WT = [W.T for W in self.W]
        self.flat = [W.reshape(-1) for W in self.W]
        self.a = [np.empty((net.batch, b.size), "float32") for b in self.b]
        self.delta = [np.empty_like(a) for a in self.a]
        self.deltaT = [delta.T for delta in self.delta]
        self.dW = [np.empty_like(W) for W in self.W]
        self.decayed = [np.empty_like(W) for W in self.W]
        self.db = [np.empty_like(b) for b in self.b]
        self.loss = 0.0

    def step(self) -> object:
        net, W, a, delta = self.net, self.W, self.a, self.delta
        below, penalty = self.x, 0.0
        for l, b in enumerate(self.b):
            z = np.matmul(below, self.WT[l], a[l])
            np.add(z, b, z)
            np.negative(z, z)
            np.exp(z, z)
            np.add(z, 1, z)
            below = np.reciprocal(z, z)
            penalty += self.flat[l].dot(self.flat[l])
        d = np.subtract(a[-1], self.y, delta[-1])
        flat = d.reshape(-1)
        self.loss = 0.5 / net.batch * flat.dot(flat) + 0.5 * net.decay * penalty
        np.multiply(d, 1 / net.batch, d)
        for l in reversed(range(len(W))):
            d = delta[l]
            np.multiply(d, a[l], d)
            np.subtract(1, a[l], a[l])
            np.multiply(d, a[l], d)
            dW = np.matmul(self.deltaT[l], a[l - 1] if l else self.x, self.dW[l])
            np.add(dW, np.multiply(W[l], net.decay, self.decayed[l]), dW)
            db = np.add.reduce(d, 0, None, self.db[l])
            if l:
                np.matmul(d, W[l], delta[l - 1])
            np.subtract(W[l], np.multiply(dW, net.rate, dW), W[l])
            np.subtract(self.b[l], np.multiply(db, net.rate, db), self.b[l])
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return float(self.loss), [value for pair in zip(self.W, self.b, strict=True) for value in pair]
