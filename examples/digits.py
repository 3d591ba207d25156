"""Handwritten digits: a 64-32-10 net, mini-batch gradient descent with weight decay, a score on held-out digits."""

import numpy as np

import tensorgraph as tg


def main(epochs: int = 20, rate: float = 3.0, decay: float = 1e-4) -> float:
    """Train, print the score after every fifth epoch, and give the last one back."""
    train, test = tg.data.load_digits().split(test=360)
    rng = np.random.default_rng(0)
    model = tg.nn.MLP([64, 32, 10], activation="sigmoid", init="xavier", rng=rng)
    descent = tg.optim.SGD(model.parameters(), lr=rate)
    print(model)

    for epoch in range(1, epochs + 1):
        for x, y in tg.data.batches(train.x, train.y, size=32, rng=rng):
            loss = tg.nn.squared_error(model(x), y) + tg.nn.l2(model, decay)
            descent.zero_grad()
            loss.backward()
            descent.step()
        with tg.no_grad():
            score = float(np.mean(model(test.x).numpy().argmax(axis=1) == test.labels))
        if epoch % 5 == 0 or epoch == epochs:
            print(f"epoch {epoch:3d}  loss {loss.item():.4f}  held-out digits read correctly {score:.1%}")
    return score


if __name__ == "__main__":
    main()
