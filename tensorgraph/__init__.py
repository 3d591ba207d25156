"""tensorgraph: record a computation once on a tape, then sweep it, check it, draw it, derive it and replay it.

    import tensorgraph as tg

    x = tg.tensor([1.0, 2.0, 3.0], requires_grad=True, name="x")
    loss = (tg.sigmoid(x) ** 2).sum()
    loss.backward()
    x.grad

The public face: every name users meet is exported here, in one line each; `__all__` follows from the lines.
"""

from __future__ import annotations

import math as _math

from tensorgraph import data as data
from tensorgraph import errors as errors
from tensorgraph import fft as fft
from tensorgraph import linalg as linalg
from tensorgraph import nn as nn
from tensorgraph import optim as optim
from tensorgraph import random as random
from tensorgraph import special as special
from tensorgraph import stats as stats
from tensorgraph import testing as testing
from tensorgraph import textbook as textbook
from tensorgraph._version import __version__ as __version__
from tensorgraph.core.leaf import tensor as tensor
from tensorgraph.core.recording import no_grad as no_grad
from tensorgraph.core.tensor import Tensor as Tensor
from tensorgraph.ops import activations as _activations
from tensorgraph.ops import affine as _affine
from tensorgraph.ops import applying as _applying
from tensorgraph.ops import arithmetic as _arithmetic
from tensorgraph.ops import averages as _averages
from tensorgraph.ops import bessel as _bessel
from tensorgraph.ops import casting as _casting
from tensorgraph.ops import choosing as _choosing
from tensorgraph.ops import comparison as _comparison
from tensorgraph.ops import complex_numbers as _complex_numbers
from tensorgraph.ops import counting as _counting
from tensorgraph.ops import covariance as _covariance
from tensorgraph.ops import creation as _creation
from tensorgraph.ops import diagonals as _diagonals
from tensorgraph.ops import differences as _differences
from tensorgraph.ops import dimensions as _dimensions
from tensorgraph.ops import dtypes as _dtypes
from tensorgraph.ops import editing as _editing
from tensorgraph.ops import einsum as _einsum
from tensorgraph.ops import extremes as _extremes
from tensorgraph.ops import gradient_flow as _gradient_flow
from tensorgraph.ops import interchange as _interchange
from tensorgraph.ops import joining as _joining
from tensorgraph.ops import layout as _layout
from tensorgraph.ops import losses as _losses
from tensorgraph.ops import nonfinite as _nonfinite
from tensorgraph.ops import operators as _operators
from tensorgraph.ops import padding as _padding
from tensorgraph.ops import phase as _phase
from tensorgraph.ops import places as _places
from tensorgraph.ops import powers as _powers
from tensorgraph.ops import products as _products
from tensorgraph.ops import quantiles as _quantiles
from tensorgraph.ops import rearranging as _rearranging
from tensorgraph.ops import reductions as _reductions
from tensorgraph.ops import repeating as _repeating
from tensorgraph.ops import rounding as _rounding
from tensorgraph.ops import scans as _scans
from tensorgraph.ops import searching as _searching
from tensorgraph.ops import sequences as _sequences
from tensorgraph.ops import signals as _signals
from tensorgraph.ops import sinc as _sinc
from tensorgraph.ops import sliding as _sliding
from tensorgraph.ops import softmax as _softmax
from tensorgraph.ops import softsum as _softsum
from tensorgraph.ops import sorting as _sorting
from tensorgraph.ops import splitting as _splitting
from tensorgraph.ops import statistics as _statistics
from tensorgraph.ops import taking as _taking
from tensorgraph.ops import transcendental as _transcendental
from tensorgraph.ops import trigonometric as _trigonometric
from tensorgraph.ops import vector_products as _vector_products
from tensorgraph.transforms import custom_op as custom_op
from tensorgraph.transforms.deltas import deltas as deltas
from tensorgraph.transforms.elementwise import elementwise_grad as elementwise_grad
from tensorgraph.transforms.gradients import grad as grad
from tensorgraph.transforms.gradients import jvp as jvp
from tensorgraph.transforms.gradients import value_and_grad as value_and_grad
from tensorgraph.transforms.gradients import vjp as vjp
from tensorgraph.transforms.jacobians import hessian as hessian
from tensorgraph.transforms.jacobians import jacobian as jacobian
from tensorgraph.transforms.products import gauss_newton_product as gauss_newton_product
from tensorgraph.transforms.products import hvp as hvp
from tensorgraph.transforms.products import linearize as linearize
from tensorgraph.transforms.recompute import checkpoint as checkpoint
from tensorgraph.transforms.solving import fixed_point as fixed_point
from tensorgraph.transforms.solving import root as root
from tensorgraph.transforms.vectorise import vmap as vmap
from tensorgraph.view.dot import to_dot as to_dot
from tensorgraph.view.render import render as render

# Arithmetic, powers, rounding
abs = _arithmetic.abs.function
absolute = _arithmetic.abs.function
add = _arithmetic.add.function
cbrt = _arithmetic.cbrt.function
ceil = _rounding.ceil.function
clip = _extremes.clip.function
copysign = _rounding.copysign.function
divide = _arithmetic.divide.function
fabs = _arithmetic.fabs.function
fix = _rounding.fix.function
float_power = _powers.float_power.function
floor = _rounding.floor.function
floor_divide = _rounding.floor_divide.function
fmax = _extremes.fmax.function
fmin = _extremes.fmin.function
fmod = _rounding.fmod.function
hypot = _arithmetic.hypot.function
ldexp = _rounding.ldexp.function
maximum = _extremes.maximum.function
minimum = _extremes.minimum.function
mod = _rounding.remainder.function
modf = _rounding.modf.function
multiply = _arithmetic.multiply.function
negative = _arithmetic.negative.function
positive = _arithmetic.positive.function
pow = _powers.power.function
power = _powers.power.function
reciprocal = _arithmetic.reciprocal.function
remainder = _rounding.remainder.function
rint = _rounding.rint.function
round = _rounding.round.function
sign = _rounding.sign.function
signbit = _rounding.signbit.function
sqrt = _arithmetic.sqrt.function
square = _arithmetic.square.function
subtract = _arithmetic.subtract.function
true_divide = _arithmetic.divide.function
trunc = _rounding.trunc.function

# Comparison, logic, bits, choice
bitwise_and = _comparison.bitwise_and.function
bitwise_invert = _comparison.bitwise_invert.function
bitwise_left_shift = _comparison.bitwise_left_shift.function
bitwise_or = _comparison.bitwise_or.function
bitwise_right_shift = _comparison.bitwise_right_shift.function
bitwise_xor = _comparison.bitwise_xor.function
equal = _comparison.equal.function
greater = _comparison.greater.function
greater_equal = _comparison.greater_equal.function
isfinite = _comparison.isfinite.function
isinf = _comparison.isinf.function
isnan = _comparison.isnan.function
less = _comparison.less.function
less_equal = _comparison.less_equal.function
logical_and = _comparison.logical_and.function
logical_not = _comparison.logical_not.function
logical_or = _comparison.logical_or.function
logical_xor = _comparison.logical_xor.function
not_equal = _comparison.not_equal.function
where = _comparison.where.function

# Gradients changed on their way
clip_gradient = _gradient_flow.clip_gradient.function
scale_gradient = _gradient_flow.scale_gradient.function
stop_gradient = _comparison.stop_gradient.function

# Exponentials, logarithms, trigonometric and hyperbolic functions
acos = _trigonometric.arccos.function
acosh = _trigonometric.arccosh.function
arccos = _trigonometric.arccos.function
arccosh = _trigonometric.arccosh.function
arcsin = _trigonometric.arcsin.function
arcsinh = _trigonometric.arcsinh.function
arctan = _trigonometric.arctan.function
arctan2 = _trigonometric.arctan2.function
arctanh = _trigonometric.arctanh.function
asin = _trigonometric.arcsin.function
asinh = _trigonometric.arcsinh.function
atan = _trigonometric.arctan.function
atan2 = _trigonometric.arctan2.function
atanh = _trigonometric.arctanh.function
cos = _trigonometric.cos.function
cosh = _trigonometric.cosh.function
deg2rad = _trigonometric.radians.function
degrees = _trigonometric.degrees.function
exp = _transcendental.exp.function
exp2 = _transcendental.exp2.function
expm1 = _transcendental.expm1.function
i0 = _bessel.i0.function
log = _transcendental.log.function
log10 = _transcendental.log10.function
log1p = _transcendental.log1p.function
log2 = _transcendental.log2.function
logaddexp = _transcendental.logaddexp.function
logaddexp2 = _transcendental.logaddexp2.function
rad2deg = _trigonometric.degrees.function
radians = _trigonometric.radians.function
sin = _trigonometric.sin.function
sinc = _sinc.sinc.function
sinh = _trigonometric.sinh.function
tan = _trigonometric.tan.function
tanh = _trigonometric.tanh.function
unwrap = _phase.unwrap.function

# Activations
elu = _activations.elu.function
gelu = _activations.gelu.function
glu = _activations.glu.function
hard_tanh = _activations.hard_tanh.function
leaky_relu = _activations.leaky_relu.function
log_softmax = _softmax.log_softmax.function
one_hot = _losses.one_hot.function
relu = _activations.relu.function
selu = _activations.selu.function
sigmoid = _transcendental.sigmoid.function
silu = _activations.silu.function
soft_sign = _activations.soft_sign.function
softmax = _softmax.softmax.function
softplus = _activations.softplus.function

# Dtypes, constants, interchange
__array_api_version__ = _interchange.API_VERSION
__array_namespace_info__ = _interchange.__array_namespace_info__
bool = _dtypes.bool
can_cast = _dtypes.can_cast
complex128 = _dtypes.complex128
complex64 = _dtypes.complex64
e = _math.e
finfo = _dtypes.finfo
float16 = _dtypes.float16
float32 = _dtypes.float32
float64 = _dtypes.float64
from_dlpack = _interchange.from_dlpack
iinfo = _dtypes.iinfo
inf = _math.inf
int16 = _dtypes.int16
int32 = _dtypes.int32
int64 = _dtypes.int64
int8 = _dtypes.int8
isdtype = _dtypes.isdtype
longdouble = _dtypes.longdouble
nan = _math.nan
newaxis = None
pi = _math.pi
result_type = _dtypes.result_type
uint16 = _dtypes.uint16
uint32 = _dtypes.uint32
uint64 = _dtypes.uint64
uint8 = _dtypes.uint8

# Creation
arange = _sequences.arange
array = _creation.array
asarray = _creation.asarray
diag = _diagonals.diag.function
diagflat = _diagonals.diagflat.function
empty = _creation.empty
empty_like = _creation.empty_like.function
eye = _diagonals.eye
fromfunction = _dimensions.fromfunction
full = _creation.full
full_like = _creation.full_like.function
geomspace = _sequences.geomspace.function
identity = _diagonals.identity
linspace = _sequences.linspace.function
logspace = _sequences.logspace.function
meshgrid = _dimensions.meshgrid.function
ones = _creation.ones
ones_like = _creation.ones_like.function
tri = _diagonals.tri
vander = _sequences.vander.function
zeros = _creation.zeros
zeros_like = _creation.zeros_like.function

# Layout, indexing
append = _joining.append.function
apply_along_axis = _applying.apply_along_axis.function
apply_over_axes = _applying.apply_over_axes.function
array_split = _splitting.array_split.function
astype = _casting.astype.function
atleast_1d = _dimensions.atleast_1d.function
atleast_2d = _dimensions.atleast_2d.function
atleast_3d = _dimensions.atleast_3d.function
block = _joining.block.function
broadcast_arrays = _dimensions.broadcast_arrays.function
broadcast_to = _layout.broadcast_to.function
choose = _choosing.choose.function
column_stack = _joining.column_stack.function
compress = _choosing.compress.function
concat = _joining.concatenate.function
concatenate = _joining.concatenate.function
copy = _layout.copy.function
delete = _editing.delete.function
diagonal = _diagonals.diagonal.function
dsplit = _splitting.dsplit.function
dstack = _joining.dstack.function
ediff1d = _editing.ediff1d.function
expand_dims = _layout.expand_dims.function
extract = _choosing.extract.function
fill_diagonal = _diagonals.fill_diagonal.function
flip = _rearranging.flip.function
fliplr = _rearranging.fliplr.function
flipud = _rearranging.flipud.function
hsplit = _splitting.hsplit.function
hstack = _joining.hstack.function
insert = _editing.insert.function
ix_ = _places.ix_.function
matrix_transpose = _layout.matrix_transpose.function
moveaxis = _layout.moveaxis.function
pad = _padding.pad.function
permute_dims = _layout.transpose.function
piecewise = _choosing.piecewise.function
put_along_axis = _choosing.put_along_axis.function
ravel = _layout.ravel.function
ravel_multi_index = _places.ravel_multi_index.function
repeat = _repeating.repeat.function
reshape = _layout.reshape.function
resize = _repeating.resize.function
roll = _rearranging.roll.function
rollaxis = _layout.rollaxis.function
rot90 = _rearranging.rot90.function
select = _choosing.select.function
sliding_window_view = _sliding.sliding_window_view.function
split = _splitting.split.function
squeeze = _layout.squeeze.function
stack = _joining.stack.function
swapaxes = _layout.swapaxes.function
take = _taking.take.function
take_along_axis = _taking.take_along_axis.function
tile = _repeating.tile.function
transpose = _layout.transpose.function
tril = _diagonals.tril.function
trim_zeros = _editing.trim_zeros.function
triu = _diagonals.triu.function
unravel_index = _places.unravel_index.function
unstack = _splitting.unstack.function
vsplit = _splitting.vsplit.function
vstack = _joining.vstack.function

# Products
convolve = _signals.convolve.function
correlate = _signals.correlate.function
cross = _vector_products.cross.function
dot = _products.dot.function
einsum = _einsum.einsum.function
inner = _vector_products.inner.function
kron = _vector_products.kron.function
affine = _affine.affine.function
matmul = _products.matmul.function
matvec = _vector_products.matvec.function
outer = _products.outer.function
tensordot = _vector_products.tensordot.function
trace = _vector_products.trace.function
vdot = _vector_products.vdot.function
vecdot = _vector_products.vecdot.function
vecmat = _vector_products.vecmat.function

# Reductions, scans
amax = _reductions.max.function
amin = _reductions.min.function
average = _averages.average.function
corrcoef = _covariance.corrcoef.function
cov = _covariance.cov.function
cumprod = _scans.cumprod.function
cumsum = _scans.cumsum.function
cumulative_prod = _scans.cumulative_prod.function
cumulative_sum = _scans.cumulative_sum.function
logsumexp = _softsum.logsumexp.function
max = _reductions.max.function
mean = _reductions.mean.function
median = _quantiles.median.function
min = _reductions.min.function
nancumprod = _scans.nancumprod.function
nancumsum = _scans.nancumsum.function
nanmax = _averages.nanmax.function
nanmean = _averages.nanmean.function
nanmedian = _quantiles.nanmedian.function
nanmin = _averages.nanmin.function
nanpercentile = _quantiles.nanpercentile.function
nanprod = _averages.nanprod.function
nanquantile = _quantiles.nanquantile.function
nanstd = _averages.nanstd.function
nansum = _averages.nansum.function
nanvar = _averages.nanvar.function
percentile = _quantiles.percentile.function
prod = _reductions.prod.function
ptp = _averages.ptp.function
quantile = _quantiles.quantile.function
std = _statistics.std.function
sum = _reductions.sum.function
var = _statistics.var.function

# Complex numbers
angle = _complex_numbers.angle.function
conj = _complex_numbers.conj.function
conjugate = _complex_numbers.conj.function
imag = _complex_numbers.imag.function
nan_to_num = _nonfinite.nan_to_num.function
real = _complex_numbers.real.function
real_if_close = _complex_numbers.real_if_close.function

# Differences, interpolation
diff = _differences.diff.function
gradient = _differences.gradient.function
interp = _signals.interp.function
polyval = _signals.polyval.function
trapezoid = _differences.trapezoid.function

# Searching, sorting, counting, sets
all = _searching.all.function
any = _searching.any.function
argmax = _searching.argmax.function
argmin = _searching.argmin.function
argpartition = _sorting.argpartition.function
argsort = _sorting.argsort.function
argwhere = _searching.argwhere.function
bincount = _counting.bincount.function
count_nonzero = _searching.count_nonzero.function
digitize = _searching.digitize.function
flatnonzero = _searching.flatnonzero.function
histogram = _counting.histogram.function
histogram_bin_edges = _counting.histogram_bin_edges.function
isin = _searching.isin.function
lexsort = _sorting.lexsort.function
nanargmax = _searching.nanargmax.function
nanargmin = _searching.nanargmin.function
nonzero = _searching.nonzero.function
partition = _sorting.partition.function
searchsorted = _searching.searchsorted.function
sort = _sorting.sort.function
sort_complex = _sorting.sort_complex.function
unique = _counting.unique.function
unique_all = _counting.unique_all.function
unique_counts = _counting.unique_counts.function
unique_inverse = _counting.unique_inverse.function
unique_values = _counting.unique_values.function

_operators.bind_all()

# The engine's own folders are attributes of a package that has imported them, but no part of its public face.
_INNER = {"annotations", "core", "files", "ops", "train", "transforms", "view"}
__all__ = sorted(name for name in globals() if not name.startswith("_") and name not in _INNER)  # noqa: PLE0605 - derived from the lines above
