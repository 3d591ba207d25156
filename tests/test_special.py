"""The namespace `tg.special`: SciPy's names and values, and what happens without SciPy."""

import sys

import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import MissingExtraError, TensorgraphError
from tensorgraph.ops import backend

ARGUMENTS = {
    "betainc": (2.0, 3.0, 0.4),
    "stdtr": (3.0, 0.5),
    "multigammaln": (3.0, 2),
    "polygamma": (2, 1.5),
    "erfinv": (0.3,),
    "logit": (0.3,),
}
"""Where (1.5, 0.7)[:number of arrays] will not do."""

OF_TWO = {
    "beta", "betaln", "gammainc", "gammaincc", "iv", "ive", "jn", "jv", "xlog1py", "xlogy", "yn", "yv",
}  # fmt: skip

WITHOUT_SCIPY = {
    "erf", "erfc", "erfinv", "erfcinv", "exp2", "expit", "expm1", "i0", "i1", "log1p", "logit", "logsumexp", "ndtr",
    "sinc", "xlog1py", "xlogy",
}  # fmt: skip


def arguments(name):
    return ARGUMENTS.get(name, (1.5, 0.7) if name in OF_TWO else (1.5,))


def call(namespace, name):
    return getattr(namespace, name)(*arguments(name))


@pytest.mark.parametrize("name", tg.special.__all__)
def test_names_and_values_are_scipys(name):
    theirs = getattr(scipy.special, {"yn": "yv"}.get(name, name))  # SciPy's yn takes integer orders alone
    assert call(tg.special, name).item() == pytest.approx(float(theirs(*arguments(name))), rel=1e-14)


@pytest.mark.parametrize("name", tg.special.__all__)
def test_without_scipy_a_function_works_or_names_the_extra(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    backend._module.cache_clear()
    try:
        if name in WITHOUT_SCIPY:
            assert isinstance(call(tg.special, name), tg.Tensor)
        else:
            with pytest.raises(MissingExtraError, match=r"tg\.special\.\w+ needs.*tensorgraph-autograd\[scipy\]"):
                call(tg.special, name)
    finally:
        backend._module.cache_clear()


@pytest.mark.parametrize("name", sorted(set(tg.special.__all__) - {"multigammaln"}))
def test_half_precision_stays_half_and_single_stays_single(name):
    for dtype in (np.float16, np.float32):
        assert getattr(tg.special, name)(*(np.array([v], dtype) for v in arguments(name))).dtype == dtype


def test_logsumexp_with_signs():
    x, b = np.array([0.5, 2.0, -1.0]), np.array([1.0, -2.0, 0.5])
    value, sign = tg.special.logsumexp(x, b=b, return_sign=True)
    expected, expected_sign = scipy.special.logsumexp(x, b=b, return_sign=True)
    assert (value.item(), sign.item()) == (pytest.approx(expected), expected_sign)


def test_what_scipy_cannot_take_raises_one_of_our_errors():
    with pytest.raises(TensorgraphError, match="gammaln"):
        tg.special.gammaln(1j)
