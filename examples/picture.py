"""A graph to draw: `tensorgraph render examples/picture.py:loss -o graph.svg`. The README's picture is made from it."""

import numpy as np

import tensorgraph as tg

x = tg.tensor([[0.0, 1.0]], name="x")
y = tg.tensor([[1.0]], name="y")
model = tg.nn.MLP([2, 3, 1], activation="sigmoid", init="xavier", rng=np.random.default_rng(1))

loss = tg.nn.squared_error(model(x), y)
loss.name = "J"
loss.backward()

if __name__ == "__main__":
    tg.render(loss, "graph.svg")
    print("graph.svg")
