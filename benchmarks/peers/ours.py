"""The step in tensorgraph's eager mode, as its README writes it."""

import tensorgraph as tg
from benchmarks.problem import Array, Net


class Ours:
    """`nn.MLP`, `squared_error` + `l2`, `backward`, `SGD`."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.x, self.y = map(tg.tensor, net.data())
        self.model = tg.nn.MLP(list(net.sizes), activation="sigmoid", dtype="float32")
        self.parameters = list(self.model.parameters())
        for parameter, value in zip(self.parameters, net.parameters(), strict=True):
            parameter.assign(value)
        self.optimizer = tg.optim.SGD(self.parameters, net.rate)
        self.loss = tg.tensor(0.0)

    def step(self) -> object:
        self.optimizer.zero_grad()
        self.loss = tg.nn.squared_error(self.model(self.x), self.y) + tg.nn.l2(self.model, self.net.decay)
        self.loss.backward()
        self.optimizer.step()
        return self.loss

    def state(self) -> tuple[float, list[Array]]:
        return self.loss.item(), [parameter.numpy().copy() for parameter in self.parameters]
