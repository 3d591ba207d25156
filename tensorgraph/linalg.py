"""`tensorgraph.linalg`: linear algebra under NumPy's and the Array API's names; stacks of matrices in leading axes.

Complex matrices follow the package's convention: the cotangent of a holomorphic function carries no conjugate. The
derivatives of `eigh`, `eigvalsh` and `cholesky` are those of the Hermitian part of their argument.
"""

from __future__ import annotations

from tensorgraph.ops import layout as _layout
from tensorgraph.ops import products as _products
from tensorgraph.ops import vector_products as _vector_products
from tensorgraph.ops.linalg import decompositions as _decompositions
from tensorgraph.ops.linalg import inverses as _inverses
from tensorgraph.ops.linalg import norms as _norms
from tensorgraph.ops.linalg import systems as _systems
from tensorgraph.ops.linalg import with_scipy as _with_scipy

cholesky = _decompositions.cholesky.function
cond = _norms.cond.function
cross = _systems.cross_of_three.function
det = _inverses.det.function
diagonal = _systems.matrix_diagonal.function
eig = _decompositions.eig.function
eigh = _decompositions.eigh.function
eigvals = _decompositions.eigvals.function
eigvalsh = _decompositions.eigvalsh.function
inv = _inverses.inv.function
lstsq = _systems.lstsq.function
matmul = _products.matmul.function
matrix_norm = _norms.matrix_norm.function
matrix_power = _systems.matrix_power.function
matrix_rank = _systems.matrix_rank.function
matrix_transpose = _layout.matrix_transpose.function
multi_dot = _systems.multi_dot.function
norm = _norms.norm.function
outer = _systems.outer_of_vectors.function
pinv = _systems.pinv.function
qr = _decompositions.qr.function
slogdet = _decompositions.slogdet.function
solve = _inverses.solve.function
solve_banded = _with_scipy.solve_banded.function
solve_sylvester = _with_scipy.solve_sylvester.function
solve_triangular = _with_scipy.solve_triangular.function
sqrtm = _with_scipy.sqrtm.function
svd = _decompositions.svd.function
svdvals = _decompositions.svdvals.function
tensordot = _vector_products.tensordot.function
tensorinv = _systems.tensorinv.function
tensorsolve = _systems.tensorsolve.function
trace = _systems.matrix_trace.function
vecdot = _vector_products.vecdot.function
vector_norm = _norms.vector_norm.function

__all__ = sorted(name for name in globals() if not name.startswith("_") and name != "annotations")  # noqa: PLE0605 - derived from the lines above
