"""A graph to draw: `tensorgraph render examples/picture.py:loss -o graph.svg`. The README's picture is made from it."""

import tensorgraph as tg

x = tg.tensor([1.0, 0.5], name="x")
y = tg.tensor([1.0], name="y")

model = tg.nn.MLP([2, 2, 1], activation="sigmoid")
model.W1.assign([[1.0, -2.0], [0.5, 3.0]])
model.b1.assign([0.0, -1.0])
model.W2.assign([[2.0, -1.0]])
model.b2.assign([0.5])

loss = tg.nn.squared_error(model(x), y)
loss.name = "J"
loss.backward()

if __name__ == "__main__":
    tg.render(loss, "graph.svg")
    print("graph.svg")
