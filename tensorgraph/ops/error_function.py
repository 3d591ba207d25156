"""Cards: the error function, its complement and their inverses (floor 2).

SciPy computes them where it is installed; the standard library does elsewhere, element by element, as exactly.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np

from tensorgraph.core.domains import UNIT, Domain
from tensorgraph.core.families import elementwise
from tensorgraph.core.op import Operand
from tensorgraph.errors import MissingExtraError
from tensorgraph.ops.forwards import inexact
from tensorgraph.ops.transcendental import exp

__all__ = ["erf", "erfc", "erfcinv", "erfinv"]

TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)


@elementwise(
    partials=(lambda z, x: TWO_OVER_ROOT_PI * exp(-(x**2)),), latex=r"\operatorname{erf}({x})", formula="erf(x)"
)
def erf(x: Operand, /) -> Any:
    """Error function, 2/√π ∫₀ˣ e^(−t²) dt.

    >>> import tensorgraph as tg
    >>> tg.special.erf(0.5)
    tensor(0.52049988)
    """
    return _computed("erf", x)


@elementwise(
    partials=(lambda z, x: -TWO_OVER_ROOT_PI * exp(-(x**2)),), latex=r"\operatorname{erfc}({x})", formula="erfc(x)"
)
def erfc(x: Operand, /) -> Any:
    """Complementary error function, 1 − erf(x), with full relative accuracy in its right tail."""
    return _computed("erfc", x)


@elementwise(
    partials=(lambda z, x: exp(z**2) / TWO_OVER_ROOT_PI,),
    domain=UNIT,
    latex=r"\operatorname{erf}^{-1}({x})",
    formula="erfinv(x)",
    analytic=False,
)
def erfinv(x: Operand, /) -> Any:
    """Inverse of `erf` on [−1, 1]: ±∞ at ±1, NaN outside."""
    return _computed("erfinv", x)


@elementwise(
    partials=(lambda z, x: exp(z**2) / -TWO_OVER_ROOT_PI,),
    domain=Domain(0.0, 2.0),
    latex=r"\operatorname{erfc}^{-1}({x})",
    formula="erfinv(1 - x)",
    analytic=False,
)
def erfcinv(x: Operand, /) -> Any:
    """Inverse of `erfc` on [0, 2]: ∞ at 0, −∞ at 2, NaN outside."""
    return _computed("erfcinv", x)


def _computed(name: str, x: Any) -> Any:
    x = inexact(x)
    return np.asarray(_functions()[name](x), dtype=x.dtype)


@functools.cache
def _functions() -> dict[str, Callable[..., Any]]:
    try:
        from scipy import special  # noqa: PLC0415 - an extra
    except ImportError:
        scalar = {"erf": math.erf, "erfc": math.erfc, "erfinv": _erfinv, "erfcinv": _erfcinv}
        return {name: _by_element(name, function) for name, function in scalar.items()}
    return {name: getattr(special, name) for name in __all__}


def _by_element(name: str, function: Callable[[float], float]) -> Callable[..., Any]:
    each = np.frompyfunc(function, 1, 1)

    def over_array(x: np.ndarray[Any, Any]) -> Any:
        if x.dtype.kind == "c":
            raise MissingExtraError(f"{name} of complex numbers", "scipy")
        with np.errstate(invalid="ignore"):  # a NaN that comes out is no news
            return each(x)

    return over_array


def _erfinv(y: float) -> float:
    if abs(y) > 0.5:
        return math.copysign(_erfcinv(1.0 - abs(y)), y)
    # The quantile sees y as (1 + y)/2 and loses its last digits: one step of Newton's method brings them back.
    x = NormalDist().inv_cdf((1.0 + y) / 2.0) / math.sqrt(2.0)
    return x - (math.erf(x) - y) / (TWO_OVER_ROOT_PI * math.exp(-x * x))


def _erfcinv(q: float) -> float:
    if q in {0.0, 2.0}:
        return math.inf if q == 0.0 else -math.inf
    if not 0.0 < q < 2.0:
        return math.nan
    if q >= 0.5:
        return _erfinv(1.0 - q) if q <= 1.5 else -_erfcinv(2.0 - q)
    return -NormalDist().inv_cdf(max(q / 2.0, math.ulp(0.0))) / math.sqrt(2.0)
