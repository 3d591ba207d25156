"""Special functions under SciPy's names: `tg.special` (floor 3).

`erf` and its family, `expit`, `logit`, `i0`, `i1`, `logsumexp`, `xlogy` and `xlog1py` need NumPy alone; the others
need the extra `scipy` and raise `MissingExtraError` without it. All are differentiable to any order in every parameter
that is real by nature, except the order of Bessel functions, which raises `GradientError`.
"""

from __future__ import annotations

from tensorgraph.ops import bessel as _bessel
from tensorgraph.ops import distribution as _distribution
from tensorgraph.ops import error_function as _error_function
from tensorgraph.ops import gamma_function as _gamma_function
from tensorgraph.ops import incomplete_beta as _incomplete_beta
from tensorgraph.ops import incomplete_gamma as _incomplete_gamma
from tensorgraph.ops import sinc as _sinc
from tensorgraph.ops import softsum as _softsum
from tensorgraph.ops import transcendental as _transcendental

__all__ = [
    "beta",
    "betainc",
    "betaln",
    "digamma",
    "erf",
    "erfc",
    "erfcinv",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gamma",
    "gammainc",
    "gammaincc",
    "gammaln",
    "gammasgn",
    "i0",
    "i1",
    "iv",
    "ive",
    "j0",
    "j1",
    "jn",
    "jv",
    "log1p",
    "log_ndtr",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "polygamma",
    "psi",
    "rgamma",
    "sinc",
    "stdtr",
    "xlog1py",
    "xlogy",
    "y0",
    "y1",
    "yn",
    "yv",
]

beta = _gamma_function.beta.function
betainc = _incomplete_beta.betainc.function
betaln = _gamma_function.betaln.function
digamma = _gamma_function.digamma.function
erf = _error_function.erf.function
erfc = _error_function.erfc.function
erfcinv = _error_function.erfcinv.function
erfinv = _error_function.erfinv.function
exp2 = _transcendental.exp2.function
expit = _transcendental.sigmoid.function
expm1 = _transcendental.expm1.function
gamma = _gamma_function.gamma.function
gammainc = _incomplete_gamma.gammainc.function
gammaincc = _incomplete_gamma.gammaincc.function
gammaln = _gamma_function.gammaln.function
gammasgn = _gamma_function.gammasgn.function
i0 = _bessel.i0.function
i1 = _bessel.i1.function
iv = _bessel.iv.function
ive = _bessel.ive.function
j0 = _bessel.j0.function
j1 = _bessel.j1.function
jn = _bessel.jn.function
jv = _bessel.jn.function
log1p = _transcendental.log1p.function
log_ndtr = _distribution.log_ndtr.function
logit = _transcendental.logit.function
logsumexp = _softsum.logsumexp.function
multigammaln = _gamma_function.multigammaln.function
ndtr = _distribution.ndtr.function
polygamma = _gamma_function.polygamma.function
psi = _gamma_function.digamma.function
rgamma = _gamma_function.rgamma.function
sinc = _sinc.sinc.function
stdtr = _distribution.stdtr.function
xlog1py = _transcendental.xlog1py.function
xlogy = _transcendental.xlogy.function
y0 = _bessel.y0.function
y1 = _bessel.y1.function
yn = _bessel.yn.function
yv = _bessel.yn.function
