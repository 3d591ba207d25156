"""Pictures kept as files: a change is seen and wanted. `python tests/view/test_golden.py` writes them anew."""

import importlib.metadata
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.view.engine import ENGINE_VARIABLE, find_engine

GOLDEN = Path(__file__).parent / "golden"
MADE_WITH = "0.2.2"


def scalar() -> tg.Tensor:
    """The example that every course draws: e = a·b, d = e + c, L = d·f."""
    a, b, c = (tg.tensor(v, requires_grad=True, name=n) for n, v in (("a", 2.0), ("b", -3.0), ("c", 10.0)))
    e = a * b
    e.name = "e"
    d = e + c
    d.name = "d"
    loss = d * tg.tensor(-2.0, name="f")
    loss.name = "L"
    loss.backward()
    return loss


def fan_out() -> tg.Tensor:
    """Several uses of one tensor, twice by one op, a constant array, numbers and parameters inside ops."""
    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True, name="x")
    y = x * x
    z = (y + x) ** 2
    out = tg.sum(z * np.array([1.0, 0.0, -1.0]) - y, axis=0)
    out.backward()
    return out


def net() -> tg.Tensor:
    """The net of the derivation, with values that are exact in binary, so that no BLAS can round them differently."""
    model = tg.nn.MLP([4, 3, 2], activation="relu", rng=0)
    for parameter in model.parameters():
        parameter.assign(np.arange(parameter.size).reshape(parameter.shape) % 5 / 4 - 0.5)
    x = tg.tensor(np.arange(8).reshape(2, 4) / 4, name="x")
    loss = tg.nn.squared_error(model(x), tg.tensor(np.eye(2), name="y")) + tg.nn.l2(model, 0.5)
    loss.name = "J"
    loss.backward()
    return loss


def names() -> dict[str, tg.Tensor]:
    """Long, wide, hostile and absent names; other dtypes; nothing finite; nothing at all."""
    wide = tg.tensor(np.arange(12.0).reshape(3, 4), requires_grad=True, name="权重矩阵·第一层")
    long = tg.tensor(np.ones((4, 2)), requires_grad=True, name="encoder.blocks.0.attention.query_projection.kernel")
    z = wide @ long
    z.name = "<script>alert('z')</script> & \\\x00\u202e"
    nan = tg.tensor(np.full(9, np.nan), dtype="float32", name="🎉")
    return {"z": z, "more": [tg.sum(z) * nan, tg.tensor(np.zeros((0, 3)), name="empty"), tg.exp(wide * 1j)]}


def digest() -> tg.Tensor:
    """A graph beyond its limit."""
    model = tg.nn.MLP([2] * 20, rng=0)
    for parameter in model.parameters():
        parameter.assign(np.zeros(parameter.shape))
    return tg.nn.squared_error(model(np.ones((1, 2))), np.zeros((1, 2))) + tg.nn.l2(model, 0.5)


def references() -> tg.Tensor:
    """A recurrence so long that its arrows become references."""
    w, h = tg.tensor(0.5, requires_grad=True, name="w"), tg.tensor(0.0, requires_grad=True, name="h")
    for _ in range(85):
        h = h * w + 1.0
    return h


PICTURES: dict[str, Callable[[], str]] = {
    "scalar.svg": lambda: str(tg.render(scalar())),
    "scalar-dark-lr.svg": lambda: str(tg.render(scalar(), theme="dark", direction="LR")),
    "fan_out.svg": lambda: str(tg.render(fan_out())),
    "net.svg": lambda: str(tg.render(net())),
    "net-lr.svg": lambda: str(tg.render(net(), direction="LR", show=("shape",), legend=False)),
    "names.svg": lambda: str(tg.render(names())),
    "digest.svg": lambda: str(tg.render(digest(), max_nodes=50)),
    "references.svg": lambda: str(tg.render(references())),
    "scalar.dot": lambda: tg.to_dot(scalar()).source,
    "net.dot": lambda: tg.to_dot(net()).source,
    "names.dot": lambda: tg.to_dot(names()).source,
}


def engine() -> str:
    """The layout engine in use: golden pictures are those of one version of the bundled one."""
    if os.environ.get(ENGINE_VARIABLE) or not find_engine().name.startswith("graphviz-pure"):
        return "another engine"
    return importlib.metadata.version("graphviz-pure")


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_as_it_was(name: str, tmp_path: Path) -> None:
    if name.endswith(".svg") and engine() != MADE_WITH:
        pytest.skip(f"the golden pictures were laid out by graphviz-pure {MADE_WITH}, here is {engine()}")
    now = PICTURES[name]()
    (tmp_path / name).write_text(now, encoding="utf-8", newline="")
    assert now == (GOLDEN / name).read_bytes().decode(), f"now in {tmp_path / name}; wanted? python {__file__}"


def test_no_picture_is_left_over() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == set(PICTURES)


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (GOLDEN / name).write_bytes(draw().encode())
        sys.stdout.write(f"{GOLDEN / name}\n")
