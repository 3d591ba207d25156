"""XOR out of plain Tensors: a 2-3-1 net, its cost and its gradient descent, each on one line."""

import numpy as np

import tensorgraph as tg

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def main(steps: int = 1000, rate: float = 2.0) -> np.ndarray:
    """Train, print what the net says to each of the four inputs, and give it back."""
    rng = np.random.default_rng(0)
    W1 = tg.tensor(rng.normal(size=(3, 2)), requires_grad=True, name="W1")
    b1 = tg.tensor(np.zeros(3), requires_grad=True, name="b1")
    W2 = tg.tensor(rng.normal(size=(1, 3)), requires_grad=True, name="W2")
    b2 = tg.tensor(np.zeros(1), requires_grad=True, name="b2")

    for step in range(steps):
        a2 = tg.tanh(X @ W1.T + b1)  # an ndarray on the left is a constant of the graph
        h = tg.sigmoid(a2 @ W2.T + b2)
        cost = ((h - Y) ** 2).sum() / (2 * len(X))
        cost.backward()
        for parameter in (W1, b1, W2, b2):
            parameter.assign(parameter.numpy() - rate * parameter.grad.numpy())
            parameter.grad = None
        if step % 200 == 0 or step == steps - 1:
            print(f"step {step:4d}  cost {cost.item():.5f}")

    for x, output in zip(X, h.numpy(), strict=True):
        print(f"{x[0]:.0f} xor {x[1]:.0f} = {output[0]:.3f}")
    return h.numpy()


if __name__ == "__main__":
    main()
