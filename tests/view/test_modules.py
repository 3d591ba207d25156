"""Which module made which node: nesting, shared outputs, threads, and where parameters stand."""

import threading

import numpy as np

import tensorgraph as tg
from tensorgraph.view.modules import find_modules
from tensorgraph.view.reach import reach
from tensorgraph.view.sketch import sketch


def paths(output: object) -> dict[str, str]:
    """The module path of each named node, and of each op by its name where the node has none."""
    graph = reach(output)
    modules = find_modules(graph.ops)
    return {t.name or t.op.name: modules.path(modules.of.get(t, -1)) for t in graph.ops}


class Outer(tg.nn.Module):
    def __init__(self, *inner: tg.nn.Module) -> None:
        self.inner = list(inner)

    def forward(self, x: tg.Tensor) -> tg.Tensor:
        for module in self.inner:
            x = module(x)
        y = tg.exp(x)
        y.name = "own"
        return y


class Inner(tg.nn.Module):
    def __init__(self, name: str) -> None:
        self.w = tg.tensor(2.0, requires_grad=True)
        self.label = name

    def forward(self, x: tg.Tensor) -> tg.Tensor:
        y = x * self.w
        y.name = self.label
        return y


def test_modules_nest() -> None:
    x = tg.tensor(1.0, requires_grad=True)
    out = tg.sin(Outer(Inner("a"), Inner("b"))(x))
    assert paths(out) == {"a": "Outer / Inner", "b": "Outer / Inner", "own": "Outer", "sin": ""}
    assert [module.label for module in find_modules(reach(out).ops).calls] == ["Outer", "Inner", "Inner"]


def test_one_tensor_may_be_the_output_of_several_modules() -> None:
    class Thin(tg.nn.Module):
        def __init__(self) -> None:
            self.only = Inner("a")

        def forward(self, x: tg.Tensor) -> tg.Tensor:
            return self.only(x)

    assert paths(Thin()(tg.tensor(1.0, requires_grad=True))) == {"a": "Thin / Inner"}


def test_a_module_called_twice_is_two_boxes() -> None:
    inner = Inner("a")
    out = inner(inner(tg.tensor(1.0, requires_grad=True)))
    assert len(find_modules(reach(out).ops).calls) == 2


def test_what_happens_in_another_thread_meanwhile_is_outside() -> None:
    x = tg.tensor(1.0, requires_grad=True)
    made = []

    class Waiting(tg.nn.Module):
        def forward(self, x: tg.Tensor) -> tg.Tensor:
            def elsewhere() -> None:
                y = tg.cos(x)
                y.name = "elsewhere"
                made.append(y)

            thread = threading.Thread(target=elsewhere)
            thread.start()
            thread.join()
            return tg.sin(x)

    out = Waiting()(x) + made[0]
    assert paths(out) == {"elsewhere": "", "sin": "Waiting", "add": ""}


def test_a_parameter_stands_in_its_module_and_an_input_outside() -> None:
    model = tg.nn.MLP([3, 2, 1], rng=0)
    x = tg.tensor(np.ones((4, 3)), name="x", requires_grad=True)
    drawing = sketch(reach(tg.nn.squared_error(model(x), np.zeros((4, 1))) + tg.nn.l2(model, 0.1)))
    place = {
        n.value.name: (n.kind, drawing.modules[n.module].label if n.module >= 0 else "")
        for n in drawing.nodes
        if getattr(n.value, "name", None)
    }
    assert place["x"] == ("leaf", "")
    assert place["W1"] == place["b1"] == ("parameter", "layer 2")
    assert place["W2"] == place["b2"] == ("parameter", "layer 3")
    assert place["z2"] == ("op", "layer 2")


def test_modules_nest_deeply_without_recursion() -> None:
    module: tg.nn.Module = Inner("a")
    x = tg.tensor(1.0, requires_grad=True)
    y = module(x)
    for depth in range(3000):  # frames as nested calls would leave them, without nesting Python's own calls
        y._notes["frames"].append((f"m{depth}", 0, y._stamp + 10 + depth))
    modules = find_modules(reach(y).ops)
    assert modules.path(modules.of[y]).count(" / ") == 3000
    assert "m2999" in str(tg.to_dot(y).source)
