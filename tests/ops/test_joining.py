"""Arrays joined: the keywords that the cards' cases do not know, and the compositions."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DtypeError, MutationError, ShapeError

RNG = np.random.default_rng(6)
A, B, C = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3)), RNG.normal(size=(2, 1))
V, W, S = RNG.normal(size=3), RNG.normal(size=3), RNG.normal(size=())


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack", "column_stack", "stack"])
@pytest.mark.parametrize("pair", [(A, B), (V, W), (S, S)], ids=["matrices", "vectors", "scalars"])
def test_stacks(alike, name, pair):
    if name == "column_stack" and pair[0].ndim == 0:
        return  # NumPy makes columns of scalars, too: below
    alike(lambda xp, *xs: getattr(xp, name)(xs), *pair)
    alike(lambda xp, *xs: getattr(xp, name)(list(xs)), *pair)


def test_column_stack_of_mixed_ranks(alike):
    alike(lambda xp, *xs: xp.column_stack(xs), RNG.normal(size=2), A, C)
    alike(lambda xp, *xs: xp.column_stack(xs), S, S)


@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_concatenate(alike, axis):
    alike(lambda xp, *xs: xp.concatenate(xs, axis=axis), A, B)
    alike(lambda xp, *xs: xp.concatenate(xs, axis), A, B)


def test_concatenate_mixes_dtypes():
    parts = (np.ones(2, np.float32), np.ones(1), np.array([1]))
    leaves = [tg.tensor(p, requires_grad=p.dtype.kind == "f") for p in parts]
    joined = tg.concat(leaves)
    assert joined.dtype == np.concatenate(parts).dtype
    (joined * [1.0, 2.0, 3.0, 4.0]).sum().backward()
    assert leaves[0].grad.dtype == np.float32
    assert [leaf.grad.tolist() for leaf in leaves[:2]] == [[1.0, 2.0], [3.0]]
    assert tg.concat(leaves, dtype=np.complex64, casting="unsafe").dtype == np.complex64
    with pytest.raises(DtypeError, match="concatenate"):
        tg.concat([np.ones(2), np.ones(2)], dtype=np.int64)


def test_joins_refuse_out_and_misfits():
    with pytest.raises(MutationError, match="out="):
        tg.concat([A, B], 0, np.empty((4, 3)))
    with pytest.raises(MutationError, match="out="):
        np.stack([tg.tensor(A), B], out=np.empty((2, 2, 3)))
    with pytest.raises(ShapeError, match=r"concatenate: got float64\[2,3\], float64\[2,1\]"):
        tg.concat([A, C])
    with pytest.raises(DtypeError, match="sequence"):
        tg.hstack("ab")


def test_rows_of_one_tensor_can_be_joined():
    x = tg.tensor(A, requires_grad=True)
    tg.concat(x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.ones_like(A))


@pytest.mark.parametrize("axis", [0, 1, None])
def test_append(alike, axis):
    alike(lambda xp, x, y: xp.append(x, y, axis=axis), A, B)
    alike(lambda xp, x: xp.append(x, [[1.0, 2.0, 3.0]], axis), A) if axis == 0 else None
    assert np.append([1.0], tg.tensor([2.0])).tolist() == [1.0, 2.0]


def test_block(alike):
    alike(lambda xp, a, c, v: xp.block([[a, c], [v, 7.0]]), A, C, V)
    alike(lambda xp, a, v: xp.block([a, xp.ones((2, 2), dtype=a.dtype)]), A, V)
    alike(lambda xp, a: xp.block([[[a, a]], [[a, a]]]), A)
    alike(lambda xp, s: xp.block([s, s, 2.0]), S)
    alike(lambda xp, a: xp.block(a), A)
    assert tg.block([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    for nested in ([[A], A], [], [[A], []]):
        with pytest.raises(ShapeError, match="nested equally"):
            tg.block(nested)
