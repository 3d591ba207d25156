"""The public face: sorted, complete, documented, and with the names that others rely on."""

import __future__

import importlib
import inspect
import types
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest

import tensorgraph as tg
from tensorgraph.core.op import COMPOSITIONS, OPS

FACES = [tg, *(part for name in tg.__all__ if isinstance(part := getattr(tg, name), types.ModuleType))]
"""The modules that users name: tg itself, tg.nn, tg.optim, …"""

FIXED = """
    Tensor tensor no_grad stop_gradient grad value_and_grad vjp jvp deltas render to_dot textbook
    nn.Module nn.Linear nn.MLP nn.squared_error nn.l2 nn.cross_entropy optim.SGD
    testing.check_grads testing.strategies
    textbook.forward textbook.cost textbook.deltas textbook.gradients
    add subtract multiply divide power negative reciprocal square sqrt abs sign maximum minimum clip
    exp expm1 log log1p log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh arcsin arctanh
    sigmoid softplus relu arctan2 atan2 logaddexp where
    sum mean max min prod var std logsumexp cumsum softmax log_softmax
    matmul outer dot einsum reshape permute_dims transpose swapaxes squeeze expand_dims broadcast_to
    concat stack flip pad asarray zeros ones
"""

OF_A_TENSOR = """
    shape dtype ndim size T mT name grad requires_grad is_leaf op inputs numpy item detach backward assign at
    sum mean max min prod var std cumsum reshape transpose swapaxes squeeze ravel astype dot clip
    __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__ __matmul__ __rmatmul__ __pow__ __rpow__
    __neg__ __abs__ __getitem__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __array_ufunc__ __array_function__ _repr_svg_
"""


def resolve(path: str) -> Any:
    """`nn.MLP` → tg.nn.MLP, as a user reaches it: by attributes alone after `import tensorgraph as tg`."""
    subject: Any = tg
    for name in path.split("."):
        subject = getattr(subject, name)
    return subject


@pytest.mark.parametrize("path", FIXED.split())
def test_fixed_names_exist(path: str) -> None:
    assert resolve(path) is not None
    if "." not in path:
        assert path in tg.__all__


@pytest.mark.parametrize("name", OF_A_TENSOR.split())
def test_a_tensor_has(name: str) -> None:
    assert hasattr(tg.Tensor, name)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_all_is_sorted_and_resolves(face: types.ModuleType) -> None:
    assert list(face.__all__) == sorted(set(face.__all__))
    assert not [name for name in face.__all__ if not hasattr(face, name)]


def test_the_engine_is_no_face() -> None:
    """Folders such as core and ops are there for us, and promised to nobody."""
    promised = {"data", "errors", "fft", "linalg", "nn", "optim", "random", "special", "stats", "testing", "textbook"}
    promised |= {"transforms.custom_op"}  # tg.custom_op
    assert {face.__name__.removeprefix("tensorgraph.") for face in FACES[1:]} <= promised


def test_all_is_complete() -> None:
    """What a user can reach without an underscore is either promised in `__all__` or a module of the package."""
    no_names = types.ModuleType | __future__._Feature
    reachable = {n for n, value in vars(tg).items() if not n.startswith("_") and not isinstance(value, no_names)}
    assert reachable <= set(tg.__all__)


def exported(function: Any) -> list[str]:
    return [f"{face.__name__}.{name}" for face in FACES for name in face.__all__ if getattr(face, name) is function]


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.public])
def test_every_op_is_exported(name: str) -> None:
    places = exported(OPS[name].function)
    assert any(place.endswith(f".{name}") for place in places), (
        f"the op {name!r} has a card and no export: add one line to tensorgraph/__init__.py (or mark it public=False)"
    )


@pytest.mark.parametrize("name", [name for name, made in COMPOSITIONS.items() if made.public])
def test_every_composition_is_exported(name: str) -> None:
    assert exported(COMPOSITIONS[name].function), f"the composition {name!r} is not exported"


def public_objects() -> Iterator[tuple[str, Any]]:
    for face in FACES:
        for name in face.__all__:
            value = getattr(face, name)
            if inspect.isroutine(value) or inspect.isclass(value) or isinstance(value, types.ModuleType):
                yield f"{face.__name__}.{name}", value


def members(owner: type) -> Iterator[tuple[str, Any]]:
    """What a class of ours defines for its users: methods and properties without an underscore."""
    for name, value in vars(owner).items():
        target = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if not name.startswith("_") and inspect.isroutine(target):
            yield name, target


DOCUMENTED = dict(public_objects())


@pytest.mark.parametrize("path", DOCUMENTED)
def test_public_objects_are_documented(path: str) -> None:
    value = DOCUMENTED[path]
    assert (value.__doc__ or "").strip(), f"{path} has no docstring"
    if inspect.isclass(value) and value.__module__.startswith("tensorgraph"):
        silent = [name for name, member in members(value) if not (inspect.getdoc(member) or "").strip()]
        assert not silent, f"{path}: no docstring on {silent}"


@pytest.mark.parametrize("name", [name for name, op in OPS.items() if op.public])
def test_a_signature_is_the_cards(name: str) -> None:
    """The operands come first, in the card's order, the first one by position; its parameters are among the rest."""
    op = OPS[name]
    parameters = list(inspect.signature(op.function).parameters.values())
    names = [p.name for p in parameters]
    count = len(op.operands)
    assert tuple(names[:count]) == op.operands
    assert parameters[0].kind is inspect.Parameter.POSITIONAL_ONLY
    assert set(op.statics) <= set(names[count:])


def test_the_version_is_single_sourced() -> None:
    try:
        installed = version("tensorgraph-autograd")
    except PackageNotFoundError:
        pytest.skip("tensorgraph-autograd runs from its source tree, uninstalled")
    assert tg.__version__ == installed


def test_the_command_line_starts() -> None:
    assert callable(importlib.import_module("tensorgraph.cli").main)
