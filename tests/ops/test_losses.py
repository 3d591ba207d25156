"""Losses: extremes, label forms, errors; PyTorch as oracle."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ArgumentError, DtypeError, IndexingError, ShapeError
from tensorgraph.testing import check_grads

rng = np.random.default_rng(0)
LOGITS = rng.normal(size=(4, 3)) * 3
CLASSES = np.array([0, 2, 1, 1])
SHARES = np.abs(rng.normal(size=(4, 3)))


@pytest.mark.parametrize("shape", [(), (3,), (4, 3), (2, 3, 4), (2, 0)])
def test_squared_error_is_its_definition(shape):
    h, y = rng.normal(size=(2, *shape))
    n = int(np.prod(shape[:-1]))
    assert tg.nn.squared_error(h, y).item() == pytest.approx(0.5 / n * np.sum((h - y) ** 2), rel=1e-13)
    check_grads(tg.nn.squared_error, [h, y])


def test_squared_error_is_one_node():
    h = tg.tensor(LOGITS, requires_grad=True)
    loss = tg.nn.squared_error(h, CLASSES[:, None] == np.arange(3))
    assert loss.op.name == "squared_error"
    assert loss.inputs[0] is h


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_losses_keep_their_dtype(dtype):
    h, y = LOGITS.astype(dtype), SHARES.astype(dtype)
    for loss in (
        lambda h: tg.nn.squared_error(h, y),
        lambda h: tg.nn.l2([h], 0.1),
        lambda h: tg.nn.cross_entropy(h, CLASSES),
        lambda h: tg.nn.cross_entropy(h, CLASSES, label_smoothing=0.1),
        lambda h: tg.nn.cross_entropy(h, y),
        lambda h: tg.nn.binary_cross_entropy(h, y),
    ):
        value, gradient = tg.value_and_grad(loss)(tg.tensor(h))
        assert value.dtype == gradient.dtype == dtype


def test_half_precision_adds_in_single():
    h = np.full((1, 4096), 0.1, np.float16)
    assert tg.nn.squared_error(h, np.zeros_like(h)).item() == pytest.approx(0.5 * 4096 * 0.01, rel=2e-3)
    assert tg.nn.l2([tg.tensor(h)], 1.0).item() == pytest.approx(0.5 * 4096 * 0.01, rel=2e-3)


def test_l2_of_several_weights_and_of_one_twice():
    w, v = rng.normal(size=(2, 3)), rng.normal(size=4)
    assert tg.nn.l2([w, v], 0.3).item() == pytest.approx(0.15 * (np.sum(w**2) + np.sum(v**2)), rel=1e-14)
    check_grads(lambda w, v: tg.nn.l2([w, v, w], 0.3), [w, v])
    assert tg.nn.l2([], 1.0).item() == 0


def test_class_numbers_one_hot_rows_and_probabilities_agree():
    rows = np.eye(3)[CLASSES]
    for smoothing in (0.0, 0.2):
        losses = [
            tg.nn.cross_entropy(LOGITS, labels, label_smoothing=smoothing).item()
            for labels in (
                CLASSES,
                CLASSES.astype(np.uint8),
                CLASSES.tolist(),
                tg.tensor(CLASSES),
                rows,
                rows.astype(int),
            )
        ]
        assert losses == pytest.approx([losses[0]] * len(losses), rel=1e-15)


@pytest.mark.parametrize("smoothing", [0.0, 0.15])
@pytest.mark.parametrize("labels", [CLASSES, SHARES])
def test_cross_entropy_agrees_with_torch(labels, smoothing):
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    t = torch.tensor(LOGITS, requires_grad=True)
    theirs = torch.nn.functional.cross_entropy(t, torch.tensor(labels), label_smoothing=smoothing)
    theirs.backward()
    value, gradient = tg.value_and_grad(lambda x: tg.nn.cross_entropy(x, labels, label_smoothing=smoothing))(LOGITS)
    assert value.item() == pytest.approx(theirs.item(), rel=1e-13)
    np.testing.assert_allclose(gradient.numpy(), t.grad.numpy(), rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("smoothing", [0.0, 0.15])
def test_cross_entropy_of_class_numbers_at_every_order(smoothing):
    check_grads(lambda x: tg.nn.cross_entropy(x, CLASSES, label_smoothing=smoothing), [LOGITS])


def test_extreme_logits():
    assert tg.nn.cross_entropy([[1e300, -1e300]], [0]).item() == 0
    assert tg.nn.cross_entropy([[1000.0, 0.0]], [1]).item() == 1000
    assert tg.nn.cross_entropy([[0.0, -np.inf]], [0]).item() == 0
    assert np.isfinite(tg.grad(tg.nn.cross_entropy)(np.array([[0.0, -np.inf]]), np.array([0])).numpy()).all()
    assert tg.nn.binary_cross_entropy([1e300, -1e300], [1.0, 0.0]).item() == 0
    assert tg.nn.binary_cross_entropy([-1000.0], [1.0]).item() == 1000
    assert tg.nn.binary_cross_entropy([50.0], [1.0]).item() == pytest.approx(np.exp(-50), rel=1e-13, abs=0)


def test_binary_cross_entropy_agrees_with_torch():
    torch = pytest.importorskip("torch", reason="the extra bench is not installed")
    t, s = torch.tensor(LOGITS, requires_grad=True), torch.tensor(SHARES, requires_grad=True)
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(t, s)
    theirs.backward()
    value, (dx, dy) = tg.value_and_grad(tg.nn.binary_cross_entropy, argnums=(0, 1))(LOGITS, SHARES)
    assert value.item() == pytest.approx(theirs.item(), rel=1e-13)
    np.testing.assert_allclose(dx.numpy(), t.grad.numpy(), rtol=1e-10)
    np.testing.assert_allclose(dy.numpy(), s.grad.numpy(), rtol=1e-10)


ERRORS = {
    "shapes differ": (
        lambda: tg.nn.squared_error(np.zeros((2, 3)), np.zeros(3)),
        ShapeError,
        r"one shape.*float64\[2,3\].*float64\[3\]",
    ),
    "no sample": (lambda: tg.nn.squared_error(np.zeros((0, 3)), np.zeros((0, 3))), ShapeError, "at least one sample"),
    "complex": (lambda: tg.nn.squared_error(np.zeros(3) + 1j, np.zeros(3)), DtypeError, "real numbers"),
    "lam is a tensor": (lambda: tg.nn.l2([tg.tensor([1.0])], tg.tensor(2.0)), ArgumentError, "λ"),
    "complex weights": (lambda: tg.nn.l2([tg.tensor([1j])], 2.0), DtypeError, "real weights"),
    "class too large": (lambda: tg.nn.cross_entropy(LOGITS, [0, 1, 2, 3]), IndexingError, "0 to 2"),
    "class negative": (lambda: tg.nn.cross_entropy(LOGITS, [0, 1, 2, -1]), IndexingError, "0 to 2"),
    "class no integer": (lambda: tg.nn.cross_entropy(LOGITS, [0.0, 1.0, 2.0, 1.0]), DtypeError, "integers"),
    "too few labels": (lambda: tg.nn.cross_entropy(LOGITS, [0, 1]), ShapeError, "class numbers"),
    "too few classes": (lambda: tg.nn.cross_entropy(LOGITS, SHARES[:, :2]), ShapeError, "probabilities"),
    "smoothing": (lambda: tg.nn.cross_entropy(LOGITS, CLASSES, label_smoothing=1.5), ArgumentError, "fraction"),
    "no sample of classes": (
        lambda: tg.nn.cross_entropy(np.zeros((0, 3)), np.zeros(0, int)),
        ShapeError,
        "at least one sample",
    ),
    "no class axis": (lambda: tg.nn.cross_entropy(1.0, 0), ShapeError, "last axis"),
    "binary shapes differ": (lambda: tg.nn.binary_cross_entropy(LOGITS, SHARES[0]), ShapeError, "one shape"),
    "binary empty": (lambda: tg.nn.binary_cross_entropy([], []), ShapeError, "at least one element"),
    "one hot of floats": (lambda: tg.one_hot([0.5], 2), DtypeError, "integers"),
}


@pytest.mark.parametrize("mistake", ERRORS)
def test_errors_teach(mistake):
    call, error, match = ERRORS[mistake]
    with pytest.raises(error, match=match):
        call()
