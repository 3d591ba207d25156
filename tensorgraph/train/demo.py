"""The main job, end to end: train the classic net on handwritten digits, check its gradients, draw its graph (floor 6).

The setting is that of the derivation: sigmoid units, squared error with weight decay, N(0, 0.01²), plain mini-batch
gradient descent.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from tensorgraph import textbook
from tensorgraph.core.leaf import tensor
from tensorgraph.core.recording import no_grad
from tensorgraph.core.tensor import Tensor
from tensorgraph.data.batches import batches
from tensorgraph.data.digits import Digits, load_digits
from tensorgraph.errors import GradientCheckError
from tensorgraph.files import write_atomically
from tensorgraph.nn.losses import l2, squared_error
from tensorgraph.nn.mlp import MLP
from tensorgraph.optim.sgd import SGD
from tensorgraph.testing.check import check_grads
from tensorgraph.testing.ladder import Verdict
from tensorgraph.transforms.deltas import deltas
from tensorgraph.view.curves import Panel, draw_curves
from tensorgraph.view.digit_sheet import draw_digit_sheet
from tensorgraph.view.render import render

__all__ = ["Setting", "run"]


@dataclass(frozen=True)
class Setting:
    """What is trained, and how."""

    sizes: tuple[int, ...] = (64, 32, 10)
    epochs: int = 100
    batch: int = 32
    lr: float = 3.0
    lam: float = 1e-4
    held_out: int = 360
    seed: int = 0


@dataclass
class History:
    """What was measured after each epoch."""

    loss: list[float]
    train: list[float]
    test: list[float]


def run(out: Path, setting: Setting = Setting(), *, quiet: bool = False) -> int:
    """Train, check and draw; print what was found and where it lies; 0 if every gradient passed its check."""
    training, test = load_digits().split(setting.held_out, rng=setting.seed)
    model = MLP(setting.sizes, activation="sigmoid", rng=setting.seed)
    say = (lambda *_: None) if quiet else print
    say(f"{model}\n\nTraining on {len(training)} digits, {len(test)} held out.")
    history = train(model, training, test, setting, quiet=quiet)
    say(f"Held-out accuracy: {history.test[-1]:.1%}\n")
    rows, passed = check(model, training, setting)
    say(table(rows))
    say("")
    for path, what in draw(out, model, training, test, history, setting):
        say(f"{what:<22} {path}")
    return 0 if passed else 1


def cost(model: MLP, x: Any, y: Any, lam: float) -> Tensor:
    """J = 1/n Σ ½‖h(x) − y‖² + λ/2 ΣW²."""
    loss = squared_error(model(x), y) + l2(model, lam)
    loss.name = "J"
    return loss


def train(model: MLP, training: Digits, test: Digits, setting: Setting, *, quiet: bool) -> History:
    """Mini-batch gradient descent; a Ctrl-C leaves the model as the last finished step left it."""
    optimizer = SGD(model.parameters(), lr=setting.lr)
    rng = np.random.default_rng(setting.seed)
    history = History([], [], [])
    x, y = training.x, training.y
    with tqdm(range(setting.epochs), desc="training", unit="epoch", disable=quiet or None, leave=False) as bar:
        for _ in bar:
            losses = []
            for xs, ys in batches(x, y, size=setting.batch, rng=rng):
                loss = cost(model, xs, ys, setting.lam)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                losses.append(loss.item())
            history.loss.append(float(np.mean(losses)))
            history.train.append(accuracy(model, training))
            history.test.append(accuracy(model, test))
            bar.set_postfix(J=f"{history.loss[-1]:.4f}", held_out=f"{history.test[-1]:.1%}")
    return history


def outputs(model: MLP, digits: Digits) -> np.ndarray[Any, Any]:
    """h(x) of every digit, as an array."""
    with no_grad():
        h: np.ndarray[Any, Any] = model(digits.x).numpy()
    return h


def accuracy(model: MLP, digits: Digits) -> float:
    """The share of digits whose most active output unit is the right one."""
    return float(np.mean(outputs(model, digits).argmax(axis=1) == digits.labels))


@dataclass(frozen=True)
class Row:
    """One layer's checks."""

    layer: str
    shape: str
    difference: float
    weight: str
    bias: str


def check(model: MLP, training: Digits, setting: Setting) -> tuple[list[Row], bool]:
    """Hold one batch's δ against the textbook's, and ∂J/∂W and ∂J/∂b against finite differences, layer by layer."""
    x, y = training.x[: setting.batch], training.y[: setting.batch]
    ours = deltas(cost(model, x, y, setting.lam))
    W, b = ([getattr(model, f"{p}{layer}") for layer in range(1, len(setting.sizes))] for p in "Wb")
    by_hand = textbook.deltas([w.numpy() for w in W], [v.numpy() for v in b], x, y)
    rows = []
    for layer, (weight, bias) in enumerate(zip(W, b, strict=True), start=2):
        delta = ours[f"z{layer}"].numpy()
        difference = float(np.max(np.abs(delta - by_hand[layer])))
        verdicts = [_verdict(model, parameter, x, y, setting.lam) for parameter in (weight, bias)]
        rows.append(Row(f"layer {layer}", "×".join(map(str, delta.shape)), difference, *verdicts))
    passed = all(r.weight == r.bias == "pass" and r.difference <= 1e-12 for r in rows)
    return rows, passed


def _verdict(model: MLP, parameter: Tensor, x: Any, y: Any, lam: float) -> str:
    """The finite-difference verdict on ∂J/∂parameter."""

    def of_parameter(value: Tensor) -> Tensor:
        twin = copy.copy(model)
        setattr(twin, str(parameter.name), value)
        return cost(twin, x, y, lam)

    try:
        return check_grads(of_parameter, (parameter.detach(),), order=1).verdict.value
    except GradientCheckError:
        return Verdict.FAIL.value


def table(rows: list[Row]) -> str:
    """The checks as a table for the terminal."""
    cells = [
        ("layer", "δ", "max |tape δ − textbook δ|", "∂J/∂W by differences", "∂J/∂b by differences"),
        *((r.layer, r.shape, f"{r.difference:.1e}", r.weight, r.bias) for r in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])


def draw(
    out: Path, model: MLP, training: Digits, test: Digits, history: History, setting: Setting
) -> list[tuple[Path, str]]:
    """Write the three pictures; returns where each lies and what it shows."""
    out.mkdir(parents=True, exist_ok=True)
    model.zero_grad()
    x, y = (tensor(a[: setting.batch], name=name) for a, name in ((training.x, "x"), (training.y, "y")))
    loss = cost(model, x, y, setting.lam)
    loss.backward()
    render(loss, out / "graph.svg")
    name = "-".join(map(str, setting.sizes))
    curves = draw_curves(
        Panel("cost J", {"training": history.loss}, log=True),
        Panel("accuracy", {"training": history.train, "held out": history.test}, percent=True),
        title=f"Training a {name} net on handwritten digits",
        subtitle=f"sigmoid, squared error, λ = {setting.lam:g}, gradient descent at rate {setting.lr:g}",
    )
    write_atomically(out / "curves.svg", curves.encode())
    h = outputs(model, test)
    predicted = h.argmax(axis=1)
    wrong = np.flatnonzero(predicted != test.labels)
    sheet = draw_digit_sheet(
        test.images[wrong],
        test.labels[wrong],
        predicted[wrong],
        confidence=h.max(axis=1)[wrong],
        title=f"{len(wrong)} of {len(test)} held-out digits misread",
        subtitle=f"by the {name} net; the bar is its output for the digit that it chose",
    )
    write_atomically(out / "misread.svg", sheet.encode())
    return [
        (out / "graph.svg", "graph of one step"),
        (out / "curves.svg", "cost and accuracy"),
        (out / "misread.svg", "misread digits"),
    ]
