"""The one template from which the public function of every op is generated (floor 1).

This is the only hot code: a call costs the NumPy forward plus a fraction of a microsecond. The text is made from the
op's own signature, so there is no `*args`, no dict and no loop in it, and it is entered in `linecache`, so tracebacks
and debuggers show it. Only identifiers that Python itself has accepted as parameter names enter the text.
"""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.core.batching import host
from tensorgraph.core.composition import lifting
from tensorgraph.core.explain import explain
from tensorgraph.core.op import Op
from tensorgraph.core.operands import GUESTS, NORMALISERS, SCALARS, freeze, lift, lift_all, lift_or_decline, own
from tensorgraph.core.recording import ALL, ON, level, observe, tick
from tensorgraph.core.tensor import Tensor

__all__ = ["operator", "public_function"]


def public_function(op: Op[Any]) -> Callable[..., Tensor]:
    """`op` as users call it: `op(x, y, /, static=...)`, Tensor out, recorded when an input requires a gradient."""
    function: Callable[..., Tensor] = _compile(op, op.name, op.operands, lift)
    function.__doc__ = op.doc
    function.__annotations__ = {**op.forward.__annotations__, "return": Tensor}
    return function


def operator(op: Op[Any], method: str, *, reflected: bool = False) -> Callable[..., Tensor]:
    """`op` as a Python operator: a second operand that is no array is declined, so Python asks it in turn."""
    operands = op.operands[::-1] if reflected else op.operands
    function: Callable[..., Tensor] = _compile(op, method, operands, lift_or_decline)
    return function


def _compile(op: Op[Any], name: str, order: tuple[str, ...], lifter: Callable[..., Any]) -> Any:
    parameters = inspect.signature(op.general or op.forward).parameters
    scope: dict[str, Any] = {
        "ALL": ALL,
        "ON": ON,
        "Tensor": Tensor,
        "_asarray": np.asarray,
        "_explain": explain,
        "_forward": op.forward,
        "_freeze": freeze,
        "_GUESTS": GUESTS,
        "_general": lifting(op.general) if op.general else None,
        "_host": host,
        "_level": level,
        "_lift": lift_all if op.variadic else lifter,
        "_ndarray": np.ndarray,
        "_SCALARS": SCALARS,
        "_observe": observe,
        "_op": op,
        "_own": own,
        "_tick": tick,
    }
    for parameter in parameters.values():
        scope[f"_default_{parameter.name}"] = parameter.default
    for static in op.statics:
        if static in NORMALISERS:
            scope[f"_plain_{static}"], scope[f"_fix_{static}"] = NORMALISERS[static]
    text = "\n".join(_lines(op, name, order, parameters, declines=lifter is lift_or_decline))
    filename = f"<tensorgraph op {op.name}: {name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), scope)  # noqa: S102 - our own text, see the module's docstring
    function = scope[name]
    function.__module__ = "tensorgraph"
    return function


def _lines(op: Op[Any], name: str, order: tuple[str, ...], parameters: Any, *, declines: bool) -> list[str]:
    operands, statics = op.operands, op.statics
    heads = [order[0], "/", *order[1:]]  # np.take(x, indices=i): later operands have NumPy's names
    keyword_only = False
    named = [p for p in parameters if p not in operands]
    for s in named:
        if parameters[s].kind is inspect.Parameter.KEYWORD_ONLY and not keyword_only:
            heads.append("*")
            keyword_only = True
        heads.append(s if parameters[s].default is inspect.Parameter.empty else f"{s}=_default_{s}")
    lines = [f"def {name}({', '.join(heads)}):"]
    if rare := [p for p in named if p not in statics]:
        passed = ", ".join([*operands, *(f"{p}={p}" for p in named)])
        lines += [
            f"    if {' or '.join(f'{p} is not _default_{p}' for p in rare)}:",
            f"        return _general({passed})",
        ]
    static = f"({', '.join(statics)},)" if statics else "()"
    hosted = f"return _host(_op, ({', '.join(operands)},), {static})"
    if op.variadic:
        (xs,) = operands
        lines += [f"    {xs}, values, tracked = _lift({xs}, _op)", "    if tracked is None:", f"        {hosted}"]
        values = ["values"]
    else:
        lines += ["    tracked = loose = False"]
        for x in operands:
            lines += [
                f"    if type({x}) is Tensor:",
                f"        {x}_value = {x}._data",
                f"        if {x}._requires:",
                "            tracked = True",
                f"    elif type({x}) in _SCALARS:",
                f"        {x}_value = {x}",
                "    else:",
                f"        if type({x}) in _GUESTS:",
                f"            {hosted}",
                f"        {x} = {x}_value = _lift({x}, _op)",
                *([f"        if {x} is NotImplemented:", "            return NotImplemented"] if declines else []),
                "        loose = True",
            ]
        values = [f"{x}_value" for x in operands]
    for s in statics:
        if s in NORMALISERS:
            lines += [f"    if {_is_not_plain(s)}:", f"        {s} = _fix_{s}({s}, _op)"]
    call = ", ".join(
        values + [f"{s}={s}" if parameters[s].kind is inspect.Parameter.KEYWORD_ONLY else s for s in statics]
    )
    given = f"({', '.join(operands)},)" if not op.variadic else operands[0]
    inputs = f"tuple(_freeze(x) for x in {operands[0]})" if op.variadic else given
    lines += [
        "    try:",
        f"        data = _forward({call})",
        "    except Exception as error:",
        f"        raise _explain(_op, {given}, {static}, error)",
        "    if type(data) is not _ndarray:",
        "        data = _asarray(data)",
        *([] if op.variadic or not operands else ["    if loose:", f"        data = _own(data, {', '.join(values)})"]),
        "    z = Tensor()",
        "    z._data = data",
        "    z._grad = z._name = z._notes = None",
        "    level = _level()",
        "    if level >= (ON if tracked else ALL):",
        "        z._op = _op",
        f"        z._inputs = {inputs}",
        *_freezing(op),
        f"        z._static = {static}",
        f"        z._requires = {_requires(op)}",
        "        z._stamp = _tick()",
        "        if level == ALL:",
        "            _observe(z)",
        "    else:",
        "        z._op = None",
        "        z._inputs = z._static = ()",
        "        z._requires = False",
        "        z._stamp = 0",
        "    return z",
        "",
    ]
    return lines


def _is_not_plain(static: str) -> str:
    """The test for a static parameter that needs its normaliser; the two commonest types are fastest told by name."""
    plain, _ = NORMALISERS[static]
    if plain - {int, type(None)}:
        return f"type({static}) not in _plain_{static}"
    tests = {type(None): f"{static} is not None", int: f"type({static}) is not int"}
    return " and ".join(test for kind, test in tests.items() if kind in plain) or "True"


def _freezing(op: Op[Any]) -> list[str]:
    """What the graph keeps of a constant array must not change behind the sweep's back."""
    if op.variadic or not op.operands:
        return []
    return ["        if loose:", f"            z._inputs = ({', '.join(f'_freeze({x})' for x in op.operands)},)"]


def _requires(op: Op[Any]) -> str:
    """Whether a gradient flows to the result; to integers, which a `dtype` can ask for, none does."""
    if not op.differentiable:
        return "False"
    return "tracked and (dtype is None or data.dtype.kind in 'fc')" if "dtype" in op.statics else "tracked"
