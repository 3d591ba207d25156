"""einsum: every way to write it, against NumPy and against its own multilinearity."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError, MutationError, ShapeError
from tensorgraph.testing import check_grads

LABELS = "abcde"


@st.composite
def expressions(draw):
    """Subscripts with repeated and missing indices, ellipses that broadcast, with and without a result; and shapes."""
    size = {label: draw(st.integers(1, 3)) for label in LABELS}
    batch = draw(st.lists(st.integers(1, 2), max_size=2))
    terms, shapes = [], []
    for _ in range(draw(st.integers(1, 3))):
        term = draw(st.lists(st.sampled_from(LABELS), max_size=3))
        shape = [size[label] for label in term]
        if draw(st.booleans()):
            place, width = draw(st.integers(0, len(term))), draw(st.integers(0, len(batch)))
            shape[place:place] = [n if draw(st.booleans()) else 1 for n in batch[len(batch) - width :]]
            term.insert(place, "...")
        terms.append("".join(term))
        shapes.append(tuple(shape))
    text = ",".join(terms)
    if draw(st.booleans()):
        result = draw(st.permutations(sorted(set(text) - set(".,"))))
        result = result[: draw(st.integers(0, len(result)))]
        if "..." in text:
            result.insert(draw(st.integers(0, len(result))), "...")
        text += "->" + "".join(result)
    return text, shapes


@settings(max_examples=150)
@given(expressions(), st.integers(0, 2**32 - 1))
def test_value_and_gradient_of_any_expression(expression, seed):
    """einsum is linear in each operand x, so ⟨w, einsum(… v …)⟩ = ⟨x̄, v⟩ for every v and cotangent w, exactly."""
    text, shapes = expression
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=s) for s in shapes]
    leaves = [tg.tensor(a, requires_grad=True) for a in arrays]
    z, want = tg.einsum(text, *leaves), np.einsum(text, *arrays)
    np.testing.assert_allclose(z.numpy(), want, rtol=1e-10, atol=1e-12)
    assert z.shape == want.shape
    w = rng.normal(size=want.shape)
    z.backward(w)
    for i, leaf in enumerate(leaves):
        v = rng.normal(size=shapes[i])
        left = np.sum(w * np.einsum(text, *arrays[:i], v, *arrays[i + 1 :]))
        assert left == pytest.approx(np.sum(leaf.grad.numpy() * v), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("text", ["ij,jk->ik", "ii", "ii->i", "i...,...i", "ij,ij->j", "ijk,k", "ii,jj->ij", "i,i,i->"])
def test_every_order(text):
    rng = np.random.default_rng(1)
    arrays = [rng.normal(size=(3,) * len(term.replace("...", "a"))) for term in text.partition("->")[0].split(",")]
    check_grads(lambda *xs: tg.einsum(text, *xs), arrays)


def test_lists_of_integers():
    x, y = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    for form in [
        (x, [0, 1], y, [1, 2], [2, 0]),
        (x, [5, 1], y, [1, 0]),
        (x, [..., 1], y, [1, 2]),
        (x, (0, 1), y, (1, 2), (0,)),
    ]:
        np.testing.assert_array_equal(tg.einsum(*form).numpy(), np.einsum(*form))
        tracked = [tg.tensor(f, requires_grad=True) if isinstance(f, np.ndarray) else f for f in form]
        assert np.einsum(*tracked).requires_grad


def test_large_products_go_through_blas_with_the_same_result():
    rng = np.random.default_rng(2)
    x, y, z = rng.normal(size=(40, 30)), rng.normal(size=(30, 50)), rng.normal(size=(50, 40))
    np.testing.assert_allclose(tg.einsum("ij,jk,ki->", x, y, z).item(), np.trace(x @ y @ z), rtol=1e-11)
    check_grads(lambda x, y: tg.einsum("ij,jk->ik", x, y), (x, y), order=1)


def test_dtypes():
    ones = np.ones((5000, 1), np.float16)
    z = tg.einsum("ij,ij->j", ones, ones)
    assert z.dtype == np.float16
    assert z[0].item() == 5000
    assert tg.einsum("i,i", np.ones(2, np.float32), np.ones(2, np.float32), dtype=np.float64).dtype == np.float64
    with pytest.raises(DtypeError, match="casting='safe'"):
        tg.einsum("i", np.ones(2), dtype=np.float32)
    check_grads(lambda x: tg.einsum("ij,ji->i", x, x), (np.ones((2, 2)) * (1 + 2j),))


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ("ij,jk->iz", ArgumentError, "one that no operand has"),
        ("ij,jk->ii", ArgumentError, "twice"),
        ("i.j,jk", ArgumentError, "a letter or ..."),
        ("i1,jk", ArgumentError, "a letter or ..."),
        ("ij", ArgumentError, "names 1 operands, got 2"),
        ("ijk,jk", ShapeError, "does not fit an array of shape"),
        ("ij,kj", ShapeError, "index 'j'"),
        ("...ij,jk->ik", None, None),
        ("...,jk->jk", ArgumentError, "must name ..."),
    ],
)
def test_errors_teach(text, error, match):
    x, y = np.ones((2, 3)), np.ones((3, 4))
    if error is None:
        assert tg.einsum(text, x, y).shape == (2, 4)
        return
    with pytest.raises(error, match=match):
        tg.einsum(text, x, y)


def test_unusable_keywords():
    with pytest.raises(MutationError, match="out="):
        tg.einsum("i", np.ones(2), out=np.zeros(2))
    with pytest.raises(ArgumentError, match="order"):
        tg.einsum("i", np.ones(2), order="Q")
    with pytest.raises(ArgumentError, match="subscripts"):
        tg.einsum(np.ones(2))
    with pytest.raises(ArgumentError, match="nothing"):
        tg.einsum()
